from __future__ import annotations

import resource
import struct
import subprocess
import sys
import wave
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from augment import Audio
from augment.audio.files import AudioError, read_audio, read_header, write_audio


@pytest.fixture
def speech(vowel) -> Audio:
    return Audio(vowel(120.0, seconds=1.0), 16_000)


def saved(path, samples, rate=16_000, **how):
    soundfile.write(path, samples, rate, **how)
    return path


@pytest.mark.parametrize("format", ["flac", "wav"])
def test_what_is_written_is_read_again(tmp_path, speech, format):
    path = tmp_path / f"a.{format}"
    write_audio(path, speech, format)
    again = read_audio(path)
    assert (again.rate, again.samples.dtype, again.samples.shape) == (16_000, np.float32, (16_000,))
    np.testing.assert_allclose(again.samples, speech.samples, atol=0.51 / 32_768)
    write_audio(tmp_path / "b", again, format)
    assert (tmp_path / "b").read_bytes() == path.read_bytes()


def test_flac_bytes_repeat_in_another_process(tmp_path, speech):
    write_audio(tmp_path / "a.flac", speech)
    np.save(tmp_path / "a.npy", speech.samples)
    code = (
        "import sys, numpy as np; from augment.audio.files import write_audio; from augment import Audio; "
        "write_audio(sys.argv[2], Audio(np.load(sys.argv[1]), 16000))"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "a.npy", tmp_path / "b.flac"], check=True)
    assert (tmp_path / "a.flac").read_bytes() == (tmp_path / "b.flac").read_bytes()


def test_case_1_11_the_cast_to_16_bits_saturates(tmp_path):
    write_audio(
        tmp_path / "a.wav", Audio(np.array([1.5, 1.0, -1.0, -7.0, 0.25], dtype=np.float32), 8000), "wav"
    )
    with wave.open(str(tmp_path / "a.wav")) as file:
        values = np.frombuffer(file.readframes(5), dtype="<i2")
    np.testing.assert_array_equal(values, [32_767, 32_767, -32_768, -32_768, 8192])


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.opus", "A.WAV"])
def test_case_6_1_every_format_is_read_through_soundfile(tmp_path, speech, name):
    how = {"format": "OGG", "subtype": "OPUS"} if name.endswith("opus") else {}
    path = saved(tmp_path / name, speech.samples, **how)
    header = read_header(path)
    assert (header.rate, header.channels, header.frames, header.duration) == (16_000, 1, 16_000, 1.0)
    again = read_audio(path).samples
    assert np.corrcoef(again, speech.samples)[0, 1] > 0.98
    part = read_audio(path, 0.25, 0.5).samples
    np.testing.assert_allclose(part, again[4000:8000], atol=1e-6)


def test_case_6_4_m4a_is_one_message_with_the_command(tmp_path):
    (tmp_path / "my clip.m4a").write_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0" + bytes(100))
    with pytest.raises(AudioError) as caught:
        read_header(tmp_path / "my clip.m4a")
    message = str(caught.value)
    assert "is MPEG-4 (m4a, mp4), which can't be decoded here. Convert it: ffmpeg -i" in message
    assert f"'{tmp_path}/my clip.m4a' '{tmp_path}/my clip.flac'" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><body>404 Not Found</body></html>" * 9, r"is not audio: starts with '<htm'"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "is a git-lfs pointer"),
        (b"", r"is empty \(0 bytes\)"),
        (bytes(500), "is not audio: starts with the bytes 00 00 00 00"),
        (b"RIFF\x24\0\0\0WAVEjunk", "is broken"),
    ],
)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.flac"])
def test_case_6_5_content_says_what_it_is(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioError, match=said) as caught:
        read_header(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    with pytest.raises(AudioError, match=said):
        read_audio(tmp_path / name)


def test_case_6_5_mp3_named_wav_is_read(tmp_path, speech):
    saved(tmp_path / "a.mp3", speech.samples)
    (tmp_path / "a.mp3").rename(tmp_path / "a.wav")
    assert read_header(tmp_path / "a.wav").frames == 16_000


def test_case_6_7_length_agrees_with_a_second_reader(tmp_path):
    path = saved(tmp_path / "a.wav", np.zeros(94_976, dtype=np.int16), 44_100)
    with wave.open(str(path)) as second:
        assert read_header(path).frames == second.getnframes() == len(read_audio(path).samples) == 94_976


def test_case_6_8_24_bit_extensible_stereo_is_averaged(tmp_path):
    stereo = np.stack([np.full(800, 0.5), np.full(800, -0.25)], axis=1)
    path = saved(tmp_path / "a.wav", stereo, format="WAVEX", subtype="PCM_24")
    assert read_header(path).channels == 2
    np.testing.assert_allclose(read_audio(path).samples, 0.125, atol=1e-6)


class TestCase610Segments:
    """Segments past the end, declared against real length, one rounding rule."""

    @pytest.fixture
    def path(self, tmp_path):
        return saved(tmp_path / "a.wav", np.arange(24_000, dtype=np.int16), 24_000)

    def test_neighbours_share_no_sample_and_lose_none(self, path):
        edges = [0.0, 0.15052083333, 0.4, 0.7000208333, 1.0]
        parts = [read_audio(path, a, b).samples for a, b in pairwise(edges)]
        np.testing.assert_array_equal(np.concatenate(parts), read_audio(path).samples)

    def test_a_small_overshoot_is_clipped(self, path):
        assert len(read_audio(path, 0.5, 1.04).samples) == 12_000
        assert len(read_audio(path, -1e-9, 0.5).samples) == 12_000

    @pytest.mark.parametrize(
        ("start", "end", "said"),
        [
            (15.32, None, "does not run forwards"),
            (0.5, 1.2, r"segment 0.5 to 1.2 s is not inside the file, which lasts 1 s"),
            (-0.5, 0.5, "is not inside"),
            (0.6, 0.6, "does not run forwards"),
            (0.6, 0.2, "does not run forwards"),
            (float("nan"), 0.2, "does not run forwards"),
            (1.0, 1.03, "holds no sample"),
            (0.5, 0.50001, "holds no sample"),
        ],
    )
    def test_others_are_refused(self, path, start, end, said):
        with pytest.raises(AudioError, match=said):
            read_audio(path, start, end)

    def test_a_file_that_breaks_off(self, tmp_path, speech):
        for format in ("flac", "mp3"):
            whole = saved(tmp_path / f"a.{format}", speech.samples).read_bytes()
            (tmp_path / f"b.{format}").write_bytes(whole[: len(whole) // 2])
            with pytest.raises(AudioError, match=r"b\.\w+ is broken"):
                read_audio(tmp_path / f"b.{format}")


def test_missing_folder_and_no_samples(tmp_path):
    with pytest.raises(AudioError, match="does not exist"):
        read_audio(tmp_path / "none.wav")
    with pytest.raises(AudioError, match="is a folder"):
        read_header(tmp_path)
    saved(tmp_path / "empty.wav", np.zeros(0))
    with pytest.raises(AudioError, match=r"empty.wav is empty \(0 samples\)"):
        read_header(tmp_path / "empty.wav")


def test_nan_samples_are_a_broken_file(tmp_path):
    samples = np.full(100, 0.1, dtype=np.float32)
    samples[[3, 70]] = np.nan, np.inf
    with pytest.raises(AudioError, match="2 of its 100 samples are NaN or infinite"):
        read_audio(saved(tmp_path / "a.wav", samples, subtype="FLOAT"))


def test_float_files_beyond_full_scale(tmp_path):
    samples = np.array([1.2, -0.5], dtype=np.float32)
    np.testing.assert_allclose(
        read_audio(saved(tmp_path / "a.wav", samples, subtype="FLOAT")).samples, [1, -0.5]
    )
    with pytest.raises(AudioError, match="divide by 32768"):
        read_audio(saved(tmp_path / "b.wav", samples * 20_000, subtype="FLOAT"))


def test_disk_full_leaves_nothing_behind(tmp_path, speech):
    write_audio(tmp_path / "old.flac", speech)
    before = (tmp_path / "old.flac").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        with pytest.raises(AudioError, match=r"disk full while writing .*old\.flac; make room and run again"):
            write_audio(tmp_path / "old.flac", Audio(speech.samples * np.float32(0.5), 16_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in tmp_path.iterdir()] == ["old.flac"]
    assert (tmp_path / "old.flac").read_bytes() == before


def test_what_can_not_be_written_is_said(tmp_path, speech):
    with pytest.raises(AudioError, match=r"can't write .*No such file or directory"):
        write_audio(tmp_path / "nowhere" / "a.flac", speech)
    with pytest.raises(AudioError, match="can't write 'ogg'; copies are flac or wav"):
        write_audio(tmp_path / "a.ogg", speech, "ogg")
    with pytest.raises(AudioError, match="nothing to write"):
        write_audio(tmp_path / "a.flac", Audio(np.zeros(0, dtype=np.float32), 16_000))
    with pytest.raises(AudioError, match="not written, the sound holds NaN"):
        write_audio(tmp_path / "a.flac", Audio(np.full(9, np.nan, dtype=np.float32), 16_000))
    assert list(tmp_path.iterdir()) == []


def test_case_6_5_mp3_inside_wav(tmp_path, speech):
    mp3 = saved(tmp_path / "a.mp3", speech.samples).read_bytes()
    layout = struct.pack("<HHIIHHHHIHHH", 0x55, 1, 16_000, 4000, 1, 0, 12, 1, 2, 1000, 1, 1393)
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout + b"data" + struct.pack("<I", len(mp3)) + mp3
    (tmp_path / "b.wav").write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    assert np.corrcoef(read_audio(tmp_path / "b.wav").samples, speech.samples)[0, 1] > 0.98


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_case_6_11_a_temporary_file_without_a_name_ending_is_read(tmp_path, speech, kind):
    nameless = tmp_path / "tmp8c3f"
    nameless.write_bytes(saved(tmp_path / f"a.{kind}", speech.samples).read_bytes())
    assert read_header(nameless).rate == 16_000
    assert np.corrcoef(read_audio(nameless).samples, speech.samples)[0, 1] > 0.95
