"""The plugin's examples, run as they are: the minority is found with a Balance, and was not without."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.filterwarnings("ignore:::lightning")
@pytest.mark.parametrize("name", ["bert_text", "wav2vec2_audio", "lightning_module", "plain_loop"])
def test_the_minority_is_found_with_a_balance(name, capsys):
    if name == "lightning_module":
        pytest.importorskip("lightning")
    path = EXAMPLES / f"{name}.py"
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60
    runpy.run_path(str(path), run_name="__main__")
    without, found = (
        float(re.search(r"angry (\d\.\d\d)", line)[1])
        for line in capsys.readouterr().out.splitlines()
        if "balance: recall of" in line
    )
    assert found > without + 0.4
