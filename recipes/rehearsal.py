"""What text steps will ask of language models, found out beforehand and asked in large batches.

A draw is a pure function of the recipe, the seed and the utterance. So the texts of all copies are drawn before any copy
is made; where a step asks its model something, the question is noted and the copy put off. All questions are answered
together, and the drawing goes on, until no copy asks anything more: further model steps of a chain and the redraws of
refused texts come in later rounds. Exactly the words that copies need are asked about, wherever the step stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
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

    What depends on sound (a copy redrawn because of it) is left to be asked on demand.

    Parameters
    ----------
    copies : rows with the number of a copy.

    Raises
    ------
    Unavailable : a model can't be loaded.
    """
    from recipes.copying import REDRAWS

    waiting = {
        (row.id, k): (Sample(row.id, None, row.text), row, 0)
        for row, k in copies
        if row.text.strip() and asks_models(copier.chains(row.hard_label))
    }
    with _using(answers):
        while waiting:
            with noting() as notes:
                for key, (source, row, attempt) in list(waiting.items()):
                    try:
                        while not copier.rehearse(source, row, key[1], attempt, epoch) and attempt < REDRAWS:
                            attempt += 1
                        del waiting[key]
                    except Unanswered:
                        waiting[key] = source, row, attempt
            answer(notes, answers)


@contextmanager
def _using(answers: Answers) -> Iterator[None]:
    before = use(answers)
    try:
        yield
    finally:
        use(before)
