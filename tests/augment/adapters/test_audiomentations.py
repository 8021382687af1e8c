from __future__ import annotations

import json
import pickle
import random

import numpy as np
import pytest

from augment import Audio, Chain, Sample, generator, replay
from augment.adapters import adapter_names, find_adapter
from augment.parameters import ParameterError, Unavailable
from augment.transform import find_transform

NAMES = [
    "AddGaussianSNR",
    "BandPassFilter",
    "ClippingDistortion",
    "Gain",
    "GainTransition",
    "PitchShift",
    "Shift",
]


def sound(frames: int = 8000) -> np.ndarray:
    rng = np.random.default_rng(0)
    tone = 0.2 * np.sin(2 * np.pi * 150 * np.arange(frames) / 16_000)
    return (tone + 0.01 * rng.standard_normal(frames)).astype(np.float32)


def sample() -> Sample:
    return Sample("utt", Audio(sound(), 16_000), None)


@pytest.mark.parametrize("name", NAMES)
def test_is_a_step_like_any_other(name):
    step = find_transform(f"audiomentations.{name}")()
    state = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    made = [Chain([step])(sample(), generator(0, "utt", copy)) for copy in (1, 1, 2)]
    assert state == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
    sounds = [copy.audio.samples.tobytes() for copy, _ in made]
    assert sounds[0] == sounds[1] != sounds[2]
    provenance = json.loads(json.dumps(made[2][1]))
    assert provenance[0]["name"] == f"audiomentations.{name}"
    assert replay(sample(), provenance).audio.samples.tobytes() == sounds[2]


def test_what_the_peer_drew_is_in_the_provenance():
    step = find_adapter("audiomentations.Gain")(min_gain_db=6.0, max_gain_db=6.0)
    copy, (entry,) = Chain([step])(sample(), generator(0, "utt"))
    assert entry["settings"] == {"min_gain_db": 6.0, "max_gain_db": 6.0}
    assert entry["params"]["drawn"]["amplitude_ratio"] == pytest.approx(10 ** (6 / 20))
    np.testing.assert_allclose(copy.audio.samples, sound() * 10 ** (6 / 20), rtol=1e-5)


def test_what_depends_on_the_samples_is_not_said_to_have_been_drawn():
    step = find_adapter("audiomentations.AddGaussianSNR")()
    _, (entry,) = Chain([step])(sample(), generator(0, "utt"))
    assert "noise_std" not in entry["params"]["drawn"]  # it follows the level of the clip


def test_it_runs_whenever_our_own_p_says_so():
    step = find_adapter("audiomentations.PolarityInversion")(p=1.0)
    for seed in range(10):
        copy, _ = Chain([step])(sample(), np.random.default_rng(seed))
        np.testing.assert_array_equal(copy.audio.samples, -sound())


def test_a_new_rate_is_known():
    step = find_adapter("audiomentations.Resample")(min_sample_rate=8000, max_sample_rate=8000)
    copy, _ = Chain([step])(sample(), generator(0, "utt"))
    assert (copy.audio.rate, len(copy.audio.samples)) == (8000, 4000)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("Gian", {}, "audiomentations has no transform called 'Gian'"),
        ("Lambda", {}, "has no place in a recipe: it takes a function"),
        ("PitchShift", {"min_semitones": -99}, "min_semitones: PitchShift refuses it"),
        ("Gain", {"p": 3}, "p: 3 is outside 0 to 1"),
        ("Gain", {"scope": "speaker"}, "scope: audiomentations.Gain can't be drawn once a speaker"),
    ],
)
def test_what_can_not_be_is_said(name, arguments, message):
    with pytest.raises(ParameterError, match=message):
        find_adapter(f"audiomentations.{name}")(**arguments)


def test_no_samples_stay_none():
    step = find_adapter("audiomentations.Gain")()
    assert step(np.zeros(0, dtype=np.float32), 16_000, generator(0, "utt")).size == 0


def test_a_failing_peer_names_itself_and_the_clip():
    step = find_adapter("audiomentations.Gain")()
    object.__setattr__(step, "_made", None)
    with pytest.raises(ParameterError, match=r"audiomentations.Gain: failed on 0.500 s at 16000 Hz"):
        step.apply(Audio(sound(), 16_000), seed=1)


def test_a_missing_package_is_said_before_any_clip():
    step = find_adapter("audiomentations.Gain")()
    step.ready()

    def needs(**_):
        raise ImportError(name="pyroomacoustics")

    object.__setattr__(step, "_made", needs)
    with pytest.raises(Unavailable, match=r"pyroomacoustics is not installed; pip install"):
        step.ready()


def test_an_assertion_is_not_laid_at_another_arguments_door(tmp_path):
    with pytest.raises(ParameterError, match=r"^arguments: AddBackgroundNoise refuses it: len\(") as raised:
        find_adapter("audiomentations.AddBackgroundNoise")(sounds_path=str(tmp_path))
    assert raised.value.parameter == "arguments"


def test_all_of_the_peers_transforms_have_a_name():
    assert {"audiomentations.RoomSimulator", "audiomentations.TimeMask"} < set(
        adapter_names("audiomentations")
    )
    assert "audiomentations.BaseWaveformTransform" not in adapter_names("audiomentations")


@pytest.mark.parametrize("name", ["audiomentations.ClippingDistortion", "nlpaug.KeyboardAug"])
def test_goes_to_other_processes(name):
    step = find_adapter(name)(p=0.5)
    again = pickle.loads(pickle.dumps(step))
    assert again == step
    assert type(again) is find_transform(name)
