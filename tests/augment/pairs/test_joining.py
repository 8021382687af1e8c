"""Pauses that no analysis takes for a cut, and texts that read as one."""

from __future__ import annotations

import numpy as np
import pytest

from augment.audio.levels import mean_square
from augment.pairs.joining import background, joined, levelled, text_of

RATE = 16_000


def speech(seconds=1.0, floor=0.003, seed=0):
    """Bursts of noise over a hiss of `floor`."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    bursts = (np.arange(count) // 3200 % 2) * 0.4
    return (rng.standard_normal(count) * (floor + bursts)).astype(np.float32)


def test_a_pause_sounds_like_the_rooms_on_its_sides():
    before, after = speech(floor=0.002, seed=1), speech(floor=0.004, seed=2)
    whole = joined([before, after], [0.5], RATE, seed=3)
    assert len(whole) == len(before) + len(after) + RATE // 2
    pause = whole[len(before) : len(before) + RATE // 2]
    third = len(pause) // 3
    first, last = np.sqrt(mean_square(pause[:third])), np.sqrt(mean_square(pause[-third:]))
    # Frames of 25 ms that are the quietest tenth are quieter than the hiss as a whole, never louder.
    assert 0.001 < first < 0.0025
    assert 0.003 < last < 0.0045
    assert np.abs(pause).max() < 0.05


def test_the_recordings_are_untouched_but_for_their_edges():
    before, after = speech(seed=1), speech(seed=2)
    whole = joined([before, after], [0.2], RATE, seed=0)
    edge = round(0.01 * RATE)
    assert np.array_equal(whole[: len(before) - edge], before[:-edge])
    assert np.array_equal(whole[-(len(after) - edge) :], after[edge:])
    steps = np.abs(np.diff(whole[len(before) - edge : len(before) + 3200 + edge]))
    assert steps.max() < np.abs(np.diff(before)).max()  # no click


def test_the_hiss_has_the_spectrum_of_the_room():
    rng = np.random.default_rng(0)
    hum = np.sin(2 * np.pi * 480 * np.arange(RATE) / RATE) * 0.01
    room = (hum + 0.0002 * rng.standard_normal(RATE)).astype(np.float32)
    room[RATE // 2 :] += 0.5 * rng.standard_normal(RATE // 2).astype(np.float32)
    made = background(room, rng.standard_normal(RATE, dtype=np.float32), RATE)
    power = np.abs(np.fft.rfft(made)) ** 2
    near = power[400:560].sum() / power.sum()
    assert near > 0.9


def test_a_clip_without_pauses_lends_none_of_its_speech():
    loud = (0.3 * np.random.default_rng(0).standard_normal(RATE)).astype(np.float32)
    made = background(loud, np.random.default_rng(1).standard_normal(4000, dtype=np.float32), RATE)
    assert 10 * np.log10(mean_square(loud) / mean_square(made)) == pytest.approx(35, abs=0.1)


def test_digital_silence_is_no_room():
    room = speech(floor=0.004, seed=1)
    padded = np.concatenate([np.zeros(RATE, np.float32), room, np.zeros(RATE, np.float32)])
    noise = np.random.default_rng(1).standard_normal(4000, dtype=np.float32)
    assert mean_square(background(padded, noise, RATE)) == pytest.approx(
        mean_square(background(room, noise, RATE)), rel=0.1
    )
    assert not background(np.zeros(RATE, np.float32), noise, RATE).any()


def test_a_level_never_leaves_full_scale():
    quiet = np.full(100, 0.1, np.float32)
    quiet[50] = 0.9
    loud = np.full(100, 0.9, np.float32)
    assert np.abs(levelled(quiet, loud, 1.0)).max() == pytest.approx(0.99)
    assert np.array_equal(levelled(np.zeros(5, np.float32), loud, 1.0), np.zeros(5))
    over = np.full(10, 1.0, np.float32)
    assert np.array_equal(levelled(over, loud * 3, 1.0), over)


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["I found it.", "Look!"], "I found it. Look!"),
        (["I found it", "Look!"], "I found it. Look!"),
        (["I found it", "Look"], "I found it. Look"),
        (["so you see", "i mean it"], "so you see i mean it"),  # a corpus without marks stays without
        (["so you see", "i mean it", "no."], "so you see. i mean it. no."),
        (["Well,", "yes."], "Well, yes."),
        (["Wait --", "what?"], "Wait -- what?"),
        (["“Go!”", "Now."], "“Go!” Now."),
        (["He left (gladly).", "Oh"], "He left (gladly). Oh"),
        (["Yay 😀", "Again."], "Yay 😀 Again."),
        (["  a.  ", " b. "], "a. b."),
        (["", "b."], "b."),
        (["a.", ""], "a."),
        (["你好。", "再见。"], "你好。再见。"),
        (["你好", "再见"], "你好再见"),
        (["Guten Tag", "Wie geht's?"], "Guten Tag. Wie geht's?"),
        (["क्या हुआ", "ठीक है।"], "क्या हुआ. ठीक है।"),
    ],
)
def test_texts_read_as_one_speaker_s(texts, whole):
    assert text_of(texts) == whole
