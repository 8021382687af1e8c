"""Sound as pictures of half blocks: two picture rows in a line of text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from rich.color import Color
from rich.style import Style
from rich.text import Text

SHADES = " ░▒▓█"
# Dark blue to yellow through magenta: readable on dark and light terminals, and when printed grey.
RAMP = np.array(
    [(13, 8, 60), (84, 2, 120), (156, 23, 110), (218, 84, 70), (250, 160, 60), (252, 240, 120)], float
)


def waveform(samples: np.ndarray, width: int, height: int = 4, share: float = 1.0, full: float = 1.0) -> Text:
    """The envelope of a sound, `width` columns by `height` lines.

    Parameters
    ----------
    share : how much of the width the sound fills, for a time axis shared with another.
    full : the amplitude that fills the height.
    """
    columns = _columns(samples, width, share)
    peaks = np.array([np.abs(column).max(initial=0.0) for column in columns]) / max(full, 1e-9)
    rows = 2 * height
    text = Text()
    for line in range(height):
        for peak in peaks:
            reach = peak * rows / 2
            upper = abs(rows / 2 - 0.5 - 2 * line) <= reach
            lower = abs(rows / 2 - 0.5 - (2 * line + 1)) <= reach
            text.append("█" if upper and lower else "▀" if upper else "▄" if lower else " ")
        text.append("\n")
    text.stylize("cyan")
    text.right_crop(1)
    return text


def spectrogram(
    mel: np.ndarray, width: int, height: int = 6, colour: bool = True, share: float = 1.0
) -> Text:
    """A log-mel spectrogram (frames, mels) in dB-like units, low frequencies below.

    Parameters
    ----------
    mel : log energies.
    width, height : columns and lines of text; each line holds two frequency rows.
    colour : shades of one character where False (no colour in the terminal).
    share : how much of the width the sound fills, for a time axis shared with another.
    """
    rows = 2 * height if colour else height
    filled = max(1, round(width * share))
    image = _resized(mel, filled, rows)
    text = Text()
    for line in range(height):
        for x in range(filled):
            if colour:
                top, bottom = _tint(image[2 * line, x]), _tint(image[2 * line + 1, x])
                text.append("▀", Style(color=top, bgcolor=bottom))
            else:
                text.append(SHADES[round(float(image[line, x]) * (len(SHADES) - 1))])
        text.append(" " * (width - filled) + "\n")
    text.right_crop(1)
    return text


def _columns(samples: np.ndarray, width: int, share: float) -> list[np.ndarray]:
    filled = max(1, round(width * share))
    edges = np.linspace(0, len(samples), filled + 1).astype(int)
    return [samples[a:b] for a, b in pairwise(edges)] + [samples[:0]] * (width - filled)


def _resized(mel: np.ndarray, width: int, rows: int) -> np.ndarray:
    """Means over blocks, highest frequency first, scaled to 0 to 1 over the loudest 60 dB."""
    frames = np.linspace(0, max(len(mel), 1), width + 1)
    bands = np.linspace(0, mel.shape[1], rows + 1)
    image = np.empty((rows, width))
    for x in range(width):
        first = min(int(frames[x]), len(mel) - 1)
        part = mel[first : max(int(frames[x + 1]), first + 1)].mean(axis=0)
        for y in range(rows):
            low = int(bands[y])
            image[rows - 1 - y, x] = part[low : max(int(bands[y + 1]), low + 1)].mean()
    top = image.max()
    return np.clip((image - (top - 14.0)) / 14.0, 0, 1)  # 14 nepers of power are 60 dB


def _tint(value: float) -> Color:
    position = value * (len(RAMP) - 1)
    low = int(position)
    high = min(low + 1, len(RAMP) - 1)
    red, green, blue = RAMP[low] + (RAMP[high] - RAMP[low]) * (position - low)
    return Color.from_rgb(round(red), round(green), round(blue))
