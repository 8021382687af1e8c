from __future__ import annotations

from types import SimpleNamespace

import pytest

from merhan.training.stopping import Patience


def stops_after(uars: list[float], patience: int, first: int = 0) -> int | None:
    """The epochs that are trained of those given; None where none is cut off."""
    state, control = SimpleNamespace(log_history=[]), SimpleNamespace(should_training_stop=False)
    stopping = Patience(patience, first)
    for epoch, uar in enumerate(uars, start=1):
        state.log_history += [{"loss": 1.0}, {"eval_uar": uar}]
        stopping.on_evaluate(None, state, control)
        if control.should_training_stop:
            return epoch
    return None


@pytest.mark.parametrize(
    ("uars", "epochs"),
    [
        ([0.5, 0.4, 0.4, 0.6], 3),
        ([0.5, 0.4, 0.6, 0.6, 0.5], 5),
        ([0.1, 0.2, 0.3], None),
        ([0.5, 0.5, 0.5], 3),
    ],
)
def test_patience_ends_a_training_that_gets_no_better(uars: list[float], epochs: int | None) -> None:
    assert stops_after(uars, patience=2) == epochs


def test_epochs_before_the_last_stage_neither_end_it_nor_are_a_mark_to_beat() -> None:
    uars = [0.9, 0.8, 0.7, 0.6, 0.3, 0.4, 0.35, 0.35, 0.9]
    assert stops_after(uars, patience=2, first=4) == 8
    assert stops_after(uars, patience=2) == 3
