"""MER-HAN as a Hugging Face model. Nothing heavy is imported before it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "FeatureDims": "configuration",
    "MerHanConfig": "configuration",
    "MerHanForEmotionClassification": "modeling",
    "MerHanOutput": "modeling",
    "ModelSettings": "settings",
    "build_model": "build",
    "drop_modalities": "modality_dropout",
    "fusions": "settings",
    "register_auto_classes": "auto",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return __all__
