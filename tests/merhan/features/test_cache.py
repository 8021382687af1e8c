from __future__ import annotations

import errno
import resource
import threading

import numpy as np
import pytest

from merhan.features.cache import FeatureCache, content_key


def test_arrays_come_back_as_they_were(cache):
    arrays = {"a": np.arange(6, dtype=np.float16).reshape(2, 3), "b": np.zeros((0, 4), np.float32)}
    cache.put("k" * 32, arrays)
    found = cache.get("k" * 32)
    assert {name: (x.dtype, x.shape) for name, x in found.items()} == {
        name: (x.dtype, x.shape) for name, x in arrays.items()
    }
    assert (found["a"] == arrays["a"]).all()


def test_what_was_not_kept_is_none(cache):
    assert cache.get("0" * 32) is None


def test_a_broken_file_is_as_good_as_none_and_is_written_anew(cache):
    cache.put("f" * 32, {"a": np.ones(3)})
    (path,) = cache.folder.rglob("*.safetensors")
    path.write_bytes(path.read_bytes()[:-5])
    assert cache.get("f" * 32) is None
    cache.put("f" * 32, {"a": np.ones(3)})
    assert cache.get("f" * 32)["a"].tolist() == [1, 1, 1]


def test_writers_at_once_leave_one_whole_file(cache):
    def write() -> None:
        for _ in range(30):
            cache.put("e" * 32, {"a": np.full(5_000, 7.0)})
            assert (cache.get("e" * 32)["a"] == 7.0).all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [path.suffix for path in cache.folder.rglob("*") if path.is_file()] == [".safetensors"]


def test_a_full_disk_says_where_and_leaves_nothing(cache):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            cache.put("d" * 32, {"a": np.ones(5_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(cache.folder / "dd" / f"{'d' * 30}.safetensors")
    assert not [path for path in cache.folder.rglob("*") if path.is_file()]


def test_no_folder_keeps_nothing():
    nowhere = FeatureCache(None)
    nowhere.put("a" * 32, {"a": np.ones(1)})
    assert nowhere.get("a" * 32) is None


def test_keys_tell_contents_apart_and_nothing_else():
    assert content_key("x", {"a": 1, "b": 2.5}) == content_key("x", {"b": 2.5, "a": 1})
    assert (
        len({content_key("ab", "c"), content_key("a", "bc"), content_key(["ab", "c"]), content_key("ab")})
        == 4
    )


def test_the_default_lies_in_the_user_s_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("MERHAN_BALANCE_CACHE", str(tmp_path / "c"))
    assert FeatureCache.default().folder == tmp_path / "c" / "features"
