import numpy as np
import torch
from scipy.special import logsumexp

from balancer import make_loss

COUNTS = np.array([81, 16, 3])


def test_equals_the_formula_in_numpy():
    rng = np.random.default_rng(7)
    logits, shares = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), size=5)
    changed = (COUNTS / 81) ** 0.2 * logits + 1.25 * np.log(COUNTS / 100)
    theirs = logsumexp(changed, axis=1) - (shares * changed).sum(axis=1)
    loss = make_loss("vector_scaling", counts=COUNTS, gamma=0.2, tau=1.25, reduction="none")
    np.testing.assert_allclose(loss(torch.tensor(logits), torch.tensor(shares)).numpy(), theirs)


def test_two_classes_by_hand():
    # n = (16, 1), γ ¼: Δ = (1, ½); τ 0: z = (ln 2, ln 9) -> (ln 2, ln 3), p = (2/5, 3/5)
    loss = make_loss("vector_scaling", counts=[16, 1], gamma=0.25, tau=0.0, reduction="none")
    logits = torch.tensor([[2.0, 9.0]] * 2, dtype=torch.float64).log()
    np.testing.assert_allclose(loss(logits, torch.tensor([0, 1])), -np.log([2 / 5, 3 / 5]))


def test_gamma_0_is_logit_adjustment():
    logits, labels = torch.randn(6, 3, generator=torch.Generator().manual_seed(0)), torch.arange(6) % 3
    torch.testing.assert_close(
        make_loss("vector_scaling", counts=COUNTS, gamma=0.0, tau=0.8)(logits, labels),
        make_loss("logit_adjustment", counts=COUNTS, tau=0.8)(logits, labels),
    )
