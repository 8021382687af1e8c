"""What merhan hears and reads: the `features` section of a recipe."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from merhan.errors import MerhanError
from recipes.sections import sections

RATE = 16_000  # Hz, what features are computed at
FRAME_RATE = 100  # frames a second before `stride`: windows of 25 ms, 10 ms apart


class FeatureError(MerhanError):
    """Features can't be made of this; the message says what, where and what to do."""


class FeatureSettings(BaseModel):
    """Settings of the `features` section; bounds with units in every description.

    Raises
    ------
    pydantic.ValidationError : for an unknown key, a value out of bounds, or more MFCC than mel bands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mfcc: int = Field(40, ge=1, le=120, description="cepstral coefficients; their deltas come along")
    mels: int = Field(64, ge=8, le=120, description="mel bands, 20 Hz to 8 kHz")
    f0_min: float = Field(60.0, ge=40, le=200, description="lowest pitch looked for, Hz")
    f0_max: float = Field(600.0, ge=250, le=1000, description="highest pitch looked for, Hz")
    stride: int = Field(4, ge=1, le=20, description="frames of 10 ms averaged into one; 4 gives 25 a second")
    normalise: Literal["speaker", "utterance", "corpus", "none"] = Field(
        "speaker", description="whose mean and deviation features are measured against"
    )
    shrink: float = Field(
        10.0, ge=0, le=10_000, description="utterances that the corpus weighs against a speaker's own"
    )
    functionals: bool = Field(True, description="whether the utterance's functionals enter the network")
    text_encoder: str = Field(
        "auto",
        min_length=1,
        description="auto, scratch, or any Hugging Face encoder by name or path",
    )
    max_seconds: float = Field(30.0, ge=0.1, le=600, description="seconds of an utterance that are heard")
    max_tokens: int = Field(128, ge=4, le=8192, description="tokens of a text that are read")

    @model_validator(mode="after")
    def _enough_bands(self) -> FeatureSettings:
        if self.mfcc > self.mels:
            raise ValueError(
                f"mfcc: {self.mfcc} coefficients need as many mel bands, and mels is {self.mels}"
            )
        return self


sections.register("features", func=FeatureSettings)
