"""What a recipe would do to a corpus: how many copies of which utterance, and what they would take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from augment.gates import Encoder
from balancer.distribution import count
from balancer.errors import BalanceError
from balancer.labels import read_labels
from recipes.balancing import Balancing
from recipes.confounded import Confounding, confounding
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import RecipeError
from recipes.plan_table import PlanTable, read_plan, replayed, save_plan
from recipes.readiness import check_ready, check_something_to_do
from recipes.schema import Recipe
from recipes.sounding import seconds_and_bytes
from recipes.spending import Decided, Spent, decide


@dataclass(frozen=True)
class Plan:
    """Copies of each training original, and what they amount to where none is refused.

    Attributes
    ----------
    rows : the training originals, in manifest order.
    copies : (rows,) int, of each.
    uses : (rows,) bool, whether each is trained on at all.
    before, after, left_out : training utterances by class, names sorted; soft shares added.
    missed : utterances that a class would still lack, by class; with further axes by cell (`fear × KS0`).
    by_class, by_speaker : copies; a soft label counts as its largest share, "" is the nameless speaker.
    minutes : of sound in the copies.
    size : bytes that they take on disk, roughly.
    cells : rows before and after of what is evened out: classes, or with further axes `fear × KS0`.
    empty : cells without an original, so that nothing can be copied there.
    confounding : what the copies tie classes to.
    spent : of the recipe's budget; None where it has none.
    replayed : whether it comes from a table; then nothing is missed but what the gates refuse.
    notes : what a person should know, a sentence each.
    """

    rows: tuple[Utterance, ...]
    copies: np.ndarray
    uses: np.ndarray
    before: Mapping[str, float]
    after: Mapping[str, float]
    left_out: Mapping[str, float]
    missed: Mapping[str, int]
    by_class: Mapping[str, int]
    by_speaker: Mapping[str, int]
    minutes: float
    size: int
    cells: Mapping[str, tuple[float, float]]
    empty: tuple[str, ...]
    confounding: Confounding
    spent: Spent | None = None
    replayed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def times(self) -> np.ndarray:
        """(rows,) how often each is there: once, once for each copy, never where it is left out."""
        return self.uses * (1 + self.copies)

    def sentences(self) -> list[str]:
        """All that a person should know of it, but for what the target still lacks."""
        out = ", ".join(f"{n:g} of {name}" for name, n in self.left_out.items())
        return [
            *self.notes,
            *([f"Left out of training, and kept in the corpus without a split: {out}."] if out else []),
            *self.confounding.sentences(),
        ]

    def used(self, corpus: Corpus) -> Corpus:
        """The corpus as it is trained on: rows that are left out have no split any more."""
        out = {row.id for row, used in zip(self.rows, self.uses, strict=True) if not used}
        if not out:
            return corpus
        return corpus.replace(replace(row, split="") if row.id in out else row for row in corpus)

    def save(self, path: str | Path) -> Path:
        """Write the plan as a table that can be edited and replayed, see `recipes.plan_table`."""
        reasons = {name: f"{name} {n:g} → {self.after[name]:g}" for name, n in self.before.items()}
        return save_plan(path, self.rows, self.copies, self.uses, reasons)

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
    plan: PlanTable | str | Path | None = None,
) -> Plan:
    """Plan the copies of a corpus's training originals, or take them from a plan that was saved.

    Parameters
    ----------
    corpus : with splits, without copies.
    losses : by id, of a model trained before; for ``spread: hardest``.
    encoder : texts to vectors, for ``similarity: encoder``.
    plan : to be replayed, edited or not: what `Plan.save` wrote. `balance` then plans nothing.

    Raises
    ------
    CorpusError, RecipeError : as `check_ready` says; nothing to do for any row; `hardest` without losses; a
        plan that does not fit the corpus, with all its faults.
    """
    check_ready(corpus, recipe, encoder)
    rows = corpus.select("train", originals=True).utterances
    try:
        balancing = Balancing.of(rows, recipe.balance)
        if plan is None:
            decided, notes = decide(balancing, corpus, recipe, seed, losses), ()
        else:
            table = plan if isinstance(plan, PlanTable) else read_plan(plan)
            decided, notes = replayed(table, corpus, rows)
    except BalanceError as error:
        hint = " On the command line: --losses RUN." if error.key == "losses" else ""
        raise RecipeError(f"recipe {recipe.name}: balance: {error}{hint}") from error
    check_something_to_do(recipe, [row for row, n in zip(rows, decided.copies, strict=True) if n])
    return _described(balancing, corpus, recipe, decided, notes, plan is not None)


def _described(
    balancing: Balancing,
    corpus: Corpus,
    recipe: Recipe,
    decided: Decided,
    notes: tuple[str, ...],
    again: bool,
) -> Plan:
    """The plan with all that is to be said of it."""
    rows, copies, uses = balancing.rows, decided.copies, decided.uses
    by_class, by_speaker = _copies_by(rows, copies)
    seconds, size = seconds_and_bytes(corpus, recipe, rows, copies)
    labels = read_labels([row.label for row in rows])
    times = uses * (1 + copies)
    after = balancing.counts(times)
    out = [row.label for row, used in zip(rows, uses, strict=True) if not used]
    return Plan(
        rows=tuple(rows),
        copies=copies,
        uses=uses,
        before=labels.totals(),
        after=labels.totals(times),
        left_out=count(out) if out else {},
        missed={} if again else balancing.missed(copies, uses),
        by_class=by_class,
        by_speaker=by_speaker,
        minutes=seconds / 60,
        size=size,
        cells={name: (n, after[name]) for name, n in balancing.counts().items()},
        empty=tuple(balancing.empty),
        confounding=confounding(rows, times, recipe.balance.axes),
        spent=decided.spent,
        replayed=again,
        notes=notes,
    )


def _copies_by(rows: Sequence[Utterance], copies: np.ndarray) -> tuple[dict[str, int], dict[str, int]]:
    by_class: dict[str, int] = defaultdict(int)
    by_speaker: dict[str, int] = defaultdict(int)
    for row, n in zip(rows, copies.tolist(), strict=True):
        by_class[row.hard_label] += n
        by_speaker[row.speaker] += n
    return dict(sorted(by_class.items())), dict(sorted(by_speaker.items()))
