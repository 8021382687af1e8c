"""A new MER-HAN, ready to be trained."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import PreTrainedModel

from merhan.errors import MerhanError
from merhan.model.configuration import FeatureDims, MerHanConfig
from merhan.model.modeling import MerHanForEmotionClassification
from merhan.model.settings import ModelSettings


def build_model(
    settings: ModelSettings,
    dims: FeatureDims,
    labels: Sequence[str],
    text_encoder: PreTrainedModel | None = None,
    seed: int = 0,
) -> MerHanForEmotionClassification:
    """MER-HAN with fresh weights around a copy of `text_encoder`; the same seed gives the same weights.

    Parameters
    ----------
    settings : the recipe's `model` section.
    dims : of the features.
    labels : class names in class order.
    text_encoder : a pretrained encoder (`TextEncoder.load().model`), saved with the model, frozen or not.
    seed : of the fresh weights; torch's own generator is left as it was.

    Raises
    ------
    MerhanError : for an encoder whose states have another size than `dims.text`, an encoder-decoder, or
        fewer than two labels.
    """
    if len(set(labels)) < 2:
        found = ", ".join(labels) or "none"
        raise MerhanError(f"MER-HAN needs at least two emotion classes, and the corpus has {found}.")
    _check_encoder(text_encoder, dims)
    config = MerHanConfig.build(settings, dims, labels, None if text_encoder is None else text_encoder.config)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MerHanForEmotionClassification(config)
    if text_encoder is not None:
        _copy_encoder(text_encoder, model.text_encoder)
    return model


def _copy_encoder(source: PreTrainedModel, copy: PreTrainedModel) -> None:
    absent, unknown = copy.load_state_dict(source.state_dict(), strict=False)
    # AutoModel makes a pooler where the source may be without one; nothing here reads it.
    absent = [name for name in absent if not name.startswith("pooler.")]
    if absent or unknown:
        raise MerhanError(
            f"Text encoder {_name(source)} isn't what AutoModel makes of its configuration "
            f"({', '.join([*absent, *unknown][:3])} differ): load it with AutoModel.from_pretrained."
        )


def _check_encoder(text_encoder: PreTrainedModel | None, dims: FeatureDims) -> None:
    if text_encoder is None:
        return
    config, name = text_encoder.config, _name(text_encoder)
    if config.is_encoder_decoder:
        raise MerhanError(
            f"Text encoder {name} also has a decoder: name an encoder alone, such as BERT, RoBERTa or MiniLM."
        )
    if config.hidden_size != dims.text:
        raise MerhanError(
            f"Text encoder {name} gives {config.hidden_size} numbers a token and the text features have "
            f"{dims.text}: make the features with the same encoder."
        )


def _name(encoder: PreTrainedModel) -> str:
    return encoder.config.name_or_path or encoder.config.model_type
