"""MER-HAN's configuration: settings, dimensions of features, class names, the text encoder's own config."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import AutoConfig
from transformers.configuration_utils import PreTrainedConfig, SubConfigSpec

from merhan.model.settings import ModelSettings


@dataclass(frozen=True)
class FeatureDims:
    """Numbers that a row has: `frames` a frame, `functionals` an utterance (0: none), `text` a token."""

    frames: int
    functionals: int
    text: int


class MerHanConfig(PreTrainedConfig):
    """Everything needed to build MER-HAN without its weights.

    Parameters
    ----------
    settings : the dumped ModelSettings; defaults where absent.
    frame_dim, functional_dim, text_dim : numbers a frame, an utterance (0: no functionals), a token.
    text_config : configuration of the text encoder; None where text states come from elsewhere.
    id2label : class names by id; names sorted.
    calibration : what merhan.calibration.ModelCalibration keeps of a trained model; None where there is none.
    """

    model_type = "merhan"
    keys_to_ignore_at_inference = ["audio_logits", "text_logits", "embedding", "attentions"]  # noqa: RUF012  what a Trainer gathers
    sub_configs_defaults = {  # noqa: RUF012  a ClassVar of PreTrainedConfig
        "text_config": SubConfigSpec(AutoConfig, model_type="bert", optional=True)
    }

    settings: dict[str, Any] | None = None
    frame_dim: int = 40
    functional_dim: int = 0
    text_dim: int = 384
    text_config: dict[str, Any] | PreTrainedConfig | None = None
    calibration: dict[str, Any] | None = None

    def __post_init__(self, **kwargs: Any) -> None:
        self.settings = ModelSettings(**(self.settings or {})).model_dump()
        super().__post_init__(**kwargs)

    @property
    def model_settings(self) -> ModelSettings:
        """The settings as an object."""
        return ModelSettings(**self.settings)

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in the order of the logits."""
        return tuple(self.id2label[index] for index in range(self.num_labels))

    @classmethod
    def build(
        cls,
        settings: ModelSettings,
        dims: FeatureDims,
        labels: Sequence[str],
        text_config: PreTrainedConfig | None = None,
    ) -> MerHanConfig:
        """The configuration for these settings, dimensions and class names (in class order)."""
        encoder = None if text_config is None else text_config.to_dict()
        if encoder:
            encoder.pop("_name_or_path", None)  # where it lay on this machine is nobody's business
        return cls(
            settings=settings.model_dump(),
            frame_dim=dims.frames,
            functional_dim=dims.functionals,
            text_dim=dims.text,
            text_config=encoder,
            id2label=dict(enumerate(labels)),
            label2id={name: index for index, name in enumerate(labels)},
        )


AutoConfig.register(MerHanConfig.model_type, MerHanConfig, exist_ok=True)
