from __future__ import annotations

import numpy as np

from merhan.report.picture import spectrogram, waveform


def lines(text: object) -> list[str]:
    return text.plain.split("\n")  # type: ignore[attr-defined]


def test_waveform_is_full_where_loud_and_empty_where_silent() -> None:
    samples = np.concatenate([np.ones(500), np.zeros(500)]).astype(np.float32)
    drawn = lines(waveform(samples, width=20, height=4))
    assert len(drawn) == 4
    assert {len(line) for line in drawn} == {20}
    assert all(set(line[:10]) == {"█"} for line in drawn)
    assert all(set(line[10:]) == {" "} for line in drawn)


def test_a_shorter_sound_fills_its_share_of_a_common_time_axis() -> None:
    drawn = lines(waveform(np.ones(100, np.float32), width=20, height=2, share=0.5))
    assert all(line[10:].strip() == "" and line[:10].strip() for line in drawn)


def test_spectrogram_puts_low_frequencies_below() -> None:
    mel = np.full((50, 64), -20.0)
    mel[:, :16] = 0.0
    drawn = lines(spectrogram(mel, width=10, height=4, colour=False))
    assert drawn[-1].strip("▓█") == ""
    assert drawn[0].strip() == ""


def test_silence_and_one_frame_are_drawn() -> None:
    assert len(lines(spectrogram(np.zeros((1, 64)), width=10, height=3))) == 3
    assert waveform(np.zeros(0, np.float32), width=10).plain.strip() == ""
