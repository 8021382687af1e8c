"""Where the cache lies."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from recipes.cache import cache_folder


def test_the_environment_decides(tmp_path, monkeypatch):
    monkeypatch.setenv("MERHAN_BALANCE_CACHE", str(tmp_path / "deep" / "cache"))
    assert cache_folder() == tmp_path / "deep" / "cache"
    assert cache_folder().is_dir()


def test_else_the_users_own(tmp_path, monkeypatch):
    monkeypatch.delenv("MERHAN_BALANCE_CACHE", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    assert cache_folder() == Path(tmp_path / "merhan-balance")
