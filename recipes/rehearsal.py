"""What text steps will ask of language models, found out beforehand and asked in large batches.

A draw is a pure function of the recipe, the seed and the utterance. So the texts of all copies are drawn before any copy
is made; where a step asks its model something, the question is noted and the copy put off. All questions are answered
together, and the drawing goes on, until no copy asks anything more: further model steps of a chain and the redraws of
refused texts come in later rounds. Exactly the words that copies need are asked about, wherever the step stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from augment.chain import Sample
from augment.containers import transforms_in
from augment.text.models.answers import Answers, Unanswered, answer, noting, use
from recipes.chains import Chains
from recipes.corpus.utterance import Utterance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recipes.copying import Copier

NAME = ".answers.sqlite"


def asks_models(chains: Chains) -> bool:
    """Whether some text step asks a language model."""
    return chains.text is not None and any(step.uses_model for step in transforms_in(chains.text.steps))


def rehearse(
    copier: Copier, copies: Sequence[tuple[Utterance, int]], answers: Answers, epoch: int = 0
) -> None:
    """Fill `answers` with what the text steps of these copies ask of models.

    What depends on sound (a copy redrawn because of it), or on copies handed over by others, is asked on demand.

    Parameters
    ----------
    copies : rows with the number of a copy.

    Raises
    ------
    Unavailable : a model can't be loaded.
    """
    from recipes.copying import REDRAWS

    asking = [
        (row, k) for row, k in copies if row.text.strip() and asks_models(copier.chains(row.hard_label))
    ]
    rows = {row.id: row for row, _ in asking}
    attempts = {(row.id, k): 0 for row, k in asking}
    texts: dict[tuple[str, int], str | None] = {}
    waiting = list(attempts)
    with _using(answers):
        while waiting:
            with noting() as notes:
                for name, k in waiting:
                    row, at = rows[name], (name, k)
                    source = Sample(name, None, row.text)
                    with suppress(Unanswered):
                        while (
                            text := copier.rehearse(source, row, k, attempts[at], epoch)
                        ) is None and attempts[at] < REDRAWS:
                            attempts[at] += 1
                        texts[at] = text
            answer(notes, answers)
            waiting = [at for at in waiting if at not in texts] or _again(copier, rows, attempts, texts)
            for at in waiting:
                texts.pop(at, None)


def _again(
    copier: Copier,
    rows: Mapping[str, Utterance],
    attempts: dict[tuple[str, int], int],
    texts: Mapping[tuple[str, int], str | None],
) -> list[tuple[str, int]]:
    """Copies that differ from one before in nothing and will be redrawn, their attempt counted up."""
    from recipes.copying import REDRAWS

    seen: set[tuple[str, str]] = set()
    again = []
    for (name, k), text in sorted(texts.items()):
        row = rows[name]
        if text is None or (row.audio and copier.chains(row.hard_label).audio):
            continue
        if (name, text) in seen and attempts[name, k] < REDRAWS:
            attempts[name, k] += 1
            again.append((name, k))
        seen.add((name, text))
    return again


@contextmanager
def _using(answers: Answers) -> Iterator[None]:
    before = use(answers)
    try:
        yield
    finally:
        use(before)
