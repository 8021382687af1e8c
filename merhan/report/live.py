"""Training as a table that grows by a row an epoch."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from transformers import TrainerCallback


class LiveTable(TrainerCallback):
    """Epoch, training loss, dev loss, dev UAR and macro-F1, time left; plain lines where there is no terminal.

    counted_from : the first epoch, from 0, that may be the best and so have a star.
    """

    def __init__(self, console: Console, moving: bool | None = None, counted_from: int = 0):
        self.console = console
        self.moving = console.is_terminal if moving is None else moving
        self.counted_from = counted_from
        self.rows: list[tuple[str, ...]] = []
        self.live: Live | None = None
        self.started = 0.0
        self.loss: float | None = None
        self.best = float("-inf")

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.started = time.monotonic()
        self.rows, self.loss, self.best = (
            [],
            None,
            float("-inf"),
        )  # an ensemble trains one model after another
        if self.moving:
            self.live = Live(self._table(), console=self.console, refresh_per_second=4)
            self.live.start()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **kwargs: Any) -> None:
        self.loss = logs.get("loss", self.loss)

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if self.live and state.global_step % 5 == 0:
            self.live.update(self._table(self._progress(state)))

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: dict[str, float], **kwargs: Any
    ) -> None:
        uar = metrics.get("eval_uar", float("nan"))
        counts = round(state.epoch) > self.counted_from
        star, self.best = ("★", uar) if counts and uar > self.best else ("", self.best)
        loss = "–" if self.loss is None else f"{self.loss:.3f}"
        row = (
            f"{state.epoch:.0f}/{args.num_train_epochs:.0f}",
            loss,
            f"{metrics.get('eval_loss', float('nan')):.3f}",
            f"{uar:.3f}{star or ' '}",
            f"{metrics.get('eval_macro_f1', float('nan')):.3f}",
            self._time_left(state),
        )
        self.rows.append(row)
        if self.live:
            self.live.update(self._table())
        else:
            names = ("epoch", "loss", "dev loss", "dev UAR", "dev macro-F1", "left")
            line = "  ".join(f"{name} {value.strip()}" for name, value in zip(names, row, strict=True))
            self.console.print(line, soft_wrap=True)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.close()

    def close(self) -> None:
        """Leave the terminal as it was; also called when training is interrupted."""
        if self.live:
            self.live.update(self._table())
            self.live.stop()
            self.live = None

    def _progress(self, state: Any) -> tuple[str, ...]:
        loss = "" if self.loss is None else f"{self.loss:.3f}"
        return (f"{state.epoch:.1f}", loss, "", "", "", self._time_left(state))

    def _time_left(self, state: Any) -> str:
        done = state.global_step / max(state.max_steps, 1)
        seconds = (time.monotonic() - self.started) * (1 - done) / max(done, 1e-9)
        return f"{int(seconds // 60)}:{int(seconds % 60):02d}"

    def _table(self, running: tuple[str, ...] | None = None) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("epoch", "loss", "dev loss", "dev UAR", "macro-F1", "left"):
            table.add_column(name, justify="right", min_width=8)
        for row in self.rows:
            table.add_row(*row, style="green" if "★" in row[3] else None)
        if running:
            table.add_row(*running, style="dim")
        return table
