import pytest

from recipes import load_recipe
from recipes.advice import advice
from recipes.correctors import balanced_before, correctors, counted_twice

NONE = {"method": "none"}


def twice(balance=None, **train):
    return counted_twice(load_recipe({"balance": balance, "train": train}))


@pytest.mark.parametrize(
    "train",
    [
        {},
        {"class_weights": NONE, "sampler": "class_aware"},
        {"class_weights": NONE, "loss": "logit_adjustment"},
        {"class_weights": NONE, "loss": "class_balanced"},
        {"class_weights": {"power": 0}, "loss": "balanced_softmax"},
        {"loss": {"name": "logit_adjustment", "tau": 0}},
        {"loss": {"name": "vector_scaling", "tau": 0, "gamma": 0}},
        {"loss": "ldam"},  # with deferred weights: Cao et al. 2019
        {"loss": "focal"},
        {"head_losses": {"audio": "balanced_softmax"}, "auxiliary": {"audio": 0}},
        {"class_weights": NONE, "head_losses": {"audio": "class_balanced", "text": "logit_adjustment"}},
        {
            "class_weights": NONE,
            "stages": [{"epochs": 1, "sampler": "class_aware"}, {"epochs": 1, "loss": "balanced_softmax"}],
        },
    ],
)
def test_one_correction_is_none_too_many(train):
    assert twice(**train) == []


def test_which_and_what_to_do():
    assert twice(loss="logit_adjustment") == [
        "class weights (balanced) and logit_adjustment (joint, audio, text) correct the same imbalance twice, which "
        "leans towards the minority. Leave out all but one: train.class_weights.method: none, or a loss that knows no counts, such "
        "as cross_entropy or focal."
    ]


def test_three_at_once_and_only_the_heads_that_have_it():
    (sentence,) = twice(sampler="class_aware", head_losses={"text": "balanced_softmax"})
    assert sentence.startswith(
        "sampler class_aware, class weights (balanced) and balanced_softmax (text) correct the same imbalance "
        "three times"
    )
    assert "train.sampler: null, train.class_weights.method: none, or a loss" in sentence


def test_copies_count_once_where_weights_know_of_them():
    even = {"target": {"ratio": 0.5}}
    assert twice(even) == []
    assert twice({"target": {"copies": 4}}, class_weights={"copies_count": 0.0}) == []
    assert twice(even, class_weights={"copies_count": 0.0, **NONE}) == []
    (sentence,) = twice(even, class_weights={"copies_count": 0.0})
    assert sentence.startswith("class weights (balanced) and copies that count less than whole correct")
    assert sentence.endswith("or train.class_weights.copies_count: 1.")


def test_a_stage_that_counts_twice_is_named():
    stages = [{"epochs": 6}, {"epochs": 4, "sampler": "class_aware"}]
    assert twice(stages=stages) == [
        "stage 2: sampler class_aware and class weights (balanced) correct the same imbalance twice, which leans "
        "towards the minority. Leave out all but one: train.stages[1].sampler: null, or train.stages[1].class_weights."
        "method: none."
    ]


def test_what_is_to_be_done_about_a_stage_is_done_in_it():
    changes = {"class_weights": NONE, "stages": [{"epochs": 6}, {"epochs": 4, "sampler": "class_aware"}]}
    (sentence,) = balanced_before(load_recipe({"train": {"decouple": "tau", **changes}}))
    assert sentence.endswith(": train.stages[1].sampler: null.")
    both = [{"epochs": 6}, {"epochs": 4, "sampler": None, "class_weights": NONE}]
    assert twice(sampler="class_aware", stages=both)[0].startswith(
        "stage 1: sampler class_aware and class weights"
    )
    mended = [{"epochs": 6, "sampler": None}, both[1]]
    assert twice(sampler="class_aware", stages=mended) == []


def test_weights_by_class_are_called_so():
    found = correctors(load_recipe({"train": {"class_weights": {"method": {"fear": 2.0, "joy": 1.0}}}}))
    assert found.weights == ("class weights (by class)", "train.class_weights.method: none")
    assert found.weighs


@pytest.mark.parametrize(
    ("changes", "key"), [({"decouple": "crt"}, "decouple (crt)"), ({"resample": "smote"}, "resample")]
)
def test_a_classifier_that_is_balanced_after_a_balanced_training_is_said(changes, key):
    assert balanced_before(load_recipe({"train": {"class_weights": NONE, **changes}})) == []
    assert balanced_before(load_recipe({})) == []
    recipe = load_recipe({"train": changes})
    assert balanced_before(recipe) == [
        f"train.{key} evens out a classifier whose representation class weights (balanced) evened out already; it is "
        "best learnt from the classes as they are: train.class_weights.method: none."
    ]
    assert balanced_before(recipe)[0] in advice(recipe)
