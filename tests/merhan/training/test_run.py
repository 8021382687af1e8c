"""A whole training on a corpus of seconds, and what it leaves behind."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from merhan import MerhanError, train
from merhan.evaluation.evaluate import evaluate, read_metrics
from merhan.prediction import Predictor
from recipes.corpus.corpus import Corpus

RECIPE = {
    "name": "small",
    "summary": "A small one.",
    "balance": {"target": {"copies": 1}},
    "augment": {
        "modalities": "audio",
        "voices": 2,
        "audio": [{"speed": {"factor": [1.05, 1.1], "scope": "speaker"}}],
    },
    "train": {"epochs": 2, "batch_size": 8, "class_weights": {"method": "balanced"}},
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}


@pytest.fixture(scope="module")
def run(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("runs") / "small"
    return train(voices_folder, RECIPE, folder, seed=1, latency_repeats=2)


def test_metrics_hold_what_the_contract_names(run) -> None:
    metrics = json.loads((run.folder / "metrics.json").read_text())
    assert metrics == run.metrics
    assert set(metrics) == {
        "test", "dev", "calibration", "classifier", "cost", "yardstick", "normalisation", "protocol", "seed", "recipe",
        "warnings", "versions",
    }  # fmt: skip
    for split in ("dev", "test"):
        block = metrics[split]
        assert set(block) == {
            "accuracy", "uar", "weighted_f1", "macro_f1", "per_class", "confusion_matrix", "loss", "ece",
        }  # fmt: skip
        assert sum(map(sum, block["confusion_matrix"]["matrix"])) == 9
        assert block["confusion_matrix"]["labels"] == ["anger", "joy", "neutral"]
    assert set(metrics["cost"]) == {
        "train_seconds", "seconds_per_epoch", "peak_memory_mb", "parameters", "latency_ms_p50", "latency_ms_p95",
        "utterances_per_second",
    }  # fmt: skip
    assert set(metrics["yardstick"]) == {"audio", "text", "both"}
    assert metrics["protocol"] == "speaker-independent"
    assert metrics["normalisation"]["mode"] == "speaker"
    assert metrics["normalisation"]["transductive"] is True
    assert 0 <= metrics["normalisation"]["test_uar_corpus_statistics"] <= 1


def test_predictions_give_the_metrics_again(run) -> None:
    import pyarrow.parquet as pq

    rows = pq.read_table(run.folder / "predictions.parquet").to_pylist()
    assert {row["split"] for row in rows} == {"dev", "test", "train"}
    names = ["anger", "joy", "neutral"]
    test = [row for row in rows if row["split"] == "test"]
    recalls = []
    for name in names:
        mine = [row for row in test if row["label"] == name]
        right = sum(max(names, key=lambda other: row[f"p_{other}"]) == name for row in mine)
        recalls.append(right / len(mine))
    assert sum(recalls) / 3 == pytest.approx(run.metrics["test"]["uar"])
    for row in test:
        assert sum(row[f"p_{name}"] for name in names) == pytest.approx(1, abs=1e-5)
        assert row["loss"] == pytest.approx(-math.log(row[f"p_{row['label']}"]), rel=1e-3, abs=1e-5)


def test_run_can_be_repeated_from_its_config(run, voices_folder: Path, tmp_path: Path) -> None:
    config = yaml.safe_load((run.folder / "config.yaml").read_text())
    assert config["seed"] == 1
    again = train(voices_folder, config["recipe"], tmp_path / "again", seed=1, latency_repeats=2)
    assert again.metrics["test"] == run.metrics["test"]
    assert again.metrics["dev"] == run.metrics["dev"]


def test_model_is_self_contained_and_known_to_transformers(run, voices: Corpus) -> None:
    from transformers import AutoModel

    model = AutoModel.from_pretrained(run.folder / "model")
    assert type(model).__name__ == "MerHanForEmotionClassification"
    assert model.text_encoder is not None
    assert (run.folder / "model" / "model.safetensors").is_file()
    assert not list(run.folder.rglob("*.bin"))


def test_prediction_with_either_modality_and_both(run, voices: Corpus) -> None:
    predictor = Predictor.load(run.folder)
    row = voices.select("test").utterances[0]
    both = predictor.predict(audio=voices.audio_path(row), text=row.text)
    assert set(both) == {"label", "probabilities", "audio", "text", "balanced", "deployment"}
    assert sum(both["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert both["label"] == max(both["probabilities"], key=both["probabilities"].__getitem__)
    assert predictor.predict(text=row.text)["audio"] is None
    assert predictor.predict(audio=voices.audio_path(row))["text"] is None


def test_prediction_of_several_or_of_samples_without_a_rate_is_refused(run) -> None:
    predictor = Predictor.load(run.folder)
    with pytest.raises(MerhanError, match="one utterance: give lists to the processor"):
        predictor.predict(text=["So what?", "Well."])
    for rate in (None, 0, -16_000):
        with pytest.raises(MerhanError, match="without their rate: pass rate=16000"):
            predictor.predict(audio=np.full(16_000, 0.1, np.float32), rate=rate)


def test_evaluation_again_agrees_with_training(run, voices: Corpus) -> None:
    report = evaluate(run.folder, voices)
    assert report["uar"] == pytest.approx(run.metrics["test"]["uar"])
    assert report["loss"] == pytest.approx(run.metrics["test"]["loss"], rel=1e-3)


def test_evaluation_refuses_a_label_never_learnt(run, voices: Corpus) -> None:
    from dataclasses import replace

    strange = voices.replace(replace(u, label="boredom") if u.split == "test" else u for u in voices)
    with pytest.raises(MerhanError, match="boredom"):
        evaluate(run.folder, strange)


def test_a_folder_without_metrics_is_no_finished_run(tmp_path: Path) -> None:
    with pytest.raises(MerhanError, match="not a finished run"):
        read_metrics(tmp_path)


def test_class_absent_from_train_is_refused(voices: Corpus, tmp_path: Path) -> None:
    fewer = voices.replace(u for u in voices if not (u.split == "train" and u.label == "anger"))
    with pytest.raises(MerhanError, match="'anger' is in dev"):
        train(fewer, "baseline", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_something_else_is_left_alone(voices: Corpus, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(MerhanError, match=r"holds thesis\.txt"):
        train(voices, "baseline", tmp_path, force=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_text_alone_and_audio_alone_train(voices: Corpus, tmp_path: Path) -> None:
    from dataclasses import replace

    small = RECIPE | {"balance": None, "augment": None}
    silent = voices.replace(replace(u, audio="") for u in voices)
    mute = voices.replace(replace(u, text="") for u in voices)
    heard = train(mute, small, tmp_path / "audio", epochs=1, latency_repeats=1).metrics
    read = train(silent, small, tmp_path / "text", epochs=1, latency_repeats=1).metrics
    assert heard["yardstick"]["text"] is None
    assert read["yardstick"]["audio"] is None
    assert heard["test"]["uar"] is not None
    assert read["test"]["uar"] is not None


def test_losses_of_the_training_originals_are_kept_for_spread_hardest(run, voices: Corpus) -> None:
    from merhan.evaluation.losses import losses_for, training_losses
    from recipes import RecipeError, load_recipe

    found = training_losses(run.folder)
    originals = [u.id for u in voices.select("train", originals=True)]
    assert sorted(found) == sorted(originals)
    assert all(math.isfinite(loss) and loss >= 0 for loss in found.values())
    hardest = load_recipe("minority_boost", ["balance.spread=hardest"])
    assert losses_for(run.folder, hardest, voices) == (found, ())
    assert losses_for(None, hardest, voices) == (None, ())
    one_more = voices.replace([*voices, replace(voices.select("train").utterances[0], id="new")])
    known, notes = losses_for(run.folder / "predictions.parquet", hardest, one_more)
    assert known == found
    assert notes[0].endswith(f"has no loss of (1 of {len(originals) + 1}) are copied last.")
    with pytest.raises(MerhanError, match="learnt from none of this corpus's 1 training rows"):
        losses_for(run.folder, hardest, voices.replace([one_more.utterances[-1]]))
    with pytest.raises(RecipeError, match=r"add --set balance\.spread=hardest"):
        losses_for(run.folder, load_recipe("minority_boost"), voices)
    with pytest.raises(MerhanError, match=r"is no run: there is no predictions\.parquet in it"):
        training_losses(run.folder / "model")
    with pytest.raises(MerhanError, match="can't be read as predictions of a run"):
        training_losses(run.folder / "metrics.json")


def test_a_training_takes_a_plan_and_losses_or_says_why_not(run, voices: Corpus, tmp_path: Path) -> None:
    from merhan.training.balanced import balanced_corpus
    from recipes import RecipeError, load_recipe, make_plan

    recipe = load_recipe("minority_boost", ["balance.spread=hardest", "balance.target.ratio=0.8"])
    losses = {u.id: float(i) for i, u in enumerate(voices.select("train"))}
    planned = make_plan(voices, recipe, losses=losses)
    made = balanced_corpus(voices, recipe, 0, losses=losses)
    assert sum(u.is_copy for u in made) == planned.total > 0
    table = planned.save(tmp_path / "plan.csv")
    again = balanced_corpus(voices, load_recipe("minority_boost"), 0, plan=table)
    assert [u.id for u in again] == [u.id for u in made]
    table.write_text(table.read_text().replace("ann-", "anne-"))
    with pytest.raises(RecipeError, match="the corpus has no"):
        train(voices, "minority_boost", tmp_path / "run", plan=table)
    assert not (tmp_path / "run").exists()
    planned.save(table)
    for corpus, name, words in (
        (made, "minority_boost", "the corpus holds copies already"),
        (voices, "baseline", "baseline makes no copies"),
    ):
        with pytest.raises(MerhanError, match=words):
            balanced_corpus(corpus, load_recipe(name), 0, plan=table)


def test_corpus_without_splits_gets_the_same_ones_for_every_seed(voices: Corpus, tmp_path: Path) -> None:
    from dataclasses import replace

    import pyarrow.parquet as pq

    loose = voices.replace(replace(u, split="") for u in voices)
    small = RECIPE | {"balance": None, "augment": None}
    ids = []
    for seed in (0, 1):
        folder = tmp_path / str(seed)
        run = train(loose, small, folder, seed=seed, epochs=1, latency_repeats=1)
        ids.append(pq.read_table(folder / "predictions.parquet").column("id").to_pylist())
        assert run.metrics["protocol"] == "speaker-independent"
    assert ids[0] == ids[1]


def test_resumed_training_ends_where_an_uninterrupted_one_does(voices: Corpus, tmp_path: Path) -> None:
    from transformers import TrainerCallback

    class Interrupt(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == 7:  # in the middle of the second epoch of 4 steps
                raise KeyboardInterrupt

    features = [{"spec_augment": "light"}, {"remix": {"alpha": 1.0}}, {"manifold_mixup": {"p": 0.5}}]
    small = RECIPE | {"balance": None, "augment": {"features": features}}
    small["train"] = {**RECIPE["train"], "epochs": 3, "patience": 0}
    options = {"seed": 5, "latency_repeats": 1}
    whole = train(voices, small, tmp_path / "whole", **options)
    with pytest.raises(KeyboardInterrupt):
        train(voices, small, tmp_path / "cut", callbacks=(Interrupt(),), **options)
    resumed = train(voices, small, tmp_path / "cut", resume=True, **options)
    assert resumed.metrics["dev"]["loss"] == pytest.approx(whole.metrics["dev"]["loss"], rel=1e-4)
    assert resumed.metrics["test"]["uar"] == whole.metrics["test"]["uar"]


def test_bf16_autocast_gives_finite_losses(run, voices: Corpus) -> None:
    predictor = Predictor.load(run.folder)
    row = voices.select("test").utterances[0]
    inputs = predictor.processor(audio=voices.audio_path(row), text=row.text)
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        logits = predictor.model(**inputs).logits
    assert torch.isfinite(logits.float()).all()


def test_features_are_augmented_in_training_and_say_so_in_the_weights(
    run, voices_folder: Path, tmp_path: Path
) -> None:
    steps = [{"spec_augment": "light"}, {"remix": {"alpha": 1.0}}, {"manifold_mixup": {"p": 0.5}}]
    recipe = RECIPE | {"augment": RECIPE["augment"] | {"features": steps}}
    made = [
        train(voices_folder, recipe, tmp_path / name, seed=1, latency_repeats=2) for name in ("one", "two")
    ]
    assert made[0].metrics["test"] == made[1].metrics["test"]
    assert made[0].metrics["test"]["loss"] != run.metrics["test"]["loss"]
    kept = yaml.safe_load((made[0].folder / "config.yaml").read_text())
    assert "spec_augment" in str(kept)


@pytest.mark.parametrize(
    "augment",
    [
        {"features": [{"one_of": {"of": ["remix", "spec_augment"]}}]},
        {"per_class": {"joy": {"features": ["mixup"]}}},
    ],
)
def test_token_ids_are_not_mixed_and_that_is_said_before_anything_is_done(
    voices: Corpus, tmp_path: Path, augment: dict
) -> None:
    recipe = RECIPE | {"augment": augment, "model": {"freeze_text_encoder": False}}
    with pytest.raises(MerhanError, match=r"augment.features: (remix|mixup) can't mix token ids; freeze"):
        train(voices, recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()
