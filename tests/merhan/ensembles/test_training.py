"""`train --ensemble`: seeds one after another, gone on with where it was cut off."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from transformers import TrainerCallback

from merhan import MerhanError, Predictor, ensemble, train_ensemble
from merhan.evaluation.predictions import read_predictions
from recipes.corpus.corpus import Corpus

CLASSES = ("anger", "joy", "neutral")
ONE = {"latency_repeats": 1}


class Interrupt(TrainerCallback):
    """Ctrl-C in the second member's second epoch."""

    trainings = 0

    def on_train_begin(self, args, state, control, **kwargs):
        self.trainings += 1

    def on_epoch_begin(self, args, state, control, **kwargs):
        if self.trainings == 2 and state.epoch >= 1:
            raise KeyboardInterrupt


def test_members_are_the_runs_that_their_seeds_give(
    runs: list[Path], mute: Corpus, recipe: dict, tmp_path: Path, said
) -> None:
    out = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt):
        train_ensemble(mute, recipe, out, members=2, callbacks=(Interrupt(),), **ONE)
    assert (out / "members" / "seed-0" / "metrics.json").is_file()
    assert not (out / "members" / "seed-1" / "metrics.json").exists()
    assert not (out / "metrics.json").exists()
    with pytest.raises(MerhanError, match="holds a run already; give --out another folder, --resume it"):
        train_ensemble(mute, recipe, out, members=2, **ONE)
    with pytest.raises(MerhanError, match="holds a run of another ensemble"):
        train_ensemble(mute, recipe, out, members=3, resume=True, **ONE)

    done = train_ensemble(mute, recipe, out, members=2, resume=True, reporter=said, **ONE)
    assert "member 1 of 2, seed 0." in said.notes
    assert len(said.notes) == len(set(said.notes))
    assert any("seed-0 was finished before" in note for note in said.notes)
    assert not any("seed-1 was finished before" in note for note in said.notes)
    together = ensemble(runs, tmp_path / "together")
    found, expected = (
        read_predictions(run.folder / "predictions.parquet", CLASSES)["test"] for run in (done, together)
    )
    np.testing.assert_allclose(found.probabilities, expected.probabilities, rtol=1e-4)
    assert [member["seed"] for member in done.metrics["ensemble"]["members"]] == [0, 1]

    kept = json.loads((out / "metrics.json").read_text())
    again = train_ensemble(mute, recipe, out, members=2, resume=True, reporter=said, **ONE)
    assert again.metrics == kept
    assert said.notes[-1] == f"{out} was finished before; nothing is left to do."


def test_the_model_takes_no_room_twice(mute: Corpus, recipe: dict, tmp_path: Path) -> None:
    out = tmp_path / "run"
    train_ensemble(mute, recipe, out, members=2, method="vote", seed=4, epochs=1, **ONE)
    for number, seed in ((1, 4), (2, 5)):
        member = out / "members" / f"seed-{seed}" / "model" / "model.safetensors"
        assert member.samefile(out / "model" / f"member-{number}" / "model.safetensors")
    assert Predictor.load(out).method == "vote"
    assert "--seed 4 --ensemble 2" in (out / "report.html").read_text()


def test_what_is_wrong_is_said_before_anything_is_made(mute: Corpus, recipe: dict, tmp_path: Path) -> None:
    with pytest.raises(MerhanError, match="ensemble of 1 is none"):
        train_ensemble(mute, recipe, tmp_path / "run", members=1)
    fewer = mute.replace(u for u in mute if not (u.split == "train" and u.label == "anger"))
    with pytest.raises(MerhanError, match="'anger' is in dev"):
        train_ensemble(fewer, recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()
