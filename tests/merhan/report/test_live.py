from __future__ import annotations

import io
from types import SimpleNamespace

from rich.console import Console

from merhan.report.live import LiveTable


def test_the_star_is_for_epochs_that_may_be_kept() -> None:
    out = io.StringIO()
    table = LiveTable(Console(file=out, width=120), moving=False, counted_from=2)
    args = SimpleNamespace(num_train_epochs=4)
    for epoch, uar in enumerate((0.7, 0.6, 0.4, 0.5), start=1):
        state = SimpleNamespace(epoch=float(epoch), global_step=epoch, max_steps=4)
        table.on_evaluate(
            args, state, None, metrics={"eval_uar": uar, "eval_loss": 1.0, "eval_macro_f1": 0.5}
        )
    assert ["★" in line for line in out.getvalue().splitlines()] == [False, False, True, True]
