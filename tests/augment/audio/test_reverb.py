from __future__ import annotations

import numpy as np
import pytest
import soundfile

from augment import Audio, Chain, PitchShift, Reverb, Sample, generator, replay
from augment.audio.kernels.room import drr_of, room_response
from augment.parameters import ParameterError
from augment.transform import VOICE_INFO, AudioInfo

ROOM = {"rt60": 0.4, "drr_db": 5.0, "volume": 60.0, "seed": 3}


@pytest.fixture
def recorded(tmp_path):
    """A response as it comes from a microphone: stereo, 48 kHz, late, upside down, soft, with a noise floor."""
    room = room_response(48_000, 0.3, 6.0, 60.0, seed=5)
    late = np.r_[np.zeros(2400), -0.2 * room, np.zeros(48_000)]
    late += 1e-5 * np.random.default_rng(0).standard_normal(len(late))
    soundfile.write(tmp_path / "office.wav", np.stack([late, late], axis=1), 48_000, subtype="FLOAT")
    return tmp_path


@pytest.mark.parametrize("rate", [8000, 16_000])
def test_it_is_a_convolution_of_the_same_energy(vowel, rate):
    source = vowel(120.0, rate=rate, seconds=1.5)
    wet = Reverb().apply(Audio(source, rate), **ROOM).samples
    expected = np.convolve(source.astype(float), room_response(rate, **ROOM).astype(float))[: len(source)]
    expected *= np.sqrt(np.sum(source.astype(float) ** 2) / np.sum(expected**2))
    assert wet.dtype == np.float32
    np.testing.assert_allclose(wet, expected, atol=1e-5)


@pytest.mark.parametrize("frames", [1, 2, 100, 5000, 16_000, 70_000])
def test_length_and_energy_are_kept(frames, rng):
    source = (0.1 * rng.standard_normal(frames)).astype(np.float32)
    wet = Reverb().apply(Audio(source, 16_000), **ROOM).samples
    assert wet.shape == source.shape
    assert np.std(wet.astype(float)) == pytest.approx(np.std(source.astype(float)), rel=0.05, abs=1e-6)
    assert np.sum(wet.astype(float) ** 2) == pytest.approx(np.sum(source.astype(float) ** 2), rel=1e-4)


def test_with_its_tail_a_clip_rings_out(rng):
    source = (0.1 * rng.standard_normal(16_000)).astype(np.float32)
    step = Reverb(tail=True)
    wet = step.apply(Audio(source, 16_000), **ROOM).samples
    assert len(wet) == 16_000 + 6400
    level = [20 * np.log10(np.std(wet[16_000 + at : 16_000 + at + 800])) for at in (0, 3200)]
    assert level[0] - level[1] == pytest.approx(30 / 0.86, abs=6)  # 0.2 s of the mean of its bands
    told = step.info_after(AudioInfo(16_000, 1.0), ROOM)
    assert told.duration == pytest.approx(len(wet) / 16_000, abs=1e-9)
    assert Reverb().info_after(AudioInfo(16_000, 1.0), ROOM).duration == 1.0


def test_time_does_not_shift(recorded, vowel):
    source = np.zeros(32_000, np.float32)
    source[16_000] = 0.5
    for step, params in ((Reverb(), ROOM), (Reverb(folder=recorded), {"file": "office.wav"})):
        wet = step.apply(Audio(source, 16_000), **params).samples
        assert np.argmax(np.abs(wet)) == 16_000
        assert wet[16_000] > 0  # nor does it turn upside down
        assert np.sum(wet[:15_983] ** 2) == pytest.approx(0, abs=1e-9)


def test_recordings_are_mixed_down_resampled_aligned_and_cut(recorded, vowel):
    source = vowel(120.0, seconds=1.0)
    step = Reverb(folder=recorded)
    wet = step.apply(Audio(source, 16_000), file="office.wav").samples
    assert len(wet) == len(source)
    assert np.sum(wet.astype(float) ** 2) == pytest.approx(np.sum(source.astype(float) ** 2), rel=1e-4)
    response = step._response(16_000, {"file": "office.wav"})
    assert response.samples[response.lead] == 1
    assert 0.2 < len(response.samples) / 16_000 < 0.32  # of 1.35 s, the rest being silence and noise
    rest = np.delete(response.samples.astype(float), range(response.lead - 8, response.lead + 9))
    assert 10 * np.log10(1 / np.sum(rest**2)) == pytest.approx(6.0, abs=3)


def test_a_recording_is_drawn_recorded_by_name_and_replayed(recorded, vowel):
    soundfile.write(recorded / "hall.wav", 0.5 * room_response(16_000, 0.8, 0.0, 500.0, seed=1), 16_000)
    sample = Sample("a", Audio(vowel(120.0, seconds=0.3), 16_000), None)
    chain, seen = Chain([Reverb(folder=recorded)]), set()
    for seed in range(10):
        wet, provenance = chain(sample, np.random.default_rng(seed))
        assert set(provenance[0]["params"]) == {"file"}
        seen.add(provenance[0]["params"]["file"])
        assert replay(sample, provenance).audio.samples.tobytes() == wet.audio.samples.tobytes()
    assert seen == {"hall.wav", "office.wav"}
    (recorded / "readme.txt").write_text("no sound")
    with pytest.raises(ParameterError, match=r"folder: .* does not exist"):
        Reverb(folder=recorded / "nowhere")


def test_a_response_longer_than_ten_seconds_is_cut(tmp_path):
    soundfile.write(tmp_path / "music.wav", 0.1 * np.random.default_rng(0).standard_normal(96_000), 8000)
    response = Reverb(folder=tmp_path)._response(8000, {"file": "music.wav"})
    assert len(response.samples) <= 80_000 + 8


def test_case_1_7_silence_and_silent_responses(tmp_path, vowel):
    silence = np.zeros(16_000, np.float32)
    np.testing.assert_array_equal(Reverb().apply(Audio(silence, 16_000), **ROOM).samples, 0)
    soundfile.write(tmp_path / "nothing.wav", np.zeros(4000), 16_000)
    source = vowel(120.0, seconds=0.2)
    with pytest.warns(UserWarning, match="recorded response is silent"):
        wet = Reverb(folder=tmp_path)(source, 16_000, np.random.default_rng(0))
    np.testing.assert_array_equal(wet, source)


def test_case_1_8_a_silent_tail_fills_with_reverberation(vowel):
    source = np.r_[vowel(120.0, seconds=0.5), np.zeros(8000, np.float32)].astype(np.float32)
    wet = Reverb().apply(Audio(source, 16_000), **ROOM).samples
    assert np.isfinite(wet).all()
    assert np.std(wet[8000:9600]) > 10 * np.std(wet[14_400:]) > 0


def test_distance_is_drawn_instead_of_the_ratio():
    step = Reverb(distance=2.0, rt60=0.5, volume=60.0)
    drawn = step.draw(np.random.default_rng(0), VOICE_INFO)
    assert set(drawn) == {"rt60", "drr_db", "volume", "seed"}
    assert drawn["drr_db"] == pytest.approx(drr_of(2.0, 0.5, 60.0))


def test_a_voice_has_one_room(vowel):
    chain = Chain([Reverb.preset("voice")])
    samples = [Sample(key, Audio(vowel(120.0, seconds=0.3), 16_000), None) for key in "ab"]
    made = [chain(s, generator(0, s.id), generator(0, "KS", 1, stream="voice")) for s in samples]
    assert made[0][1] == made[1][1]
    assert made[0][0].audio.samples.tobytes() == made[1][0].audio.samples.tobytes()
    other, _ = chain(samples[0], generator(0, "a"), generator(0, "KS", 2, stream="voice"))
    assert other.audio.samples.tobytes() != made[0][0].audio.samples.tobytes()


def test_only_its_tail_changes_duration():
    voice = PitchShift.preset("voice")
    Chain([Reverb(), voice])
    with pytest.raises(ParameterError, match="reverb before it changes duration"):
        Chain([Reverb(tail=True), voice])
