"""Which rows stay, and which come again: resampling that makes no new row."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from balancer.errors import BalanceError


def by_row(
    codes: np.ndarray,
    wanted: Mapping[int, int],
    rng: np.random.Generator,
    groups: Iterable[Any] | None,
    *,
    over: bool,
) -> np.ndarray:
    """Row numbers after random over- or under-sampling to `wanted` rows a class; nothing else is looked at."""
    state = int(rng.integers(2**31))
    if not wanted:
        return np.arange(len(codes))
    if groups is not None:
        return _dealt(codes, wanted, rng, list(groups), over)
    from imblearn.over_sampling import RandomOverSampler
    from imblearn.under_sampling import RandomUnderSampler

    kind = RandomOverSampler if over else RandomUnderSampler
    sampler = kind(sampling_strategy=dict(wanted), random_state=state)
    sampler.fit_resample(np.zeros((len(codes), 1)), codes)
    rows = np.asarray(sampler.sample_indices_, dtype=np.int64)
    return rows if over else np.sort(rows)


def cleaned(
    method: str,
    X: np.ndarray,
    codes: np.ndarray,
    classes: Sequence[int],
    names: Sequence[Any],
    options: Mapping[str, Any],
) -> tuple[np.ndarray, list[str]]:
    """Row numbers that Tomek links (Tomek 1976) or edited nearest neighbours (Wilson 1972) leave, and notes."""
    from imblearn.under_sampling import EditedNearestNeighbours, TomekLinks

    if not classes or len(np.unique(codes)) < 2:
        return np.arange(len(X)), []
    if method == "tomek":
        sampler = TomekLinks(sampling_strategy=list(classes))
    else:
        k = min(options["n_neighbors"], len(X) - 1)
        sampler = EditedNearestNeighbours(sampling_strategy=list(classes), n_neighbors=k)
    sampler.fit_resample(X, codes)
    return _none_lost(method, np.sort(sampler.sample_indices_), codes, names)


def near_miss(
    X: np.ndarray,
    codes: np.ndarray,
    wanted: Mapping[int, int],
    names: Sequence[Any],
    options: Mapping[str, Any],
) -> tuple[np.ndarray, list[str]]:
    """Row numbers that NearMiss leaves, and notes."""
    from imblearn.under_sampling import NearMiss

    if not wanted:
        return np.arange(len(X)), []
    counts = np.bincount(codes)
    smallest = int(counts[counts > 0].min())
    sampler = NearMiss(
        sampling_strategy=dict(wanted),
        version=options["version"],
        n_neighbors=min(options["n_neighbors"], smallest),
        n_neighbors_ver3=min(options["n_neighbors_ver3"], *(int(counts[code]) for code in wanted)),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the third version may leave fewer rows than asked: the note says so
        sampler.fit_resample(X, codes)
    rows = np.sort(np.asarray(sampler.sample_indices_, dtype=np.int64))
    left = np.bincount(codes[rows], minlength=len(counts))
    notes = [
        f"near_miss left {left[code]} rows of class {names[code]!r}, not {n}."
        for code, n in wanted.items()
        if left[code] != n
    ]
    return rows, notes


def _none_lost(
    method: str, rows: np.ndarray, codes: np.ndarray, names: Sequence[Any]
) -> tuple[np.ndarray, list[str]]:
    """A class without rows could not be learnt: it keeps all of its own."""
    lost = sorted(set(codes.tolist()) - set(codes[rows].tolist()))
    notes = [f"{method} would leave class {names[code]!r} without a row: it keeps all." for code in lost]
    return np.union1d(rows, np.flatnonzero(np.isin(codes, lost))).astype(np.int64), notes


def _dealt(
    codes: np.ndarray, wanted: Mapping[int, int], rng: np.random.Generator, groups: Sequence[Any], over: bool
) -> np.ndarray:
    """Each class's groups give a row in turn, and each group its rows in turn."""
    if len(groups) != len(codes):
        raise BalanceError(f"{len(groups)} groups for {len(codes)} rows; give one each.", "groups")
    kept = [np.arange(len(codes)) if over else np.flatnonzero(~np.isin(codes, list(wanted)))]
    for code, count in sorted(wanted.items()):
        rows = rng.permutation(np.flatnonzero(codes == code)).tolist()
        members: dict[Any, deque[int]] = {}
        for row in rows:
            members.setdefault(groups[row], deque()).append(row)
        turn, drawn = deque(members.values()), []
        while len(drawn) < count - (len(rows) if over else 0):
            row = turn[0].popleft()
            drawn.append(row)
            if over:
                turn[0].append(row)
            turn.rotate(-1)
            while turn and not turn[0]:
                turn.popleft()
        kept.append(np.array(drawn, dtype=np.int64))
    rows = np.concatenate(kept)
    return rows if over else np.sort(rows)
