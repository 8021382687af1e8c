"""What every registered transform promises, built in or somebody else's: a new one is tested by being registered."""

from __future__ import annotations

import gc
import json
import random
import tracemalloc
import warnings
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from augment import Audio, Chain, Member, Pool, Sample, generator, replay
from augment.parameters import ParameterError, plain
from augment.transform import STRENGTHS, VOICE, VOICE_INFO, AudioInfo, find_transform, transform_names

# Those of features are not run by a Chain: tests/contracts/test_feature_transforms.py.
NAMES = [name for name in transform_names() if find_transform(name).modality != "features"]
AUDIO = [name for name in NAMES if find_transform(name).modality == "audio"]
TEXT = [name for name in NAMES if find_transform(name).modality == "text"]
TEXTS = [
    "The big man quickly bought a small car near the old shop, began to talk about his work and closed the window.",
    "I was really worried about the old house, but we decided to walk home anyway.",
    "You're not going to believe what happened to Rachel at 10:30 -- she found 3 dogs!",
    "He said: “leave the well-known road”,   and then (quietly) closed the heavy door...",
    "Let me think about the big problem we have been talking about all morning 😀 :-)",
    "I don't know where they are going, but we are late: you can't say it's their fault, since I've been there.",
]
HARD_TEXTS = [
    "The big man quickly bought a small car near the old shop, began to talk about his work and closed the window.",
    "Okay",
    "a b",
    "I",
    "| 4 || 0 || -",
    "!!!",
    "don't",
    "no no no",
    "12 34",
    "😀😀",
    "I work in a middle school",
]


def sound(frames: int, seed: int = 0) -> np.ndarray:
    """Harmonics with noise, (frames,)."""
    rng = np.random.default_rng(seed)
    time = np.arange(frames) / 16_000
    voice = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 20))
    return (0.2 * voice + 0.01 * rng.standard_normal(frames)).astype(np.float32)


@pytest.fixture(autouse=True)
def models(stand_ins):
    """Transforms that ask a language model ask a tiny one: the real ones are downloads."""


@pytest.fixture(autouse=True)
def quiet():
    """Silence may be warned about; what comes back is what counts here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def samples_of(name: str, samples: np.ndarray, rate: int = 16_000, seed: int = 0) -> np.ndarray:
    return find_transform(name)()(samples, rate, generator(seed, name), pool=POOL)


def around(name: str) -> dict:
    """The keyword `pool`, for a transform that takes other utterances."""
    return {"pool": POOL.around("utt")} if find_transform(name).needs_pool else {}


def test_the_built_in_transforms_are_there():
    assert {"pitch_shift", "time_stretch", "add_noise", "speed", "gain"} <= set(AUDIO)
    assert {"synonym_replacement", "random_insertion", "random_deletion", "random_swap"} <= set(TEXT)
    assert {"punctuation", "casing", "contraction", "asr_noise", "disfluency"} <= set(TEXT)
    assert {"keyboard", "spelling"} <= set(TEXT)


@pytest.mark.parametrize("name", NAMES)
class TestEvery:
    def test_is_a_frozen_dataclass_that_says_what_it_does(self, name):
        cls = find_transform(name)
        assert is_dataclass(cls)
        assert cls.__dataclass_params__.frozen
        assert cls.name == name
        assert len(cls.__doc__.split()) > 8
        assert {"p", "scope"} <= {field.name for field in fields(cls)}

    def test_p_and_scope_are_checked(self, name):
        cls = find_transform(name)
        with pytest.raises(ParameterError, match="p: "):
            cls(p=1.2)
        with pytest.raises(ParameterError, match="scope: "):
            cls(scope="corpus")
        if cls.speaker_scope:
            assert cls(scope="speaker").scope == "speaker"
        else:
            with pytest.raises(ParameterError, match="scope: "):
                cls(scope="speaker")

    def test_presets_are_built_grow_and_say_why(self, name):
        cls = find_transform(name)
        known = [*STRENGTHS, VOICE] if cls.speaker_scope else list(STRENGTHS)
        assert list(cls.presets) == known
        for strength, preset in cls.presets.items():
            assert cls.preset(strength).scope == ("speaker" if strength == VOICE else "utterance")
            assert len(preset.evidence) > 10
        with pytest.raises(ParameterError, match="'huge' is no preset of"):
            cls.preset("huge")

    def test_case_2_17_global_randomness_is_left_alone(self, name):
        random.seed(3)
        before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
        Chain([find_transform(name)()])(_sample(), np.random.default_rng(0), pool=POOL)
        assert before == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002

    def test_case_1_14_a_run_repeats_and_its_copies_differ(self, name):
        def copies(sample):
            chain = Chain([find_transform(name)()])
            made = [chain(sample, generator(0, "utt", copy), pool=POOL) for copy in range(1, 7)]
            return [(copy.audio.samples.tobytes(), copy.text) for copy, _ in made]

        samples = [_sample(seed) for seed in range(len(TEXTS))]
        assert [copies(sample) for sample in samples] == [copies(sample) for sample in samples]
        assert any(len(set(copies(sample))) > 1 for sample in samples)

    def test_what_was_done_is_plain_json_and_replays_to_the_same_bytes(self, name):
        chain = Chain([find_transform(name)()])
        for copy in range(1, 6):
            made, provenance = chain(_sample(copy), generator(0, "utt", copy), pool=POOL)
            assert provenance == plain(provenance)
            again = replay(_sample(copy), json.loads(json.dumps(provenance)), POOL)
            assert again.audio.samples.tobytes() == made.audio.samples.tobytes()
            assert again.text == made.text

    def test_p_of_zero_never_runs(self, name):
        sample = _sample()
        assert Chain([find_transform(name)(p=0)])(sample, np.random.default_rng(0)) == (sample, [])

    def test_case_1_16_memory_stays_flat(self, name):
        def work(times):
            for seed in range(times):
                Chain([find_transform(name)()])(_sample(frames=1600), np.random.default_rng(seed), pool=POOL)

        def grown():
            work(20)
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            work(60)
            gc.collect()
            return tracemalloc.get_traced_memory()[0] - before

        work(20)
        tracemalloc.start()
        try:
            # A leak grows every time; what a thread of an earlier test allocates meanwhile does not.
            assert min(grown() for _ in range(3)) < 200_000
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("name", AUDIO)
class TestAudio:
    @pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 44_100, 48_000])
    def test_case_1_5_every_rate_in_float32(self, name, rate):
        for seed in range(3):
            out = samples_of(name, sound(rate // 4), rate, seed)
            assert out.dtype == np.float32
            assert out.ndim == 1
            assert np.isfinite(out).all()
            assert np.std(out) > 0.01

    @pytest.mark.parametrize("frames", [0, 1, 2, 16, 123, 300, 320, 512])
    def test_case_1_1_short_sounds(self, name, frames):
        for seed in range(3):
            out = samples_of(name, sound(frames), seed=seed)
            assert out.dtype == np.float32
            assert np.isfinite(out).all()
            assert (len(out) > 0) == (frames > 0)

    def test_case_1_7_silence_gives_no_nan(self, name):
        out = samples_of(name, np.zeros(8000, dtype=np.float32))
        np.testing.assert_array_equal(out, 0)

    @pytest.mark.parametrize("where", [slice(None), slice(2000, 2001)])
    def test_case_1_7_nan_ends_nothing(self, name, where):
        """Gates refuse what comes of it; an encoder's own assertion would have ended the process."""
        samples = sound(4000)
        samples[where] = np.nan
        for seed in range(4):
            out = samples_of(name, samples, seed=seed)
            assert out.dtype == np.float32
            assert out.size

    def test_case_1_2_channels_are_refused_by_shape(self, name):
        with pytest.raises(ParameterError, match=r"expected mono of shape \(samples,\), got \(16000, 2\)"):
            samples_of(name, np.zeros((16_000, 2), dtype=np.float32))

    def test_case_1_11_int16_is_scaled_and_other_integers_refused(self, name):
        counts = (sound(4000) * 20_000).astype(np.int16)
        np.testing.assert_array_equal(
            samples_of(name, counts), samples_of(name, (counts / 32_768).astype(np.float32))
        )
        with pytest.raises(ParameterError, match=r"expected float32 in .* or int16, got int32"):
            samples_of(name, counts.astype(np.int32))

    def test_its_input_is_never_written_to(self, name):
        samples = sound(6000)
        samples.setflags(write=False)
        before = samples.copy()
        samples_of(name, samples)
        np.testing.assert_array_equal(samples, before)

    def test_case_1_17_never_below_25_ms(self, name):
        for seed in range(10):
            assert len(samples_of(name, sound(420), seed=seed)) >= 400

    def test_the_next_draw_is_told_the_duration(self, name):
        transform = find_transform(name)()
        audio = Audio(sound(9000), 16_000)
        for seed in range(5):
            seen = AudioInfo(16_000, audio.duration)
            params = transform.draw(np.random.default_rng(seed), seen, **around(name))
            told = transform.info_after(AudioInfo(16_000, audio.duration), params)
            made = transform.apply(audio, **params, **around(name))
            assert told.rate == made.rate
            assert told.duration == pytest.approx(made.duration, abs=1.5 / 16_000)

    def test_what_a_voice_draws_is_fit_for_any_file(self, name):
        cls = find_transform(name)
        if not cls.speaker_scope:
            pytest.skip("not drawn once a speaker")
        params = cls(scope="speaker").draw(np.random.default_rng(0), VOICE_INFO)
        for rate, frames in ((8000, 100), (48_000, 30_000)):
            assert np.isfinite(cls().apply(Audio(sound(frames), rate), **params).samples).all()


@pytest.mark.parametrize("name", TEXT)
class TestText:
    def test_case_2_7_a_text_gives_a_text(self, name):
        for text in TEXTS:
            out = find_transform(name)()(text, np.random.default_rng(0))
            assert type(out) is str

    def test_it_does_change_texts(self, name):
        changed = [
            find_transform(name)()(text, generator(seed, text)) != text for text in TEXTS for seed in range(5)
        ]
        assert sum(changed) > 10

    @pytest.mark.parametrize("text", ["", " ", " \n\t "])
    def test_case_2_2_nothing_stays_nothing(self, name, text):
        assert find_transform(name)()(text, np.random.default_rng(0)) == text

    @pytest.mark.parametrize("text", [None, ["a text"], 7])
    def test_case_2_2_what_is_no_text_is_refused(self, name, text):
        with pytest.raises(ParameterError, match="expected a string, got "):
            find_transform(name)()(text, np.random.default_rng(0))

    @pytest.mark.parametrize("text", HARD_TEXTS)
    def test_cases_2_1_2_4_2_5_few_words_or_none_to_change(self, name, text):
        for seed in range(20):
            out = find_transform(name)()(text, np.random.default_rng(seed))
            assert out.strip()

    def test_protected_words_are_kept(self, name):
        from augment.gates import Gates

        gates = Gates(min_similarity=0)
        for text in TEXTS:
            for seed in range(10):
                out = find_transform(name)()(text, generator(seed, text))
                assert gates.refuses(Sample("a", None, text), Sample("a", None, out), {"text"}) is None


def _sample(seed: int = 0, frames: int = 16_000) -> Sample:
    """Speech fades in and out: what trims silence has something to do."""
    ends = np.minimum(np.arange(frames), np.arange(frames)[::-1]) / 6000
    faded = sound(frames, seed) * 10 ** (3 * np.minimum(ends, 1) - 3).astype(np.float32)
    return Sample("utt", Audio(faded, 16_000), TEXTS[seed % len(TEXTS)])


# Of one class and speaker, and one more of another; "utt" is what `_sample` gives.
POOL = Pool(
    [Member(key, "joy", "anna") for key in ("a", "b", "utt")] + [Member("c", "fear", "ben")],
    lambda key: Sample(key, Audio(sound(6000, ord(key[0])), 16_000), TEXTS[ord(key[0]) % len(TEXTS)]),
)
