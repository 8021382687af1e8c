"""How the demo corpus's speakers sound: who they are, and how each emotion moves their voice.

The distributions overlap on purpose, and every speaker shows every emotion somewhat differently, so that
the voice alone does not tell the emotion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from augment.randomness import generator


@dataclass(frozen=True)
class Speaker:
    """A voice of libespeak-ng in the role of a person."""

    name: str
    voice: str
    gender: str
    split: str


# Voices whose bytes repeat from process to process: f2, f3, f5, Alicia, victor and whisper do not.
SPEAKERS = tuple(
    Speaker(voice.rpartition("+")[2].removeprefix("en-gb-").removeprefix("x-").lower(), voice, gender, split)
    for split, gender, voices in (
        ("train", "female", ("en-us+f1", "en-us+Annie", "en-us+linda")),
        ("train", "male", ("en-us+m1", "en-us+m2", "en-us+m5", "en-us+m7", "en-us+m8", "en-gb-x-rp")),
        ("dev", "female", ("en-us+anika", "en-us+steph")),
        ("dev", "male", ("en-us+m3", "en-gb-scotland")),
        ("test", "female", ("en-us+f4", "en-us+belinda")),
        ("test", "male", ("en-us+m4", "en-us+m6")),
    )
    for voice in voices
)

# Means: words a minute, pitch and range (0 to 100), volume (100 is the library's own), pause between
# words (10 ms each at the usual rate).
_MEANS = {
    "neutral": (172, 46, 42, 60, 1),
    "joy": (190, 58, 62, 66, 1),
    "surprise": (168, 66, 80, 62, 2),
    "anger": (194, 51, 60, 78, 0),
    "sadness": (148, 40, 28, 48, 4),
    "disgust": (152, 42, 60, 66, 4),
    "fear": (204, 60, 38, 56, 1),
}
_UTTERANCE = np.array((17.0, 7.0, 12.0, 7.0, 1.5))  # deviation from utterance to utterance
_SPEAKER = np.array((9.0, 5.0, 8.0, 4.0, 0.7))  # of speakers' habits
_MANNER = np.array((7.0, 4.0, 6.0, 4.0, 0.7))  # of how a speaker shows an emotion
_LOWEST = np.array((135, 5, 0, 30, 0))
_HIGHEST = np.array((240, 95, 100, 88, 8))  # louder than 88, the loudest voices clip


def draw_prosody(rng: Generator, seed: int, speaker: str, emotion: str) -> dict[str, int]:
    """Rate, pitch, range, volume and gap of one utterance, as libespeak-ng takes them.

    Parameters
    ----------
    rng : of the utterance.
    seed : of the corpus; with `speaker` and `emotion` it settles habits and manner.
    """
    habit = generator(seed, speaker, stream="habit").standard_normal(5) * _SPEAKER
    manner = generator(seed, f"{speaker} {emotion}", stream="manner").standard_normal(5) * _MANNER
    drawn = np.array(_MEANS[emotion]) + habit + manner + rng.standard_normal(5) * _UTTERANCE
    rate, pitch, pitch_range, volume, gap = np.clip(np.rint(drawn), _LOWEST, _HIGHEST).astype(int).tolist()
    return {"rate": rate, "pitch": pitch, "range": pitch_range, "volume": volume, "gap": gap}
