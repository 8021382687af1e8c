"""From a recipe's words to the losses that train: weights by every key, and who is told of a wrong class."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from balancer import class_weights
from merhan import train
from merhan.training.loss import head_losses
from recipes import RecipeError, load_recipe
from recipes.corpus.corpus import Corpus

CLASSES = ("anger", "joy", "neutral")
COUNTS = [4, 6, 16]  # of the corpus of voices


def _weights(voices: Corpus, **wanted) -> np.ndarray:
    settings = load_recipe({"train": {"class_weights": wanted}}).train
    loss = head_losses(voices.select("train"), CLASSES, settings).losses["joint"]
    return np.array([loss(torch.zeros(1, 3).double(), torch.tensor([c]))[1].item() for c in range(3)])


@pytest.mark.parametrize(
    ("wanted", "weights"),
    [
        ({"method": "inverse", "normalise": "min"}, [4, 16 / 6, 1]),
        ({"method": "log", "normalise": "none"}, np.log([1 + 26 / 4, 1 + 26 / 6, 1 + 26 / 16])),
        ({"method": {"neutral": 1, "joy": 3, "anger": 2}, "normalise": "max"}, [2 / 3, 1, 1 / 3]),
        ({"prior": {"neutral": 0.5, "joy": 0.3, "anger": 0.2}, "normalise": "none"}, [1.3, 1.3, 13 / 16]),
        ({"method": "inverse", "normalise": "min", "clip": 2}, [2, 2, 1]),
        ({"method": "inverse", "normalise": "min", "clip": [2, 3]}, [3, 16 / 6, 2]),
    ],
)
def test_weights_are_those_of_the_recipe_by_hand(voices, wanted, weights):
    np.testing.assert_allclose(_weights(voices, **wanted), weights)


def test_by_default_they_are_balanced(voices):
    np.testing.assert_allclose(_weights(voices), class_weights(COUNTS))


def test_wrong_classes_are_named_before_anything_is_made(voices, tmp_path):
    recipe = {"name": "mine", "train": {"class_weights": {"method": {"anger": 2, "joi": 1}}}}
    with pytest.raises(RecipeError) as caught:
        train(voices, recipe, tmp_path / "run")
    assert [str(fault) for fault in caught.value.faults] == [
        "recipe mine: train.class_weights.method.joi: the corpus has no such class; did you mean joy?",
        "recipe mine: train.class_weights.method: give class joy, neutral a number too",
    ]
    assert not (tmp_path / "run").exists()
