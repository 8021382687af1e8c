"""What makes a copy unfit to bear its source's label.

Every gate judges the copy beside its source: what was clipped, silent or short already is not its fault.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from augment.audio.levels import estimated_snr, is_silent, peak
from augment.chain import Sample
from augment.parameters import ParameterError, check, setting
from augment.text.protect import DEFAULT_PROTECT, check_protect
from augment.transform import Audio, quantise

CLIPPED = 32766.5 / 32768  # full scale in 16 bits, on the side that has one step less

SHORT_VOICING = 0.15  # s; a source with less has too few voiced frames to count

Encoder = Callable[[list[str]], Any]  # texts to an array (texts, dimensions)

# What each gate says of a copy that it refuses; "identical" and "unchanged" are said by those who make copies.
REASONS = {
    "finite": "NaN or infinite samples",
    "duration": "shorter than min_duration",
    "clipping": "more than max_clipped of the samples at full scale",
    "silence": "nothing to be heard",
    "snr": "less than min_snr_db of speech over noise left",
    "voicing": "less than min_voiced of the source's voiced time left",
    "similarity": "a text less than min_similarity like its source's",
    "protected": "a protected word lost",
    "identical": "no different from its source or another copy of it",
    "unchanged": "a text that was to change and could not",
    "broken": "a source that can't be decoded",
    "partner": "another utterance that was to be in it and can't be decoded",
}


@dataclass(frozen=True)
class Gates:
    """Refuse copies that went wrong.

    Parameters
    ----------
    similarity : "characters" (rapidfuzz's ratio of the lower-cased texts) or "encoder" (cosine of the vectors
        that `encoder` gives).
    min_similarity : 0 to 1, of the copy's text to its source's.
    max_clipped : share of samples at full scale that a copy may have beyond its source's, 0 to 1.
    min_duration : seconds; a shorter source is no reason to refuse.
    min_snr_db : dB of speech over noise that must be left, by the copy's own pauses (see
        `augment.audio.levels.estimated_snr`); -60 switches it off.
    min_voiced : share of the source's voiced time that must be left, 0 to 1.
    protect : kinds of words of the source that the copy must still have, each as often.
    encoder : texts to an array (texts, dimensions); only for `similarity="encoder"`.

    Raises
    ------
    ParameterError : out of bounds; `similarity="encoder"` without an encoder.
    """

    similarity: Literal["characters", "encoder"] = setting("characters", allowed=("characters", "encoder"))
    min_similarity: float = setting(0.6, low=0, high=1, unit="of the text")
    max_clipped: float = setting(0.001, low=0, high=1, unit="of the samples")
    min_duration: float = setting(0.1, low=0, high=60, unit="s")
    min_snr_db: float = setting(5.0, low=-60, high=60, unit="dB")
    min_voiced: float = setting(0.5, low=0, high=1, unit="of the source's voiced time")
    protect: Sequence[str] = DEFAULT_PROTECT
    encoder: Encoder | None = None

    def __post_init__(self) -> None:
        check(self)
        check_protect(self.protect)
        if self.similarity == "encoder" and self.encoder is None:
            raise ParameterError("similarity", "encoder asked for, but there is none; use characters")

    def refuses(
        self, source: Sample, copy: Sample, changed: Collection[str], language: str = "en"
    ) -> str | None:
        """The gate that refuses `copy`, or None.

        Parameters
        ----------
        changed : the modalities that were to change, of "audio" and "text"; only these are judged.
        language : of the text: which words of it are protected.

        Returns
        -------
        a key of `REASONS`, or None
        """
        if "audio" in changed and source.audio is not None:
            refused = self._audio(source.audio, copy.audio)
            if refused:
                return refused
        if "text" in changed and source.text:
            return self._text(source.text, copy.text or "", language)
        return None

    def _audio(self, source: Audio, copy: Audio) -> str | None:
        loudest = peak(copy.samples)
        if not math.isfinite(loudest):
            return "finite"
        if copy.duration < self.min_duration <= source.duration or copy.duration == 0 < source.duration:
            return "duration"
        if loudest >= CLIPPED and _clipped(copy) - _clipped(source) > self.max_clipped:
            return "clipping"
        if is_silent(copy.samples) and not is_silent(source.samples):
            return "silence"
        if self._noisy(copy) and not self._noisy(source):
            return "snr"
        if self.min_voiced and self._unvoiced(source, copy):
            return "voicing"
        return None

    def _noisy(self, audio: Audio) -> bool:
        return estimated_snr(audio.samples, audio.rate) < self.min_snr_db

    def _unvoiced(self, source: Audio, copy: Audio) -> bool:
        from augment.audio.kernels.voicing import voiced_seconds

        left = voiced_seconds(copy.samples, copy.rate)
        if left >= self.min_voiced * source.duration:  # no more than all of the source can be voiced
            return False
        there = voiced_seconds(source.samples, source.rate)
        return there >= SHORT_VOICING and left < self.min_voiced * there

    def _text(self, source: str, copy: str, language: str) -> str | None:
        if source == copy:
            return None
        if self._likeness(source, copy) < self.min_similarity:
            return "similarity"
        return None if _keeps(source, copy, self.protect, language) else "protected"

    def _likeness(self, source: str, copy: str) -> float:
        if self.encoder is None or self.similarity == "characters":
            from rapidfuzz.fuzz import ratio

            return ratio(source.lower(), copy.lower()) / 100
        one, other = np.asarray(self.encoder([source, copy]), dtype=np.float64)
        lengths = np.linalg.norm(one) * np.linalg.norm(other)
        # Rounded: the last bits depend on the number of threads, a refusal must not.
        return round(float(one @ other / lengths), 4) if lengths else 0.0


def identical(a: Sample, b: Sample, by: Collection[str] = ("audio", "text")) -> bool:
    """Whether two samples are the same in every modality of `by`; sound as it is written, in 16 bits."""
    return ("audio" not in by or _same_sound(a.audio, b.audio)) and ("text" not in by or a.text == b.text)


def _same_sound(a: Audio | None, b: Audio | None) -> bool:
    if a is None or b is None:
        return a is b
    if a.rate != b.rate or len(a.samples) != len(b.samples):
        return False
    return np.array_equal(quantise(a.samples), quantise(b.samples))


def _clipped(audio: Audio) -> float:
    """Share of samples at full scale."""
    return float(np.mean(np.abs(audio.samples) >= CLIPPED)) if len(audio.samples) else 0.0


def _keeps(source: str, copy: str, protect: Sequence[str], language: str) -> bool:
    """Whether every protected word of the source is in the copy, as often; "do not" is also kept as "don't".

    Looked for among all words of the copy: whether a word counts as a name depends on where it stands.
    """
    from augment.text.languages import ENGLISH
    from augment.text.negation import respelt
    from augment.text.protect import protected_words

    there = _words(copy)
    missing = Counter(protected_words(source, protect, language=language)) - Counter(there)
    return not missing or (language == ENGLISH and respelt(missing, _words(source), there))


def _words(text: str) -> list[str]:
    from augment.text.tokens import tokenise

    return [word.text.casefold() for word in tokenise(text, ()).forms]
