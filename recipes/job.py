"""One job of `materialise`: rounds of tasks, kept in a journal, put together at the end."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from augment.containers import transforms_in
from augment.gates import Encoder
from augment.text.models.answers import Answers
from balancer.distribution import count
from recipes.assembly import assemble, copy_in, refer
from recipes.balancing import Balancing
from recipes.chains import Chains, build_chains
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.engines import Engine
from recipes.errors import CorpusError, RecipeError
from recipes.journal import Journal
from recipes.naming import FileNames
from recipes.output import Output
from recipes.plan import Plan
from recipes.pool import make_pool
from recipes.readiness import able, check_steps
from recipes.rehearsal import asks_models
from recipes.rounds import UnchangedTexts, hand_over
from recipes.runner import Progress, Runner
from recipes.schema import Recipe
from recipes.sounding import seconds_a_copy
from recipes.tasks import CopyWriter, Outcome, tasks_of


@dataclass(frozen=True)
class Materialised:
    """A balanced corpus, and how it came out.

    Attributes
    ----------
    out, corpus : its folder, and the corpus in it.
    before, after : training utterances by class.
    copies : written.
    missed : utterances that a class still lacks, by class.
    refused : copies that no draw made fit, by gate; further utterances may have taken their place.
    redrawn : draws that a gate refused and another draw replaced, by gate.
    left_out : utterances that are there and not trained on any more, by class.
    done_before : nothing was left to do: the same job had been finished here.
    """

    out: Path
    corpus: Corpus
    before: Mapping[str, float]
    after: Mapping[str, float]
    copies: int
    missed: Mapping[str, int]
    refused: Mapping[str, int]
    redrawn: Mapping[str, int]
    left_out: Mapping[str, float]
    done_before: bool = False


@dataclass(frozen=True)
class Job:
    """What is to be written, and where."""

    corpus: Corpus
    recipe: Recipe
    seed: int
    plan: Plan
    output: Output
    format: str
    copy_originals: bool
    skip_broken: bool
    encoder: Encoder | None = None

    def write(self, engine: Engine, progress: Progress | None) -> Materialised:
        """Make what is not made yet, and finish the folder.

        Raises
        ------
        CorpusError : broken audio that no header told of, without `skip_broken`; a disk that is full.
        """
        check_steps(self.recipe, [row for row, n in zip(self.plan.rows, self.plan.copies, strict=True) if n])
        if engine.workers > 1:
            self._check_for_workers()
        with closing(Journal(self.output.folder, self.output.job)) as journal:
            self.output.audio.mkdir(exist_ok=True)
            with closing(self._writer()) as writer:
                outcomes = self._rounds(Runner(writer, journal, engine, progress))
            broken = self._broken(outcomes)
            originals = self.corpus.replace(u for u in self.corpus if u.id not in broken)
            if self.copy_originals:
                originals = copy_in(originals, self.output.folder, self.names)
            else:
                originals = refer(originals)
            made = assemble(originals, outcomes)
            refused = Counter(o.refused for o in outcomes if o.refused)
            settings = {
                "recipe": self.recipe.dump(),
                "seed": self.seed,
                "job": self.output.job,
                "missed": self._missed(made),
                **({"left_out": dict(self.plan.left_out)} if self.plan.left_out else {}),
                "refused": dict(sorted(refused.items())),
                "redrawn": dict(sorted(Counter(gate for o in outcomes for gate in o.redrawn).items())),
            }
            replace(made, settings={**self.corpus.settings, **settings}).save(self.output.folder, self.format)
            written = Corpus.load(self.output.folder)
            self.output.tidy(written)
            journal.remove()
            self.output.answers.unlink(missing_ok=True)
        return self._result(written)

    def found(self) -> Materialised:
        """The folder as this job left it; its roots are led to where the corpus is now.

        Raises
        ------
        CorpusError : copies are gone from it.
        """
        corpus = Corpus.load(self.output.folder)
        if not self.copy_originals:
            roots = refer(self.corpus).roots
            if roots != corpus.roots:
                corpus = replace(corpus, roots=roots)
                corpus.save_settings(self.output.folder)
        gone = [u.id for u in corpus if u.is_copy and u.audio and not corpus.audio_path(u).is_file()]
        if gone:
            raise CorpusError(
                f"{self.output.folder} is this job's output, but the audio of {len(gone)} copies is gone "
                f"({gone[0]} first); write it anew with --force."
            )
        return replace(self._result(corpus), done_before=True)

    @cached_property
    def names(self) -> FileNames:
        """File names, the same in every worker and run."""
        return FileNames(u.id for u in self.corpus)

    def _writer(self) -> CopyWriter:
        corpus = self.corpus.replace(())
        return CopyWriter(
            corpus,
            self.recipe,
            self.seed,
            self.output.audio,
            self.names,
            encoder=self.encoder,
            pool=make_pool(self.corpus, self.recipe),
            answers=Answers(self.output.answers) if any(map(asks_models, self._chains.values())) else None,
        )

    def chains(self, row: Utterance) -> Chains:
        """What is done to this row's copies."""
        return self._chains[row.hard_label]

    @cached_property
    def _chains(self) -> dict[str, Chains]:
        return {label: build_chains(self.recipe, label) for label in {r.hard_label for r in self.plan.rows}}

    def _rounds(self, runner: Runner) -> list[Outcome]:
        """All outcomes: those of the plan, then those of copies handed over."""
        rows = self.plan.rows
        by_id = {row.id: row for row in rows}
        texts = UnchangedTexts()

        def judge(outcomes: Sequence[Outcome]) -> list[Outcome]:
            return texts.judge(outcomes, lambda source_id: by_id[source_id].hard_label)

        planned = {row.id: int(n) for row, n in zip(rows, self.plan.copies, strict=True)}
        numbers = {row.id: list(range(1, planned[row.id] + 1)) for row in rows if planned[row.id]}
        first = judge(runner.run(1, tasks_of(rows, self.recipe, numbers)))
        balancing = Balancing.of(rows, self.recipe.balance)
        used = dict(zip((row.id for row in rows), self.plan.uses.tolist(), strict=True))
        refused = [
            outcome
            for outcome in first
            if outcome.refused and not balancing.is_each(by_id[outcome.source_id].hard_label)
        ]
        if not refused:
            return first
        further = hand_over(
            refused,
            rows,
            planned,
            balancing.limits,
            lambda row: used[row.id] and bool(able(self.chains(row), row)),
            balancing.cell_of,
            self._seconds(rows),
        )
        siblings: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in first:
            siblings[outcome.source_id].append(outcome)
        return first + judge(runner.run(2, tasks_of(rows, self.recipe, further, siblings)))

    def _seconds(self, rows: Sequence[Utterance]) -> dict[str, float] | None:
        """What copies cost by id, where it is hours that the budget counts."""
        if "hours" not in (self.recipe.balance.budget or {}):
            return None
        seconds = seconds_a_copy(self.corpus, self.recipe, rows).tolist()
        return {row.id: n for row, n in zip(rows, seconds, strict=True)}

    def _broken(self, outcomes: Sequence[Outcome]) -> set[str]:
        reasons = {o.source_id: o.reason for o in outcomes if o.refused == "broken"}
        if reasons and not self.skip_broken:
            listed = "\n".join(f"  {reason}" for reason in list(reasons.values())[:20])
            raise CorpusError(
                f"{len(reasons)} training rows have audio that breaks off or can't be decoded; mend or remove them, "
                f"or run with --skip-broken:\n{listed}"
            )
        return set(reasons)

    def _missed(self, made: Corpus) -> dict[str, int]:
        copies = Counter(row.source_id for row in made if row.is_copy)
        there = [place for place, row in enumerate(self.plan.rows) if row.id in made.by_id]
        rows = [self.plan.rows[place] for place in there]
        written = np.array([copies[row.id] for row in rows], dtype=np.int64)
        balancing, uses = Balancing.of(rows, self.recipe.balance), self.plan.uses[there]
        if not self.plan.replayed:
            return balancing.missed(written, uses)
        planned = balancing.counts(uses * (1 + self.plan.copies[there]))
        reached = balancing.counts(uses * (1 + written))
        lacking = {name: math.floor(n - reached[name] + 1e-6) for name, n in planned.items()}
        return {name: lack for name, lack in lacking.items() if lack > 0}

    def _result(self, corpus: Corpus) -> Materialised:
        train = corpus.select("train")
        left_out = corpus.settings.get("left_out", {})
        kept, after = count([u.label for u in train if not u.is_copy]), count([u.label for u in train])
        names = sorted({*kept, *left_out})
        return Materialised(
            out=self.output.folder,
            corpus=replace(corpus, notes=self.corpus.notes),  # its copies would be said again
            before={name: kept.get(name, 0) + left_out.get(name, 0) for name in names},
            after={name: after.get(name, 0) for name in names},
            left_out=left_out,
            copies=sum(u.is_copy for u in train),
            missed=corpus.settings["missed"],
            refused=corpus.settings["refused"],
            redrawn=corpus.settings.get("redrawn", {}),
        )

    def _check_for_workers(self) -> None:
        """Refuse transforms that workers would not find."""
        steps = [step for chains in self._chains.values() for chain in chains.all for step in chain.steps]
        for transform in transforms_in(steps):
            if type(transform).__module__ == "__main__":
                raise RecipeError(
                    f"{transform.name} is registered in __main__, where worker processes can't see it; move it to "
                    "a module of its own, or run with --workers 1."
                )
