from __future__ import annotations

import json
from dataclasses import dataclass, replace

import catalogue
import numpy as np
import pytest

from augment import (
    AddNoise,
    Audio,
    Chain,
    Gain,
    OneOf,
    PitchShift,
    RandomSwap,
    Sample,
    SomeOf,
    Speed,
    TimeStretch,
    generator,
    register,
    replay,
)
from augment.audio.kernels.one_pass import stretch_and_shift
from augment.parameters import ParameterError, setting, span
from augment.transform import AudioTransform, TextTransform

RECIPE = [
    PitchShift(semitones=[[-2, -0.8], [0.8, 2]], scope="speaker"),
    TimeStretch(rate=(0.93, 1.07), scope="speaker"),
    OneOf([Gain(), AddNoise(color=["white", "pink"])], p=0.7),
    SomeOf([AddNoise(snr_db=20), Speed(factor=(0.95, 1.05)), Gain()], n=(1, 2)),
]


@pytest.fixture(autouse=True)
def toys():
    """Two transforms of our own, known while a test runs."""

    @register("toy_words")
    @dataclass(frozen=True)
    class Words(TextTransform):
        """Repeat one word."""

        times: tuple = span((1, 3), 1, 9, "times", integer=True)

        def draw(self, rng, tokens):
            return {"word": int(rng.integers(len(tokens.words)))}

        def apply(self, text, *, word):
            words = text.split()
            return " ".join([*words[: word + 1], *words[word:]])

    @register("toy_seen")
    @dataclass(frozen=True)
    class Seen(AudioTransform):
        """Record what draw saw, in NumPy's own types."""

        mark: tuple = setting((1, 2))
        speaker_scope = True

        def draw(self, rng, audio):
            return {"duration": np.float64(audio.duration), "rate": np.int64(audio.rate), "pair": (1, 2)}

        def apply(self, audio, *, duration, rate, pair):
            assert isinstance(pair, list)
            return audio

    yield Words, Seen
    for name in ("toy_words", "toy_seen"):
        catalogue.REGISTRY.pop(("merhan_balance.transforms", name))


@pytest.fixture
def sample(vowel) -> Sample:
    return Sample("a", Audio(vowel(120.0, seconds=0.6), 16_000), "we went home by the old road")


def same(one: Sample, other: Sample) -> bool:
    return one.text == other.text and one.audio.samples.tobytes() == other.audio.samples.tobytes()


def test_provenance_replays_to_the_same_bytes_through_json(sample, toys):
    chain = Chain([*RECIPE, toys[0](p=0.8), toys[0]()])
    for copy in range(1, 9):
        changed, provenance = chain(
            sample, generator(0, "a", copy), generator(0, "KS0", copy % 3, stream="voice")
        )
        again = replay(sample, json.loads(json.dumps(provenance)))
        assert same(again, changed)
        assert again.audio.samples.dtype == np.float32
        assert changed.text != sample.text
        assert {"name", "scope", "settings", "params"} == set(provenance[0])


def test_provenance_says_whether_the_words_still_match_the_sound(sample, toys):
    class Shouted(toys[0]):
        name = "toy_words"
        says_same = True

    changed, done = Chain([Gain(), toys[0](), Shouted()])(sample, np.random.default_rng(0))
    assert [entry.get("matches_sound") for entry in done] == [None, False, True]
    assert "matches_sound" not in done[0]
    unchanged = Chain([RandomSwap(rate=0.0), RandomSwap()])(sample, np.random.default_rng(0))[1]
    assert [entry["matches_sound"] for entry in unchanged] == [True, False]
    older = [{key: entry[key] for key in ("name", "scope", "settings", "params")} for entry in done]
    assert same(replay(sample, older), changed)
    assert same(replay(sample, [{**entry, "matches_sound": "?"} for entry in done]), changed)


def test_the_same_generators_give_the_same_copy_and_others_another(sample):
    chain = Chain(RECIPE)
    one, _ = chain(sample, generator(0, "a", 1), generator(0, "KS0", 1, stream="voice"))
    again, _ = chain(sample, generator(0, "a", 1), generator(0, "KS0", 1, stream="voice"))
    other, _ = chain(sample, generator(0, "a", 2), generator(0, "KS0", 1, stream="voice"))
    assert same(one, again)
    assert not same(one, other)


def test_the_input_is_never_written_to(sample):
    before = sample.audio.samples.copy()
    sample.audio.samples.setflags(write=False)
    Chain([Gain(db=20), AddNoise()])(sample, np.random.default_rng(0))
    np.testing.assert_array_equal(sample.audio.samples, before)


def test_switching_a_step_off_leaves_the_others_as_they_were(sample):
    on = Chain([PitchShift(), SomeOf([Gain(), Speed()]), AddNoise()])
    off = Chain([PitchShift(), SomeOf([Gain(), Speed()], p=0), AddNoise()])
    for seed in range(10):
        _, all_steps = on(sample, np.random.default_rng(seed))
        _, without = off(sample, np.random.default_rng(seed))
        assert [all_steps[0], all_steps[-1]] == without


def test_a_missing_modality_is_skipped_and_its_draws_are_taken(sample, toys):
    chain = Chain([Gain(), toys[0](), AddNoise(), toys[0]()])
    _, both = chain(sample, np.random.default_rng(3))
    silent, text_only = chain(replace(sample, audio=None), np.random.default_rng(3))
    wordless, audio_only = chain(replace(sample, text=None), np.random.default_rng(3))
    assert silent.audio is None
    assert wordless.text is None
    assert text_only == [both[1], both[3]]
    assert audio_only == [both[0], both[2]]
    empty, done = chain(Sample("b", None, ""), np.random.default_rng(3))
    assert (empty, done) == (Sample("b", None, ""), [])


def test_text_draws_see_the_words_there_are_by_then(toys):
    text, done = Chain([toys[0]()] * 6)(Sample("a", None, "one two"), np.random.default_rng(1))
    assert len(text.text.split()) == 8
    assert max(entry["params"]["word"] for entry in done) > 1


def test_neighbouring_pitch_and_tempo_run_as_one_pass(sample):
    samples = sample.audio.samples
    for steps in ([PitchShift(), TimeStretch()], [TimeStretch(), PitchShift()]):
        copy, done = Chain(steps)(sample, np.random.default_rng(0))
        drawn = {key: value for entry in done for key, value in entry["params"].items()}
        wanted = stretch_and_shift(samples, 16_000, drawn["rate"], drawn["semitones"], "keep")
        np.testing.assert_array_equal(copy.audio.samples, np.clip(wanted, -1, 1))
    apart, done = Chain([PitchShift(), Gain(db=0), TimeStretch()])(sample, np.random.default_rng(0))
    shifted = PitchShift().apply(sample.audio, **done[0]["params"])
    wanted = TimeStretch().apply(shifted, **done[2]["params"])
    np.testing.assert_array_equal(apart.audio.samples, np.clip(wanted.samples, -1, 1))


def test_draws_see_rate_and_the_duration_by_then(sample, toys):
    _, done = Chain([TimeStretch(rate=0.5), toys[1]()])(sample, np.random.default_rng(0))
    assert done[1]["params"] == {"duration": 1.2, "rate": 16_000, "pair": [1, 2]}
    assert done[1]["settings"] == {"mark": [1, 2]}


def test_samples_are_clipped_after_the_audio_steps(sample):
    copy, _ = Chain([Gain(db=20), Gain(db=-20)])(sample, np.random.default_rng(0))
    np.testing.assert_allclose(copy.audio.samples, sample.audio.samples, atol=1e-6)  # not between the steps
    copy, _ = Chain([Gain(db=20)])(sample, np.random.default_rng(0))
    assert np.abs(copy.audio.samples).max() == 1


def test_no_steps_change_nothing(sample):
    assert Chain([])(sample, np.random.default_rng(0)) == (sample, [])


class TestVoices:
    def voice(self, chain, sample, number, seed):
        return chain(sample, np.random.default_rng(seed), generator(0, "KS0", number, stream="voice"))

    def test_a_voice_is_the_same_for_every_utterance(self, sample):
        chain = Chain(RECIPE)
        long = replace(sample, audio=Audio(np.tile(sample.audio.samples, 3), 16_000))
        slow = replace(sample, audio=Audio(sample.audio.samples, 8000))
        voices = [
            [entry for entry in self.voice(chain, who, 2, seed)[1] if entry["scope"] == "speaker"]
            for seed, who in enumerate([sample, long, slow])
        ]
        assert voices[0] == voices[1] == voices[2]
        assert [entry["name"] for entry in voices[0]] == ["pitch_shift", "time_stretch"]
        assert chain.draw_voice(generator(0, "KS0", 2, stream="voice")) == voices[0]
        assert chain.draw_voice(generator(0, "KS0", 3, stream="voice")) != voices[0]

    def test_its_draws_see_no_file(self, sample, toys):
        _, done = self.voice(Chain([toys[1](scope="speaker"), toys[1]()]), sample, 1, 0)
        assert done[0]["params"]["duration"] == 1.0  # VOICE_INFO
        assert done[1]["params"]["duration"] == pytest.approx(0.6)

    def test_p_is_drawn_once_a_voice(self, sample):
        chain = Chain([Speed(p=0.5, scope="speaker")])
        ran = [{len(self.voice(chain, sample, number, seed)[1]) for seed in range(4)} for number in range(12)]
        assert all(len(counts) == 1 for counts in ran)
        assert {0} in ran
        assert {1} in ran

    def test_utterance_draws_do_not_depend_on_the_voice(self, sample):
        chain = Chain([Speed(scope="speaker"), AddNoise()])
        noises = [self.voice(chain, sample, number, 5)[1][1] for number in (1, 2)]
        assert noises[0] == noises[1]

    def test_without_a_voice_they_draw_from_rng(self, sample):
        chain = Chain([Speed(scope="speaker")])
        factors = {chain(sample, np.random.default_rng(seed))[1][0]["params"]["factor"] for seed in range(5)}
        assert len(factors) == 5

    def test_a_container_is_scoped_as_a_whole(self, sample):
        chain = Chain([OneOf([Speed(), Gain()], scope="speaker")])
        done = [self.voice(chain, sample, 1, seed)[1] for seed in range(4)]
        assert done[0] == done[1] == done[2] == done[3]
        assert done[0][0]["scope"] == "speaker"


class TestRefusedAtConstruction:
    def test_a_voice_after_what_changes_duration_by_utterance(self):
        for before in (TimeStretch(), Speed(), OneOf([Gain(), Speed()])):
            with pytest.raises(
                ParameterError, match=r"pitch_shift is drawn once a speaker, but .* put pitch_shift"
            ):
                Chain([before, PitchShift(scope="speaker")])
        Chain([AddNoise(), TimeStretch(scope="speaker"), PitchShift(scope="speaker"), TimeStretch()])

    def test_a_voice_inside_a_container_of_utterances(self):
        with pytest.raises(ParameterError, match="give one_of the scope speaker"):
            OneOf([PitchShift(scope="speaker"), Gain()])

    def test_a_container_of_voices_with_what_belongs_to_no_body(self):
        with pytest.raises(ParameterError, match="some_of can't be drawn once a speaker"):
            SomeOf([Gain(), AddNoise()], scope="speaker")

    def test_noise_once_a_speaker(self):
        with pytest.raises(ParameterError, match="add_noise can't be drawn once a speaker"):
            AddNoise(scope="speaker")

    def test_what_is_no_step(self):
        with pytest.raises(ParameterError, match="'gain' is no transform, OneOf or SomeOf"):
            Chain(["gain"])

    def test_what_a_replay_would_not_find(self):
        class Nameless(Gain):
            name = ""

        with pytest.raises(ParameterError, match="Nameless has no name to be replayed by"):
            Chain([Nameless()])


def test_an_unknown_transform_in_the_provenance_is_named(sample):
    entry = {"name": "time_travel", "scope": "utterance", "settings": {}, "params": {}}
    with pytest.raises(ParameterError, match="no transform is called 'time_travel'"):
        replay(sample, [entry])
