"""Build augment/text/data/synonyms.tsv.xz from WordNet, through NLTK.

    NLTK_DATA=/path/to/nltk_data python scripts/build_synonyms.py

The table has a row for each lemma and part of speech that WordNet's annotators met: lemma, part (n, v, a, r),
how often they met it, its synonyms best first. Words only, single words only. WordNet lists every sense of a
word, and most senses make nonsense of a sentence; so a synonym is taken only where its meaning is the usual one
on both sides: at least half of the word's uses, nearly half of the synonym's. What is still wrong
after that, a reader struck out in synonyms_reviewed.txt, which also adds pairs that WordNet has and counts miss.
"""

from __future__ import annotations

import argparse
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import lemminflect
from nltk.corpus import wordnet

from augment.text.blocked import BLOCKED, BLOCKED_USE

HERE = Path(__file__).parent
TABLE = HERE.parent / "augment" / "text" / "data" / "synonyms.tsv.xz"
REVIEWED = HERE / "synonyms_reviewed.txt"

NAMES = {"n": "NOUN", "v": "VERB", "a": "ADJ", "r": "ADV"}
MEANT = 0.5  # share of a word's uses in which it means what the synonym means
SAID = 0.45  # share of the synonym's uses in which it means that
KNOWN = 3  # uses of a synonym that make it a word people know
LIVELY = 0.1  # share of a word's uses, over all parts of speech, below which a part is left out
MOST = 4  # synonyms kept of one word
WORD = re.compile(r"(?=.*[aeiouy])[a-z]{3,}|hi")  # neither names nor abbreviations nor runs of words

Review = defaultdict[tuple[str, str], tuple[list[str], list[str]]]  # (lemma, part) -> struck out, added


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=TABLE)
    out = parser.parse_args().out
    try:
        wordnet.ensure_loaded()
    except LookupError:
        raise SystemExit(
            "NLTK finds no WordNet: run python -m nltk.downloader wordnet, or set NLTK_DATA to the folder that has it"
        ) from None
    text = "".join(rows(every_lemma(), read_review(REVIEWED.read_text(encoding="utf-8"))))
    # xz keeps no time and no name, so the same rows are the same bytes.
    out.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    filled = sum(not line.endswith("\t") for line in text.splitlines())
    print(f"{out}: {filled} words with synonyms, {out.stat().st_size / 1000:.0f} kB")


def every_lemma() -> list[str]:
    """Single words in lower case, sorted."""
    return sorted({lemma for lemma in wordnet.all_lemma_names() if WORD.fullmatch(lemma)})


def rows(lemmas: Iterable[str], review: Review) -> Iterator[str]:
    """The table's lines for `lemmas`: every part of speech that was met in text or has synonyms."""
    for lemma in lemmas:
        for part in NAMES:
            found = ranked(lemma, part, review)
            if uses(lemma, part) or found:
                yield f"{lemma}\t{part}\t{uses(lemma, part)}\t{' '.join(found)}\n"


def ranked(lemma: str, part: str, review: Review) -> list[str]:
    """The synonyms of `lemma` as `part` of speech, best first."""
    if not usable(lemma, part):
        return []
    score = scores(lemma, part)
    struck, added = review[lemma, part]
    if "*" in struck:
        score = {}
    for word in added:
        if not set(senses(lemma, part)) & set(senses(word, part)):
            raise SystemExit(f"{REVIEWED.name}: {lemma} and {word} share no synset as {NAMES[part].lower()}s")
    kept = [word for word in sorted(score, key=lambda word: (-score[word], word)) if word not in struck]
    return list(dict.fromkeys([*added, *kept]))[:MOST]


def scores(lemma: str, part: str) -> dict[str, float]:
    """The synonyms that mean what `lemma` usually means -> uses in that sense, by which they are ranked."""
    meant: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for synset in senses(lemma, part):
        share = of_uses(lemma, part, synset)
        members = [member.name() for member in synset.lemmas() if member.count()]
        if share < 0.1 or blocked(synset):
            continue
        for word in members:
            if (
                word != lemma
                and usable(word, part)
                and not variants(word, lemma)
                and same_frames(synset, lemma, word)
            ):
                meant[word] += share
                said[word] += of_uses(word, part, synset)
    return {
        word: said[word] * uses(word, part)
        for word in meant
        if meant[word] >= MEANT and said[word] >= SAID and uses(word, part) >= KNOWN
    }


@cache
def senses(lemma: str, part: str) -> tuple:
    """WordNet's synsets that have `lemma` as it stands, the most frequent first."""
    return tuple(synset for synset in wordnet.synsets(lemma, part) if lemma in synset.lemma_names())


@cache
def counts(lemma: str, part: str) -> dict:
    """How often annotators met `lemma` in each of its synsets; its first half a time more, as counts are small."""
    met = {
        synset: sum(member.count() for member in synset.lemmas() if member.name() == lemma)
        for synset in senses(lemma, part)
    }
    return {synset: count + (0.5 if at == 0 else 0) for at, (synset, count) in enumerate(met.items())}


@cache
def uses(lemma: str, part: str) -> int:
    return int(sum(counts(lemma, part).values()))


def of_uses(lemma: str, part: str, synset: object) -> float:
    """The share of `synset` in the uses of `lemma`."""
    return counts(lemma, part)[synset] / sum(counts(lemma, part).values())


@cache
def usable(lemma: str, part: str) -> bool:
    """A plain word, no rare part of speech, no plural or comparative, and not so many unmet senses that none is usual."""
    if not WORD.fullmatch(lemma) or lemma in BLOCKED or not senses(lemma, part):
        return False
    bases = lemminflect.getAllLemmas(lemma).get(NAMES[part], (lemma,))
    if lemma not in bases or (part == "n" and len(bases) > 1):
        return False
    if not uses(lemma, part) and len(senses(lemma, part)) > 2:
        return False
    return uses(lemma, part) >= LIVELY * sum(uses(lemma, other) for other in NAMES)


@cache
def blocked(synset: object) -> bool:
    said_as = {domain.name().split(".")[0] for domain in synset.usage_domains()}
    return bool(said_as & BLOCKED_USE) or not BLOCKED.isdisjoint(synset.lemma_names())


def same_frames(synset: object, lemma: str, word: str) -> bool:
    """Whether `word` takes whatever objects `lemma` takes ("tell me", not "say me"); true of all but verbs."""
    frames = {member.name(): set(member.frame_ids()) for member in synset.lemmas()}
    return frames[lemma] <= frames[word]


def variants(one: str, other: str) -> bool:
    """Two spellings of one word: grey and gray, honour and honor."""
    return _respelled(one) == _respelled(other)


def _respelled(word: str) -> str:
    for british, american in (
        ("is", "iz"),
        ("ys", "yz"),
        ("our", "or"),
        ("tre", "ter"),
        ("grey", "gray"),
        ("ll", "l"),
    ):
        word = word.replace(british, american)
    return word


def read_review(text: str) -> Review:
    """Lines "lemma part: -struck +added"; "-*" strikes all that was found by counts. Only # opens a comment."""
    review: Review = defaultdict(lambda: ([], []))
    for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
        key, _, marks = line.partition(":")
        lemma, part = key.split()
        for mark in marks.split():
            review[lemma, part]["-+".index(mark[0])].append(mark[1:])
    return review


if __name__ == "__main__":
    main()
