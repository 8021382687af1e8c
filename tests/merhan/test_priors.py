"""Class distributions as people say them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from merhan.errors import PriorError
from merhan.priors import read_prior

CLASSES = ("anger", "joy", "neutral")
KNOWN = {"dev": (0.2, 0.2, 0.6), "train": (0.1, 0.2, 0.7)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("even", [1 / 3, 1 / 3, 1 / 3]),
        ("dev", [0.2, 0.2, 0.6]),
        ("train", [0.1, 0.2, 0.7]),
        ("neutral=0.5,anger=0.25,joy=0.25", [0.25, 0.25, 0.5]),
        (" neutral=50, anger=25 ,joy=25,", [0.25, 0.25, 0.5]),
        ({"joy": 0, "anger": 1, "neutral": 1}, [0.5, 0, 0.5]),
        ({"joy": 0.33, "anger": 0.33, "neutral": 0.33}, [1 / 3, 1 / 3, 1 / 3]),
        ([30, 10, 60], [0.3, 0.1, 0.6]),
        (np.array([0.3, 0.1, 0.6]), [0.3, 0.1, 0.6]),
    ],
)
def test_what_can_be_said(given, expected) -> None:
    np.testing.assert_allclose(read_prior(given, CLASSES, KNOWN), expected)


def test_thirty_classes_are_no_file_name() -> None:
    names = [f"emotion number {n}" for n in range(30)]
    text = ",".join(f"{name}={n}" for n, name in enumerate(names))
    assert len(text) > 255
    np.testing.assert_allclose(read_prior(text, names, {}), np.arange(30) / 435)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "shares=2026.json"
    path.write_text(json.dumps({"anger": 10, "joy": 10, "neutral": 80}))
    for given in (path, str(path)):
        np.testing.assert_allclose(read_prior(given, CLASSES, KNOWN), [0.1, 0.1, 0.8])
    for content, said in (("{", "is not JSON"), ("[1, 2]", "holds no JSON object")):
        path.write_text(content)
        with pytest.raises(PriorError, match=said):
            read_prior(path, CLASSES, KNOWN)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("anger=0.5,joy=0.5", "lacks class 'neutral'; give every class a share, 0 if"),
        (
            "anger=1,joy=1,neutral=1,fear=1,awe=1",
            "names classes 'awe', 'fear', and the model's classes are anger, joy",
        ),
        ("anger=0.5,joy=0.2,neutral=0.2", "sum to 0.9; make them sum to 1, or give counts"),
        ("anger=0,joy=0,neutral=0", "sum to 0"),
        ("anger=-1,joy=1,neutral=1", r"gives anger -1.0, which is no share"),
        ("anger=nan,joy=1,neutral=1", "gives anger nan"),
        ("anger=much,joy=1,neutral=1", "is not class=share"),
        ("anger=1,anger=2,joy=1,neutral=1", "names a class twice"),
        ("test", "none of even, dev, train, no class=share,… and no file"),
        ({"anger": True, "joy": 1, "neutral": 1}, "gives anger True"),
        ({"anger": "1", "joy": 1, "neutral": 1}, "gives anger '1'"),
        ([1, 2], "2 numbers for 3 classes"),
    ],
)
def test_what_does_not_fit_is_named(given, said: str) -> None:
    with pytest.raises(PriorError, match=said):
        read_prior(given, CLASSES, KNOWN)
