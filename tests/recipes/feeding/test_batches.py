"""Mixtures and masks of any model's batches."""

from __future__ import annotations

import pytest
import torch

from recipes import RecipeError, load_recipe
from recipes.chains import build_features
from recipes.feeding.batches import FeatureBatches, fit_for
from recipes.feeding.rows import Item


def chain(*steps):
    return build_features(
        load_recipe({"name": "mixed", "augment": {"features": list(steps)}}), ["a", "b"], [6, 2]
    )


def sounds(epoch=0, **more):
    values = [[1.0, 1.0, 0.0], [0.0, 0.0, 4.0], [2.0, 0.0, 0.0]]
    masks = [[1, 1, 0], [1, 1, 1], [1, 0, 0]]
    return [
        Item(f"u{i}", epoch, {"input_values": value, "attention_mask": mask, "labels": i % 2, **more})
        for i, (value, mask) in enumerate(zip(values, masks, strict=True))
    ]


def collate(items):
    return {name: torch.tensor([item[name] for item in items]) for name in items[0]}


def mixing(step="mixup", seed=3):
    return FeatureBatches(collate, {0: chain({step: {"alpha": 1.0}})}, seed, "mixed")


def test_waveforms_are_mixed_as_their_labels_are():
    items = sounds()
    plain, mixed = collate(items), mixing()(items)
    assert set(mixed) == {"input_values", "attention_mask", "labels"}
    assert mixed["labels"].shape == (3, 2)
    torch.testing.assert_close(mixed["labels"].sum(dim=1), torch.ones(3))
    hard = torch.nn.functional.one_hot(plain["labels"], 2).float()
    moved = 0
    for row in range(3):
        # x = s x_i + (1 - s) x_j and y likewise, for some partner j and share s in 0 to 1
        fits = []
        for other in range(3):
            step = plain["input_values"][row] - plain["input_values"][other]
            if other == row or not step.any():
                continue
            at = int(step.abs().argmax())
            s = (mixed["input_values"][row, at] - plain["input_values"][other, at]) / step[at]
            x = s * plain["input_values"][row] + (1 - s) * plain["input_values"][other]
            y = s * hard[row] + (1 - s) * hard[other]
            mask = plain["attention_mask"][row] | (plain["attention_mask"][other] if s < 1 - 1e-6 else 0)
            if torch.allclose(x, mixed["input_values"][row], atol=1e-5) and torch.allclose(
                y, mixed["labels"][row], atol=1e-5
            ):
                assert torch.equal(mixed["attention_mask"][row], mask)
                fits.append(float(s))
        assert fits
        assert 0 <= fits[0] <= 1 + 1e-6
        moved += fits[0] < 0.999
    assert moved >= 2


def test_draws_are_of_seed_rows_and_epoch():
    first = mixing()(sounds())["labels"]
    assert torch.equal(mixing()(sounds())["labels"], first)
    assert not torch.equal(mixing()(sounds(epoch=1))["labels"], first)
    assert not torch.equal(mixing(seed=4)(sounds())["labels"], first)


def test_what_a_step_can_do_nothing_with_is_refused():
    with pytest.raises(RecipeError, match=r"recipe mixed: augment.features: mixup token ids can't be mixed"):
        mixing()(sounds(input_ids=[1, 2]))
    with pytest.raises(
        RecipeError, match="spec_augment masks the frames of MER-HAN; audio models of transformers do it"
    ):
        FeatureBatches(collate, {0: chain("spec_augment")}, 0, "mixed")(sounds())
    words = [Item("u", 0, {"pixel_values": [0.0], "labels": 0})]
    with pytest.raises(
        RecipeError, match="mixes frames, input_values, input_features, and the batch has labels, pix"
    ):
        mixing("remix")(words)


def test_what_a_model_must_do_itself_is_left_out_where_it_doesnt():
    whole = chain(
        "manifold_mixup", {"one_of": {"of": ["manifold_mixup", "mixup"]}}, {"mixup": {"alpha": 1.0}}
    )
    assert fit_for(whole, ["frames", "mix_with"]) == (whole, [])
    fitting, left_out = fit_for(whole, ["input_values", "labels"])
    assert [step.name for step in fitting.steps] == ["mixup"]
    assert left_out == ["manifold_mixup", "manifold_mixup"]


def test_manifold_mixup_says_who_is_mixed_with_whom():
    batch = FeatureBatches(collate, {0: chain({"manifold_mixup": {"alpha": 1.0}})}, 0, "mixed")(sounds())
    assert {"mix_with", "mix_pooled", "mix_fused"} <= set(batch)
    assert batch["labels"].shape == (3, 2)
