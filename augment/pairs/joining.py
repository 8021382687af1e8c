"""One recording behind another, as if they had been one take."""

from __future__ import annotations

import numpy as np
from numpy.random import PCG64, Generator

from augment.audio.levels import NO_NOISE, mean_square

EDGE = 0.01  # s over which each end fades into the pause
FRAME = 0.025  # s
QUIET = 0.1  # share of the frames that a recording's background is taken from
BELOW = 10 ** (-35 / 10)  # a clip cut to the speech has no background to take; 35 dB below it passes for one
FURTHEST = 6.0  # dB by which a partner's level is moved at most


def joined(pieces: list[np.ndarray], pauses: list[float], rate: int, seed: int) -> np.ndarray:
    """`pieces` in a row, float32 (samples,), with `pauses` (s) between: one fewer than pieces.

    A pause holds the background of its two sides, going over from one to the other: digital silence is a mark
    that no recording bears, and would be heard by every spectral statistic.

    Parameters
    ----------
    seed : of the noise in the pauses.
    """
    rng = Generator(PCG64(seed))
    edge = round(EDGE * rate)
    parts = [pieces[0]]
    for pause, before, after in zip(pauses, pieces, pieces[1:], strict=False):
        # The pause reaches under both edges, so that they fade into it and not into nothing.
        left, right = min(edge, len(before) // 2), min(edge, len(after) // 2)
        count = left + round(pause * rate) + right
        over = np.linspace(0, 1, count, dtype=np.float32)
        noise = rng.standard_normal((2, count), dtype=np.float32)
        filled = np.sqrt(1 - over) * background(before, noise[0], rate)
        filled += np.sqrt(over) * background(after, noise[1], rate)
        out, into = _fade(left)[::-1], _fade(right)
        filled[:left] = filled[:left] * np.sqrt(1 - out**2) + before[len(before) - left :] * out
        filled[count - right :] = filled[count - right :] * np.sqrt(1 - into**2) + after[:right] * into
        parts[-1] = parts[-1][: len(parts[-1]) - left]
        parts += [filled, after[right:]]
    return np.concatenate(parts)


def background(samples: np.ndarray, noise: np.ndarray, rate: int) -> np.ndarray:
    """White `noise` (count,) with spectrum and level of the quietest frames of (samples,); (count,) float32."""
    from scipy.fft import irfft, next_fast_len, rfft

    size = round(FRAME * rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames) or not len(noise):
        return noise * np.float32(np.sqrt(BELOW * mean_square(samples)))
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    heard = np.flatnonzero(power > NO_NOISE)  # padding is no room
    if not len(heard):
        return np.zeros(len(noise), np.float32)
    quiet = heard[np.argsort(power[heard], kind="stable")[: max(1, round(QUIET * len(heard)))]]
    spectrum = np.abs(rfft(frames[quiet] * np.hanning(size).astype(np.float32), axis=1)).mean(axis=0)
    length = next_fast_len(len(noise), real=True)
    bins = rfft(noise, length)
    bins *= np.interp(np.linspace(0, 1, len(bins)), np.linspace(0, 1, len(spectrum)), spectrum)
    shaped = irfft(bins, length)[: len(noise)]
    level = min(power[quiet].mean(), BELOW * power[heard].mean())
    have = mean_square(shaped)
    return shaped * np.float32(np.sqrt(level / have) if have else 0.0)


def levelled(samples: np.ndarray, like: np.ndarray, share: float) -> np.ndarray:
    """(samples,) moved by `share` (0 to 1) of the way, in dB, to the level of `like`; by 6 dB at most.

    Never louder than full scale where it was within.
    """
    own, other = mean_square(samples), mean_square(like)
    if not own or not other:
        return samples
    db = float(np.clip(share * 10 * np.log10(other / own), -FURTHEST, FURTHEST))
    peak = float(np.abs(samples).max())
    return samples * np.float32(min(10 ** (db / 20), max(1.0, 0.99 / peak)))


def text_of(texts: list[str]) -> str:
    """Texts in a row, as one speaker's: a full stop where a sentence lacks one and the texts know any."""
    pointed = any(_ends(text) for text in texts) or any(text[:1].isupper() for text in texts)
    whole = texts[0].strip()
    for text in (text.strip() for text in texts[1:]):
        if not whole or not text:
            whole = whole or text
            continue
        stop = "." if pointed and whole[-1].isalnum() and not _unspaced(whole[-1]) else ""
        whole += stop + ("" if _unspaced(whole[-1]) or _unspaced(text[0]) else " ") + text
    return whole


def _fade(count: int) -> np.ndarray:
    """From 0 to 1 by a raised cosine, float32 (count,)."""
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))).astype(np.float32)


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’»)] ")[-1:] in set(".!?…。！？؟।")


def _unspaced(character: str) -> bool:
    """Whether a script writes no spaces: Chinese, Japanese, Thai."""
    return (
        "\u3000" <= character <= "\u9fff"
        or "\uff00" <= character <= "\uffef"
        or "\u0e00" <= character <= "\u0e7f"
    )
