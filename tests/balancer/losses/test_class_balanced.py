import numpy as np
import torch
from scipy.special import log_softmax

from balancer import make_loss


def test_equals_the_formula_in_numpy():
    rng = np.random.default_rng(6)
    logits, labels, counts = rng.normal(size=(9, 3)), np.arange(9) % 3, np.array([500, 40, 3])
    weights = (1 - 0.99) / (1 - 0.99**counts)
    weights *= 3 / weights.sum()
    log_p = log_softmax(logits, axis=1)[np.arange(9), labels]
    each = -weights[labels] * (1 - np.exp(log_p)) ** 1.5 * log_p
    options = {"counts": counts, "beta": 0.99, "gamma": 1.5}
    rows = torch.tensor(logits), torch.tensor(labels)
    total, weight = make_loss("class_balanced", reduction="sum_and_weight", **options)(*rows)
    np.testing.assert_allclose([total, weight], [each.sum(), weights[labels].sum()])
    np.testing.assert_allclose(make_loss("class_balanced", **options)(*rows), total / weight)


def test_its_weights_multiply_those_given():
    loss = make_loss(
        "class_balanced", counts=[4, 1], beta=0.5, weight=[2.0, 10.0], reduction="sum_and_weight"
    )
    # effective numbers 1.875 and 1: inverse 8/15 and 1, mean 1: 16/23 and 30/23
    weight = loss(torch.zeros(2, 2, dtype=torch.float64), torch.tensor([0, 1]))[1]
    np.testing.assert_allclose(weight, 2 * 16 / 23 + 10 * 30 / 23)


def test_its_weights_wait_for_their_epoch():
    logits, labels = torch.zeros(3, 2), torch.tensor([0, 0, 1])
    loss = make_loss("class_balanced", counts=[4, 1], beta=0.5, drw_epoch=1, reduction="sum_and_weight")
    torch.testing.assert_close(
        loss(logits, labels), make_loss("focal", reduction="sum_and_weight")(logits, labels)
    )
    loss.set_epoch(1)
    assert loss(logits, labels)[1].item() < 3
