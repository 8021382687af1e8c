"""From a recipe to the chains of a copy, and to the voice that each copy speaks in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from recipes.errors import Fault, RecipeError
from recipes.merging import merge_plain
from recipes.stages import stages_of
from recipes.steps import build_step, speaker_scoped
from recipes.suggest import did_you_mean

if TYPE_CHECKING:
    from augment.chain import Chain
    from augment.features import FeatureChain
    from augment.gates import Encoder, Gates
    from recipes.corpus.corpus import Utterance
    from recipes.schema import AugmentSettings, Recipe


@dataclass(frozen=True)
class Chains:
    """What is done to a copy of one class.

    pairs : joins utterances first, whatever `modalities`: what it makes is the source of the other two.
    audio, text : None where the recipe has no such steps, or `modalities` leaves them out.
    either : a copy runs one of the two, drawn; otherwise both.
    voiced : some step is drawn once a voice, so that copies with audio have a voice.
    """

    audio: Chain | None
    text: Chain | None
    either: bool
    voiced: bool
    pairs: Chain | None = None

    @property
    def changed(self) -> tuple[str, ...]:
        """The modalities that can differ from the source: what identity is judged by."""
        return ("audio", "text") if self.pairs else self.chosen

    @property
    def chosen(self) -> tuple[str, ...]:
        """The modalities with a chain of their own."""
        return tuple(name for name in ("audio", "text") if getattr(self, name) is not None)

    @property
    def all(self) -> tuple[Chain, ...]:
        """Every chain there is, in the order in which they run."""
        return tuple(chain for chain in (self.pairs, self.audio, self.text) if chain is not None)

    @property
    def languages(self) -> set[str]:
        """Of the texts that the text steps can change."""
        from augment.containers import languages

        return languages(self.text.steps) if self.text else set()

    def text_in(self, language: str | None) -> Chain | None:
        """The text steps that know `language`, None where none does."""
        from augment.containers import in_language

        if self.text is None or language is None:
            return None
        steps = [kept for step in self.text.steps if (kept := in_language(step, language)) is not None]
        if steps == list(self.text.steps):
            return self.text
        return replace(self.text, steps=steps) if steps else None

    @property
    def needs_pool(self) -> bool:
        """Whether some step takes other utterances."""
        return any(step.needs_pool for chain in self.all for step in chain.steps)


def build_chains(recipe: Recipe, label: str | None = None) -> Chains:
    """The chains of a class, `per_class` upon what holds for all; without a label, what holds for all."""
    from augment.chain import Chain

    settings = settings_for(recipe, label)
    if settings is None:
        return Chains(None, None, either=False, voiced=False)
    protect = tuple(settings.gates.protect)
    audio = settings.audio if settings.modalities != "text" else []
    text = settings.text if settings.modalities != "audio" else []
    return Chains(
        audio=Chain([build_step(step) for step in audio], protect=protect) if audio else None,
        text=Chain([build_step(step) for step in text], protect=protect) if text else None,
        either=settings.modalities == "either" and bool(audio) and bool(text),
        voiced=any(speaker_scoped(step) for step in audio),
        pairs=Chain([build_step(step) for step in settings.pairs]) if settings.pairs else None,
    )


def build_features(
    recipe: Recipe, classes: Sequence[str], counts: Sequence[float], bands: tuple[int, int] = (0, 0)
) -> FeatureChain:
    """What is done to the features of a training batch; false where the recipe does nothing to them.

    Parameters
    ----------
    classes : names in the order of the model's labels.
    counts : training utterances of each.
    bands : which columns of the frames are bands of a spectrogram, (first, after the last).
    """
    from augment.features import FeatureChain

    settings = recipe.augment
    own = {} if settings is None else settings.per_class
    return FeatureChain(
        steps=[build_step(step) for step in settings.features] if settings else [],
        per_class={
            classes.index(label): [build_step(step) for step in settings_for(recipe, label).features]
            for label, given in own.items()
            if "features" in given.model_fields_set and label in classes
        },
        counts=[float(count) for count in counts],
        bands=bands,
    )


def build_gates(recipe: Recipe, label: str | None = None, encoder: Encoder | None = None) -> Gates:
    """The gates of a class's copies; `encoder` (texts to vectors) is for `similarity: encoder` alone.

    Raises
    ------
    RecipeError : where the recipe asks for an encoder and there is none.
    """
    from augment.gates import Gates
    from recipes.schema import GateSettings

    settings = settings_for(recipe, label)
    gates = settings.gates if settings else GateSettings()
    if gates.similarity == "encoder" and encoder is None:
        message = "encoder asked for, and none was handed in (encoder=…); use characters"
        raise RecipeError.of(
            [Fault(f"recipe {recipe.name}", None, None, "augment.gates.similarity", message)]
        )
    return Gates(**gates.model_dump(), encoder=encoder if gates.similarity == "encoder" else None)


def wants_encoder(recipe: Recipe) -> bool:
    """Whether some class's copies are judged by `similarity: encoder`."""
    labels = (None, *(recipe.augment.per_class if recipe.augment else ()))
    found = [settings_for(recipe, label) for label in labels]
    return any(settings is not None and settings.gates.similarity == "encoder" for settings in found)


def encoder_print(recipe: Recipe, encoder: Encoder | None) -> str | None:
    """What the encoder is known by in a job: None where the recipe asks for none."""
    return getattr(encoder, "fingerprint", "") if encoder is not None and wants_encoder(recipe) else None


def text_languages(recipe: Recipe) -> set[str]:
    """The languages that the recipe's text steps know, those of all classes together."""
    labels = (None, *(recipe.augment.per_class if recipe.augment else ()))
    return {language for label in labels for language in build_chains(recipe, label).languages}


def settings_for(recipe: Recipe, label: str | None = None) -> AugmentSettings | None:
    """The `augment` section as one class sees it; None where the recipe has none."""
    if recipe.augment is None or label is None or label not in recipe.augment.per_class:
        return recipe.augment
    common = recipe.augment.model_dump(mode="json", exclude={"per_class"})
    given = recipe.augment.per_class[label].model_dump(mode="json", exclude_unset=True)
    return type(recipe.augment).model_validate(merge_plain(common, given))


def check_labels(recipe: Recipe, labels: Iterable[str]) -> None:
    """Refuse a recipe that names a class which the corpus lacks, or whose class weights leave one out.

    Raises
    ------
    RecipeError : that names the nearest class.
    """
    labels = sorted(labels)
    weights = {"train": recipe.train.class_weights}
    for number, stage in enumerate(stages_of(recipe) if recipe.train.stages else ()):
        if recipe.train.stages[number].class_weights is not None:
            weights[f"train.stages[{number}]"] = stage.recipe.train.class_weights
    every = {
        f"{place}.class_weights.{key}": getattr(given, key)
        for place, given in weights.items()
        for key in ("method", "prior")
    }
    given = {"augment.per_class": recipe.augment.per_class if recipe.augment else {}}
    given["balance.per_class"] = recipe.balance.per_class if recipe.balance else {}
    given |= {key: names for key, names in every.items() if isinstance(names, dict)}
    strategy = recipe.train.resample and recipe.train.resample.strategy
    given["train.resample.strategy"] = strategy if isinstance(strategy, dict | list) else {}
    faults = {
        f"{key}.{label}": "the corpus has no such class"
        + (did_you_mean(label, labels) or f" (known: {', '.join(labels)})")
        for key, names in given.items()
        for label in names
        if label not in labels
    }
    for key in every:
        missing = [label for label in labels if label not in given.get(key, labels)]
        if missing:
            faults[key] = f"give class {', '.join(missing)} a number too"
    if faults:
        where = f"recipe {recipe.name}"
        raise RecipeError.of(Fault(where, None, None, key, what) for key, what in faults.items())


def ranks(originals: Sequence[Utterance]) -> dict[str, int]:
    """By id: which utterance, from 0 and by id, each is among those of its speaker and class."""
    from balancer.distribution import hard

    groups: dict[tuple[str, Any], list[str]] = defaultdict(list)
    for utterance in originals:
        groups[utterance.speaker or "", hard(utterance.label)].append(utterance.id)
    return {name: rank for ids in groups.values() for rank, name in enumerate(sorted(ids))}


def voice_of(speaker: str | None, rank: int, copy: int, voices: int, epoch: int = 0) -> str:
    """`KS0#2`: the voice of copy `copy` (from 1) of a speaker's `rank`-th utterance of a class.

    Shifted by the rank, so that no class owns a voice; by the epoch (online), so that each comes to all.
    """
    return f"{speaker or ''}#{(rank + copy - 1 + epoch) % voices + 1}"


def assign_voices(
    originals: Sequence[Utterance], copies: Sequence[int] | Mapping[str, int], voices: int, epoch: int = 0
) -> dict[tuple[str, int], str]:
    """The voice of every copy, `{(source id, k): "speaker#v"}`; empty for a source without audio.

    Parameters
    ----------
    originals : training originals; a Corpus will do. Without a speaker, they are one nameless speaker's.
    copies : of each original, in their order or by id.
    voices : pseudo-speakers a speaker.
    """
    rank = ranks(originals)
    if not isinstance(copies, Mapping):
        copies = {u.id: int(n) for u, n in zip(originals, copies, strict=True)}
    return {
        (u.id, k): voice_of(u.speaker, rank[u.id], k, voices, epoch) if u.audio else ""
        for u in originals
        for k in range(1, copies.get(u.id, 0) + 1)
    }
