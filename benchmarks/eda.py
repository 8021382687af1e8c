"""EDA as its authors wrote it (Wei and Zou 2019, arXiv:1901.11196), through NLTK's WordNet: the peer of our text edits."""

from __future__ import annotations

from pathlib import Path

from numpy.random import Generator

STOP_WORDS = frozenset(
    [
        "i",
        "me",
        "my",
        "myself",
        "we",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "what",
        "which",
        "who",
        "whom",
        "this",
        "that",
        "these",
        "those",
        "am",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "have",
        "has",
        "had",
        "having",
        "do",
        "does",
        "did",
        "doing",
        "a",
        "an",
        "the",
        "and",
        "but",
        "if",
        "or",
        "because",
        "as",
        "until",
        "while",
        "of",
        "at",
        "by",
        "for",
        "with",
        "about",
        "against",
        "between",
        "into",
        "through",
        "during",
        "before",
        "after",
        "above",
        "below",
        "to",
        "from",
        "up",
        "down",
        "in",
        "out",
        "on",
        "off",
        "over",
        "under",
        "again",
        "further",
        "then",
        "once",
        "here",
        "there",
        "when",
        "where",
        "why",
        "how",
        "all",
        "any",
        "both",
        "each",
        "few",
        "more",
        "most",
        "other",
        "some",
        "such",
        "no",
        "nor",
        "not",
        "only",
        "own",
        "same",
        "so",
        "than",
        "too",
        "very",
        "s",
        "t",
        "can",
        "will",
        "just",
        "don",
        "should",
        "now",
    ]
)


def synonym_replacement(sentence: str, rng: Generator, rate: float = 0.1) -> str:
    """Split on blanks, shuffle the words that are no stop words, replace the first by any synonym of any sense."""
    words = sentence.split()
    wanted = max(1, round(rate * len(words)))
    candidates = list({word for word in words if word.lower() not in STOP_WORDS})
    for index in rng.permutation(len(candidates)):
        word = candidates[index]
        found = synonyms(word)
        if found:
            new = found[int(rng.integers(len(found)))]
            words = [new if each == word else each for each in words]
            wanted -= 1
        if not wanted:
            break
    return " ".join(words)


def random_insertion(sentence: str, rng: Generator, rate: float = 0.1) -> str:
    """Insert a synonym of a word drawn at random, up to ten tries for one that has any, max(1, rate x words) times."""
    words = sentence.split()
    for _ in range(max(1, round(rate * len(words))) if words else 0):
        for _ in range(10):
            found = synonyms(words[int(rng.integers(len(words)))])
            if found:
                words.insert(int(rng.integers(len(words))), found[0])
                break
    return " ".join(words)


def synonyms(word: str) -> list[str]:
    """Every lemma of every synset that has the word."""
    from nltk.corpus import wordnet

    found = {
        lemma.name().replace("_", " ").replace("-", " ").lower()
        for synset in wordnet.synsets(word)
        for lemma in synset.lemmas()
    }
    return sorted(found - {word})


def random_swap(sentence: str, rng: Generator, rate: float = 0.1) -> str:
    """Swap two words drawn at random, max(1, rate x words) times."""
    words = sentence.split()
    for _ in range(max(1, round(rate * len(words))) if len(words) > 1 else 0):
        one, other = rng.choice(len(words), size=2, replace=False)
        words[one], words[other] = words[other], words[one]
    return " ".join(words)


def has_wordnet() -> bool:
    """Whether NLTK finds WordNet here, or beside the checkout; loads it."""
    import nltk

    nearby = Path(__file__).parents[2] / "shared" / "data" / "nltk_data"
    if nearby.is_dir() and str(nearby) not in nltk.data.path:
        nltk.data.path.append(str(nearby))
    try:
        nltk.corpus.wordnet.synsets("house")
    except LookupError:
        return False
    return True
