from __future__ import annotations

import numpy as np
import pytest
import torch

from augment.features import FeatureChain, ManifoldMixup, Mixup, Remix
from augment.features.manifold_mixup import with_soft_labels
from augment.features.transform import BatchInfo
from augment.parameters import ParameterError

COUNTS = (100.0, 10.0)


def info(rows=4, labels=(0, 1, 0, 1), has_audio=None) -> BatchInfo:
    return BatchInfo(range(rows), labels, has_audio or [True] * rows, [True] * rows, COUNTS)


def batch() -> dict[str, torch.Tensor]:
    frames_mask = torch.tensor([[1, 1, 1], [1, 0, 0]]).bool()
    return {
        "frames": torch.tensor([[[1.0], [1.0], [1.0]], [[3.0], [0.0], [0.0]]]),
        "frames_mask": frames_mask,
        "functionals": torch.tensor([[1.0], [5.0]]),
        "has_audio": torch.ones(2, dtype=torch.bool),
        "text_states": torch.tensor([[[2.0], [4.0]], [[8.0], [0.0]]]),
        "text_mask": torch.tensor([[1, 1], [1, 0]]).bool(),
        "has_text": torch.ones(2, dtype=torch.bool),
        "labels": torch.tensor([0, 1]),
    }


def test_mixup_mixes_features_and_labels_alike():
    made = Mixup().apply(batch(), partner=[1, 1], share=[0.75, 1.0], label_share=[0.75, 1.0], classes=2)
    assert made["frames"][0, :, 0].tolist() == [1.5, 0.75, 0.75]
    assert made["functionals"][:, 0].tolist() == [2.0, 5.0]
    assert made["text_mean"][:, 0].tolist() == [0.75 * 3 + 0.25 * 8, 8.0]  # of the means, not of the mixture
    assert made["labels"].tolist() == [[0.75, 0.25], [0.0, 1.0]]


def test_the_longer_of_two_is_heard_to_its_end():
    made = Mixup().apply(batch(), partner=[0, 0], share=[1.0, 0.5], label_share=[1.0, 0.5], classes=2)
    assert made["frames_mask"].tolist() == [[True] * 3, [True] * 3]
    assert made["frames"][1, :, 0].tolist() == [2.0, 0.5, 0.5]


def test_partners_have_the_same_modalities():
    has_audio = [True, False, True, False, True, False]
    for seed in range(20):
        drawn = Mixup().draw(np.random.default_rng(seed), info(6, (0, 1) * 3, has_audio))
        assert all(has_audio[row] == has_audio[other] for row, other in enumerate(drawn["partner"]))
        assert all(0 <= share <= 1 for share in drawn["share"])


def test_shares_are_beta_distributed():
    rows = 4000
    drawn = Mixup(alpha=0.4).draw(np.random.default_rng(0), info(rows, (0, 1) * (rows // 2)))
    shares = np.array(drawn["share"])
    assert shares.mean() == pytest.approx(0.5, abs=0.02)
    assert shares.var() == pytest.approx(1 / (4 * (2 * 0.4 + 1)), abs=0.01)


def test_token_ids_are_refused():
    given = batch()
    given["input_ids"] = given.pop("text_states")
    with pytest.raises(ParameterError, match=r"mixup: token ids can.t be mixed.*manifold_mixup"):
        FeatureChain([Mixup()], COUNTS)(given, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("kept", "own", "other", "label"),
    [
        (0.4, 100, 10, 0.0),  # a majority with less than half: the label is the minority's
        (0.6, 100, 10, 0.6),
        (0.6, 10, 100, 1.0),  # a minority that keeps more than half keeps the whole label
        (0.4, 10, 100, 0.4),
        (0.4, 20, 10, 0.4),  # not three times as many
    ],
)
def test_remix_gives_the_label_to_the_minority(kept, own, other, label):
    assert Remix()._label_share(kept, own, other) == label


def test_remix_mixes_the_features_as_mixup_does():
    one = Mixup(alpha=1.0).draw(np.random.default_rng(5), info())
    other = Remix(alpha=1.0).draw(np.random.default_rng(5), info())
    assert (one["partner"], one["share"]) == (other["partner"], other["share"])


def test_manifold_mixup_leaves_the_features_and_says_who_mixes_where():
    made = ManifoldMixup().apply(batch(), partner=[1, 0], share=[0.75, 0.5], layer="fused")
    assert torch.equal(made["frames"], batch()["frames"])
    assert made["mix_with"].tolist() == [1, 0]
    assert made["mix_pooled"].tolist() == [1.0, 1.0]
    assert made["mix_fused"].tolist() == [0.75, 0.5]
    assert with_soft_labels(made, 2)["labels"].tolist() == [[0.75, 0.25], [0.5, 0.5]]


@pytest.mark.parametrize("steps", [[Mixup(alpha=1.0), ManifoldMixup()], [ManifoldMixup(), Mixup(alpha=1.0)]])
def test_labels_are_mixed_as_their_rows_are_whatever_the_order(steps):
    """A functional that is the label's own number: mixed by both, it must stay what the label says."""
    rng = np.random.default_rng(2)
    given = {key: torch.cat([value] * 4) for key, value in batch().items()}
    given["functionals"] = given["labels"].float()[:, None]
    made = FeatureChain(steps, COUNTS)(given, rng)
    kept = (made["mix_pooled"] * made["mix_fused"])[:, None]
    heard = kept * made["functionals"] + (1 - kept) * made["functionals"][made["mix_with"]]
    assert (kept < 0.9).any()
    torch.testing.assert_close(made["labels"][:, 1], heard[:, 0])


def test_a_class_of_its_own_is_mixed_beside_the_others():
    given = {key: torch.cat([value] * 4) for key, value in batch().items()}
    chain = FeatureChain(
        [ManifoldMixup(layer="pooled")], COUNTS, per_class={1: [ManifoldMixup(layer="fused")]}
    )
    made = chain(given, np.random.default_rng(0))
    assert (made["mix_with"] % 2).tolist() == [0, 1] * 4  # within the class
    assert (made["mix_pooled"][::2] < 1).any()
    assert (made["mix_fused"][1::2] < 1).any()
    assert (made["mix_fused"][::2] == 1).all()
    assert (made["mix_pooled"][1::2] == 1).all()
    torch.testing.assert_close(made["labels"].argmax(1), given["labels"])


def test_a_class_of_its_own_mixes_within_itself():
    chain = FeatureChain([], COUNTS, per_class={1: [Mixup(alpha=1.0)]})
    given = {key: torch.cat([value, value]) for key, value in batch().items()}
    made = chain(given, np.random.default_rng(0))
    assert made["labels"].tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]
    assert torch.equal(made["functionals"][::2], given["functionals"][::2])
