from dataclasses import fields

import pytest
from pydantic import ValidationError

from augment import AddNoise
from recipes.steps import build_step, check_steps

COLORS = next(field.metadata["allowed"] for field in fields(AddNoise) if field.name == "color")


def found(value, modality="audio", **options):
    with pytest.raises(ValidationError) as caught:
        check_steps(value, modality, **options)
    return [(".".join(map(str, e["loc"])), e["msg"]) for e in caught.value.errors()]


def test_bare_names_and_empty_arguments_come_to_one_form():
    steps = [
        "gain",
        {"gain": None},
        {"speed": {"factor": [0.9, 1.1]}},
        {"one_of": {"of": ["gain"], "p": 0.5}},
    ]
    assert check_steps(steps, "audio") == [
        {"gain": {}},
        {"gain": {}},
        {"speed": {"factor": [0.9, 1.1]}},
        {"one_of": {"of": [{"gain": {}}], "p": 0.5}},
    ]
    assert check_steps(None, "text") == []


@pytest.mark.parametrize(
    ("step", "loc", "message"),
    [
        (
            {"pitch_shfit": {}},
            "0.pitch_shfit",
            "no audio transform is called 'pitch_shfit'; did you mean pitch_shift?",
        ),
        ("AddNoise", "0.AddNoise", "no audio transform is called 'AddNoise'; did you mean add_noise?"),
        ("one_off", "0.one_off", "no audio transform is called 'one_off'; did you mean one_of?"),
        (
            {"synonym_replacement": {}},
            "0.synonym_replacement",
            "synonym_replacement changes text; it belongs under augment.text",
        ),
        (
            {"pitch_shift": {"semitone": [-1, 1]}},
            "0.pitch_shift.semitone",
            "pitch_shift takes no argument 'semitone'; did you mean semitones?",
        ),
        (
            {"speed": {"loud": 1}},
            "0.speed.loud",
            "speed takes no argument 'loud' (it takes p, scope, factor)",
        ),
        (
            {"pitch_shift": {"semitones": [-20, 2]}},
            "0.pitch_shift.semitones",
            "[-20, 2] is outside -12 to 12 semitones",
        ),
        (
            {"pitch_shift": {"semitones": [[2, -2]]}},
            "0.pitch_shift.semitones",
            "[2, -2] runs backwards; give [low, high] (-12 to 12 semitones)",
        ),
        ({"reverb": {"tail": "yes"}}, "0.reverb.tail", "'yes' is not true or false"),
        ({"filter": {"order": "4th"}}, "0.filter.order", "'4th' is not one of 2, 4, 6, 8"),
        (
            {"pitch_shift": {"formants": "moved"}},
            "0.pitch_shift.formants",
            "'moved' is not one of keep, move; did you mean move?",
        ),
        (
            {"add_noise": {"color": ["white", "pnik"]}},
            "0.add_noise.color",
            f"'pnik' is not one of {', '.join(COLORS)}; did you mean pink?",
        ),
        ({"gain": {"p": 1.5}}, "0.gain.p", "1.5 is outside 0 to 1 (a probability)"),
        (
            {"gain": {"scope": "speker"}},
            "0.gain.scope",
            "'speker' is not one of utterance, speaker; did you mean speaker?",
        ),
        ({"add_noise": {"scope": "speaker"}}, "0.add_noise.scope", "add_noise can't be drawn once a speaker"),
        (3, "0", "3 is no step; write `- name: {arguments}` or a bare name"),
        ({"gain": 3}, "0.gain", "3 is no map of arguments; write `gain: {argument: value}`"),
        (
            {"time_stretch": None, "rate": [0.9, 1.1]},
            "0",
            "a step has one name, this has 2: time_stretch, rate; indent rate further if meant as arguments of "
            "time_stretch",
        ),
        ({"one_of": {"p": 0.5}}, "0.one_of", "of is missing; give the list of steps to choose from"),
        (
            {"one_of": {"of": "gain"}},
            "0.one_of.of",
            "'gain' is no list of steps; write each as `- name: {arguments}`",
        ),
        (
            {"one_of": ["gain"]},
            "0.one_of",
            "['gain'] is no map of arguments; write `one_of: {argument: value}`",
        ),
        ({"one_of": {"of": ["gain"], "p": 2}}, "0.one_of.p", "2 is outside 0 to 1 (a probability)"),
    ],
)
def test_a_wrong_step_is_named(step, loc, message):
    assert found([step]) == [(loc, message)]


def test_a_container_can_not_give_more_than_it_has():
    assert [loc for loc, _ in found([{"some_of": {"of": ["gain"], "n": [1, 2]}}])] == ["0.some_of.n"]
    assert [loc for loc, _ in found([{"some_of": {"of": ["gain"]}}])] == [
        "0.some_of"
    ]  # n is [1, 2] unless given


def test_audio_has_no_place_among_text_steps():
    assert found(["speed"], "text") == [("0.speed", "speed changes audio; it belongs under augment.audio")]


def test_every_fault_of_every_step_is_named():
    steps = [
        {"pitch_shift": {"semitones": 99, "formants": "gone", "p": -1, "nope": 1}},
        {"some_of": {"n": [0, 9], "p": 7, "of": [{"speed": {"factor": [3, 1]}}, "nope"]}},
    ]
    assert [loc for loc, _ in found(steps)] == [
        "0.pitch_shift.nope",
        "0.pitch_shift.p",
        "0.pitch_shift.semitones",
        "0.pitch_shift.formants",
        "1.some_of.of.0.speed.factor",
        "1.some_of.of.1.nope",
        "1.some_of.p",
        "1.some_of.n",
    ]


def test_a_list_is_wanted():
    assert found({"gain": {}}) == [
        ("", "{'gain': {}} is no list of steps; write each as `- name: {arguments}`")
    ]


SPEED = {"speed": {"scope": "speaker"}}


class TestSpeakerScope:
    def test_is_kept(self):
        assert check_steps([SPEED], "audio") == [SPEED]

    def test_not_inside_a_container_of_utterance_scope(self):
        assert found([{"one_of": {"of": [SPEED, "gain"]}}]) == [
            (
                "0.one_of.of.0.speed.scope",
                "a step drawn once a speaker can't stand inside one_of, which is drawn for each utterance; "
                "give one_of itself scope: speaker",
            )
        ]

    def test_a_container_is_scoped_as_a_whole(self):
        step = {"one_of": {"of": [SPEED, {"pitch_shift": {}}], "scope": "speaker"}}
        assert check_steps([step], "audio") == [step]
        assert build_step(step).scope == "speaker"

    def test_a_scoped_container_holds_only_what_may_be_scoped(self):
        assert found([{"one_of": {"of": ["speed", "add_noise"], "scope": "speaker"}}]) == [
            (
                "0.one_of.of.1.add_noise",
                "add_noise can't be drawn once a speaker, as the scope of one_of asks; take it out",
            )
        ]

    def test_not_in_per_class(self):
        assert found([SPEED], per_class=True) == [
            (
                "0.speed.scope",
                "no class owns a voice; a step drawn once a speaker belongs under augment.audio",
            )
        ]

    @pytest.mark.parametrize("before", ["time_stretch", {"one_of": {"of": ["gain", "time_stretch"]}}])
    def test_not_after_a_step_that_changes_duration_by_utterance(self, before):
        name = before if isinstance(before, str) else "one_of"
        assert found([before, SPEED]) == [
            (
                "1.speed.scope",
                f"a step drawn once a speaker can't follow {name}, which is drawn for each utterance and changes "
                "duration; put it first",
            )
        ]

    def test_after_one_that_keeps_duration_or_is_scoped_too(self):
        steps = ["gain", "pitch_shift", {"time_stretch": {"scope": "speaker"}}, SPEED, "time_stretch"]
        assert len(check_steps(steps, "audio")) == 5

    def test_never_for_text(self):
        assert found([{"random_swap": {"scope": "speaker"}}], "text") == [
            ("0.random_swap.scope", "random_swap can't be drawn once a speaker")
        ]


def test_build_step_makes_what_was_checked():
    from augment.chain import SomeOf

    (step,) = check_steps([{"some_of": {"n": [1, 2], "of": ["gain", {"speed": {"factor": 1.1}}]}}], "audio")
    built = build_step(step)
    assert isinstance(built, SomeOf)
    assert [inner.name for inner in built.transforms] == ["gain", "speed"]
    assert built.transforms[1].factor == 1.1


def test_a_preset_stands_for_its_arguments_and_those_beside_it_win():
    steps = [
        {"speed": {"preset": "voice", "p": 0.5}},
        {"speed": "light"},
        {"pitch_shift": {"preset": "strong", "semitones": 1}},
    ]
    voice, light, pitch = check_steps(steps, "audio")
    assert light == {"speed": {"factor": [0.97, 1.03]}}
    assert voice == {"speed": {"factor": [[0.90, 0.96], [1.04, 1.10]], "scope": "speaker", "p": 0.5}}
    assert pitch == {"pitch_shift": {"semitones": 1}}


def test_a_preset_that_there_is_not_is_named():
    assert found([{"speed": "lihgt"}]) == [
        ("0.speed.preset", "'lihgt' is no preset of speed; did you mean light?")
    ]
    assert found([{"speed": {"preset": 3}}]) == [
        ("0.speed.preset", "3 is no preset of speed (known: light, medium, strong, voice)")
    ]


def test_other_libraries_augmenters_are_checked_like_our_own():
    (step,) = check_steps(
        [{"audiomentations.Gain": {"min_gain_db": -3, "max_gain_db": 3, "p": 0.5}}], "audio"
    )
    assert build_step(step).p == 0.5
    assert build_step({"nlpaug.KeyboardAug": {"aug_word_p": 0.1}}).name == "nlpaug.KeyboardAug"
    assert found(["audiomentations.Gian"]) == [
        (
            "0.audiomentations.Gian",
            "audiomentations has no transform called 'Gian'; did you mean audiomentations.Gain?",
        )
    ]
    assert found([{"audiomentations.Gain": {"min_gain": -3}}]) == [
        (
            "0.audiomentations.Gain.min_gain",
            "audiomentations.Gain takes no argument 'min_gain'; did you mean min_gain_db?",
        )
    ]
    assert found(["audiomentations.AddShortNoises"]) == [
        ("0.audiomentations.AddShortNoises", "sounds_path is missing")
    ]
    assert found(["nlpaug.KeyboardAug"]) == [
        (
            "0.nlpaug.KeyboardAug",
            "nlpaug.KeyboardAug changes text; it belongs under augment.text",
        )
    ]
