"""Text transforms on everyday sentences against nlpaug."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.timing import Comparison, compare

SENTENCES = [
    "I told them we would be home before the storm reached the city, but nobody listened.",
    "She bought a large house near the river last summer.",
    "Could you bring the other chair from the kitchen, please?",
    "The train was late again so we walked along the old road.",
    "He keeps talking about his new job as if it were the only thing in the world.",
] * 40


def run() -> Iterator[Comparison]:
    """Yield one comparison a transform; both sides rewrite the same 200 sentences."""
    import nlpaug.augmenter.word as naw

    from augment import RandomDeletion, RandomSwap, SynonymReplacement, generator

    rng = generator(0, "bench", stream="text")

    def ours(transform: Callable) -> Callable[[], object]:
        return lambda: [transform(sentence, rng) for sentence in SENTENCES]

    def theirs(augmenter: object) -> Callable[[], object]:
        return lambda: [augmenter.augment(sentence) for sentence in SENTENCES]  # type: ignore[attr-defined]

    swap = naw.RandomWordAug(action="swap", aug_p=0.1)
    delete = naw.RandomWordAug(action="delete", aug_p=0.1)
    yield compare("random swap", ours(RandomSwap()), theirs(swap), "nlpaug RandomWordAug swap", rounds=7)
    yield compare(
        "random deletion", ours(RandomDeletion()), theirs(delete), "nlpaug RandomWordAug delete", rounds=7
    )
    if _wordnet():
        yield compare(
            "synonym replacement",
            ours(SynonymReplacement()),
            lambda: [_eda(sentence, rng) for sentence in SENTENCES],
            "EDA's synonym replacement through NLTK WordNet",
            rounds=5,
        )


def _wordnet() -> bool:
    from nltk.corpus import wordnet

    try:
        wordnet.synsets("house")
    except LookupError:
        return False
    return True


def _eda(sentence: str, rng: object) -> str:
    """What EDA does (Wei and Zou 2019): split on blanks, ask WordNet, take any synonym."""
    from nltk.corpus import wordnet

    words = sentence.split()
    for index in rng.permutation(len(words))[: max(1, round(0.1 * len(words)))]:  # type: ignore[attr-defined]
        found = sorted(
            {lemma.name() for synset in wordnet.synsets(words[index]) for lemma in synset.lemmas()}
        )
        if found:
            words[index] = found[int(rng.integers(len(found)))].replace("_", " ")  # type: ignore[attr-defined]
    return " ".join(words)
