import pickle

import pytest
from pydantic import ValidationError

from augment.audio.files import write_audio
from augment.transform import Audio
from recipes import Recipe, load_recipe


def test_an_empty_recipe_has_the_defaults_of_design():
    recipe = load_recipe({})
    assert (recipe.name, recipe.summary, recipe.evidence) == ("recipe", "", [])
    assert recipe.balance is None
    assert recipe.augment is None
    assert recipe.dump()["train"] == {
        "class_weights": {
            "method": "balanced",
            "power": 1.0,
            "beta": 0.999,
            "normalise": "mean",
            "clip": None,
            "prior": None,
            "copies_count": 1.0,
            "drw_epoch": None,
        },
        "loss": {"name": "cross_entropy", "label_smoothing": 0.0},
        "head_losses": {"joint": None, "audio": None, "text": None},
        "sampler": None,
        "contrastive": None,
        "auxiliary": {"audio": 0.3, "text": 0.3},
        "modality_dropout": {"audio": 0.1, "text": 0.1},
        "no_consensus": "drop",
        "stages": [],
        "decouple": None,
        "resample": None,
        "epochs": 10,
        "patience": 3,
        "batch_size": 32,
        "learning_rate": 0.001,
        "direct_learning_rate": 0.003,
        "weight_decay": 0.01,
        "warmup_ratio": 0.1,
        "max_grad_norm": 1.0,
        "ema_decay": 0.99,
    }


def test_minority_boost_is_the_example_of_design():
    dump = load_recipe("minority_boost").dump()
    assert dump["balance"] == {
        "target": {"ratio": 0.5},
        "max_copies": 10,
        "spread": "speaker",
        "budget": None,
        "axes": ["label"],
        "undersample": None,
        "per_class": {},
    }
    augment = dump["augment"]
    assert augment["audio"] == [
        {"pitch_shift": {"semitones": [[-2, -0.8], [0.8, 2]], "formants": "move", "scope": "speaker"}},
        {"time_stretch": {"rate": [0.93, 1.07], "scope": "speaker"}},
        {"add_noise": {"snr_db": [25, 40], "p": 0.3}},
    ]
    assert augment["text"] == [
        {
            "some_of": {
                "n": [1, 2],
                "of": [
                    {"synonym_replacement": {"rate": 0.1}},
                    {"random_insertion": {"rate": 0.1}},
                    {"random_deletion": {"rate": 0.1}},
                    {"random_swap": {"rate": 0.1}},
                ],
            }
        }
    ]
    assert (augment["modalities"], augment["voices"], augment["features"], augment["per_class"]) == (
        "both",
        10,
        [],
        {},
    )
    assert augment["gates"] == {
        "similarity": "characters",
        "min_similarity": 0.6,
        "max_clipped": 0.001,
        "min_duration": 0.1,
        "min_snr_db": 5.0,
        "min_voiced": 0.5,
        "protect": ["negation", "number", "url", "mention", "emoji", "name", "emotion"],
    }
    assert dump["train"]["loss"] == {"name": "cross_entropy", "label_smoothing": 0.05}


def test_sections_that_are_all_commented_out_are_empty():
    names = ["augment", "balance", "train", "features", "model"]
    assert load_recipe(dict.fromkeys(names)) == load_recipe({})
    inside = {"audio": None, "text": None, "features": None, "per_class": None, "gates": None}
    assert load_recipe({"augment": inside}) == load_recipe({"augment": {}})
    train = dict.fromkeys(
        [
            "class_weights",
            "loss",
            "head_losses",
            "sampler",
            "contrastive",
            "stages",
            "auxiliary",
            "modality_dropout",
        ]
    )
    assert load_recipe({"train": train}) == load_recipe({})


def test_a_classifier_is_decoupled_by_name_or_with_options():
    train = load_recipe({"train": {"decouple": "lws"}}).train
    assert (train.decouple.method, train.decouple.tau, train.decouple.epochs) == ("lws", None, 10)
    train = load_recipe({"train": {"decouple": {"method": "tau", "tau": 0.7}}}).train
    assert train.decouple.tau == 0.7


def test_resampling_carries_its_strategy_and_options():
    given = {"name": "smote_enn", "strategy": {"joy": 30}, "k_neighbors": 3}
    train = load_recipe({"train": {"resample": given, "decouple": "crt"}}).train
    assert train.resample.strategy == {"joy": 30}
    assert load_recipe({"train": {"resample": "smote"}}).train.resample.strategy == "auto"
    recipe = load_recipe({"train": {"resample": given}})
    assert load_recipe(recipe.dump()) == recipe


def test_losses_and_samplers_carry_their_options():
    train = load_recipe(
        {
            "train": {
                "loss": {"label_smoothing": 0.1},
                "sampler": {"name": "weighted_random", "weights": [1, 2]},
            }
        }
    ).train
    assert train.loss.options() == {"label_smoothing": 0.1}
    assert (train.sampler.name, train.sampler.options()) == ("weighted_random", {"weights": [1, 2]})


def test_options_of_other_packages_losses_are_checked_by_their_declarations(monkeypatch):
    from balancer.options import Method, Option

    theirs = Method("loss", "theirs", lambda logits, targets: logits, {"gamma": Option(2.0, 0, 10, "focus")})
    monkeypatch.setattr("balancer.losses.find_loss", lambda name: theirs)
    assert load_recipe({"train": {"loss": {"name": "theirs", "gamma": 1}}}).train.loss.options() == {
        "label_smoothing": 0.0,
        "gamma": 1,
    }
    with pytest.raises(ValueError, match=r"train\.loss\.gamma: 11 is not allowed; give 0 to 10 \(focus\)"):
        load_recipe({"train": {"loss": {"name": "theirs", "gamma": 11}}})


def test_a_recipe_can_be_made_directly():
    recipe = Recipe(name="mine", train={"epochs": 3})
    assert recipe == load_recipe({"name": "mine", "train": {"epochs": 3}})
    with pytest.raises(ValidationError):
        Recipe(name="mine", trian={})


def test_what_python_people_pass_becomes_plain(tmp_path):
    import numpy as np

    noise = {"folder": tmp_path / "noise", "snr_db": (np.float32(10), np.int64(20))}
    (tmp_path / "noise").mkdir()
    write_audio(tmp_path / "noise" / "hum.flac", Audio(np.full(800, 0.1, np.float32), 16000))
    recipe = load_recipe({"train": {"epochs": np.int64(3)}, "augment": {"audio": [{"add_noise": noise}]}})
    assert recipe.dump()["train"]["epochs"] == 3
    assert recipe.augment.audio == [{"add_noise": {"folder": str(tmp_path / "noise"), "snr_db": [10.0, 20]}}]
    assert load_recipe(recipe.dump()) == recipe


def test_is_frozen_and_travels_to_workers():
    recipe = load_recipe("minority_boost")
    with pytest.raises(ValidationError):
        recipe.name = "other"
    assert pickle.loads(pickle.dumps(recipe)) == recipe
