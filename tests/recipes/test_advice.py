import pytest

from recipes import load_recipe
from recipes.advice import advice


def of(**given):
    return advice(load_recipe(given))


@pytest.mark.parametrize(
    "name", ["baseline", "class_weights", "duplicate", "minority_boost", "pseudo_speakers"]
)
def test_built_in_recipes_need_none(name):
    assert advice(load_recipe(name)) == []


def test_steps_without_a_target():
    assert of(augment={"audio": ["gain"]}) == [
        "augment has steps, but without balance.target no copy is made that they could work on."
    ]


def test_steps_that_modalities_leaves_out():
    balance = {"target": "majority"}
    assert of(
        balance=balance, augment={"modalities": "audio", "audio": ["gain"], "text": ["random_swap"]}
    ) == ["augment.text has steps, but modalities is audio: they never run."]
    assert of(
        balance=balance,
        augment={"text": ["random_swap"], "per_class": {"joy": {"modalities": "text", "audio": ["gain"]}}},
    ) == ["augment.per_class.joy.audio has steps, but modalities is text: they never run."]


SPOKEN = {"speed": {"scope": "speaker"}}


class TestVoicesRepeat:
    SENTENCE = (
        "an utterance may have {} copies in 4 voices, but no step is drawn for each utterance: copies in one voice "
        "are identical. Raise augment.voices, or lower balance.max_copies."
    )

    def test_more_copies_than_voices(self):
        assert of(balance={"target": {"copies": 5}}, augment={"audio": [SPOKEN]}) == [
            self.SENTENCE.format("up to 5")
        ]
        assert of(balance={"target": "majority"}, augment={"audio": [SPOKEN]}) == [
            self.SENTENCE.format("any number of")
        ]

    @pytest.mark.parametrize(
        ("balance", "augment"),
        [
            ({"target": {"copies": 4}}, {}),
            ({"target": {"copies": 9}, "max_copies": 4}, {}),
            ({"target": {"copies": 5}}, {"voices": 5}),
            ({"target": {"copies": 5}}, {"text": ["random_swap"]}),
            ({"target": {"copies": 5}}, {"audio": [{"speed": {"scope": "speaker"}}, "gain"]}),
            ({"target": {"copies": 5}}, {"audio": ["gain"]}),
        ],
    )
    def test_where_all_is_well(self, balance, augment):
        assert of(balance=balance, augment={"audio": [SPOKEN], **augment}) == []


def test_a_sampler_and_weights():
    assert of(train={"sampler": "weighted_random"}) == [
        "sampler weighted_random and class weights (balanced) correct the same imbalance twice, which leans towards "
        "the minority. Leave out all but one: train.sampler: null, or train.class_weights.method: none."
    ]
    assert of(train={"sampler": "weighted_random", "class_weights": {"method": "none"}}) == []


def test_deferred_weights_that_do_not_exist():
    deferred = {"method": "none", "drw_epoch": 3}
    assert of(train={"class_weights": deferred}) == [
        "train.class_weights.drw_epoch 3 has no weights to bring in: their method is none. "
        "Give them a method, or leave drw_epoch out."
    ]
    assert of(train={"class_weights": deferred, "loss": "class_balanced"}) == []
