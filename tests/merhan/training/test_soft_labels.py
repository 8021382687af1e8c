"""Annotators' shares from a JSONL manifest to the loss: counted, weighed, learnt from."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from balancer.distribution import count
from merhan.cli.app import app
from merhan.training import run
from merhan.training.fit import make_trainer
from merhan.training.loss import head_losses, training_counts
from merhan.training.run import Job, Silent
from merhan.training.views import make_views
from recipes import load_recipe
from recipes.corpus.corpus import Corpus

SETTINGS = {
    "train": {"epochs": 1, "batch_size": 8, "loss": {"name": "ldam", "label_smoothing": 0.05}},
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}
TIED = ("ann-joy-0", "ben-joy-1")


@pytest.fixture(scope="module")
def soft_folder(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of voices with votes: anger is joy to one of four, two joys are anger to half."""
    folder = tmp_path_factory.mktemp("soft")
    (folder / "audio").symlink_to(voices_folder / "audio")
    rows = []
    for u in Corpus.load(voices_folder):
        label = {"anger": 0.75, "joy": 0.25} if u.label == "anger" else u.label
        label = {"anger": 0.5, "joy": 0.5} if u.id in TIED else label
        rows.append(replace(u, label=label, text=""))
    Corpus(tuple(rows), folder).save(folder, "jsonl")
    return folder


def _train(command, folder: Path, out: Path, *settings: str):
    recipe = out.parent / "soft.json"
    recipe.write_text(json.dumps({"name": "soft", **SETTINGS}))
    more = [word for one in settings for word in ("-s", one)]
    return command("train", "-c", folder, "-r", recipe, "-o", out, *more)


@pytest.fixture(scope="module")
def command():
    from typer.testing import CliRunner

    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("kept", [False, True])
def test_shares_are_trained_on_and_ties_only_on_request(command, soft_folder, tmp_path, kept):
    done = _train(command, soft_folder, tmp_path / "run", *(["train.no_consensus=keep"] if kept else []))
    assert done.exit_code == 0, done.output
    said = "2 training rows without consensus" in " ".join(done.output.split())
    assert said is not kept
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert set(metrics["test"]["per_class"]) == {"anger", "joy", "neutral"}
    assert np.isfinite(metrics["test"]["loss"])


@pytest.mark.parametrize("consensus", ["drop", "keep"])
def test_classes_are_evened_out_by_the_rows_that_are_learnt_from(
    soft_folder, tmp_path, monkeypatch, consensus
):
    """Ties were planned with and copied, then dropped with their copies: their classes fell short."""
    seen = {}
    monkeypatch.setenv("MERHAN_BALANCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(run, "_written", lambda corpus, *_: seen.update(corpus=corpus))
    recipe = {**SETTINGS, "name": "even", "balance": {"target": "majority"}}
    recipe["train"] = {**SETTINGS["train"], "no_consensus": consensus}
    said = Silent()
    job = Job(load_recipe(recipe))
    run.train_into(tmp_path / "run", run.made_ready(Corpus.load(soft_folder), job, said), job, said)
    train = seen["corpus"].select("train")
    ties = [u for u in train if not isinstance(u.label, str) and set(u.label.values()) == {0.5}]
    assert bool(ties) is (consensus == "keep")
    if consensus == "drop":
        hard = Counter(u.hard_label for u in train)
        # 4 of anger, each of 0.75, and as many copies as fit below 16; 4 of joy, on top of what anger shares.
        assert hard["anger"] == 21
        assert count([u.label for u in train])["anger"] == 15.75
        assert hard["joy"] == 15


def _views(folder: Path, **train):
    recipe = load_recipe({"name": "soft", **SETTINGS, "train": {**SETTINGS["train"], **train}})
    return make_views(Corpus.load(folder), Job(recipe), Silent()), Job(recipe)


def test_the_trainers_loss_is_that_of_the_shares_worked_by_hand(soft_folder, tmp_path):
    views, job = _views(soft_folder, no_consensus="keep", loss="cross_entropy")
    classes = views.features.classes
    # 4 anger of 0.75, 6 joy of which two are tied, 16 neutral
    counts = training_counts(views.train_corpus, classes, 1.0)
    np.testing.assert_allclose(counts, [4 * 0.75 + 2 * 0.5, 4 * 0.25 + 4 + 2 * 0.5, 16])
    weights = counts.sum() / (3 * counts)
    weights /= weights.mean()

    trainer = make_trainer(_Uniform(), views, job, tmp_path)
    batch = views.train.collate(list(range(len(views.train))))
    assert batch["labels"].shape == (26, 3)
    found = trainer.head_losses.losses["joint"](torch.zeros(26, 3), batch["labels"])
    shares = batch["labels"].numpy()
    np.testing.assert_allclose(found[1], (shares @ weights).sum(), rtol=1e-6)
    np.testing.assert_allclose(found[0], np.log(3) * (shares @ weights).sum(), rtol=1e-6)


class _Uniform(torch.nn.Module):
    """Something that a Trainer takes for a model; it is never run."""

    def __init__(self):
        super().__init__()
        self.bias = torch.nn.Parameter(torch.zeros(3))


def test_a_class_that_ties_alone_had_is_named_before_anything_is_made(command, soft_folder, tmp_path):
    rows = [json.loads(line) for line in (soft_folder / "manifest.jsonl").read_text().splitlines()]
    for row in rows:
        if row["split"] == "train" and row["label"] == "joy":
            row["label"] = {"joy": 0.5, "neutral": 0.5}
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "audio").symlink_to(soft_folder / "audio")
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "corpus" / "manifest.jsonl").write_text(text)
    done = _train(command, tmp_path / "corpus", tmp_path / "run")
    assert done.exit_code == 1
    assert "class 'joy' is in dev" in done.stderr


def test_an_absent_class_is_named(soft_folder):
    views, _ = _views(soft_folder)
    classes = (*views.features.classes, "sadness")
    with pytest.raises(ValueError, match="class sadness has no training utterance"):
        head_losses(views.train_corpus, classes, load_recipe({}).train)
