"""What a recipe would do to a corpus: how many copies of which utterance, and what they would take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from augment.gates import Encoder
from augment.randomness import generator
from augment.transform import Transform
from balancer.distribution import count
from balancer.errors import BalanceError
from balancer.plan import missed, plan_copies
from recipes.chains import build_chains
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import RecipeError
from recipes.readiness import able, check_ready, check_something_to_do
from recipes.schema import Recipe

_FLAC = 0.55  # of 16-bit samples: speech, with noise or without


@dataclass(frozen=True)
class Plan:
    """Copies of each training original, and what they amount to where none is refused.

    Attributes
    ----------
    rows : the training originals, in manifest order.
    copies : (rows,) int, of each.
    before, after : training utterances by class, names sorted; soft shares added.
    missed : utterances that a class would still lack, by class.
    by_class, by_speaker : copies; a soft label counts as its largest share, "" is the nameless speaker.
    minutes : of sound in the copies.
    size : bytes that they take on disk, roughly.
    """

    rows: tuple[Utterance, ...]
    copies: np.ndarray
    before: Mapping[str, float]
    after: Mapping[str, float]
    missed: Mapping[str, int]
    by_class: Mapping[str, int]
    by_speaker: Mapping[str, int]
    minutes: float
    size: int

    @property
    def total(self) -> int:
        """All copies."""
        return int(self.copies.sum())


def make_plan(
    corpus: Corpus,
    recipe: Recipe,
    seed: int = 0,
    losses: Mapping[str, float] | None = None,
    encoder: Encoder | None = None,
) -> Plan:
    """Plan the copies of a corpus's training originals.

    Parameters
    ----------
    corpus : with splits, without copies.
    losses : by id, of a model trained before; for ``spread: hardest``.
    encoder : texts to vectors, for ``similarity: encoder``.

    Raises
    ------
    CorpusError, RecipeError : as `check_ready` says; nothing to do for any row; `hardest` without losses.
    """
    check_ready(corpus, recipe, encoder)
    rows = corpus.select("train", originals=True).utterances
    labels = [row.label for row in rows]
    balance = recipe.balance
    try:
        copies = plan_copies(
            labels,
            balance.target,
            groups=[row.speaker for row in rows],
            max_copies=balance.max_copies,
            spread=balance.spread,
            rng=generator(seed, "plan", stream="plan"),
            losses=None if losses is None else [losses.get(row.id, np.nan) for row in rows],
        )
    except BalanceError as error:
        raise RecipeError(f"recipe {recipe.name}: balance: {error}") from error
    check_something_to_do(recipe, [row for row, n in zip(rows, copies, strict=True) if n])
    by_class, by_speaker = _copies_by(rows, copies)
    seconds, size = _sound(corpus, recipe, rows, copies)
    return Plan(
        rows=rows,
        copies=copies,
        before=count(labels),
        after=count([label for label, n in zip(labels, copies, strict=True) for _ in range(1 + n)]),
        missed=missed(labels, balance.target, copies),
        by_class=by_class,
        by_speaker=by_speaker,
        minutes=seconds / 60,
        size=size,
    )


def _copies_by(rows: Sequence[Utterance], copies: np.ndarray) -> tuple[dict[str, int], dict[str, int]]:
    by_class: dict[str, int] = defaultdict(int)
    by_speaker: dict[str, int] = defaultdict(int)
    for row, n in zip(rows, copies.tolist(), strict=True):
        by_class[row.hard_label] += n
        by_speaker[row.speaker] += n
    return dict(sorted(by_class.items())), dict(sorted(by_speaker.items()))


def _joined(step: Transform, seconds: float) -> float:
    """How long an utterance of `seconds` becomes, on average and roughly."""
    members = getattr(step, "transforms", ())
    joined = np.mean([_joined(member, seconds) for member in members]) if members else step.about(seconds)
    return float(seconds + step.p * (joined - seconds))


def _sound(
    corpus: Corpus, recipe: Recipe, rows: Sequence[Utterance], copies: np.ndarray
) -> tuple[float, int]:
    """Seconds and bytes of the copies whose sound changes; the others point to their source's file."""
    from augment.audio.files import AudioError, read_header

    chains = {label: build_chains(recipe, label) for label in {row.hard_label for row in rows}}
    seconds, size = 0.0, 0.0
    for row, n in zip(rows, copies.tolist(), strict=True):
        chain = chains[row.hard_label]
        if not n or "audio" not in able(chain, row):
            continue
        try:
            header = read_header(corpus.audio_path(row))
        except AudioError:
            continue
        share = 0.5 if chain.either else 1.0
        end = header.duration if row.end is None else min(row.end, header.duration)
        duration = max(0.0, end - (row.start or 0.0))
        for step in chain.pairs.steps if chain.pairs else ():
            duration = _joined(step, duration)
        seconds += n * share * duration
        size += n * share * duration * header.rate * 2 * _FLAC
    return seconds, round(size)
