from __future__ import annotations

import numpy as np
import pytest
import torch

from balancer import make_loss
from merhan.training.objective import HeadLosses


@pytest.fixture
def losses() -> HeadLosses:
    return HeadLosses(
        make_loss("cross_entropy", weight=[0.5, 1.5], reduction="sum_and_weight"), {"audio": 0.3, "text": 0.0}
    )


def rows(count: int, seed: int = 0) -> tuple[dict[str, torch.Tensor], torch.Tensor, dict[str, torch.Tensor]]:
    rng = torch.Generator().manual_seed(seed)
    outputs = {
        name: torch.randn(count, 2, generator=rng) for name in ("logits", "audio_logits", "text_logits")
    }
    labels = torch.randint(0, 2, (count,), generator=rng)
    present = {"audio": torch.ones(count, dtype=torch.bool), "text": torch.ones(count, dtype=torch.bool)}
    return outputs, labels, present


def test_joint_loss_is_the_weighted_mean(losses: HeadLosses) -> None:
    outputs, labels, present = rows(6)
    losses.coefficients = {"joint": 1.0}
    logits = outputs["logits"].numpy().astype(np.float64)
    own = -(logits - np.log(np.exp(logits).sum(1, keepdims=True)))[np.arange(6), labels.numpy()]
    weight = np.array([0.5, 1.5])[labels.numpy()]
    assert losses(outputs, labels, present).item() == pytest.approx(
        (weight * own).sum() / weight.sum(), rel=1e-5
    )


def test_a_window_in_parts_equals_the_window_at_once(losses: HeadLosses) -> None:
    outputs, labels, present = rows(8)
    whole = losses(outputs, labels, present)
    total = losses.total_weight(labels, 2)
    parts = [
        losses(
            {name: values[part] for name, values in outputs.items()},
            labels[part],
            {name: values[part] for name, values in present.items()},
            total,
        )
        for part in (slice(0, 2), slice(2, 7), slice(7, 8))
    ]
    assert sum(parts).item() == pytest.approx(whole.item(), rel=1e-5)


def test_rows_without_a_modality_add_nothing_to_its_head(losses: HeadLosses) -> None:
    outputs, labels, present = rows(4)
    present["audio"] = torch.tensor([True, False, True, False])
    before = losses(outputs, labels, present)
    outputs["audio_logits"][1] += 100 * torch.tensor([1.0, -1.0])
    assert losses(outputs, labels, present).item() == pytest.approx(before.item())
    outputs["audio_logits"][0] += torch.tensor([1.0, -1.0])
    assert losses(outputs, labels, present).item() != pytest.approx(before.item())


def test_each_head_is_the_mean_by_its_own_loss_and_smoothing() -> None:
    outputs, labels, present = rows(6)
    present["text"] = torch.tensor([True, True, False, True, True, True])
    counts, prior = [2.0, 4.0], np.array([2.0, 4.0]) / 6
    own = {
        "audio": make_loss("focal", gamma=2.0, weight=[3.0, 1.0], reduction="sum_and_weight"),
        "text": make_loss("logit_adjustment", counts=counts, label_smoothing=0.2, reduction="sum_and_weight"),
    }
    plain = make_loss("cross_entropy", weight=[0.5, 1.5], reduction="sum_and_weight")
    found = HeadLosses(plain, {"audio": 0.3, "text": 0.7}, own)(outputs, labels, present)

    def log_p(name: str, offset: np.ndarray | float = 0.0) -> np.ndarray:
        logits = outputs[name].numpy().astype(np.float64) + offset
        return logits - np.log(np.exp(logits).sum(1, keepdims=True))

    one_hot = np.eye(2)[labels.numpy()]
    joint = -(log_p("logits") * one_hot).sum(1)
    p = np.exp(log_p("audio_logits"))
    audio = -((1 - p) ** 2 * np.log(p) * one_hot).sum(1)
    text = -(log_p("text_logits", np.log(prior)) * (0.8 * one_hot + 0.1)).sum(1)
    w, v = np.array([0.5, 1.5])[labels.numpy()], np.array([3.0, 1.0])[labels.numpy()]
    heard = (v * audio).sum() / v.sum()
    read = text[present["text"].numpy()].sum() / 6  # all six rows count, the one without text too
    wanted = (w * joint).sum() / w.sum() + 0.3 * heard + 0.7 * read
    assert found.item() == pytest.approx(wanted, rel=1e-5)


def test_a_batch_without_audio_trains_nothing_that_hears(losses: HeadLosses) -> None:
    outputs, labels, present = rows(4)
    present["audio"] = torch.zeros(4, dtype=torch.bool)
    outputs = {name: values.requires_grad_() for name, values in outputs.items()}
    losses(outputs, labels, present).backward()
    assert outputs["logits"].grad.abs().sum() > 0
    assert outputs["audio_logits"].grad.abs().sum() == 0  # but there is one, for DistributedDataParallel
