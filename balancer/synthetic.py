"""Rows between rows: the SMOTE family of imbalanced-learn, a class at a time, and what each row was made of."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE, SVMSMOTE, BorderlineSMOTE, KMeansSMOTE
from sklearn.neighbors import NearestNeighbors

from balancer.labels import Labels


@dataclass
class Made:
    """New rows: X[base] + step · (X[partner] - X[base]).

    rows : (m, features). base, partner : (m,) row numbers of the originals. step : (m,), 0 for a duplicate.
    """

    rows: np.ndarray
    base: np.ndarray
    partner: np.ndarray
    step: np.ndarray
    notes: tuple[str, ...] = ()

    @property
    def interpolated(self) -> np.ndarray:
        """(m,) false for the duplicates of a class of one row."""
        return self.partner != self.base

    def labels(self, labels: Labels) -> list[Any]:
        """Classes; where one of the two rows' labels is soft, their mixture (a step beyond a row is cut off)."""
        steps = np.clip(self.step, 0, 1).tolist()
        ends = zip(self.base.tolist(), self.partner.tolist(), steps, strict=True)
        return [_mixed(labels, base, partner, step) for base, partner, step in ends]


def synthesise(
    method: str,
    X: np.ndarray,
    codes: np.ndarray,
    wanted: Mapping[int, int],
    names: Sequence[Any],
    rng: np.random.Generator,
    options: Mapping[str, Any],
) -> Made:
    """New rows for each class that shall have `wanted` rows, in class order."""
    parts: list[Made] = []
    gained = {code: n - int((codes == code).sum()) for code, n in sorted(wanted.items())}
    for code, count in gained.items():
        rows = np.flatnonzero(codes == code)
        state = int(rng.integers(2**31))
        if len(rows) == 1:
            note = f"class {names[code]!r} has one row, with nothing to interpolate: it is duplicated."
            base = np.repeat(rows, count)
            parts.append(Made(X[base], base, base, np.zeros(count), (note,)))
            continue
        share = count / sum(gained.values())
        parts.append(_of_class(method, X, codes, rows, count, share, names[code], state, options))
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Made(X[:0], none, none, np.zeros(0))
    return Made(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("rows", "base", "partner", "step")
        ),
        tuple(note for part in parts for note in part.notes),
    )


def _of_class(
    method: str,
    X: np.ndarray,
    codes: np.ndarray,
    rows: np.ndarray,
    count: int,
    share: float,
    name: Any,
    state: int,
    options: Mapping[str, Any],
) -> Made:
    asked = options["n_neighbors" if method == "adasyn" else "k_neighbors"]
    k = min(asked, len(rows) - 1)
    notes = [] if k == asked else [f"class {name!r} has {len(rows)} rows: neighbours are {k}, not {asked}."]
    if method == "adasyn":
        made = _adasyn(X, codes, rows, count, k, state)
    else:
        sampler = _sampler(method, k, len(X), share, options)
        made = _recorded(sampler, X, codes, rows, count, state)
    if made is None:
        notes.append(f"{method} found no row of class {name!r} to start from: plain SMOTE did it.")
        made = _recorded(_Smote(k_neighbors=k), X, codes, rows, count, state)
    made.notes = tuple(notes)
    return made


def _sampler(method: str, k: int, n: int, share: float, options: Mapping[str, Any]) -> Any:
    if method == "smote":
        return _Smote(k_neighbors=k)
    if method == "kmeans_smote":
        # imbalanced-learn's own default, which it takes from all classes that it is given at once.
        return _KMeans(
            k_neighbors=k, kmeans_estimator=min(options["clusters"], n), cluster_balance_threshold=share / 2
        )
    m = min(options["m_neighbors"], n - 1)
    if method == "borderline_smote":
        return _Borderline(k_neighbors=k, m_neighbors=m)
    return _Svm(k_neighbors=k, m_neighbors=m, out_step=options["out_step"])


def _recorded(
    sampler: Any, X: np.ndarray, codes: np.ndarray, rows: np.ndarray, count: int, state: int
) -> Made | None:
    """What the sampler makes of one class; None where it finds no row to start from."""
    code = int(codes[rows[0]])
    sampler.set_params(sampling_strategy={code: len(rows) + count}, random_state=state)
    sampler.record = []
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            made = sampler.fit_resample(X, codes)[0][len(X) :]
    except (RuntimeError, ValueError):  # their way to say that there is no such row
        return None
    if not len(made):
        return None
    places: dict[bytes, int] = {}
    for row in rows.tolist():
        places.setdefault(X[row].tobytes(), row)
    base, partner, step = (np.concatenate([part[i] for part in sampler.record]) for i in range(3))
    return Made(made, _found(base, places), _found(partner, places), step)


class _Recorded:
    """imbalanced-learn keeps no word of which rows a synthetic one lies between; its one function that makes them knows."""

    record: list[tuple[np.ndarray, np.ndarray, np.ndarray]]

    def _generate_samples(
        self, X: Any, nn_data: Any, nn_num: Any, rows: Any, cols: Any, steps: Any, *args: Any, **kwargs: Any
    ) -> Any:
        self.record.append((X[rows], nn_data[nn_num[rows, cols]], np.ravel(steps)))
        return super()._generate_samples(X, nn_data, nn_num, rows, cols, steps, *args, **kwargs)


class _Smote(_Recorded, SMOTE):
    pass


class _Borderline(_Recorded, BorderlineSMOTE):
    pass


class _Svm(_Recorded, SVMSMOTE):
    pass


class _KMeans(_Recorded, KMeansSMOTE):
    pass


def _found(vectors: np.ndarray, places: Mapping[bytes, int]) -> np.ndarray:
    """Row numbers of rows; of equal ones the first."""
    return np.array([places[vector.tobytes()] for vector in vectors], dtype=np.int64)


def _adasyn(
    X: np.ndarray, codes: np.ndarray, rows: np.ndarray, count: int, k: int, state: int
) -> Made | None:
    """He et al. 2008, as imbalanced-learn draws it; its own ADASYN has no place where the rows could be told.

    Row i gets the share r_i / Σ r of the new rows, r_i being the share of other classes among its neighbours.
    """
    random = np.random.RandomState(state)
    k_all = min(k, len(X) - 1)
    near = NearestNeighbors(n_neighbors=k_all + 1).fit(X).kneighbors(X[rows], return_distance=False)[:, 1:]
    ratio = (codes[near] != codes[rows[0]]).sum(axis=1) / k_all
    if not ratio.any():
        return None
    each = np.rint(ratio / ratio.sum() * count).astype(int)
    if not each.sum():
        return None
    own = X[rows]
    near = NearestNeighbors(n_neighbors=k + 1).fit(own).kneighbors(own, return_distance=False)[:, 1:]
    base = np.repeat(np.arange(len(rows)), each)
    partner = near[base, random.choice(k, size=len(base))]
    step = random.uniform(size=(len(base), 1))
    made = own[base] + step * (own[partner] - own[base])
    return Made(made.astype(X.dtype), rows[base], rows[partner], step.ravel())


def _mixed(labels: Labels, base: int, partner: int, step: float) -> Any:
    names, soft = labels.names, labels.soft
    if base not in soft and partner not in soft:
        return names[labels.index[base]]
    ends = [soft.get(row) or {names[labels.index[row]]: 1.0} for row in (base, partner)]
    return {
        name: (1 - step) * ends[0].get(name, 0.0) + step * ends[1].get(name, 0.0)
        for name in dict.fromkeys([*ends[0], *ends[1]])
    }
