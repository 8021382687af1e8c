import math

import numpy as np
import pytest
import torch
from scipy.special import log_softmax

from balancer import BalanceError, make_loss

COUNTS = [160, 10, 1]  # margins 0.5 · (1/160)^¼, 0.5 · (1/10)^¼, 0.5


def test_margins_by_hand():
    # 16 and 1 rows: margins 0.25 and 0.5; z = 0: log(1 + e^margin)
    loss = make_loss("ldam", counts=[16, 1], reduction="none")
    values = loss(torch.zeros(2, 2, dtype=torch.float64), torch.tensor([0, 1]))
    np.testing.assert_allclose(values, [math.log1p(math.exp(0.25)), math.log1p(math.exp(0.5))])


@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_equals_the_formula_in_numpy(scale):
    rng = np.random.default_rng(4)
    logits, labels = rng.uniform(-1, 1, size=(9, 3)), np.arange(9) % 3
    margins = 0.7 * np.array(COUNTS, dtype=float) ** -0.25 / max(np.array(COUNTS, dtype=float) ** -0.25)
    lowered = logits.copy()
    lowered[np.arange(9), labels] -= margins[labels]
    theirs = -log_softmax(scale * lowered, axis=1)[np.arange(9), labels]
    loss = make_loss("ldam", counts=COUNTS, max_margin=0.7, scale=scale, reduction="none")
    np.testing.assert_allclose(loss(torch.tensor(logits), torch.tensor(labels)).numpy(), theirs)


def test_a_soft_target_has_the_expected_loss_of_its_shares():
    logits = torch.tensor([[0.3, -0.5, 1.1]])
    loss = make_loss("ldam", counts=COUNTS, reduction="none")
    expected = 0.6 * loss(logits, torch.tensor([0])) + 0.4 * loss(logits, torch.tensor([2]))
    torch.testing.assert_close(loss(logits, torch.tensor([[0.6, 0.0, 0.4]])), expected)
    smoothed = make_loss("ldam", counts=COUNTS, label_smoothing=0.3, reduction="none")
    expected = 0.7 * loss(logits, torch.tensor([1])) + 0.1 * sum(
        loss(logits, torch.tensor([c])) for c in range(3)
    )
    torch.testing.assert_close(smoothed(logits, torch.tensor([1])), expected)


def test_a_class_switched_off_by_minus_infinity_costs_nothing():
    logits = torch.tensor([[0.0, 0.0, -math.inf]], requires_grad=True)
    value = make_loss("ldam", counts=[1, 1, 1])(logits, torch.tensor([1]))
    value.backward()
    assert value.item() == pytest.approx(math.log1p(math.exp(0.5)))
    assert torch.isfinite(logits.grad).all()


def test_a_class_without_rows_is_named():
    with pytest.raises(BalanceError, match="classes fear, joy have no training utterance"):
        make_loss("ldam", counts={"anger": 3, "fear": 0, "joy": 0})
