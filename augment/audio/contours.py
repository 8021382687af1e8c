"""How pitch and loudness go up and down over an utterance: contours, one value every 10 ms."""

from __future__ import annotations

import numpy as np
from numpy.random import PCG64, Generator

HOP = 0.010  # s
SLIP = 0.02  # s, standard deviation of what blurs an intonation: steps and slips of the tracker
PHRASE = 0.1  # s, the same of the loudness that weighs frames
CLOSEST = 0.08  # s from point to point: faster, it would be a tremolo
STEEPEST = 0.3  # of a contour's farthest, in 10 ms: steeper, it would be a click
LEAST = 0.2  # of a contour's farthest that is still scaled up to 1
FARTHEST = 7.0  # semitones from the voice's mean: beyond it, the tracker has slipped by an octave


def random_contour(frames: int, points_per_second: float, seed: int, weight: np.ndarray) -> np.ndarray:
    """A smooth random course (frames,) float64, 0 on the average and 1 where it is farthest from that.

    Through normal random points, so many a second, joined and rounded; `weight` as in `balanced`. A short clip
    has four all the same; one of a few frames has less than 1, where hardly anything is left when balanced.
    """
    from scipy.ndimage import gaussian_filter1d

    between = max(CLOSEST / HOP, min(1 / (points_per_second * HOP), frames / 4))  # frames from point to point
    points = Generator(PCG64(seed)).standard_normal(int(frames / between) + 3)
    course = np.interp(np.arange(frames), (np.arange(len(points)) - 0.5) * between, points)
    course = balanced(gaussian_filter1d(course, between / 3), weight)
    steepest = np.abs(np.diff(course)).max(initial=0.0)
    return course / max(np.abs(course).max(initial=0.0), steepest / STEEPEST, LEAST)


def intonation_contour(f0: np.ndarray) -> np.ndarray:
    """A voice's deviations from its mean pitch (frames,), in semitones: 0 on the average, smooth.

    Parameters
    ----------
    f0 : Hz (frames,), 0 where unvoiced; there the contour leads from what was before to what comes after.
    """
    from scipy.ndimage import gaussian_filter1d

    voiced = f0 > 0
    semitones = 12 * np.log2(np.where(voiced, f0, 1.0))
    if voiced.any():
        deviations = semitones - np.median(semitones[voiced])
        voiced &= np.abs(deviations) <= FARTHEST
    if not voiced.any():
        return np.zeros(len(f0))
    at = np.arange(len(f0))
    course = np.interp(at, at[voiced], deviations[voiced])
    smooth = SLIP / HOP
    return balanced(gaussian_filter1d(course, smooth), gaussian_filter1d(voiced.astype(float), smooth))


def balanced(course: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """`course` (frames,) without its mean, nor its mean as weighed by `weight`: of each frame as of its sound.

    The first keeps a clip's duration where the course is one of speed, the second the pitch that is heard.
    """
    course = course - course.mean()
    weight = weight - weight.mean()
    power = (weight * weight).sum()
    return course - weight * ((weight * course).sum() / power) if power > 1e-9 else course


def loudness(samples: np.ndarray, rate: int) -> np.ndarray:
    """Of every 10 ms, and of what comes after the last: RMS blurred over a phrase, 1 at most, float64."""
    from scipy.ndimage import gaussian_filter1d

    hop = max(1, round(HOP * rate))
    frames = np.zeros((len(samples) // hop + 1, hop), dtype=np.float32)
    frames.reshape(-1)[: len(samples)] = samples
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    smooth = np.sqrt(gaussian_filter1d(power, PHRASE / HOP))
    return smooth / smooth.max() if smooth.any() else smooth


def at_samples(course: np.ndarray, count: int, rate: int) -> np.ndarray:
    """A contour (frames,) at every sample, (count,), straight from frame to frame."""
    return np.interp(np.arange(count), np.arange(len(course)) * max(1, round(HOP * rate)), course)
