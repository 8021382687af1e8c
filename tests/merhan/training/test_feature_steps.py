"""`augment.features` in training: on training batches alone, the same after a resumption."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from augment.features import FeatureChain, ManifoldMixup, Mixup, Remix, SpecAugment
from merhan.training.rows import Rows, TrainingRows, collate_rows
from recipes import load_recipe
from recipes.chains import build_features

BASE = {"name": "mine", "summary": "s", "evidence": ["docs/evidence.md"]}


class Features:
    """A stand-in for a FeatureSet: rows of their own number."""

    def __len__(self):
        return 12

    def collate(self, rows):
        count = torch.tensor(rows, dtype=torch.float32)
        return {
            "frames": count[:, None, None] * torch.ones(len(rows), 20, 4),
            "frames_mask": torch.ones(len(rows), 20, dtype=torch.bool),
            "functionals": count[:, None],
            "has_audio": torch.ones(len(rows), dtype=torch.bool),
            "text_states": count[:, None, None] * torch.ones(len(rows), 3, 2),
            "text_mask": torch.ones(len(rows), 3, dtype=torch.bool),
            "has_text": torch.ones(len(rows), dtype=torch.bool),
            "labels": torch.tensor(rows) % 2,
        }


def made(dataset, rows):
    return collate_rows([dataset[row] for row in rows])


@pytest.mark.parametrize("step", [SpecAugment(), Mixup(alpha=1.0), ManifoldMixup(), Remix()])
def test_a_batch_depends_on_seed_and_rows_alone(step):
    chain = FeatureChain([step], [6.0, 6.0], bands=(0, 4))
    one, two = (
        made(TrainingRows(Features(), chain, 1), range(6)),
        made(TrainingRows(Features(), chain, 1), range(6)),
    )
    assert all(torch.equal(one[key], two[key]) for key in one)
    other = made(TrainingRows(Features(), chain, 2), range(6))
    assert any(not torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("step", [SpecAugment(), Mixup(alpha=1.0), ManifoldMixup(), Remix()])
def test_case_1_13_the_epoch_is_part_of_the_seed(step):
    rows = TrainingRows(Features(), FeatureChain([step], [6.0, 6.0], bands=(0, 4)), 1)
    one = made(rows, range(6))
    rows.set_epoch(1)
    two = made(rows, range(6))
    assert any(not torch.equal(one[key], two[key]) for key in one)


def test_rows_that_are_not_training_rows_are_left_alone():
    plain = made(Rows(Features()), range(6))
    assert torch.equal(plain["labels"], torch.arange(6) % 2)
    assert torch.equal(plain["functionals"][:, 0], torch.arange(6.0))


def test_a_recipe_builds_its_chain():
    steps = [{"spec_augment": "light"}, {"one_of": {"of": [{"mixup": {"alpha": 0.3}}, "remix"]}}]
    recipe = load_recipe(
        BASE | {"augment": {"features": steps, "per_class": {"joy": {"features": ["manifold_mixup"]}}}}
    )
    chain = build_features(recipe, ("anger", "joy"), [10, 2], bands=(3, 7))
    assert [step.name for step in chain.steps] == ["spec_augment", "one_of"]
    assert [step.name for step in chain.per_class[1]] == ["manifold_mixup"]
    assert (chain.counts, chain.bands) == ([10.0, 2.0], (3, 7))
    assert not build_features(load_recipe("minority_boost"), ("anger", "joy"), [10, 2])


def test_resumed_or_not_the_order_of_rows_is_part_of_a_batch():
    chain = FeatureChain([Mixup(alpha=1.0)], [6.0, 6.0])
    rows = TrainingRows(Features(), chain, 1)
    one, other = made(rows, [0, 1, 2, 3]), made(rows, [3, 2, 1, 0])
    assert not np.allclose(np.sort(one["functionals"][:, 0]), np.sort(other["functionals"][:, 0]))
