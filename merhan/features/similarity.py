"""The encoder of the similarity gate: is a copy's text still about the same?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from merhan.features.settings import FeatureError
from merhan.features.text import TextEncoder
from recipes.chains import wants_encoder
from recipes.schema import Recipe

KEPT = 4096  # vectors; a source's copies all ask for the source's


def similarity_encoder(recipe: Recipe) -> SentenceEncoder | None:
    """What `gates: {similarity: encoder}` is judged by: the recipe's text encoder; None where it is not asked for.

    Raises
    ------
    FeatureError : the encoder can't be loaded, or has learnt nothing.
    """
    if not wants_encoder(recipe):
        return None
    return SentenceEncoder(recipe.features.get("text_encoder", "auto"))


class SentenceEncoder:
    """Texts to the mean of their tokens' vectors, float32 (texts, hidden); loaded again in each worker."""

    def __init__(self, name: str = "auto"):
        self.name = name
        self.fingerprint = self._loaded().fingerprint

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vector(text) for text in texts])

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "fingerprint": self.fingerprint}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.name, self.fingerprint = state["name"], state["fingerprint"]
        self._loaded()

    def _loaded(self) -> TextEncoder:
        encoder = TextEncoder.load(self.name)
        if encoder.trainable:
            raise FeatureError(
                "augment.gates.similarity: encoder asked for, and there is no trained text encoder here; install "
                "merhan-balance[demo], name one (features.text_encoder), or use characters."
            )
        self._vector = lru_cache(KEPT)(lambda text: _mean(encoder, text))
        return encoder


def _mean(encoder: TextEncoder, text: str) -> np.ndarray:
    import torch

    with torch.inference_mode():
        ids = torch.from_numpy(encoder.ids([text])[0])[None]
        states = encoder.model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
    return states[0].mean(dim=0).float().numpy()
