"""The text edits on lines that people said, against nlpaug and EDA: lines a second, one core.

Parameters are drawn anew for each line, by a generator made beforehand; dictionaries are loaded on both sides
before time is taken. "first pass": every line is distinct and none was seen before, and whatever either side
remembers of words was forgotten. "again": the same lines once more, as when an utterance is copied several times
or comes up in the next epoch; NLTK then remembers its synsets, we what words are.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from numpy.random import Generator

from benchmarks.eda import has_wordnet, random_insertion, synonym_replacement
from benchmarks.lines import spoken_lines
from benchmarks.timing import Comparison

Edit = Callable[[str], object]
ROUNDS = 5  # the two sides in turn, so that a busy machine slows both


def run() -> Iterator[Comparison]:
    """Yield two comparisons an edit, in seconds a line: a first pass, and the same lines again."""
    import nlpaug.augmenter.word as naw

    from augment import RandomDeletion, RandomInsertion, RandomSwap, SynonymReplacement, generator

    rng = generator(0, "bench", stream="text")
    swap = naw.RandomWordAug(action="swap", aug_p=0.1)
    delete = naw.RandomWordAug(action="delete", aug_p=0.1)
    # The same rate on both sides: EDA's, which is also aug_p.
    yield from _compared("random swap", _ours(RandomSwap(rate=0.1), rng), swap.augment, "nlpaug swap")
    yield from _compared(
        "random deletion", _ours(RandomDeletion(rate=0.1), rng), delete.augment, "nlpaug delete"
    )
    if not has_wordnet():
        return
    replaced, inserted = SynonymReplacement(rate=0.1), RandomInsertion(rate=0.1)
    yield from _compared(
        "synonym replacement",
        _ours(replaced, rng),
        lambda line: synonym_replacement(line, rng),
        "EDA through NLTK",
    )
    yield from _compared(
        "random insertion", _ours(inserted, rng), lambda line: random_insertion(line, rng), "EDA through NLTK"
    )
    edits = [
        lambda line: synonym_replacement(line, rng),
        lambda line: swap.augment(line)[0],
        lambda line: delete.augment(line)[0],
    ]
    yield from _compared(
        "chain: one or two of three edits", _chain(rng), _some_of(edits, rng), "NLTK and nlpaug"
    )


def _ours(transform: Callable, rng: Generator) -> Edit:
    return lambda line: transform(line, rng)


def _chain(rng: Generator) -> Edit:
    """What a recipe runs, with its generators and its provenance."""
    from augment import Chain, RandomDeletion, RandomSwap, Sample, SomeOf, SynonymReplacement

    chain = Chain(
        [SomeOf([SynonymReplacement(rate=0.1), RandomSwap(rate=0.1), RandomDeletion(rate=0.1)], n=(1, 2))]
    )
    return lambda line: chain(Sample("line", None, line), rng)


def _some_of(edits: list[Edit], rng: Generator) -> Edit:
    def run(line):
        for at in sorted(rng.permutation(len(edits))[: rng.integers(1, 3)]):
            line = edits[at](line)
        return line

    return run


def _compared(what: str, ours: Edit, theirs: Edit, peer: str) -> Iterator[Comparison]:
    lines = spoken_lines()
    sides = (ours, theirs)
    for side in sides:  # loads dictionaries
        _seconds_a_line(side, lines[:20])
    times: dict[str, tuple[list[float], list[float]]] = {"first pass": ([], []), "again": ([], [])}
    for _ in range(ROUNDS):
        _forget()
        for taken in times.values():
            for side, seconds in zip(sides, taken, strict=True):
                seconds.append(_seconds_a_line(side, lines))
    for name, taken in times.items():
        ours_taken, theirs_taken = map(statistics.median, taken)
        yield Comparison(f"{what}, {name}", ours_taken, theirs_taken, peer, rate="lines/s")


def _seconds_a_line(edit: Edit, lines: list[str]) -> float:
    start = time.process_time()  # of this process alone: what else runs on the machine does not count
    for line in lines:
        edit(line)
    return (time.process_time() - start) / len(lines)


def _forget() -> None:
    """What either side remembers of the words it met; not what it loaded."""
    import nltk

    from augment.text import grammar, lexicon, pieces, protect, tokens

    for remembered in (
        pieces.pieces_for,
        tokens._remembered,
        lexicon.synonyms,
        lexicon.readings,
        grammar.is_word,
        protect._kinds_of,
    ):
        remembered.cache_clear()
    if has_wordnet():
        nltk.corpus.wordnet._synset_offset_cache.clear()
