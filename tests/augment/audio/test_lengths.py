"""Lengths of sounds, and of what is transformed."""

from __future__ import annotations

from scipy.fft import next_fast_len

from augment.audio.lengths import fast_length


def test_a_fast_length_is_what_scipy_calls_one():
    for count in (*range(1, 2000), 44_100, 48_001, 65_537, 1_000_001, 123_456_789):
        assert fast_length(count) == next_fast_len(count, real=True), count
