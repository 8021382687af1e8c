"""What a recipe's steps need is asked for before the first copy."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from augment.parameters import Unavailable
from recipes import materialise


@pytest.mark.parametrize("step", ["add_noise", "reverb"])
def test_a_broken_recording_among_good_ones_is_named_before_any_copy(tones, lively, tmp_path, step) -> None:
    folder = tmp_path / "räume und 🔊"
    folder.mkdir()
    soundfile.write(folder / "a.wav", np.hanning(800), 8000)
    (folder / "b.wav").write_text("<html>")
    (folder / "c.flac").write_bytes(b"")
    lively["augment"]["audio"] = [{"one_of": {"of": [{step: {"folder": str(folder)}}]}}]
    said = rf"augment.audio.{step}.folder: .*b.wav is not audio: .*, or remove it \(2 files in all"
    with pytest.raises(Unavailable, match=said):
        materialise(tones, lively, tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.flac"))


def test_the_recordings_alone_will_do(tones, lively, tmp_path) -> None:
    folder = tmp_path / "räume und 🔊"
    folder.mkdir()
    soundfile.write(folder / "a.wav", np.hanning(800), 8000)
    lively["augment"]["audio"] = [{"add_noise": {"folder": str(folder)}}]
    assert len(materialise(tones, lively, tmp_path / "out").corpus) > len(tones)
