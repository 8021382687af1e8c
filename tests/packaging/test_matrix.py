from __future__ import annotations

import importlib.util
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

SCRIPT = Path(__file__).parents[2] / "scripts" / "test_matrix.py"


@pytest.fixture(scope="module")
def matrix():
    found = importlib.util.spec_from_file_location("test_matrix_script", SCRIPT)
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    return script


def test_the_oldest_and_the_newest_admitted_are_tried(matrix):
    oldest, newest = matrix.admitted()
    assert str(oldest).startswith("transformers==")
    bound = str(oldest.specifier).removeprefix("==")
    assert newest.specifier.contains(bound)
    assert newest.specifier.contains(version("transformers"))


def test_what_is_installed_and_fits_is_not_installed_again(matrix, tmp_path):
    installed = version("numpy")
    assert matrix._does(tmp_path, Requirement(f"numpy=={installed}"))
    assert not matrix._does(tmp_path, Requirement(f"numpy!={installed}"))
    assert not matrix._does(tmp_path, Requirement("no-such-distribution"))
    info = tmp_path / "numpy-0.1.dist-info"  # the folder's own version comes first
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n")
    assert not matrix._does(tmp_path, Requirement(f"numpy=={installed}"))
    assert matrix._does(tmp_path, Requirement("numpy<1"))
