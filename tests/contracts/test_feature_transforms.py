"""What every registered transform of features promises; a new one is tested by being registered."""

from __future__ import annotations

import json
import random
from dataclasses import is_dataclass

import numpy as np
import pytest
import torch

from augment import generator
from augment.features import FeatureChain
from augment.parameters import ParameterError, plain
from augment.transform import STRENGTHS, find_transform, transform_names

NAMES = [name for name in transform_names() if find_transform(name).modality == "features"]
COUNTS = [100.0, 10.0, 5.0]


def batch(rows: int = 8, steps: int = 40, soft: bool = False) -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(1)
    lengths = torch.arange(rows) % 3 * 10 + steps - 20
    frames_mask = torch.arange(steps)[None] < lengths[:, None]
    text_mask = torch.arange(7)[None] < (torch.arange(rows) % 4 + 3)[:, None]
    labels = torch.arange(rows) % 3
    return {
        "frames": torch.randn(rows, steps, 30, generator=rng) * frames_mask[..., None],
        "frames_mask": frames_mask,
        "functionals": torch.randn(rows, 5, generator=rng),
        "has_audio": torch.ones(rows, dtype=torch.bool),
        "text_states": torch.randn(rows, 7, 6, generator=rng) * text_mask[..., None],
        "text_mask": text_mask,
        "has_text": torch.ones(rows, dtype=torch.bool),
        "labels": torch.nn.functional.one_hot(labels, 3).float() if soft else labels,
    }


def chain(name: str, **arguments) -> FeatureChain:
    return FeatureChain([find_transform(name)(**arguments)], COUNTS, bands=(10, 30))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def test_the_built_in_ones_are_there():
    assert {"spec_augment", "mixup", "manifold_mixup", "remix"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
class TestEvery:
    def test_says_what_it_does_and_how_strong(self, name):
        cls = find_transform(name)
        assert is_dataclass(cls)
        assert cls.__dataclass_params__.frozen
        assert cls.name == name
        assert "arXiv" in cls.__doc__
        assert list(cls.presets) == list(STRENGTHS)
        for strength, preset in cls.presets.items():
            cls.preset(strength)
            assert len(preset.evidence) > 10
        with pytest.raises(ParameterError, match="scope: "):
            cls(scope="speaker")

    @pytest.mark.parametrize("soft", [False, True])
    def test_the_same_generator_gives_the_same_batch_and_another_another(self, name, soft):
        made = [chain(name)(batch(soft=soft), generator(seed, "b", stream="features")) for seed in (0, 0, 1)]
        assert same(made[0], made[1])
        assert not same(made[0], made[2])

    def test_the_input_and_global_randomness_are_left_alone(self, name):
        given = batch()
        before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
        chain(name)(given, np.random.default_rng(0))
        after = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
        assert before == after
        assert same(given, batch())

    def test_shapes_and_types_stay_but_for_labels(self, name):
        given = batch()
        made = chain(name)(given, np.random.default_rng(0))
        for key in given.keys() - {"labels"}:
            assert made[key].shape == given[key].shape
            assert made[key].dtype == given[key].dtype
            assert torch.isfinite(made[key].float()).all()

    def test_labels_stay_labels(self, name):
        made = chain(name)(batch(), np.random.default_rng(0))["labels"]
        if made.ndim == 2:
            torch.testing.assert_close(made.sum(dim=1), torch.ones(8))
            assert (made >= 0).all()
        else:
            assert torch.equal(made, batch()["labels"])

    def test_what_is_drawn_is_plain_json_and_applies_again(self, name):
        from augment.features.transform import BatchInfo

        given, transform = batch(), find_transform(name)()
        info = BatchInfo(range(8), given["labels"].tolist(), [True] * 8, [True] * 8, COUNTS, (10, 30))
        params = transform.draw(np.random.default_rng(3), info)
        assert params == plain(params)
        again = transform.apply(given, **json.loads(json.dumps(params)))
        assert same(again, transform.apply(given, **params))

    def test_p_of_zero_never_runs(self, name):
        assert same(chain(name, p=0)(batch(), np.random.default_rng(0)), batch())

    def test_a_batch_of_one_and_rows_without_sound_or_words(self, name):
        one = {key: value[:1] for key, value in batch().items()}
        chain(name)(one, np.random.default_rng(0))
        given = batch()
        given["has_audio"][::2] = False
        given["frames"][::2], given["frames_mask"][::2], given["functionals"][::2] = 0, False, 0
        made = chain(name)(given, np.random.default_rng(0))
        assert not made["frames"][::2].any()
        assert not made["frames_mask"][::2].any()
