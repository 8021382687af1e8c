import numpy as np
import pytest

from merhan.errors import MerhanError
from merhan.evaluation.confidence import METRICS, bootstrap_interval, paired_difference
from merhan.evaluation.metrics import classification_report


def _rows(n=300, classes=4, right=0.6, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.choice(classes, size=n, p=[0.5, 0.3, 0.15, 0.05])
    guess = np.where(rng.random(n) < right, labels, rng.integers(classes, size=n))
    return guess, labels


@pytest.mark.parametrize("metric", METRICS)
def test_the_figure_is_that_of_metrics_json(metric):
    guess, labels = _rows()
    report = classification_report(labels, np.eye(5)[guess], list("abcde"))
    figure, low, high = bootstrap_interval(guess, labels, metric, resamples=100)
    assert figure == pytest.approx(report[metric])
    assert low < figure < high


def test_accuracy_has_the_binomial_interval():
    labels = np.zeros(400, dtype=int)
    guess = np.r_[np.zeros(300, dtype=int), np.ones(100, dtype=int)]
    figure, low, high = bootstrap_interval(guess, labels, "accuracy", resamples=4000)
    half = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert figure == 0.75
    assert low == pytest.approx(0.75 - half, abs=0.004)
    assert high == pytest.approx(0.75 + half, abs=0.004)


def test_uar_has_the_interval_of_its_classes():
    # 200 rows at 0.8 and 50 at 0.4: variance (0.16/200 + 0.24/50) / 4
    labels = np.repeat([0, 1], [200, 50])
    guess = np.r_[np.repeat([0, 1], [160, 40]), np.repeat([1, 0], [20, 30])]
    figure, low, high = bootstrap_interval(guess, labels, resamples=4000)
    half = 1.96 * ((0.16 / 200 + 0.24 / 50) / 4) ** 0.5
    assert figure == pytest.approx(0.6)
    assert high - low == pytest.approx(2 * half, rel=0.08)


def test_a_difference_to_itself_is_nothing():
    guess, labels = _rows()
    assert paired_difference(guess, guess, labels) == (0.0, 0.0, 0.0)


def test_pairing_is_narrower_than_two_intervals_apart():
    guess, labels = _rows(right=0.6)
    better = guess.copy()
    wrong = np.flatnonzero(guess != labels)[:30]
    better[wrong] = labels[wrong]
    difference, low, high = paired_difference(better, guess, labels, "accuracy")
    assert difference == pytest.approx(0.1)
    # 30 of 300 rows differ: standard deviation of their share
    assert high - low == pytest.approx(2 * 1.96 * (0.1 * 0.9 / 300) ** 0.5, rel=0.1)
    _, alone_low, alone_high = bootstrap_interval(guess, labels, "accuracy")
    assert high - low < alone_high - alone_low
    swapped, swapped_low, swapped_high = paired_difference(guess, better, labels, "accuracy")
    assert (swapped, swapped_low, swapped_high) == pytest.approx((-difference, -high, -low))


def test_runs_are_averaged_whatever_their_number():
    labels = np.array([0, 0, 1, 1])
    all_right, all_zero = [0, 0, 1, 1], [0, 0, 0, 0]
    difference, low, high = paired_difference([all_right, all_zero], [all_zero], labels, resamples=500)
    assert difference == pytest.approx(0.25)
    assert 0 <= low <= 0.25 <= high <= 0.5
    assert bootstrap_interval([all_right, all_zero], labels, resamples=10)[0] == pytest.approx(0.75)


def test_names_and_numbers_are_the_same():
    guess, labels = _rows()
    names = np.array(["anger", "fear", "joy", "neutral"])
    assert bootstrap_interval(names[guess], names[labels]) == bootstrap_interval(guess, labels)


def test_same_seed_same_interval_and_chunks_do_not_matter(monkeypatch):
    guess, labels = _rows()
    first = bootstrap_interval(guess, labels, seed=3)
    assert first == bootstrap_interval(guess, labels, seed=3)
    assert first != bootstrap_interval(guess, labels, seed=4)
    monkeypatch.setattr("merhan.evaluation.confidence.ROWS_AT_ONCE", 1000)
    assert bootstrap_interval(guess, labels, seed=3) == pytest.approx(first)


def test_a_class_that_a_resample_lacks_is_left_out_of_its_mean():
    labels = [0] * 20 + [1]
    figure, low, high = bootstrap_interval(labels, labels, "uar")
    assert (figure, low, high) == (1.0, 1.0, 1.0)
    assert bootstrap_interval(labels, labels, "macro_f1") == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0], [0], "wa"), "metric 'wa' is not known; there are uar, accuracy"),
        (([0], [0, 1]), r"predictions \(1, 1\) do not fit 2 labels"),
        (([], []), r"labels have shape \(0,\)"),
        (([0], [0], "uar", 0), "resamples 0"),
        (([0], [0], "uar", 10, 0, 95), "level 95 is outside 0 to 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, words):
    with pytest.raises(MerhanError, match=words):
        bootstrap_interval(*arguments)


def test_runs_that_differ_widen_the_interval_and_equal_ones_do_not():
    guess, labels = _rows()
    worse = guess.copy()
    worse[np.flatnonzero(guess == labels)[:60]] += 1
    alike, apart = np.stack([guess, guess]), np.stack([guess, worse])
    assert paired_difference(alike, worse, labels, over_runs=True) == paired_difference(alike, worse, labels)
    difference, low, high = paired_difference(apart, guess, labels, "accuracy", over_runs=True)
    rows_only = paired_difference(apart, guess, labels, "accuracy")
    assert difference == rows_only[0] == pytest.approx(-0.1)
    # two runs 0.2 apart: their mean has standard deviation 0.1 / sqrt(2), percentiles at both runs alone
    assert high - low > 2 * (rows_only[2] - rows_only[1])
    assert low == pytest.approx(-0.2, abs=0.05)
    assert high == pytest.approx(0.0, abs=0.01)
