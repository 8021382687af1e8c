"""Every form that an audio cell comes in."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
import torch

from recipes import CorpusError
from recipes.feeding.sound import as_cell, read_sound


@pytest.fixture
def wave():
    return (np.sin(np.arange(800) / 9) / 3).astype(np.float32)


class Decoder:
    """As `datasets` 4 gives: neither dict nor array, and answers to the two keys."""

    def __init__(self, samples):
        self.samples = samples

    def __getitem__(self, key):
        return {"array": self.samples, "sampling_rate": 8000}[key]


def test_every_form_is_the_same_sound(wave, tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, wave, 8000, subtype="FLOAT")
    cells = [
        str(path),
        path,
        {"path": str(path), "bytes": None},
        {"path": None, "bytes": path.read_bytes()},
        {"array": wave.astype(np.float64), "sampling_rate": 8000},
        {"array": wave.tolist(), "sampling_rate": 8000},
        Decoder(wave),
        {"array": np.stack([wave, wave]), "sampling_rate": 8000},  # channels first
        {"array": np.stack([wave, wave], axis=1), "sampling_rate": 8000},  # soundfile's
    ]
    for cell in cells:
        sound = read_sound(cell, "row 3")
        assert (sound.rate, sound.samples.dtype) == (8000, np.float32)
        np.testing.assert_allclose(sound.samples, wave, atol=1e-7)
    for bare in (wave, torch.from_numpy(wave)):
        np.testing.assert_array_equal(read_sound(bare, "row 3", rate=8000).samples, wave)


def test_case_1_11_int16_is_scaled():
    stereo = {"array": np.array([[-32768, 0, 16384], [-32768, 0, 0]], np.int16), "sampling_rate": 8000}
    np.testing.assert_array_equal(read_sound(stereo, "row").samples, np.float32([-1, 0, 0.25]))
    bare = read_sound(np.array([-32768, 0, 16384], np.int16), "row", rate=8000)
    np.testing.assert_array_equal(bare.samples, np.float32([-1, 0, 0.5]))


def test_nothing_is_none():
    assert read_sound(None, "row") is None
    assert read_sound("", "row") is None
    assert read_sound({"path": None, "bytes": None}, "row") is None


def test_what_cannot_be_read_is_named(wave, tmp_path):
    with pytest.raises(CorpusError, match="row 3: samples came without their rate"):
        read_sound(wave, "row 3")
    with pytest.raises(CorpusError, match=r"row 3: the audio can't be read: .*no\.wav does not exist"):
        read_sound(tmp_path / "no.wav", "row 3")
    with pytest.raises(CorpusError, match="row 3: the audio can't be read"):
        read_sound({"path": None, "bytes": b"<html>"}, "row 3")
    with pytest.raises(CorpusError, match=r"row 3: the audio can't be read: .*float32"):
        read_sound({"array": np.arange(3), "sampling_rate": 8000}, "row 3")


def test_a_cell_comes_back_in_its_own_form(wave):
    sound = read_sound({"array": wave, "sampling_rate": 8000}, "row")
    assert as_cell(sound, wave) is sound.samples
    assert as_cell(sound, "a.wav")["sampling_rate"] == 8000
    assert as_cell(sound, {"path": "a.wav", "array": wave, "sampling_rate": 8000})["path"] == "a.wav"
    assert as_cell(None, None) is None
