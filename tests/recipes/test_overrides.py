import pytest

from recipes import RecipeError, load_recipe
from recipes.errors import RecipeError as Error
from recipes.marks import Place, marked, plain
from recipes.overrides import apply_overrides

BASE = {
    "balance": {"target": {"ratio": 0.5}, "max_copies": 10},
    "augment": {
        "audio": [{"speed": {"factor": [0.9, 1.1]}}, "gain", {"one_of": {"of": ["gain", {"speed": {}}]}}],
        "per_class": {"very.sad": {"audio": []}},
        "gates": {"protect": ["name", "emotion"]},
    },
    "train": {"epochs": 5},
}


def after(*overrides, base=BASE):
    return plain(apply_overrides(marked(base, Place("r.yaml", 1, 1)), overrides))


def refusal(*overrides, base=BASE):
    with pytest.raises(Error) as caught:
        apply_overrides(marked(base, Place("r.yaml", 1, 1)), overrides)
    return [str(fault) for fault in caught.value.faults]


def test_a_key_is_set_to_a_yaml_value():
    assert after("train.epochs=7")["train"]["epochs"] == 7
    assert after(" train.learning_rate = 1e-3 ")["train"]["learning_rate"] == 0.001
    assert after("augment.audio=[gain]")["augment"]["audio"] == ["gain"]
    assert after("evidence=[a, 'b: c']")["evidence"] == ["a", "b: c"]
    assert after("summary=a=b")["summary"] == "a=b"
    assert after("train.sampler=null")["train"]["sampler"] is None


def test_the_rest_stays_and_the_base_is_not_touched():
    assert after("train.epochs=7")["balance"] == BASE["balance"]
    assert BASE["train"] == {"epochs": 5}


def test_maps_that_are_missing_are_made():
    assert after("features.normalise=corpus")["features"] == {"normalise": "corpus"}
    assert after("balance.max_copies=3", base={"balance": None}) == {"balance": {"max_copies": 3}}


def test_a_one_of_is_replaced_whole():
    assert after("balance.target.count=500")["balance"]["target"] == {"count": 500}
    assert after("balance.target=majority")["balance"]["target"] == "majority"
    assert after("balance.target=majority", "balance.target.ratio=1")["balance"]["target"] == {"ratio": 1}


def test_steps_are_named_or_counted():
    assert after("augment.audio.speed.factor=1.05")["augment"]["audio"][0] == {"speed": {"factor": 1.05}}
    assert after("augment.audio[0].speed.p=0.5")["augment"]["audio"][0]["speed"]["p"] == 0.5
    assert after("augment.audio.0.speed.p=0.5")["augment"]["audio"][0]["speed"]["p"] == 0.5
    assert after("augment.audio.gain.db=3")["augment"]["audio"][1] == {"gain": {"db": 3}}
    assert after("augment.audio[1]=speed")["augment"]["audio"][1] == "speed"
    assert after("augment.audio.one_of.of.gain.db=3")["augment"]["audio"][2]["one_of"]["of"][0] == {
        "gain": {"db": 3}
    }


def test_a_quoted_word_may_hold_a_dot():
    assert after('augment.per_class."very.sad".modalities=text')["augment"]["per_class"]["very.sad"] == {
        "audio": [],
        "modalities": "text",
    }


def test_removal():
    assert "max_copies" not in after("~balance.max_copies")["balance"]
    assert "balance" not in after("~balance")
    assert after("~augment.audio.speed")["augment"]["audio"][0] == "gain"
    assert len(after("~augment.audio[2]")["augment"]["audio"]) == 2
    assert after("~augment.audio.speed.factor")["augment"]["audio"][0] == {"speed": {}}
    assert after("~augment.gates.protect.name")["augment"]["gates"]["protect"] == ["emotion"]


def test_removing_a_right_key_that_is_not_set_does_nothing():
    assert after("~augment.text", base={}) == {}
    assert after("~augment.text") == BASE


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        (
            "~augment.txt",
            "--set ~augment.txt: augment.txt: there is no augment.txt to remove; did you mean text?",
        ),
        ("~augmnt", "--set ~augmnt: augmnt: there is no augmnt to remove; did you mean augment?"),
        ("train.epochs", "--set train.epochs: write KEY=VALUE to set a key, or ~train.epochs to remove it"),
        ("=3", "--set =3: '' is no key; write it as balance.target.ratio"),
        ("a..b=3", "--set a..b=3: 'a..b' is no key; write it as balance.target.ratio"),
        (
            "train.epochs=[1",
            "--set train.epochs=[1: train.epochs: '[1' is not YAML: expected ',' or ']', but got '<stream end>'",
        ),
        ("train.epochs.x=1", "--set train.epochs.x=1: train.epochs.x: train.epochs is 5, which has no keys"),
        (
            "augment.audio.sped.p=1",
            "--set augment.audio.sped.p=1: augment.audio.sped: augment.audio has no step called sped; did you mean speed?",
        ),
        (
            "augment.audio[7].p=1",
            "--set augment.audio[7].p=1: augment.audio[7]: augment.audio has 3 entries, counted from 0",
        ),
    ],
)
def test_what_is_no_override_is_named_by_its_text(override, fault):
    assert refusal(override) == [fault]


def test_all_of_them_are_named():
    assert len(refusal("a..b=1", "train.epochs=4", "~nope")) == 2


def test_several_steps_of_one_name_want_an_index():
    (fault,) = refusal("augment.audio.gain.p=1", base={"augment": {"audio": ["gain", "gain"]}})
    assert fault.endswith("augment.audio has several steps called gain; give its index instead")


class TestInARecipe:
    def test_they_change_what_is_loaded(self):
        recipe = load_recipe(
            "duplicate", ["balance.target.count=30", "train.epochs=2", "~balance.max_copies"]
        )
        assert recipe.balance.target == {"count": 30}
        assert recipe.balance.max_copies is None
        assert recipe.train.epochs == 2

    def test_a_wrong_value_has_the_override_as_its_place(self):
        with pytest.raises(RecipeError) as caught:
            load_recipe("baseline", ["train.epochs=0", "trian.epochs=3", "balance.max_copies=3"])
        assert [str(fault) for fault in caught.value.faults] == [
            "--set balance.max_copies=3: balance.target: is missing; give majority, or one of {ratio: …}, "
            "{count: …}, {factor: …}, {copies: …}, {entropy: …}",
            "--set train.epochs=0: train.epochs: 0 is not a whole number from 1 to 1000 epochs",
            "--set trian.epochs=3: trian: is no key of a recipe; did you mean train?",
        ]

    def test_a_recipe_object_takes_them_too(self):
        recipe = load_recipe("baseline")
        assert load_recipe(recipe) is recipe
        assert load_recipe(recipe, ["train.epochs=3"]).train.epochs == 3
        assert recipe.train.epochs == 10

    def test_what_is_extended_may_be_set(self):
        recipe = load_recipe({"name": "x", "train": {"epochs": 3}}, ["extends=duplicate"])
        assert recipe.balance.target == {"ratio": 0.5}
        assert recipe.train.epochs == 3
