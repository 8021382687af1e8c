"""Language models by name or folder, through transformers; what can't be loaded is said in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from augment.parameters import Unavailable

# What a model is loaded as: transformers' class for it, and what a person calls it.
KINDS = {
    "masked": ("AutoModelForMaskedLM", "masked language model"),
    "translation": ("AutoModelForSeq2SeqLM", "translation model"),
}


class Loaded(NamedTuple):
    """A tokeniser and its model, in evaluation mode, on the GPU where there is one."""

    tokeniser: Any
    model: Any

    @property
    def longest(self) -> int:
        """Tokens that the model can read at once."""
        limits = [self.tokeniser.model_max_length, 512]
        if getattr(self.model.config, "max_position_embeddings", None):
            limits.append(self.model.config.max_position_embeddings - 2)  # RoBERTa starts counting at 2
        return max(1, min(limits))


@lru_cache(maxsize=4)
def load(kind: str, name: str, argument: str = "model") -> Loaded:
    """The model called `name` on the Hugging Face hub, or in the folder `name`.

    Parameters
    ----------
    kind : a key of `KINDS`.
    argument : of the transform, for messages.

    Raises
    ------
    Unavailable : it is not here and can't be had, is of another kind, or lacks a package.
    """
    import torch
    import transformers

    class_name, described = KINDS[kind]
    place = _place(name, described, argument)
    try:
        with quiet():
            tokeniser = transformers.AutoTokenizer.from_pretrained(place)
            model, report = getattr(transformers, class_name).from_pretrained(
                place, output_loading_info=True, dtype=torch.float32
            )
    except ImportError as error:
        raise Unavailable(argument, f"{name!r} needs a package that is missing: {_reason(error)}") from error
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise Unavailable(argument, _not_loaded(name, described, place, error)) from error
    if report["missing_keys"]:
        raise Unavailable(
            argument,
            f"{name!r} is no {described}: its weights for that are not in the file "
            f"({sorted(report['missing_keys'])[0]} …); name one that was saved with them",
        )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Loaded(tokeniser, model.eval().requires_grad_(False).to(device))


def _place(name: str, described: str, argument: str) -> str:
    """The folder or name to load from; a path that is no folder is refused before the hub is asked for it."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder)
    if name.startswith((".", "~", "/")) or name.count("/") > 1:
        raise Unavailable(argument, f"there is no folder {name}; give that of a saved {described}")
    return name


def _not_loaded(name: str, described: str, place: str, error: Exception) -> str:
    from huggingface_hub import constants

    if Path(place).is_dir():
        return f"the folder {name} holds no {described} that transformers can load ({_reason(error)})"
    if constants.HF_HUB_OFFLINE:
        return (
            f"{name!r} is neither a folder nor in the Hugging Face cache ({constants.HF_HUB_CACHE}), and "
            f"HF_HUB_OFFLINE forbids to download it; unset that once, or give the folder of a saved {described}"
        )
    return (
        f"{name!r} can't be had from the Hugging Face hub ({_reason(error)}); check the name and the network, "
        f"or give the folder of a saved {described}"
    )


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".")[:200] if lines else type(error).__name__


@contextmanager
def quiet() -> Iterator[None]:
    """Loading says nothing of its own: neither bar nor report of weights without use."""
    from transformers.utils import logging

    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()
