"""Manifold mixup in the network: what is mixed, and that it is what mixing by hand gives."""

from __future__ import annotations

import pytest
import torch

from merhan.model import FeatureDims, ModelSettings, build_model
from merhan.model.mixing import Mixing


def model(**settings):
    made = build_model(
        ModelSettings(lstm_size=4, width=8, heads=2, dropout=0.0, **settings),
        FeatureDims(5, 4, 6),
        ("a", "b", "c"),
        None,
    )
    rng = torch.Generator().manual_seed(5)
    for parameter in made.parameters():
        parameter.data.copy_(0.3 * torch.randn(parameter.shape, generator=rng))
    return made.eval()


def batch() -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(1)
    return {
        "frames": torch.randn(3, 7, 5, generator=rng),
        "functionals": torch.randn(3, 4, generator=rng),
        "text_states": torch.randn(3, 4, 6, generator=rng),
    }


def mix(pooled: list[float], fused: list[float]) -> dict[str, torch.Tensor]:
    return {
        "mix_with": torch.tensor([1, 2, 0]),
        "mix_pooled": torch.tensor(pooled),
        "mix_fused": torch.tensor(fused),
    }


def test_a_share_of_one_changes_nothing():
    with torch.no_grad():
        plain = model()(**batch())
        kept = model()(**batch(), **mix([1.0] * 3, [1.0] * 3))
    torch.testing.assert_close(kept.logits, plain.logits)
    torch.testing.assert_close(kept.audio_logits, plain.audio_logits)


@pytest.mark.parametrize("layer", ["pooled", "fused"])
def test_a_share_of_nothing_is_the_partners_output(layer):
    shares = (
        {"pooled": [0.0] * 3, "fused": [1.0] * 3}
        if layer == "pooled"
        else {"pooled": [1.0] * 3, "fused": [0.0] * 3}
    )
    with torch.no_grad():
        plain = model()(**batch())
        mixed = model()(**batch(), **mix(**shares))
    for head in ("logits", "audio_logits", "text_logits"):
        torch.testing.assert_close(mixed[head], plain[head][[1, 2, 0]])


def test_linear_logits_are_mixed_as_they_are():
    linear = model(network=False)
    with torch.no_grad():
        plain = linear(**batch()).audio_logits
        mixed = linear(**batch(), **mix([0.25] * 3, [1.0] * 3)).audio_logits
    torch.testing.assert_close(mixed, 0.25 * plain + 0.75 * plain[[1, 2, 0]])


def test_no_mixing_is_the_identity():
    x = torch.randn(3, 2)
    assert Mixing(None, None, None).everywhere(x) is x
