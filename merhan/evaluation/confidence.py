"""How sure a figure is, and how sure a difference: the bootstrap over test rows, and over runs too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from merhan.errors import MerhanError

ROWS_AT_ONCE = 2_000_000  # of resampled rows in memory


def bootstrap_interval(
    predictions: Sequence[int] | Sequence[Sequence[int]] | np.ndarray,
    labels: Sequence[int] | np.ndarray,
    metric: str = "uar",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float, float]:
    """A figure with its percentile interval over resampled test rows: (figure, low, high).

    Parameters
    ----------
    predictions : (rows,) class numbers or names, or (runs, rows): the runs' figures are averaged.
    labels : (rows,) of the same kind.
    metric : uar, accuracy, macro_f1 or weighted_f1, defined as in metrics.json: UAR and macro-F1 average the
        classes that have rows (in a resample: those it has drawn).
    level : share of resamples inside the interval.

    Rows are resampled as if independent; utterances of one speaker are not quite, so that with few test
    speakers the true interval is wider.  Source: Efron & Tibshirani 1993, chapter 13.
    """
    runs, truth, classes = _numbered([predictions], labels)
    figure, resampled = _figures(runs, truth, classes, metric, resamples, seed)
    low, high = _percentiles(resampled[0], level)
    return float(figure[0]), low, high


def paired_difference(
    predictions_a: Sequence[int] | Sequence[Sequence[int]] | np.ndarray,
    predictions_b: Sequence[int] | Sequence[Sequence[int]] | np.ndarray,
    labels: Sequence[int] | np.ndarray,
    metric: str = "uar",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    over_runs: bool = False,
) -> tuple[float, float, float]:
    """Figure of a minus figure of b, with its interval: (difference, low, high).

    Both sides are measured on the same resampled rows (paired), so that rows that are hard for both cancel.
    Arguments as in `bootstrap_interval`; the sides may have different numbers of runs (seeds), which are
    averaged each.  The interval is over test rows; with `over_runs` each side's runs are resampled too, so
    that what other seeds would have given is in it (of three runs, only roughly).
    """
    runs, truth, classes = _numbered([predictions_a, predictions_b], labels)
    figure, resampled = _figures(runs, truth, classes, metric, resamples, seed, over_runs)
    low, high = _percentiles(resampled[0] - resampled[1], level)
    return float(figure[0] - figure[1]), low, high


def _figures(
    sides: list[np.ndarray],
    truth: np.ndarray,
    classes: int,
    metric: str,
    resamples: int,
    seed: int,
    over_runs: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Figure of each side (sides,), and of each side in each resample (sides, resamples)."""
    if metric not in METRICS:
        raise MerhanError(f"metric {metric!r} is not known; there are {', '.join(METRICS)}.")
    if resamples < 1:
        raise MerhanError(f"resamples {resamples!r} is not a whole number from 1.")

    rng = np.random.default_rng(seed)
    runs_rng = rng.spawn(1)[0] if over_runs else None  # of its own: rows are drawn alike with and without it

    def measure(weights: np.ndarray, runs_rng: Generator | None) -> np.ndarray:
        support = weights @ _indicator(truth, classes)
        return np.stack([_mean_over_runs(side, truth, weights, support, metric, runs_rng) for side in sides])

    figure = measure(np.ones((1, len(truth))), None)[:, 0]
    parts = [measure(weights, runs_rng) for weights in _resampled(rng, len(truth), resamples)]
    return figure, np.concatenate(parts, axis=1)


def _mean_over_runs(
    side: np.ndarray,
    truth: np.ndarray,
    weights: np.ndarray,
    support: np.ndarray,
    metric: str,
    rng: Generator | None,
) -> np.ndarray:
    """(resamples,); with a generator, runs are drawn with replacement for each resample."""
    classes = support.shape[1]
    figures = []
    for run in side:
        predicted = _indicator(run, classes)
        right = weights @ (predicted * (run == truth)[:, None])
        figures.append(METRICS[metric](right, weights @ predicted, support))
    if rng is None:
        return np.mean(figures, axis=0)
    drawn = rng.multinomial(len(side), np.full(len(side), 1 / len(side)), size=len(weights))
    return (np.asarray(figures).T * drawn).sum(axis=1) / len(side)


def _resampled(rng: Generator, rows: int, resamples: int) -> Iterator[np.ndarray]:
    """How often each row is drawn: (some resamples, rows) at a time."""
    at_once = max(1, ROWS_AT_ONCE // rows)
    for start in range(0, resamples, at_once):
        some = min(at_once, resamples - start)
        drawn = rng.integers(rows, size=(some, rows)) + rows * np.arange(some)[:, None]
        yield np.bincount(drawn.ravel(), minlength=some * rows).reshape(some, rows).astype(float)


def _indicator(numbers: np.ndarray, classes: int) -> np.ndarray:
    return (numbers[:, None] == np.arange(classes)).astype(float)


# Each takes right, predicted and true rows by class, (resamples, classes), and returns (resamples,).
def _accuracy(right: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> np.ndarray:
    return right.sum(axis=1) / support.sum(axis=1)


def _uar(right: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> np.ndarray:
    return (right / np.maximum(support, 1)).sum(axis=1) / (support > 0).sum(axis=1)


def _macro_f1(right: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> np.ndarray:
    return (_f1(right, predicted, support) * (support > 0)).sum(axis=1) / (support > 0).sum(axis=1)


def _weighted_f1(right: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> np.ndarray:
    return (_f1(right, predicted, support) * support).sum(axis=1) / support.sum(axis=1)


def _f1(right: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> np.ndarray:
    return 2 * right / np.maximum(predicted + support, 1)


METRICS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {
    "uar": _uar,
    "accuracy": _accuracy,
    "macro_f1": _macro_f1,
    "weighted_f1": _weighted_f1,
}


def _percentiles(values: np.ndarray, level: float) -> tuple[float, float]:
    if not 0 < level < 1:
        raise MerhanError(f"level {level!r} is outside 0 to 1 (the share of resamples inside the interval).")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _numbered(sides: list[Any], labels: Any) -> tuple[list[np.ndarray], np.ndarray, int]:
    """Predictions as (runs, rows) and labels as (rows,), all numbered alike."""
    truth = np.asarray(labels)
    runs = [np.atleast_2d(np.asarray(side)) for side in sides]
    if truth.ndim != 1 or not len(truth):
        raise MerhanError(f"labels have shape {truth.shape}; give one a test row, at least one.")
    for side in runs:
        if side.ndim != 2 or side.shape[1] != len(truth):
            raise MerhanError(
                f"predictions {side.shape} do not fit {len(truth)} labels; give (rows,) or (runs, rows)."
            )
    names, numbers = np.unique(np.concatenate([truth, *(side.ravel() for side in runs)]), return_inverse=True)
    parts = np.split(numbers, np.cumsum([len(truth), *(side.size for side in runs)])[:-1])
    return [p.reshape(side.shape) for p, side in zip(parts[1:], runs, strict=True)], parts[0], len(names)
