"""What a recipe may do but probably does not mean: warnings of `recipes validate` and `train`."""

from __future__ import annotations

from recipes.correctors import balanced_before, correctors, counted_twice
from recipes.schema import Recipe
from recipes.stages import stages_of
from recipes.steps import speaker_scoped


def advice(recipe: Recipe) -> list[str]:
    """A sentence for each, none where all is well."""
    return [
        sentence
        for check in (
            _nothing_to_plan,
            _left_out,
            _voices_repeat,
            _nothing_deferred,
            counted_twice,
            balanced_before,
        )
        for sentence in check(recipe)
    ]


def _nothing_to_plan(recipe: Recipe) -> list[str]:
    if (
        recipe.balance is None
        and recipe.augment is not None
        and (recipe.augment.pairs or recipe.augment.audio or recipe.augment.text)
    ):
        return ["augment has steps, but without balance.target no copy is made that they could work on."]
    return []


def _left_out(recipe: Recipe) -> list[str]:
    """Steps of a modality that `modalities` leaves out."""
    if recipe.augment is None:
        return []
    settings = {"augment": recipe.augment}
    settings |= {f"augment.per_class.{label}": given for label, given in recipe.augment.per_class.items()}
    found = []
    for key, given in settings.items():
        modalities = given.modalities or recipe.augment.modalities
        for modality, other in (("audio", "text"), ("text", "audio")):
            if modalities == other and getattr(given, modality):
                found.append(f"{key}.{modality} has steps, but modalities is {other}: they never run.")
    return found


def _voices_repeat(recipe: Recipe) -> list[str]:
    """Beyond V copies of an utterance a voice repeats, and only what is drawn per utterance differs."""
    if recipe.balance is None or recipe.augment is None or recipe.augment.modalities == "text":
        return []
    augment = recipe.augment
    scoped = [speaker_scoped(step) for step in augment.audio]
    drawn_anew = augment.pairs or not all(scoped) or (augment.text and augment.modalities != "audio")
    most = recipe.balance.max_copies
    if isinstance(recipe.balance.target, dict) and "copies" in recipe.balance.target:
        most = min(recipe.balance.target["copies"], most or recipe.balance.target["copies"])
    if not any(scoped) or drawn_anew or (most is not None and most <= augment.voices):
        return []
    copies = f"up to {most}" if most is not None else "any number of"
    sentence = (
        f"an utterance may have {copies} copies in {augment.voices} voices, but no step is drawn for each "
        "utterance: copies in one voice are identical. Raise augment.voices, or lower balance.max_copies."
    )
    return [sentence]


def _nothing_deferred(recipe: Recipe) -> list[str]:
    """Deferred re-weighting needs weights; a loss that weighs classes itself is one of its own."""
    for stage in stages_of(recipe):
        weights = stage.recipe.train.class_weights
        if weights.drw_epoch and not correctors(stage.recipe).weighs:
            return [
                f"train.class_weights.drw_epoch {weights.drw_epoch} has no weights to bring in: their method is none. "
                "Give them a method, or leave drw_epoch out."
            ]
    return []
