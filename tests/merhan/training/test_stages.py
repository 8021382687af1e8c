"""Whole trainings whose loss, order and rows change in the middle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from merhan import MerhanError, train
from recipes.corpus.corpus import Corpus

SMALL = {
    "name": "small",
    "summary": "A small one.",
    "train": {"batch_size": 8, "patience": 0},
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}
STAGES = {
    "class_weights": {"method": "none"},
    "head_losses": {"audio": {"name": "focal", "gamma": 2.0}, "text": {"name": "logit_adjustment"}},
    "contrastive": {"weight": 0.5},
    "stages": [
        {"epochs": 2},
        {
            "epochs": 2,
            "class_weights": {"method": "balanced", "drw_epoch": 3},
            "subset": 2,
            "features": [{"manifold_mixup": {"p": 1.0}}],
            "learning_rate": 5e-4,
        },
    ],
}
OPTIONS = {"seed": 5, "latency_repeats": 1}


def interrupt(step: int):
    from transformers import TrainerCallback

    class Interrupt(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == step:
                raise KeyboardInterrupt

    return Interrupt()


def with_train(**changes) -> dict:
    return SMALL | {"train": SMALL["train"] | changes}


@pytest.fixture(scope="module")
def whole(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    """A training of two stages that nothing interrupts."""
    return train(voices_folder, with_train(**STAGES), tmp_path_factory.mktemp("whole") / "run", **OPTIONS)


@pytest.mark.parametrize("step", [7, 14], ids=["first stage", "last epoch"])
def test_case_4_11_resumed_training_of_stages_ends_where_an_uninterrupted_one_does(
    whole, voices: Corpus, tmp_path: Path, step: int
) -> None:
    recipe = with_train(**STAGES)
    with pytest.raises(KeyboardInterrupt):
        train(voices, recipe, tmp_path / "cut", callbacks=(interrupt(step),), **OPTIONS)
    resumed = train(voices, recipe, tmp_path / "cut", resume=True, **OPTIONS)
    assert resumed.metrics["dev"]["loss"] == pytest.approx(whole.metrics["dev"]["loss"], rel=1e-4)
    assert resumed.metrics["test"]["confusion_matrix"] == whole.metrics["test"]["confusion_matrix"]


def test_what_comes_out_is_a_model_without_prototypes(voices: Corpus, tmp_path: Path, said) -> None:
    from safetensors import safe_open

    run = train(voices, with_train(**STAGES), tmp_path / "run", epochs=2, reporter=said, **OPTIONS)
    with safe_open(run.folder / "model" / "model.safetensors", "np") as weights:
        assert not [name for name in weights.keys() if "contrastive" in name]  # noqa: SIM118
    assert "stage 2 begins with epoch 2: class_weights, features, learning_rate, subset." in said.notes
    assert "early stopping and the best epoch count from epoch 2." in said.notes


def test_a_contrastive_loss_needs_a_network(voices: Corpus, tmp_path: Path) -> None:
    recipe = with_train(contrastive={}) | {"model": {"network": False}}
    with pytest.raises(MerhanError, match=r"model\.network: false there are none"):
        train(voices, recipe, tmp_path / "run", epochs=1, **OPTIONS)


def test_the_best_epoch_is_one_in_which_the_weights_are_in(voices: Corpus, tmp_path: Path) -> None:
    """With weights of 0 for two classes the third is all that is said: no better, and kept all the same."""
    weights = {"method": {"anger": 1e-6, "joy": 1e-6, "neutral": 1.0}, "drw_epoch": 2}
    recipe = with_train(class_weights=weights, epochs=4, patience=1, ema_decay=0.0, learning_rate=0.02)
    kept = {}

    from transformers import TrainerCallback

    class Watch(TrainerCallback):
        def on_train_end(self, args, state, control, **kwargs):
            kept["best"] = state.best_global_step
            kept["epochs"] = state.epoch

    run = train(voices, recipe, tmp_path / "run", callbacks=(Watch(),), **OPTIONS)
    steps = 4  # an epoch
    assert kept["best"] in (3 * steps, 4 * steps)
    assert kept["epochs"] >= 3
    assert (
        json.loads((run.folder / "metrics.json").read_text())["dev"]["per_class"]["neutral"]["recall"] > 0.5
    )
