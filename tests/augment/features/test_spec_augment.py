from __future__ import annotations

import numpy as np
import pytest
import torch

from augment.features import FeatureChain, SpecAugment


def ones(rows: int = 6, steps: int = 50, columns: int = 20) -> dict[str, torch.Tensor]:
    mask = torch.arange(steps)[None] < (torch.arange(rows) * 5 + 20)[:, None]
    return {
        "frames": torch.ones(rows, steps, columns) * mask[..., None],
        "frames_mask": mask,
        "has_audio": torch.ones(rows, dtype=torch.bool),
        "has_text": torch.ones(rows, dtype=torch.bool),
        "labels": torch.zeros(rows, dtype=torch.long),
    }


def run(step: SpecAugment, seed: int = 0) -> torch.Tensor:
    return FeatureChain([step], [6.0], bands=(5, 15))(ones(), np.random.default_rng(seed))["frames"]


def test_time_masks_hide_all_columns_of_at_most_their_share():
    hidden = 0
    for seed in range(20):
        frames = run(SpecAugment(time_masks=2, time_share=0.2, band_masks=0), seed)
        for row in range(6):
            length = 20 + 5 * row
            gone = (frames[row, :length] == 0).all(dim=1)
            assert torch.equal(gone, (frames[row, :length] == 0).any(dim=1))
            assert gone.sum() <= 2 * 0.2 * length
            hidden += int(gone.sum())
    assert hidden > 200


def test_band_masks_hide_bands_alone_and_each_row_has_its_own():
    seen = set()
    for seed in range(10):
        frames = run(SpecAugment(time_masks=0, band_masks=1, bands=4), seed)
        gone = [(frames[row, : 20 + 5 * row] == 0).all(dim=0) for row in range(6)]
        for row in gone:
            where = torch.where(row)[0].tolist()
            assert len(where) <= 4
            assert all(5 <= column < 15 for column in where)
            assert where == list(range(where[0], where[0] + len(where))) if where else True
            seen.add(tuple(where))
    assert len(seen) > 10


def test_without_a_spectrogram_only_time_is_masked():
    chain = FeatureChain([SpecAugment(time_masks=0)], [6.0])
    assert torch.equal(chain(ones(), np.random.default_rng(0))["frames"], ones()["frames"])


def test_the_generators_of_a_gpu_are_left_alone(monkeypatch):
    """`torch.manual_seed` seeds them all, and dropout there would be the same in every epoch."""
    monkeypatch.setattr(torch, "manual_seed", lambda seed: pytest.fail("every device was seeded"))
    made = FeatureChain([SpecAugment()], [1.0], bands=(0, 4))(
        {
            "frames": torch.ones(1, 50, 4),
            "frames_mask": torch.ones(1, 50, dtype=torch.bool),
            "has_audio": torch.ones(1, dtype=torch.bool),
            "has_text": torch.ones(1, dtype=torch.bool),
            "labels": torch.zeros(1, dtype=torch.long),
        },
        np.random.default_rng(0),
    )
    assert (made["frames"] == 0).any()  # it did draw its masks
