"""`engine: signalsmith`: exact lengths, the right pitch, and the same bytes in any order and process."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from augment import Audio, Chain, PitchShift, Sample, TimeStretch, replay
from augment.audio.kernels.one_pass import stretch_and_shift
from augment.audio.lengths import frames_after
from augment.parameters import ParameterError


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_every_length_is_exact(rate):
    rng = np.random.default_rng(0)
    for frames in (1, 2, 16, 123, 512, 1921, 3000):
        samples = rng.standard_normal(frames).astype(np.float32)
        samples.setflags(write=False)
        for tempo, semitones, formants in [
            (0.25, 0, "keep"),
            (4, 0, "keep"),
            (1, -3, "keep"),
            (1.1, 2, "move"),
        ]:
            out = stretch_and_shift(samples, rate, tempo, semitones, formants, "signalsmith")
            assert out.shape == (frames_after(frames, rate, tempo),)
            assert out.dtype == np.float32
            assert np.isfinite(out).all()


@pytest.mark.parametrize("formants", ["keep", "move"])
@pytest.mark.parametrize("semitones", [-2.0, 2.0])
def test_pitch_and_formants(vowel, pitch_of, formants_of, semitones, formants):
    source = vowel(120.0, seconds=2.0, glide=0.2)
    step = PitchShift(formants=formants, engine="signalsmith")
    copy = step.apply(Audio(source, 16_000), semitones=semitones).samples
    factor = 2 ** (semitones / 12)
    assert len(copy) == len(source)
    assert abs(1200 * np.log2(pitch_of(copy, 16_000) / pitch_of(source, 16_000) / factor)) < 15
    wanted = formants_of(source, 16_000)[:3] * (factor if formants == "move" else 1)
    np.testing.assert_allclose(formants_of(copy, 16_000)[:3], wanted, rtol=0.04)


def test_bytes_depend_on_neither_what_ran_before_nor_the_process():
    code = (
        "import sys, numpy as np, hashlib; from augment.audio.kernels.one_pass import stretch_and_shift\n"
        "sounds = [np.random.default_rng(n).standard_normal(9000).astype(np.float32) * np.float32(0.1) for n in range(3)]\n"
        "for n in map(int, sys.argv[1:]):\n"
        "    out = stretch_and_shift(sounds[n], 16_000, (0.3, 0.93, 1.2)[n], n - 1, 'keep', 'signalsmith')\n"
        "    print(n, hashlib.sha256(out.tobytes()).hexdigest())\n"
    )

    def made(*order: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, *order], capture_output=True, text=True, check=True
        )
        return set(done.stdout.splitlines())

    assert made("0", "1", "2", "0") == made("2", "1", "0", "0")
    assert len(made("0", "1", "2")) == 3


def test_a_chain_runs_it_step_by_step_and_replays(vowel):
    sample = Sample("utt", Audio(vowel(130.0), 16_000), None)
    steps = [PitchShift(semitones=1.5, engine="signalsmith"), TimeStretch(rate=1.1, engine="signalsmith")]
    made, provenance = Chain(steps)(sample, np.random.default_rng(0))
    assert [entry["settings"]["engine"] for entry in provenance] == ["signalsmith", "signalsmith"]
    assert replay(sample, provenance).audio.samples.tobytes() == made.audio.samples.tobytes()
    apart = steps[1].apply(steps[0].apply(sample.audio, semitones=1.5), rate=1.1)
    np.testing.assert_array_equal(made.audio.samples, np.clip(apart.samples, -1, 1))
    ours, _ = Chain([PitchShift(semitones=1.5), TimeStretch(rate=1.1)])(sample, np.random.default_rng(0))
    assert hashlib.sha256(ours.audio.samples).digest() != hashlib.sha256(made.audio.samples).digest()
    mixed, _ = Chain([PitchShift(semitones=1.5), steps[1]])(sample, np.random.default_rng(0))
    apart = steps[1].apply(PitchShift().apply(sample.audio, semitones=1.5), rate=1.1)
    np.testing.assert_array_equal(mixed.audio.samples, np.clip(apart.samples, -1, 1))


def test_an_unknown_engine_is_refused():
    with pytest.raises(ParameterError, match="engine: 'sox' is not one of wsola, signalsmith"):
        TimeStretch(engine="sox")
    with pytest.raises(ParameterError, match="engine: 'sox' is not one of wsola, signalsmith"):
        PitchShift(engine="sox")
