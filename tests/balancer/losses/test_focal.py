import math

import numpy as np
import pytest
import torch
from scipy.special import log_softmax

from balancer import make_loss


def test_case_3_16_three_classes_at_uniform_logits():
    loss = make_loss("focal", gamma=2.0)
    value = loss(torch.zeros(3, 3, dtype=torch.float64), torch.arange(3))
    assert value.item() == pytest.approx(math.log(3) * (2 / 3) ** 2)


def test_equals_the_formula_in_numpy():
    rng = np.random.default_rng(5)
    logits, shares = rng.normal(size=(6, 4)), rng.dirichlet(np.ones(4), size=6)
    log_p = log_softmax(logits, axis=1)
    theirs = -(shares * (1 - np.exp(log_p)) ** 1.5 * log_p).sum(axis=1)
    ours = make_loss("focal", gamma=1.5, reduction="none")(torch.tensor(logits), torch.tensor(shares))
    np.testing.assert_allclose(ours.numpy(), theirs)


def test_gamma_0_is_cross_entropy():
    rng = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(8, 4, generator=rng), torch.arange(8) % 4
    for smoothing in (0.0, 0.1):
        focal = make_loss("focal", gamma=0.0, label_smoothing=smoothing)
        torch.testing.assert_close(
            focal(logits, labels), make_loss(label_smoothing=smoothing)(logits, labels)
        )


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_certainty_gives_no_infinite_slope(gamma):
    logits = torch.tensor([[200.0, 0.0, 0.0], [0.0, 200.0, -math.inf]], requires_grad=True)
    value = make_loss("focal", gamma=gamma, reduction="none")(logits, torch.tensor([0, 0]))
    value.sum().backward()
    assert value.tolist() == [0.0, 200.0]
    assert torch.isfinite(logits.grad).all()
