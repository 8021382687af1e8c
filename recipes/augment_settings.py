"""The `augment` section: what is done to a copy, and what makes it unfit."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_serializer

from recipes.fields import Section, empty_if_null, number
from recipes.steps import check_steps

Protected = Literal["negation", "number", "url", "mention", "emoji", "name", "emotion"]
PROTECTED: list[Protected] = ["negation", "number", "url", "mention", "emoji", "name", "emotion"]
Modalities = Literal["both", "either", "audio", "text"]


def _steps(modality: str, *, per_class: bool = False) -> BeforeValidator:
    return BeforeValidator(partial(check_steps, modality=modality, per_class=per_class))


class GateSettings(Section):
    """When a copy is refused. `protect` is the whole list of word kinds that text steps leave alone."""

    similarity: Literal["characters", "encoder"] = "characters"
    min_similarity: float = number(0.6, 0, 1, "of the text (1: the same)")
    max_clipped: float = number(0.001, 0, 1, "of the samples")
    min_duration: float = number(0.1, 0, 60, "s")
    min_snr_db: float = number(5.0, -60, 60, "dB (-60: any)")
    min_voiced: float = number(0.5, 0, 1, "of the source's voiced time (0: any)")
    protect: list[Protected] = Field(default_factory=lambda: list(PROTECTED))


class ClassSettings(Section):
    """What one class does otherwise; only what is given counts, and null takes away."""

    modalities: Modalities | None = None
    pairs: Annotated[list[dict[str, Any]], _steps("pairs", per_class=True)] = Field(default_factory=list)
    audio: Annotated[list[dict[str, Any]], _steps("audio", per_class=True)] = Field(default_factory=list)
    text: Annotated[list[dict[str, Any]], _steps("text", per_class=True)] = Field(default_factory=list)
    features: Annotated[list[dict[str, Any]], _steps("features", per_class=True)] = Field(
        default_factory=list
    )
    gates: GateSettings | None = None


class AugmentSettings(Section):
    """`audio` and `text` are the chains of a copy, `features` runs in the trainer.

    `pairs` joins utterances before them, sound and text in step, whatever `modalities`.
    """

    modalities: Modalities = "both"
    voices: int = number(4, 1, 1000, "pseudo-speakers a speaker")
    pairs: Annotated[list[dict[str, Any]], _steps("pairs")] = Field(default_factory=list)
    audio: Annotated[list[dict[str, Any]], _steps("audio")] = Field(default_factory=list)
    text: Annotated[list[dict[str, Any]], _steps("text")] = Field(default_factory=list)
    features: Annotated[list[dict[str, Any]], _steps("features")] = Field(default_factory=list)
    per_class: Annotated[dict[str, ClassSettings], BeforeValidator(empty_if_null)] = Field(
        default_factory=dict
    )
    gates: Annotated[GateSettings, BeforeValidator(empty_if_null)] = GateSettings()

    @field_serializer("per_class")
    def _only_what_is_given(self, per_class: dict[str, ClassSettings]) -> dict[str, Any]:
        return {
            label: given.model_dump(mode="json", exclude_unset=True) for label, given in per_class.items()
        }
