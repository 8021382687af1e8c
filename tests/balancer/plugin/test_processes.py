"""Two processes under torchrun train as one does with the same effective batch."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("ddp_training.py")
SAMPLED = {"class_weights": "balanced", "sampler": "square_root"}
CASES = {
    "the Trainer's own order, 3 rows in the last batches": {
        "rows": 35,
        "balance": {"class_weights": "balanced", "label_smoothing": 0.1},
    },
    "a sampler, 4 and 1 rows in the last batches": {"rows": 37, "balance": SAMPLED},
    "accumulation, windows of 8 and at last 5 rows": {"rows": 37, "balance": SAMPLED, "accumulate": 2},
}


@pytest.fixture(scope="module")
def in_two(tmp_path_factory):
    """Every case in two processes, with half the batch in each; one start, since starting takes long."""
    settings = [{**case, "batch": 8 // 2 // case.get("accumulate", 1)} for case in CASES.values()]
    out = tmp_path_factory.mktemp("two") / "out.json"
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc_per_node",
        "2",
        str(SCRIPT),
    ]
    done = subprocess.run(
        [*command, str(out), json.dumps(settings)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip(CASES, json.loads(out.read_text()), strict=True))


@pytest.fixture(scope="module")
def train():
    """The same training in this process."""
    found = importlib.util.spec_from_file_location("ddp_training", SCRIPT)
    script = importlib.util.module_from_spec(found)
    found.loader.exec_module(script)
    return script.train


@pytest.mark.parametrize("case", CASES)
def test_two_processes_give_the_curve_of_one(case, in_two, train):
    one = train(**{**CASES[case], "batch": 8, "accumulate": 1})
    two = in_two[case]
    assert (one["processes"], two["processes"]) == (1, 2)
    assert len(one["losses"]) == 10
    assert two["losses"] == pytest.approx(one["losses"], rel=1e-4)
    assert two["weights"] == pytest.approx(one["weights"], abs=1e-5)
