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
    losses.auxiliary = {}
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
