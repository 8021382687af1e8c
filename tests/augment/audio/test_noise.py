from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.fft
import soundfile

from augment import AddNoise, Audio, Chain, Sample, generator, replay
from augment.audio.noise_colors import colored_noise
from augment.parameters import ParameterError

COLORS = ["white", "pink", "brown", "blue", "violet"]


def snr_of(source: np.ndarray, copy: np.ndarray) -> float:
    noise = copy.astype(float) - source
    return 10 * np.log10(np.mean(source.astype(float) ** 2) / np.mean(noise**2))


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    (tmp_path / "street").mkdir()
    soundfile.write(tmp_path / "street" / "cars.wav", 0.1 * rng.standard_normal(48_000), 16_000)
    soundfile.write(tmp_path / "hum.FLAC", 0.1 * rng.standard_normal(4410), 44_100, format="FLAC")
    (tmp_path / "readme.txt").write_text("no sound")
    return tmp_path


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("snr_db", [-5.0, 10.0, 35.0])
def test_ratio_is_exact_over_the_whole_clip(vowel, color, snr_db):
    source = np.concatenate([vowel(120.0, seconds=0.5), np.zeros(8000, np.float32)])
    step = AddNoise(snr_db=snr_db, color=color)
    copy = step(source, 16_000, np.random.default_rng(3))
    assert len(copy) == len(source)
    assert snr_of(source, copy) == pytest.approx(snr_db, abs=0.01)


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("frames", [1, 400, 2_000_000])
def test_every_color_is_heard_at_every_length(color, frames):
    noise = colored_noise(frames, 16_000, color, seed=1)
    assert noise.dtype == np.float32
    assert len(noise) == frames
    assert np.mean(np.square(noise)) > 1e-9
    assert np.isfinite(noise).all()


@pytest.mark.parametrize(
    ("color", "slope"), [("white", 0.0), ("pink", -3.01), ("brown", -6.02), ("blue", 3.01), ("violet", 6.02)]
)
def test_colors_have_their_slope_in_decibels_an_octave(color, slope):
    power = np.abs(np.fft.rfft(colored_noise(2**18, 16_000, color, seed=0))) ** 2
    hz = 2**18 / 16_000
    octaves = [
        10 * np.log10(power[int(low * hz) : int(2 * low * hz)].mean()) for low in (125, 250, 500, 1000, 2000)
    ]
    np.testing.assert_allclose(np.diff(octaves), slope, atol=0.15 + 0.02 * abs(slope))


def test_case_1_14_copies_differ_and_a_run_repeats(vowel):
    source = vowel(120.0, seconds=0.2)
    step = AddNoise(snr_db=10)

    def copy(k: int) -> bytes:
        return step(source, 16_000, generator(0, "utt", copy=k)).tobytes()

    assert copy(1) != copy(2)
    assert copy(1) == copy(1)


def test_noise_records_a_seed_of_its_own(vowel):
    drawn = AddNoise(color="pink").draw(np.random.default_rng(5), None)
    assert set(drawn) == {"snr_db", "color", "seed", "generator"}
    assert isinstance(drawn["seed"], int)


@pytest.mark.parametrize(("color", "slope"), [("white", None), ("pink", 0.5), ("brown", 1.0)])
def test_copies_made_with_numpys_generator_replay_to_the_same_bytes(vowel, color, slope):
    source = vowel(120.0, seconds=0.25)  # 4000 samples, a length that needs no longer transform
    normal = np.random.Generator(np.random.PCG64(99)).standard_normal(
        4000 if slope is None else 4002, dtype=np.float32
    )
    if slope is not None:
        spectrum = normal.view(np.complex64)
        spectrum *= ((np.maximum(np.arange(2001) * 4, 20) / 20) ** -slope).astype(np.float32)
        spectrum[0] = 0
        normal = scipy.fft.irfft(spectrum, n=4000)
        normal = normal / np.float32(np.sqrt(np.mean(np.square(normal, dtype=np.float64))))
    power = [np.mean(np.square(part, dtype=np.float64)) for part in (source, normal)]
    expected = source + normal * np.float32(np.sqrt(power[0] / power[1] / 10**1.2))
    entry = {"name": "add_noise", "scope": "utterance", "settings": {"folder": None}}
    entry["params"] = {"snr_db": 12.0, "color": color, "seed": 99}
    again = replay(Sample("a", Audio(source, 16_000), None), [entry])
    assert again.audio.samples.tobytes() == np.clip(expected, -1, 1).tobytes()


def test_case_1_7_silence_stays_silence_with_one_warning():
    silence = np.zeros(16_000, dtype=np.float32)
    with pytest.warns(UserWarning, match="silent clip has no signal-to-noise ratio"):
        copy = AddNoise()(silence, 16_000, np.random.default_rng(0))
    np.testing.assert_array_equal(copy, silence)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for seed in range(5):
            AddNoise()(silence, 16_000, np.random.default_rng(seed))
    assert len(caught) == 1


def test_case_1_7_silent_noise_file(tmp_path, vowel):
    soundfile.write(tmp_path / "nothing.wav", np.zeros(16_000), 16_000)
    source = vowel(120.0, seconds=0.3)
    with pytest.warns(UserWarning, match="noise files are silent"):
        copy = AddNoise(folder=tmp_path)(source, 16_000, np.random.default_rng(0))
    np.testing.assert_array_equal(copy, source)


def test_case_1_8_silent_cuts_are_drawn_again(tmp_path, vowel):
    recording = np.zeros(64_000)
    recording[:12_000] = 0.1 * np.random.default_rng(0).standard_normal(12_000)  # a silent tail
    soundfile.write(tmp_path / "tail.wav", recording, 16_000)
    source = vowel(120.0, seconds=0.5)
    for seed in range(20):
        copy = AddNoise(snr_db=10, folder=tmp_path)(source, 16_000, np.random.default_rng(seed))
        assert snr_of(source, copy) == pytest.approx(10, abs=0.01)


def test_files_of_a_folder_are_cut_resampled_repeated_and_replayed(folder, vowel):
    source = Sample("a", Audio(vowel(120.0, seconds=0.5), 16_000), None)
    chain = Chain([AddNoise(snr_db=10, folder=folder)])
    seen = set()
    for seed in range(12):
        copy, provenance = chain(source, np.random.default_rng(seed))
        seen.add(provenance[0]["params"]["file"])
        assert set(provenance[0]["params"]) == {"snr_db", "file", "offset"}
        assert snr_of(source.audio.samples, copy.audio.samples) == pytest.approx(10, abs=0.01)
        assert replay(source, provenance).audio.samples.tobytes() == copy.audio.samples.tobytes()
    assert seen == {"street/cars.wav", "hum.FLAC"}


def test_the_cut_is_the_one_that_was_drawn(folder):
    noise, _ = soundfile.read(folder / "street" / "cars.wav", dtype="float32")
    source = np.full(1600, 0.5, dtype=np.float32)
    step = AddNoise(folder=folder)
    copy = step.apply(Audio(source, 16_000), snr_db=20.0, file="street/cars.wav", offset=1.0).samples
    added = copy - source
    np.testing.assert_allclose(added / added[0], noise[16_000:17_600] / noise[16_000], rtol=1e-3)


def test_files_may_be_listed(folder, vowel):
    listed = str(folder / "hum.FLAC")
    drawn = AddNoise(folder=[listed]).draw(np.random.default_rng(0), _Info)
    assert drawn["file"] == listed


class _Info:
    rate, duration = 16_000, 0.05


def test_folders_without_sound_are_refused_at_construction(tmp_path):
    with pytest.raises(ParameterError, match="folder: no sound file in"):
        AddNoise(folder=tmp_path)
    with pytest.raises(ParameterError, match="does not exist"):
        AddNoise(folder=tmp_path / "nowhere")
    with pytest.raises(ParameterError, match="color: 'grey' is not one of white, pink, brown, blue, violet"):
        AddNoise(color=["white", "grey"])
