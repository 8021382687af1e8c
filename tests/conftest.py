"""No test needs the network, and none touches the user's cache."""

from __future__ import annotations

import os

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["MERHAN_BALANCE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("MERHAN_BALANCE_CORPUS", None)
