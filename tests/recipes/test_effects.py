import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes import list_recipes
from recipes.effects import changes, cost

KEYS = st.sampled_from(
    [
        "target",
        "undersample",
        "modalities",
        "audio",
        "features",
        "class_weights",
        "power",
        "loss",
        "head_losses",
        "sampler",
        "stages",
        "some_of",
        "of",
    ]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.floats(), st.sampled_from(["", "audio", "abc"]))
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12)
COPIES = {"target": {"ratio": 0.5}}


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"train": {"class_weights": {"method": "none"}}}, "nothing"),
        ({}, "class weights"),
        ({"train": {"class_weights": {"power": 0.5}}}, "class weights^0.5"),
        ({"balance": COPIES, "augment": None}, "copies (unchanged) · class weights"),
        (
            {"balance": COPIES, "augment": {"audio": ["gain"], "text": ["random_swap"]}},
            "copies (sound, words) · class weights",
        ),
        (
            {"balance": COPIES, "augment": {"modalities": "audio", "audio": ["gain"], "text": ["x"]}},
            "copies (sound) · class weights",
        ),
        ({"balance": COPIES, "augment": {"pairs": ["copy_paste"]}}, "copies (sound, words) · class weights"),
        ({"augment": {"features": [{"mixup": "medium"}]}}, "mixup · class weights"),
        (
            {"train": {"class_weights": {"method": "none"}, "loss": {"name": "focal", "gamma": 2}}},
            "focal",
        ),
        (
            {
                "train": {
                    "class_weights": {"method": "none"},
                    "head_losses": {"audio": "focal"},
                    "sampler": {"name": "class_aware"},
                }
            },
            "focal (audio) · class_aware",
        ),
    ],
)
def test_what_a_recipe_changes(recipe, words):
    assert changes(recipe) == words


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({}, "nothing"),
        ({"augment": {"features": ["mixup"]}}, "a little a batch"),
        ({"balance": COPIES}, "copies"),
        (
            {"balance": COPIES, "augment": {"text": [{"one_of": {"of": [{"contextual": "light"}]}}]}},
            "copies, a language model",
        ),
        ({"train": {"decouple": "crt"}}, "the classifier again"),
        ({"train": {"stages": [{"epochs": 1}, {"epochs": 1, "sampler": "class_aware"}]}}, "nothing"),
    ],
)
def test_what_it_costs(recipe, words):
    assert cost(recipe) == words


def test_a_list_of_recipes_says_both_of_what_they_extend():
    found = {info.name: info for info in list_recipes()}
    assert found["duplicate"].changes == "copies (unchanged) · class weights"
    assert found["mixup"].changes == "mixup · class weights"
    assert found["two_stage"].changes == "2 stages (class_aware, manifold_mixup)"
    assert found["two_stage"].cost == "a little a batch"
    assert (found["baseline"].changes, found["baseline"].cost) == ("nothing", "nothing")


@pytest.mark.parametrize("given", [{"train": 3}, {"balance": []}, {"augment": {"audio": None}}])
def test_a_recipe_that_is_wrong_is_still_listed(given):
    assert isinstance(changes(given), str)
    assert isinstance(cost(given), str)


@given(
    st.dictionaries(st.sampled_from(["balance", "augment", "train"]), TREES | st.dictionaries(KEYS, TREES))
)
def test_a_recipe_that_is_none_still_has_its_line_in_the_list(recipe):
    assert isinstance(changes(recipe), str)
    assert isinstance(cost(recipe), str)


@pytest.mark.parametrize(
    "augment", [{"audio": [{"some_of": {"of": 5}}]}, {"features": [{"one_of": {"of": "abc"}}]}]
)
def test_containers_without_steps_are_no_steps(augment):
    assert changes({"augment": augment, "train": {"class_weights": {"power": "abc"}}}).endswith("weights^abc")
