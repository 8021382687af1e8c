"""Other libraries' bars and log lines kept out of our output."""

from __future__ import annotations

import logging
import os
import warnings


def keep_libraries_quiet() -> None:
    """Warnings and bars of transformers, accelerate and torch say nothing a user of ours can act on."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    for name in ("accelerate", "torch", "numba", "tensorboard"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("torch", "transformers", "accelerate"):
        warnings.filterwarnings("ignore", module=rf"{name}(\.|$)")
