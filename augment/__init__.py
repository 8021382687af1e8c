"""augment: change one sample of speech and its transcript, and know what was done.

    from augment import Chain, PitchShift, AddNoise, generator

Names are imported when they are first used: numba, soundfile and the synonym table cost nothing until then.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "Audio": "augment.transform",
    "Sample": "augment.chain",
    "Chain": "augment.chain",
    "OneOf": "augment.containers",
    "SomeOf": "augment.containers",
    "replay": "augment.chain",
    "Gates": "augment.gates",
    "PitchShift": "augment.audio",
    "TimeStretch": "augment.audio",
    "AddNoise": "augment.audio",
    "Speed": "augment.audio",
    "Gain": "augment.audio",
    "Reverb": "augment.audio",
    "Loudness": "augment.audio",
    "Filter": "augment.audio",
    "Codec": "augment.audio",
    "Saturate": "augment.audio",
    "Shift": "augment.audio",
    "Crop": "augment.audio",
    "Trim": "augment.audio",
    "Pad": "augment.audio",
    "Vtlp": "augment.audio",
    "Prosody": "augment.audio",
    "SynonymReplacement": "augment.text",
    "RandomInsertion": "augment.text",
    "RandomDeletion": "augment.text",
    "RandomSwap": "augment.text",
    "Spelling": "augment.text",
    "Keyboard": "augment.text",
    "Disfluency": "augment.text",
    "AsrNoise": "augment.text",
    "Contraction": "augment.text",
    "Punctuation": "augment.text",
    "Casing": "augment.text",
    "CopyPaste": "augment.pairs",
    "Overlay": "augment.pairs",
    "Pool": "augment.pairs",
    "Member": "augment.pairs",
    "partners": "augment.pairs",
    "SpecAugment": "augment.features",
    "Mixup": "augment.features",
    "Remix": "augment.features",
    "ManifoldMixup": "augment.features",
    "FeatureChain": "augment.features",
    "Contextual": "augment.text",
    "BackTranslation": "augment.text",
    "generator": "augment.randomness",
    "register": "augment.transform",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'augment' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
