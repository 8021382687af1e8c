"""Learn emotions from a balanced corpus with MER-HAN, and show what came of it.

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from merhan.model.auto import register_auto_classes

_PUBLIC = {
    "MerHanConfig": "merhan.model.configuration",
    "MerHanForEmotionClassification": "merhan.model.modeling",
    "MerHanProcessor": "merhan.processor",
    "MerHanTrainer": "merhan.training.trainer",
    "MerhanError": "merhan.errors",
    "Predictor": "merhan.prediction",
    "Ensemble": "merhan.ensembles.predictor",
    "ensemble": "merhan.ensembles.run",
    "evaluate": "merhan.evaluation.evaluate",
    "train": "merhan.training.run",
    "train_ensemble": "merhan.ensembles.training",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__


# transformers' AutoConfig and AutoModel know MER-HAN as soon as both are imported.
register_auto_classes()
