"""Which step of a recipe moves the emotion, of which class, and from which strength on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from merhan.evaluation.audit.bench import Bench
from merhan.evaluation.audit.folds import folds_of, originals_of
from merhan.evaluation.audit.results import Audit, StepAudit
from merhan.evaluation.audit.sound import audit_sound
from merhan.evaluation.audit.steps import steps_of
from merhan.evaluation.audit.words import audit_words
from merhan.features.cache import FeatureCache
from merhan.features.settings import FeatureSettings
from recipes.chains import check_labels
from recipes.errors import RecipeError

if TYPE_CHECKING:
    from merhan.features.extract import Progress
    from recipes.corpus import Corpus
    from recipes.schema import Recipe


def audit(
    corpus: Corpus,
    recipe: str | Path | Mapping[str, Any] | Recipe,
    *,
    keep: float = 0.9,
    copies: int = 40,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
    cache: FeatureCache | None = None,
) -> Audit:
    """Judge copies of originals whose speaker the judge has not heard, each step by itself, at several strengths.

    A classifier for sound (functionals) and one for words (mean text states) learn from the training originals of
    all speakers but those held out, and decide on the held-out originals and on copies of them. Copies of a step
    with scope "speaker" are measured against the statistics of their voice, as in training.

    Parameters
    ----------
    corpus : its training originals are used, all originals where it has no splits.
    keep : share of decisions that has to be kept: a strength moves where the interval lies below.
    copies : originals of each class that are copied, at most; dealt over speakers, by id.
    progress : called with (done, total), first of originals heard, then of copies.
    cache : the user's by default.

    Raises
    ------
    RecipeError : nothing in the recipe changes a copy. AuditError : fewer than two speakers or classes.
    CorpusError : audio that can't be read.
    """
    from recipes.library import load_recipe

    recipe = load_recipe(recipe)
    asked = steps_of(recipe)
    if all(step.unasked for step in asked):
        raise RecipeError(f"recipe {recipe.name} has no step that changes a copy: there is nothing to audit.")
    originals = originals_of(corpus)
    check_labels(recipe, originals.labels)
    bench = Bench(
        originals,
        recipe,
        FeatureSettings(**recipe.features),
        folds_of(originals),
        keep,
        copies,
        seed,
        workers,
        progress,
        FeatureCache.default() if cache is None else cache,
    )
    sides = {
        "audio": audit_sound(bench, [s for s in asked if s.modality in ("pairs", "audio") and not s.unasked]),
        "text": audit_words(bench, [s for s in asked if s.modality == "text" and not s.unasked]),
    }
    found = {key: step for side in sides.values() for key, step in side.steps.items()}
    lacking = {"text": "no original has text that it knows"}
    return Audit(
        recipe=recipe.name,
        keep=keep,
        rows=len(originals),
        speakers=len({row.speaker for row in originals}),
        classes=tuple(originals.labels),
        references={name: side.reference for name, side in sides.items() if side.reference},
        steps=tuple(
            found.get(step.key)
            or StepAudit(step, (), (), step.unasked or lacking.get(step.modality, "no original has audio"))
            for step in asked
        ),
        wholes={name: side.whole for name, side in sides.items() if side.whole},
        notes=tuple(dict.fromkeys(note for side in sides.values() for note in side.notes)),
    )
