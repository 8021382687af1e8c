"""The measures measure: a voice that was changed by a known amount shows that amount."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

pytest.importorskip("parselmouth")

from benchmarks import __main__ as command
from benchmarks.measures import (
    Voice,
    duration_error_ms,
    f0_errors_cents,
    formant_drift,
    log_spectral_distance_db,
)
from benchmarks.timing import Comparison


def vowel(f0: float, scale: float = 1.0, seconds: float = 1.0) -> np.ndarray:
    """Pulses at `f0` through formants at `scale` times 700, 1220 and 2600 Hz, float32 at 16 kHz."""
    from scipy.signal import lfilter

    time = np.arange(round(16_000 * seconds)) / 16_000
    sound = sum(np.cos(2 * np.pi * f0 * k * time) for k in range(1, int(7500 / f0)))
    for formant, bandwidth in ((700, 80), (1220, 90), (2600, 120)):
        radius = np.exp(-np.pi * bandwidth / 16_000)
        angle = 2 * np.pi * formant * scale / 16_000
        sound = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], sound)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def test_f0_and_duration():
    source = Voice(vowel(120.0))
    copy = Voice(vowel(120 * 2 ** (1.1 / 12), seconds=0.8), 1.25, 1.0)
    assert np.median(f0_errors_cents(source, copy, 1.0)) == pytest.approx(10, abs=1)
    assert duration_error_ms(source, copy) == 0
    assert duration_error_ms(source, Voice(copy.samples[:-16], 1.25, 1.0)) == pytest.approx(1)


def test_formants():
    source, smaller = Voice(vowel(100.0)), Voice(vowel(100.0, 1.12))
    np.testing.assert_allclose(formant_drift(source, smaller, 1.0)[:2], 0.12, atol=0.02)
    np.testing.assert_allclose(formant_drift(source, smaller, 1.12)[:2], 0, atol=0.02)


def test_distance_of_spectra():
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32) * np.float32(0.1)
    assert log_spectral_distance_db(Voice(noise), Voice(noise)) == 0
    halved = log_spectral_distance_db(Voice(noise), Voice(noise * np.float32(0.5)))
    assert halved == pytest.approx(20 * np.log10(2), abs=0.05)


def test_a_run_prints_a_table_and_writes_json(monkeypatch, tmp_path, capsys):
    def run():
        yield Comparison("stretch", 0.001, 0.012, "the peer")
        yield Comparison("drift", 2.0, None, "", unit="%", praat=1.5)

    monkeypatch.setattr(command, "GROUPS", {"few": run})
    monkeypatch.setattr(sys, "argv", ["benchmarks", "few", "--out", str(tmp_path / "new" / "few.json")])
    command.main()
    printed = capsys.readouterr().out
    assert "12.0" in printed
    assert "1.50 %" in printed
    written = json.loads((tmp_path / "new" / "few.json").read_text())
    assert [row["ratio"] for row in written] == [pytest.approx(12), None]
    monkeypatch.setattr(sys, "argv", ["benchmarks", "none"])
    with pytest.raises(SystemExit):
        command.main()
    assert "no group is called 'none'; there are few" in capsys.readouterr().err
