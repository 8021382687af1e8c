"""What reads pooled vectors, apart from what makes them."""

from __future__ import annotations

import pytest
import torch

from merhan.model.build import build_model
from merhan.model.classifier import class_norms, classifier_parts, forget_classifier, scale_classes
from merhan.model.configuration import FeatureDims
from merhan.model.modeling import MerHanForEmotionClassification
from merhan.model.settings import ModelSettings

SMALL = {"lstm_size": 4, "width": 8, "heads": 2}
KINDS = {
    "late": {},
    "joint alone": {"late_fusion": False},
    "no direct path": {"direct_path": False},
    "direct path alone": {"network": False},
}


def made(**settings) -> MerHanForEmotionClassification:
    """A model whose classifier has left zero."""
    model = build_model(
        ModelSettings.model_validate(SMALL | settings), FeatureDims(5, 6, 7), ("a", "b", "c"), None, seed=0
    )
    rng = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for part in classifier_parts(model).values():
            for parameter in part.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=rng))
    return model.eval()


def batch() -> dict[str, torch.Tensor]:
    rng = torch.Generator().manual_seed(2)
    return {
        "frames": torch.randn(4, 9, 5, generator=rng),
        "functionals": torch.randn(4, 6, generator=rng),
        "text_states": torch.randn(4, 3, 7, generator=rng),
        "has_audio": torch.tensor([True, True, False, True]),
        "has_text": torch.tensor([True, False, True, True]),
    }


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
class TestClassifier:
    def test_what_was_pooled_gives_the_logits_again(self, settings: dict) -> None:
        model = made(**settings)
        with torch.no_grad():
            said = model(**batch(), output_pooled=True)
            again = model.classify(said.pooled)
            some = model.classify(said.pooled.rows(torch.tensor([3, 1])))
        for expected, logits, two in zip(
            (said.logits, said.audio_logits, said.text_logits), again, some, strict=True
        ):
            torch.testing.assert_close(logits, expected)
            torch.testing.assert_close(two, expected[[3, 1]])
        assert model(**batch()).pooled is None

    def test_scaling_a_class_scales_its_logits_in_every_head(self, settings: dict) -> None:
        model = made(**settings)
        factors = torch.tensor([2.0, 1.0, 0.5])
        with torch.no_grad():
            before = model(**batch())
            scale_classes(model, factors)
            after = model(**batch())
        for name in ("logits", "audio_logits", "text_logits"):
            torch.testing.assert_close(getattr(after, name), getattr(before, name) * factors)

    def test_a_forgotten_classifier_says_nothing_and_its_representation_is_as_it_was(
        self, settings: dict
    ) -> None:
        model, other = made(**settings), made(**settings)
        forget_classifier(model, seed=3)
        forget_classifier(other, seed=3)
        with torch.no_grad():
            said, pooled = (
                model(**batch(), output_pooled=True),
                made(**settings)(**batch(), output_pooled=True),
            )
        assert not said.logits.any()
        for now, before in zip(said.pooled, pooled.pooled, strict=True):
            if before is not None:
                torch.testing.assert_close(now, before)
        for name, value in model.state_dict().items():
            torch.testing.assert_close(value, other.state_dict()[name])


def test_a_class_has_the_norm_of_all_that_adds_up_to_its_joint_logit() -> None:
    model = made()
    layers = [
        model.network.joint_head.output,
        model.network.audio_head.output,
        model.network.text_head.output,
    ]
    layers += [model.direct_path.audio, model.direct_path.text]
    whole = torch.cat([layer.weight for layer in layers], dim=1).double()
    torch.testing.assert_close(class_norms(model), whole.norm(dim=1).detach())


def test_hidden_layers_are_drawn_anew_by_the_seed() -> None:
    model, other = made(), made()
    before = model.network.joint_head.hidden.weight.clone()
    forget_classifier(model, seed=0)
    forget_classifier(other, seed=1)
    assert not torch.equal(model.network.joint_head.hidden.weight, before)
    assert not torch.equal(model.network.joint_head.hidden.weight, other.network.joint_head.hidden.weight)
