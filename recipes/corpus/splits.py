"""Splits for corpora that bring none, and what the splits of a corpus stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from augment.randomness import generator
from recipes.corpus.corpus import Corpus
from recipes.corpus.grouping import deal, fits, groupings, rare_classes
from recipes.errors import CorpusError

SHARES = {"train": 0.70, "dev": 0.15, "test": 0.15}
SPLIT_BY = ("speaker", "dialogue", "session", "utterance")
INDEPENDENT, DEPENDENT, UNKNOWN = "speaker-independent", "speaker-dependent", "unknown"


def make_splits(corpus: Corpus, seed: int = 0, by: str = "speaker") -> tuple[Corpus, str]:
    """Split 70/15/15 by utterances, keeping groups whole and classes alike.

    Whole speakers where there are three or more, else whole dialogues, else utterances (`by` starts
    further down). A class with fewer than three rows stays in train. The split depends on `seed` and
    the originals alone, whatever their order; copies of training rows stay in train, others are left
    out. The corpus's notes say how it came out.

    Returns
    -------
    (the corpus with `split` set on every row, its protocol)

    Raises
    ------
    CorpusError : too few rows or groups; unknown `by`; a copy whose source is not in the corpus.
    """
    if by not in SPLIT_BY:
        raise CorpusError(f"A corpus can't be split by {by!r}; choose one of {', '.join(SPLIT_BY)}.")
    assigned, how = _assign(corpus.select(originals=True), SHARES, seed, by)
    made, notes = _follow(corpus, assigned)
    sizes = Counter(assigned.values())
    counted = ", ".join(f"{name} {sizes[name]}" for name in SHARES)
    made = made.noting(f"Split made by {how} (seed {seed}): {counted} rows.", *notes)
    measured = protocol_of(replace(made, settings={}))
    protocol = INDEPENDENT if measured == INDEPENDENT else DEPENDENT
    settings = {**corpus.settings, "split": {"by": by, "seed": seed, "protocol": protocol}}
    return replace(made, settings=settings), protocol


def hold_out_dev(corpus: Corpus, seed: int = 0) -> Corpus:
    """Give a corpus without dev rows some: whole training speakers, 15 of every 85 training rows.

    Groups, classes and copies are dealt with as in `make_splits`; test rows are left alone.

    Raises
    ------
    CorpusError : too few training rows.
    """
    train = corpus.select("train", originals=True)
    dev = SHARES["dev"] / (SHARES["train"] + SHARES["dev"])
    assigned, how = _assign(train, {"train": 1 - dev, "dev": dev}, seed, "speaker")
    rest = {u.id: u.split for u in corpus if not u.is_copy and u.id not in assigned}
    made, notes = _follow(corpus, rest | assigned)
    held = sum(split == "dev" for split in assigned.values())
    return made.noting(f"No dev split: {held} training rows were held out by {how} (seed {seed}).", *notes)


def protocol_of(corpus: Corpus) -> str:
    """What the splits stand for: "speaker-independent", "speaker-dependent" or "unknown".

    Independent: no speaker of test (of dev, without test rows) is in another split. Unknown: a speaker
    is missing, or there is nothing to test on. A split that `make_splits` made without speakers is
    dependent.
    """
    speakers: dict[str, set[str]] = {"train": set(), "dev": set(), "test": set()}
    for utterance in corpus:
        if utterance.split and not utterance.is_copy:
            speakers[utterance.split].add(utterance.speaker)
    tested = "test" if speakers["test"] else "dev"
    others = set().union(*(names for split, names in speakers.items() if split != tested))
    if (speakers[tested] & others) - {""}:
        return DEPENDENT
    if speakers[tested] and others and "" not in speakers[tested] | others:
        return INDEPENDENT
    return corpus.settings.get("split", {}).get("protocol", UNKNOWN)


def _assign(corpus: Corpus, shares: Mapping[str, float], seed: int, by: str) -> tuple[dict[str, str], str]:
    """Split by id, and in words what was kept whole."""
    rows = sorted(corpus, key=lambda u: u.id)  # manifests of one corpus in another order split alike
    labels = [u.hard_label for u in rows]
    shares = dict(shares)
    for grouping in groupings(rows, by) if rows else ():
        rng = generator(seed, grouping.by, stream="splits")
        assigned = deal(labels, grouping.groups, shares, rng)
        if assigned is not None and (grouping.last or fits(assigned, shares)):
            return dict(zip((u.id for u in rows), assigned.tolist(), strict=True)), grouping.by
    raise CorpusError(
        f"{len(rows)} rows can't be split into {', '.join(shares)} by {by}: there are too few groups; "
        "add rows, give the manifest a split column, or run with --split-by utterance."
    )


def _follow(corpus: Corpus, assigned: Mapping[str, str]) -> tuple[Corpus, list[str]]:
    """Originals into their splits; copies stay beside a training source and are left out elsewhere (3.13).

    What else is in a copy counts as its source does: partners, where they are in the corpus.
    """
    rows, dropped = [], 0
    for utterance in corpus:
        source = utterance.source_id or utterance.id
        if source not in assigned:
            raise CorpusError(
                f"{corpus.where(utterance)}: its source {source!r} is not in the corpus, so that no split "
                "can keep them together; add the source, or remove the copy."
            )
        if utterance.is_copy and any(assigned.get(name, "train") != "train" for name in utterance.made_of):
            dropped += 1
            continue
        rows.append(replace(utterance, split=assigned[source]))
    notes = [f"{dropped} copies of rows outside train were left out."] if dropped else []
    for name in rare_classes([u.hard_label for u in rows if not u.is_copy]):
        places = sorted({u.split for u in rows if u.hard_label == name and not u.is_copy})
        count = sum(u.hard_label == name and not u.is_copy for u in rows)
        notes.append(
            f"Class {name!r} has {count} row{'s' if count > 1 else ''}, too few for every split: "
            f"in {' and '.join(places)} only."
        )
    return corpus.replace(rows), notes
