from __future__ import annotations

import math

import numpy as np
import pytest

from merhan.evaluation.metrics import classification_report
from merhan.training.warnings import absent_from_dev, before_training, collapsed, small_dev
from recipes import load_recipe
from recipes.corpus.corpus import Corpus


def test_a_large_dev_split_needs_no_word() -> None:
    assert small_dev(["anger"] * 20 + ["joy"] * 20) == []


def test_a_small_one_is_said_with_its_standard_error() -> None:
    (sentence,) = small_dev(["anger"] * 5 + ["fear"] * 4 + ["joy"] * 100)
    error = 100 * math.sqrt(0.25 / 5 + 0.25 / 4 + 0.25 / 100) / 3  # 11.3 points
    assert error == pytest.approx(11.3, abs=0.05)
    assert sentence == (
        "dev has few rows (4 of fear, 5 of anger): its UAR has a standard error of up to 11.3 points, and what differs "
        "by less than about 23 can't be told apart. Compare recipes over several seeds and by cross-validation, or "
        "hold out more rows."
    )


def test_the_standard_error_is_that_of_drawing_dev_anew() -> None:
    """Recalls of ½: the deviation of the UAR over many dev splits of these sizes."""
    sizes = (5, 4, 100)
    rng = np.random.default_rng(0)
    uars = np.mean([rng.binomial(n, 0.5, 20_000) / n for n in sizes], axis=0)
    assert 100 * uars.std() == pytest.approx(11.3, abs=0.2)


def test_many_small_classes_are_not_all_listed() -> None:
    (sentence,) = small_dev([name for name in "abcdef" for _ in range(3)])
    assert "(3 of a, 3 of b, 3 of c, …)" in sentence


def test_classes_that_dev_lacks_are_named() -> None:
    assert absent_from_dev(["joy", "fear"], ["fear", "joy", "joy"]) == []
    assert absent_from_dev(["joy"], []) == []  # who has no dev split is told otherwise
    (sentence,) = absent_from_dev(["joy", "fear", "anger", "fear"], ["joy"])
    assert sentence.startswith("dev has no rows of anger, fear: nothing is chosen or calibrated by")


def report(predicted: list[int]) -> dict:
    labels = np.array([0, 0, 0, 1, 1, 2])
    return classification_report(labels, np.eye(4)[predicted], ("anger", "fear", "joy", "neutral"))


def test_a_model_that_never_says_a_class_has_collapsed() -> None:
    recipe = load_recipe({})
    assert collapsed(report([0, 0, 1, 2, 1, 2]), recipe) == []
    # Nobody of dev is neutral: not saying so is right.
    (sentence,) = collapsed(report([0, 0, 3, 0, 0, 0]), recipe)
    assert sentence.startswith(
        "the model never says fear (2 in dev), joy (1 in dev): it uses 1 of 3 classes. Lower "
        "train.learning_rate"
    )


def test_without_any_balancing_that_is_what_to_do() -> None:
    (sentence,) = collapsed(report([0] * 6), load_recipe("baseline"))
    assert "Weigh the classes (train.class_weights.method: balanced)" in sentence


def test_before_training_the_recipe_and_dev_are_looked_at(voices: Corpus) -> None:
    found = before_training(load_recipe({"train": {"sampler": "class_aware"}}), voices)
    assert [sentence.split(":")[0] for sentence in found] == [
        "sampler class_aware and class weights (balanced) correct the same imbalance twice, which leans towards the "
        "minority. Leave out all but one",
        "dev has few rows (3 of anger, 3 of joy, 3 of neutral)",
    ]
    without = voices.replace(u for u in voices if (u.split, u.label) != ("dev", "joy"))
    assert before_training(load_recipe("baseline"), without)[0].startswith("dev has no rows of joy:")
