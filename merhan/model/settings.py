"""What MER-HAN is made of: the `model` section of a recipe. No torch is imported here.

`fusions` is the registry of fusions: a third party adds one through the entry-point group
`merhan_balance.fusions`, or with `fusions.register("name", func=Class)`.
"""

from __future__ import annotations

from typing import Any, Literal

import catalogue
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

# One word with a dot, because catalogue joins several with underscores to name the entry-point group.
fusions = catalogue.create("merhan_balance.fusions", entry_points=True)

BUILT_IN_FUSIONS = ("concat", "gated")  # registered by merhan.model.fusion, which needs torch

# What a preset says where the recipe says nothing; `default` is what the fields themselves say.
PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    # Zhang et al. 2023: BiLSTM of two layers with 256 each way, convolution to 256, four heads, no shortcuts.
    # They read 100 frames a second of 40 MFCC: `features: {stride: 1}` belongs to it.
    "paper": {
        "lstm_size": 256,
        "audio_layers": 2,
        "width": 256,
        "fusion": "concat",
        "frame_norm": "none",
        "functionals_token": False,
        "pool_summary": False,
        "direct_path": False,
        "late_fusion": False,
    },
}


class ModelSettings(BaseModel):
    """Settings of the `model` section, bounds with units in every description.

    Keys that are absent take the value of `preset`.

    Raises
    ------
    pydantic.ValidationError : for an unknown key, a value out of bounds, a fusion nobody registered, sizes
        that the heads don't divide, or a model without both network and direct path.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: Literal["default", "paper"] = Field("default", description="where absent keys come from")
    lstm_size: int = Field(64, ge=4, le=1024, description="units of a BiLSTM, each way")
    audio_layers: int = Field(1, ge=1, le=4, description="BiLSTM layers over frames")
    text_layers: int = Field(0, ge=0, le=4, description="BiLSTM layers over the encoder's tokens; 0 has none")
    width: int = Field(128, ge=8, le=1024, description="channels in which audio and text meet")
    kernel: int = Field(3, ge=1, le=15, description="frames or tokens of the convolution to `width`, odd")
    heads: int = Field(4, ge=1, le=32, description="heads of every attention")
    dropout: float = Field(0.5, ge=0, le=0.9, description="share of activations dropped in training")
    direct_dropout: float = Field(
        0.0, ge=0, le=0.9, description="share of functionals and text mean dropped before the direct path"
    )
    fusion: str = Field("gated", min_length=1, description="gated, concat, or a registered fusion")
    pooling: Literal["attentive", "mean"] = Field("attentive", description="how steps become one vector")
    pool_summary: bool = Field(True, description="whether the summary token is added to what is pooled")
    late_fusion: bool = Field(True, description="whether joint logits build on the sum of the unimodal ones")
    frame_norm: Literal["utterance", "none"] = Field(
        "utterance", description="whether the BiLSTM hears frames about their utterance's own mean"
    )
    functionals_token: bool = Field(True, description="whether the functionals are one more audio token")
    direct_path: bool = Field(True, description="whether functionals and text mean reach the heads linearly")
    network: bool = Field(True, description="whether there is a network beside the direct path")
    freeze_text_encoder: bool = Field(True, description="whether the text encoder stays as it is")

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return PRESETS.get(str(data.get("preset", "default")), {}) | data
        return data

    @field_validator("fusion")
    @classmethod
    def _known_fusion(cls, name: str) -> str:
        if name in BUILT_IN_FUSIONS or name in fusions:
            return name
        known = sorted({*BUILT_IN_FUSIONS, *fusions.get_all()})
        raise ValueError(f"no fusion is called {name!r}; there are {', '.join(known)}")

    @model_validator(mode="after")
    def _fits_together(self) -> ModelSettings:
        if not self.network and not self.direct_path:
            raise ValueError("network and direct_path are both false: nothing is left to predict with")
        if self.kernel % 2 == 0:
            raise ValueError(f"kernel: {self.kernel} is even; give an odd number of frames or tokens")
        for name, size in (("2 × lstm_size", 2 * self.lstm_size), ("width", self.width)):
            if size % self.heads:
                raise ValueError(f"heads: {self.heads} don't divide {name} ({size} channels)")
        return self
