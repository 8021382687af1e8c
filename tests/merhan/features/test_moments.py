from __future__ import annotations

import numpy as np
import pytest

from merhan.features.moments import Moments, Scale, mean_of


def test_sums_give_numpys_mean_and_deviation():
    values = np.random.default_rng(0).normal(50, 3, (40, 5))
    rows = Moments.of(values, np.ones_like(values, bool))
    pooled = rows.pooled()
    assert pooled.mean == pytest.approx(values.mean(0))
    assert pooled.deviation == pytest.approx(values.std(0))
    assert rows.pooled([1, 4]).mean == pytest.approx(values[[1, 4]].mean(0))


def test_pooling_of_parts_is_pooling_of_all():
    a, b = np.random.default_rng(1).normal(size=(2, 7, 3))
    parts = [Moments.of(x, np.ones_like(x, bool)).pooled() for x in (a, b)]
    assert Moments.stack(parts, 3).pooled().deviation == pytest.approx(np.concatenate([a, b]).std(0))


def test_invalid_values_are_left_out():
    values, valid = np.array([[1.0], [999.0], [3.0]]), np.array([[True], [False], [True]])
    pooled = Moments.of(values, valid).pooled()
    assert (pooled.mean[0], pooled.deviation[0]) == (2, 1)
    assert np.isnan(Moments.of(values, np.zeros_like(valid)).pooled().mean[0])


def test_a_scale_fills_what_is_unknown_and_leaves_what_does_not_move():
    scale = Scale.filled(np.array([1.0, np.nan, 5.0]), np.array([2.0, np.nan, 1e-9]))
    found = scale(np.array([[5.0, 7.0, 5.0]]), np.ones((1, 3), bool))
    assert found.tolist() == [[2.0, 7.0, 0.0]]
    assert found.dtype == np.float32


def test_invalid_values_become_zero():
    scale = Scale(np.array([1.0]), np.array([2.0]))
    assert scale(np.array([[9.0]]), np.array([[False]])).tolist() == [[0.0]]


def test_mean_leaves_nan_out_column_by_column():
    found = mean_of([np.array([1.0, np.nan, np.nan]), np.array([3.0, 4.0, np.nan])])
    assert found[:2].tolist() == [2.0, 4.0]
    assert np.isnan(found[2])
