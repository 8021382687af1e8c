"""Several models' logits as one's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from balancer import Calibration, fit_calibration
from merhan.ensembles.combining import combined, mean_logits

PLAIN = Calibration(1.0, (0.0, 0.0), (0.5, 0.5))


def test_the_mean_by_hand() -> None:
    # 0.9 and 0.5 of the first class are 0.7 together.
    logits = [np.log([[0.9, 0.1]]), np.log([[0.5, 0.5]])]
    np.testing.assert_allclose(softmax(combined(logits, [PLAIN, PLAIN])), [[0.7, 0.3]])
    np.testing.assert_allclose(softmax(mean_logits([z[0] for z in logits])), [0.7, 0.3])


def test_calibrations_are_applied_and_their_mean_lean_is_given_back() -> None:
    one, two = Calibration(2.0, (0.4, -0.4), (0.5, 0.5)), Calibration(0.5, (0.0, 0.0), (0.5, 0.5))
    z = np.array([[1.0, 0.0], [-2.0, 1.0]])
    mean = (softmax(z / 2 + [0.4, -0.4], axis=1) + softmax(z * 2, axis=1)) / 2
    np.testing.assert_allclose(combined([z, z], [one, two]), np.log(mean) - [0.2, -0.2])


@pytest.mark.parametrize("method", ["mean", "vote"])
def test_one_member_and_twins_decide_as_they_do_alone(method: str) -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(200, 3)) * 3
    calibration = fit_calibration(z + np.array([2, 0, -1]), rng.choice(3, 200, p=[0.7, 0.2, 0.1]))
    assert max(map(abs, calibration.bias)) > 0.3
    for count in (1, 3):
        together = combined([z] * count, [calibration] * count, method)
        np.testing.assert_array_equal(together.argmax(axis=1), z.argmax(axis=1))
    if method == "mean":  # and it is the member's own probabilities at its temperature
        np.testing.assert_allclose(softmax(together, axis=1), softmax(z / calibration.temperature, axis=1))


def test_a_vote_by_hand() -> None:
    sure, wavering = np.log([0.98, 0.01, 0.01]), np.log([0.3, 0.4, 0.3])
    plain = Calibration(1.0, (0.0,) * 3, (1 / 3,) * 3)
    outvoted = combined([sure, wavering, wavering], [plain] * 3, "vote")
    mean = (np.exp(sure) + 2 * np.exp(wavering)) / 3
    np.testing.assert_allclose(np.exp(outvoted), (np.array([1, 2, 0]) + mean) / 4)
    assert outvoted.argmax() == 1  # the mean, which says the first class, outvotes nobody
    assert mean.argmax() == 0
    assert combined([sure, wavering], [plain] * 2, "vote").argmax() == 0  # a tie is settled by it


def test_the_order_of_members_does_not_matter_and_rows_are_apart() -> None:
    rng = np.random.default_rng(1)
    logits = [rng.normal(size=(20, 2)) for _ in range(3)]
    calibrations = [Calibration(t, (b, -b), (0.5, 0.5)) for t, b in ((0.5, 0.1), (1.0, 0.3), (2.0, -0.2))]
    for method in ("mean", "vote"):
        together = combined(logits, calibrations, method)
        np.testing.assert_allclose(combined(logits[::-1], calibrations[::-1], method), together)
        alone = [combined([z[row] for z in logits], calibrations, method) for row in range(20)]
        np.testing.assert_allclose(alone, together)


def test_nothing_underflows() -> None:
    far = np.array([[2000.0, 0.0]])
    together = combined([far, far], [PLAIN, PLAIN])
    np.testing.assert_allclose(together, log_softmax(far, axis=1))
    assert np.isfinite(combined([far, far], [PLAIN, PLAIN], "vote")).all()
