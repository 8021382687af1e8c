import numpy as np
import pytest

from augment.chain import Sample
from augment.randomness import generator
from augment.transform import Audio
from recipes import RecipeError, load_recipe
from recipes.chains import (
    assign_voices,
    build_chains,
    build_gates,
    check_labels,
    ranks,
    settings_for,
    voice_of,
)
from recipes.corpus.utterance import Utterance

TEXT = "We walked along the quiet river and talked about our plans."


def recipe(**augment):
    return load_recipe({"name": "r", "balance": {"target": "majority"}, "augment": augment})


def said(id, speaker="A", label="joy", audio="x.flac"):
    return Utterance(id=id, label=label, speaker=speaker, audio=audio)


class TestChains:
    def test_nothing_to_do(self):
        chains = build_chains(load_recipe("duplicate"), "joy")
        assert (chains.audio, chains.text, chains.voiced, chains.changed) == (None, None, False, ())

    def test_minority_boost_does_both_in_voices(self):
        chains = build_chains(load_recipe("minority_boost"))
        assert [step.name for step in chains.audio.steps] == ["pitch_shift", "time_stretch", "add_noise"]
        assert [step.scope for step in chains.audio.steps] == ["speaker", "speaker", "utterance"]
        assert [step.name for step in chains.text.steps] == ["some_of"]
        assert chains.changed == ("audio", "text")
        assert chains.voiced
        assert not chains.either

    @pytest.mark.parametrize(
        ("modalities", "changed", "either"),
        [
            ("both", ("audio", "text"), False),
            ("either", ("audio", "text"), True),
            ("audio", ("audio",), False),
            ("text", ("text",), False),
        ],
    )
    def test_modalities(self, modalities, changed, either):
        chains = build_chains(recipe(modalities=modalities, audio=["gain"], text=["random_swap"]))
        assert (chains.changed, chains.either) == (changed, either)

    def test_either_of_one_is_that_one(self):
        assert not build_chains(recipe(modalities="either", audio=["gain"])).either

    def test_a_voice_needs_a_chain_that_runs(self):
        spoken = [{"speed": {"scope": "speaker"}}]
        assert build_chains(recipe(audio=spoken)).voiced
        assert not build_chains(recipe(audio=spoken, modalities="text", text=["random_swap"])).voiced

    def test_protection_is_the_recipes_whole_list(self):
        given = recipe(
            text=[{"random_deletion": {"rate": 0.9}}], gates={"protect": ["number"], "min_similarity": 0}
        )
        assert build_chains(given).text.protect == ("number",)
        assert build_gates(given).protect == ["number"]

    def test_the_chain_runs(self):
        chains = build_chains(recipe(audio=[{"gain": {"db": -6}}], text=["random_swap"]))
        sample = Sample("a", Audio(np.full(1600, 0.5, np.float32), 16000), TEXT)
        louder, done = chains.audio(sample, generator(0, "a"))
        assert louder.audio.samples == pytest.approx(np.full(1600, 0.5 * 10 ** (-6 / 20)), rel=1e-6)
        assert done == [{"name": "gain", "scope": "utterance", "settings": {}, "params": {"db": -6.0}}]
        swapped, _ = chains.text(sample, generator(0, "a", stream="text"))
        assert swapped.text != TEXT
        assert sorted(swapped.text.lower().strip(".").split()) == sorted(TEXT.lower().strip(".").split())


GIVEN = {
    "voices": 3,
    "audio": [{"speed": {"scope": "speaker"}}, "gain"],
    "text": ["random_swap"],
    "gates": {"min_similarity": 0.9, "max_clipped": 0.2},
    "per_class": {
        "fear": {"audio": ["gain"], "gates": {"min_similarity": 0.5}},
        "joy": {"text": None, "modalities": "audio"},
        "sadness": {"gates": None},
    },
}


class TestPerClass:
    def test_lists_replace_and_maps_merge(self):
        given = recipe(**GIVEN)
        assert settings_for(given, "fear").audio == [{"gain": {}}]
        assert settings_for(given, "fear").text == [{"random_swap": {}}]
        assert settings_for(given, "fear").voices == 3
        gates = build_gates(given, "fear")
        assert (gates.min_similarity, gates.max_clipped) == (0.5, 0.2)

    def test_null_removes(self):
        given = recipe(**GIVEN)
        assert build_chains(given, "joy").changed == ("audio",)
        assert build_gates(given, "sadness").min_similarity == 0.6

    def test_other_classes_have_what_holds_for_all(self):
        given = recipe(**GIVEN)
        assert build_chains(given, "anger") == build_chains(given)
        assert settings_for(given, "anger") is given.augment

    def test_a_class_without_speaker_steps_has_no_voice(self):
        given = recipe(**GIVEN)
        assert build_chains(given, "joy").voiced
        assert not build_chains(given, "fear").voiced

    def test_a_class_that_the_corpus_lacks_is_refused(self):
        check_labels(recipe(**GIVEN), ["fear", "joy", "sadness", "anger"])
        with pytest.raises(RecipeError) as caught:
            check_labels(recipe(**GIVEN), ["fear", "joys", "anger"])
        assert [str(fault) for fault in caught.value.faults] == [
            "recipe r: augment.per_class.joy: the corpus has no such class; did you mean joys?",
            "recipe r: augment.per_class.sadness: the corpus has no such class (known: anger, fear, joys)",
        ]

    @pytest.mark.parametrize("key", ["method", "prior"])
    def test_weights_by_class_are_for_the_corpuss_classes(self, key):
        given = load_recipe({"name": "r", "train": {"class_weights": {key: {"joy": 1, "fear": 2}}}})
        check_labels(given, ["fear", "joy"])
        with pytest.raises(RecipeError) as caught:
            check_labels(given, ["anger", "fear", "joys"])
        assert [str(fault) for fault in caught.value.faults] == [
            f"recipe r: train.class_weights.{key}.joy: the corpus has no such class; did you mean joys?",
            f"recipe r: train.class_weights.{key}: give class anger, joys a number too",
        ]

    def test_classes_that_are_resampled_are_the_corpuss(self):
        given = load_recipe({"name": "r", "train": {"resample": {"name": "smote", "strategy": {"joy": 9}}}})
        check_labels(given, ["fear", "joy"])
        with pytest.raises(
            RecipeError, match=r"train\.resample\.strategy\.joy: the corpus has no such class"
        ):
            check_labels(given, ["fear", "joys"])


def test_an_encoder_must_be_there_when_asked_for():
    given = recipe(gates={"similarity": "encoder"})
    with pytest.raises(
        RecipeError, match=r"augment\.gates\.similarity: encoder asked for, and none was handed in"
    ):
        build_gates(given)
    encoder = lambda texts: np.eye(2)  # noqa: E731
    assert build_gates(given, encoder=encoder).encoder is encoder
    assert build_gates(recipe(), encoder=encoder).encoder is None


class TestVoices:
    def test_the_rank_is_by_id_among_the_speakers_of_the_class(self):
        rows = [
            said("b"),
            said("a"),
            said("c", "B"),
            said("d", label="fear"),
            said("e", label={"joy": 0.6, "fear": 0.4}),
        ]
        assert ranks(rows) == {"a": 0, "b": 1, "c": 0, "d": 0, "e": 2}

    def test_copy_k_of_utterance_r_takes_voice_r_plus_k(self):
        # ((r + k - 1) mod V) + 1, design.md
        assert [voice_of("KS0", 0, k, 4) for k in (1, 2, 3, 4, 5)] == [
            "KS0#1",
            "KS0#2",
            "KS0#3",
            "KS0#4",
            "KS0#1",
        ]
        assert [voice_of("KS0", 2, k, 4) for k in (1, 2, 3)] == ["KS0#3", "KS0#4", "KS0#1"]
        assert voice_of("KS0", 0, 1, 4, epoch=1) == "KS0#2"

    def test_four_copies_in_four_voices_are_one_in_each(self):
        rows = [said(name) for name in "abcde"]
        voices = assign_voices(rows, [4] * 5, 4)
        for name in "abcde":
            assert {voices[name, k] for k in range(1, 5)} == {"A#1", "A#2", "A#3", "A#4"}

    def test_no_class_owns_a_voice(self):
        rows = [said(f"{label}{n}", label=label) for label in ("joy", "fear") for n in range(4)]
        voices = assign_voices(rows, [1] * 8, 4)
        assert sorted(voices[f"fear{n}", 1] for n in range(4)) == ["A#1", "A#2", "A#3", "A#4"]

    def test_unknown_speakers_are_one_nameless_speaker(self):
        assert assign_voices([said("a", ""), said("b", "")], [1, 1], 4) == {("a", 1): "#1", ("b", 1): "#2"}

    def test_without_audio_there_is_no_voice(self):
        assert assign_voices([said("a", audio=""), said("b")], {"a": 1, "b": 1}, 4) == {
            ("a", 1): "",
            ("b", 1): "A#2",
        }

    def test_only_copies_that_are_made_have_one(self):
        assert assign_voices([said("a"), said("b")], [0, 2], 2) == {("b", 1): "A#2", ("b", 2): "A#1"}
