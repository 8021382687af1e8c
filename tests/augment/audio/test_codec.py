from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Chain, Codec, Sample, generator, replay
from augment.gates import Gates
from augment.parameters import ParameterError

KINDS = ["mp3", "opus", "vorbis", "mulaw", "gsm"]


def coded(samples: np.ndarray, rate: int, kind: str, kbps: float = 48.0, codec_rate: int | None = None):
    params = {} if kind in ("mulaw", "gsm") else {"kbps": kbps}
    return Codec(rate=codec_rate).apply(Audio(samples, rate), kind=kind, **params).samples


def lag(a: np.ndarray, b: np.ndarray) -> int:
    """Samples by which `b` comes after `a`, where their cross-correlation is highest."""
    size = 2 * len(a)
    likeness = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    at = int(np.argmax(likeness))
    return at if at < len(a) else at - size


def snr(source: np.ndarray, copy: np.ndarray) -> float:
    error = copy.astype(float) - source
    return 10 * np.log10(np.mean(source.astype(float) ** 2) / np.mean(error**2))


def spoken(vowel, rate: int) -> np.ndarray:
    """Two vowels with a pause and onsets, so that a shift in time can be seen."""
    one, two = vowel(120.0, rate, 0.3, 0.1), vowel(180.0, rate, 0.25, 0.1)
    pause = np.zeros(rate // 10, dtype=np.float32)
    return np.concatenate([pause, one, pause, two, pause])


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("kind", KINDS)
def test_length_stays_and_nothing_is_late(vowel, kind, rate):
    source = spoken(vowel, rate)
    for kbps in (16, 40, 128):  # at few bits MP3 has no room for the note of its delay
        copy = coded(source, rate, kind, kbps)
        assert copy.dtype == np.float32
        assert len(copy) == len(source)
        assert (
            abs(lag(source, copy)) <= 8e-5 * rate
        )  # Opus at 16 kbit/s is late by as much, by where noise falls


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frames", [1, 2, 16, 123, 300, 1151, 1153])
def test_case_1_1_clips_below_a_frame_keep_their_length(vowel, kind, frames):
    source = vowel(120.0, 16_000, 0.5)[2000 : 2000 + frames]
    for kbps in (16, 64):
        for codec_rate in (None, 8000):
            assert len(coded(source, 16_000, kind, kbps, codec_rate)) == frames


@pytest.mark.parametrize("kind", ["mp3", "opus", "vorbis"])
def test_more_bits_sound_more_like_the_source(vowel, kind):
    source = spoken(vowel, 16_000)
    few, some, many = (snr(source, coded(source, 16_000, kind, kbps)) for kbps in (24, 48, 96))
    assert 3 < few < some < many
    assert many > 15


@pytest.mark.parametrize("kind", KINDS)
def test_at_8_khz_nothing_is_left_above_4(vowel, kind):
    source = vowel(120.0, 16_000, 1.0)
    power = np.abs(np.fft.rfft(coded(source, 16_000, kind, 48, 8000))) ** 2
    assert power[4200:].sum() < 1e-4 * power.sum()
    assert power[2000:3600].sum() > 1e-4 * power.sum()


@pytest.mark.parametrize("kind", ["mp3", "vorbis", "mulaw"])
def test_it_is_no_gain(vowel, kind):
    source = spoken(vowel, 16_000)
    for kbps in (32, 64, 128):
        power = np.mean(coded(source, 16_000, kind, kbps) ** 2) / np.mean(source**2)
        assert abs(10 * np.log10(power)) < 0.2


def test_gsm_is_a_telephone_of_8_khz(vowel):
    source = spoken(vowel, 16_000)
    copy = coded(source, 16_000, "gsm")
    power = np.abs(np.fft.rfft(copy)) ** 2
    assert power[round(4200 / 16_000 * len(copy)) :].sum() < 1e-4 * power.sum()
    assert 5 < snr(coded(source, 16_000, "mulaw", codec_rate=8000), copy) < 25


def test_mulaw_has_the_levels_of_g_711():
    ramp = coded(np.linspace(-1, 1, 50_001, dtype=np.float32), 8000, "mulaw")
    levels = {(((2 * step + 33) << segment) - 33) / 8192 for segment in range(8) for step in range(16)}
    np.testing.assert_array_equal(np.unique(np.abs(ramp)), sorted(levels))
    assert (np.diff(ramp) >= 0).all()


def test_mulaw_is_as_good_for_soft_speech_as_for_loud(vowel):
    loud = vowel(120.0, 16_000, 0.5)
    assert 34 < snr(loud, coded(loud, 16_000, "mulaw")) < 40
    soft = loud / np.float32(30)
    assert 28 < snr(soft, coded(soft, 16_000, "mulaw")) < 38


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_every_time(vowel, kind):
    source = spoken(vowel, 22_050)
    first = coded(source, 22_050, kind)
    assert all(coded(source, 22_050, kind).tobytes() == first.tobytes() for _ in range(3))


def test_what_was_done_replays(vowel):
    sample = Sample("a", Audio(spoken(vowel, 16_000), 16_000), None)
    for copy in range(8):
        made, done = Chain([Codec(rate=8000)])(sample, generator(0, "a", copy))
        assert done[0]["settings"] == {"rate": 8000}
        assert ("kbps" in done[0]["params"]) == (done[0]["params"]["kind"] not in ("mulaw", "gsm"))
        assert replay(sample, done).audio.samples.tobytes() == made.audio.samples.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_case_1_11_beyond_full_scale_saturates_and_never_wraps(vowel, kind):
    source = vowel(120.0, 16_000, 0.5) * np.float32(4)
    copy = coded(source, 16_000, kind, 96)
    assert snr(np.clip(source, -1, 1), copy) > 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_scale_voice_passes_the_clipping_gate(vowel, kind):
    voice = vowel(120.0, 16_000, 1.0, 0.1)
    source = Sample("a", Audio(voice / np.abs(voice).max(), 16_000), None)
    copy, _ = Chain([Codec(kind=kind, kbps=32.0)])(source, np.random.default_rng(0))
    assert Gates().refuses(source, copy, {"audio"}) is None


def test_what_no_codec_has_is_refused():
    with pytest.raises(ParameterError, match="kind: 'amr' is not one of mp3, opus, vorbis, mulaw, gsm"):
        Codec(kind="amr")
    with pytest.raises(ParameterError, match="kbps: 1 is outside 6 to 320 kbit/s"):
        Codec(kbps=1)
    with pytest.raises(ParameterError, match="rate: 100 is outside 4000 to 48000 Hz"):
        Codec(rate=100)


@pytest.mark.parametrize("kind", ["mp3", "opus", "vorbis", "mulaw", "gsm"])
def test_case_1_7_nan_comes_back_as_it_was(kind):
    samples = np.full(4000, np.nan, dtype=np.float32)
    np.testing.assert_array_equal(Codec(kind=kind)(samples, 16_000, np.random.default_rng(0)), samples)
