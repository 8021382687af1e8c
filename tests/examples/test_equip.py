"""The examples of equip, run as they are."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_text(capsys):
    found = runpy.run_path(str(EXAMPLES / "equip_text.py"))["main"]()
    said = capsys.readouterr().out
    assert "copies a class: {'joy': 5, 'fear': 15}" in said
    lines = [line.partition(": ")[2] for line in said.splitlines() if "its copy in epoch" in line]
    assert len(set(lines)) == 3  # drawn anew
    assert found["eval_loss"] < 0.5 * np.log(
        3
    )  # a third of the lines are of fear there, and it has learnt it


def test_audio(capsys):
    loss = runpy.run_path(str(EXAMPLES / "equip_audio.py"))["main"]()
    said = capsys.readouterr().out
    assert "24 utterances, 120 with copies" in said
    assert "voice low#1" in said
    assert "voice low#2" in said
    assert loss == pytest.approx(np.log(3), abs=0.2)
