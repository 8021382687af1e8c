"""Full disks as each library reports them, met for real through a limit on the size of files."""

from __future__ import annotations

import errno
import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recipes.disk import is_full


def plain(path: Path) -> None:
    path.write_bytes(bytes(100_000))


def parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"x": np.random.default_rng(0).random(20_000)}), path)


def safetensors(path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(20_000)}, path)


def torch_archive(path: Path) -> None:
    import torch

    torch.save({"x": torch.zeros(20_000), "names": ["name"] * 500}, path)


@pytest.mark.parametrize("size", [10, 5000])
@pytest.mark.parametrize("write", [plain, parquet, safetensors, torch_archive])
def test_every_writer_of_ours(tmp_path: Path, write: Callable[[Path], None], size: int) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with pytest.raises(Exception) as caught:  # noqa: PT011  each has an error of its own
            write(tmp_path / "file")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert is_full(caught.value)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_by_number(number: int) -> None:
    assert is_full(OSError(number, "whatever"))


def test_other_errors_are_not() -> None:
    assert not is_full(PermissionError(errno.EACCES, "Permission denied"))
    assert not is_full(RuntimeError("size mismatch for os error 27x"))
    assert not is_full(ValueError("the disk"))
