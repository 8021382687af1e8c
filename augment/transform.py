"""What a transform is: it draws its parameters, then applies them.

Draw, then apply: randomness sits in `draw`, the work in `apply` is pure, and the drawn parameters are
the provenance; applying them again gives the same bytes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

import catalogue
import numpy as np
from numpy.random import Generator

from augment.parameters import ParameterError, check

if TYPE_CHECKING:
    from augment.chain import Sample
    from augment.pairs.pool import Partners, Pool

Scope = Literal["utterance", "speaker"]

# One word: it also names the group of entry points.
transforms = catalogue.create("merhan_balance.transforms", entry_points=True)


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono sound: `samples` float32 of shape (samples,) in [-1, 1] at `rate` Hz."""

    samples: np.ndarray
    rate: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """All that `draw` may see of a sound: `rate` in Hz, `duration` in seconds."""

    rate: int
    duration: float


# What a speaker-scoped draw sees: a voice is a pure function of (seed, speaker, voice), never of a file.
VOICE_INFO = AudioInfo(rate=16_000, duration=1.0)


class Preset(NamedTuple):
    """A strength with a name: constructor arguments, and what speaks for them (a paper, a measurement)."""

    arguments: Mapping[str, Any]
    evidence: str


STRENGTHS = ("light", "medium", "strong")  # drawn for each utterance
VOICE = "voice"  # drawn once a speaker: may be stronger, since a voice has statistics of its own


@dataclass(frozen=True, kw_only=True)
class Transform:
    """What every step of a chain has: `p`, the probability to run, and `scope`, how long a draw holds."""

    name: ClassVar[str] = ""  # set by `register`
    speaker_scope: ClassVar[bool] = False  # `scope: speaker` makes sense: a body, room or device decides
    # Takes other utterances: `draw` has `pool`, the Partners of this one, and names those that it takes as
    # "partners" in what it draws; `apply` has `pool` wherever there are "partners". Ask the transform, not its
    # class: with some arguments it may, and with others not.
    needs_pool: ClassVar[bool] = False
    presets: ClassVar[Mapping[str, Preset]] = {}  # light, medium, strong; voice where `speaker_scope`

    p: float = field(default=1.0)
    scope: Scope = field(default="utterance")

    def __post_init__(self) -> None:
        if not (isinstance(self.p, int | float) and 0 <= self.p <= 1):
            raise ParameterError("p", f"{self.p!r} is outside 0 to 1 (a probability)")
        if self.scope not in ("utterance", "speaker"):
            raise ParameterError("scope", f"{self.scope!r} is not one of utterance, speaker")
        if self.scope == "speaker" and not self.speaker_scope:
            raise ParameterError("scope", f"{self.name or type(self).__name__} can't be drawn once a speaker")
        check(self)

    def ready(self) -> None:
        """Make sure that what it works with is here: a model, a table, a package, files that can be read.

        Asked for before the first of many samples. A text's `apply`, and so its replay, needs none of it.

        Raises
        ------
        Unavailable : it is not; says how to get it.
        """

    @classmethod
    def preset(cls, strength: str, **others: Any) -> Self:
        """The transform at a strength that has a name; `others` are arguments that win over the preset's.

        Raises
        ------
        ParameterError : for a strength that this transform does not have.
        """
        return cls(**preset_arguments(cls, strength) | others)


@dataclass(frozen=True, kw_only=True)
class AudioTransform(Transform, ABC):
    """Changes sound. Subclasses are frozen dataclasses, registered under their recipe name."""

    modality: ClassVar[str] = "audio"
    changes_duration_by: ClassVar[str] = ""  # the setting without which it does not, where one decides

    @abstractmethod
    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        """Parameters as plain JSON values."""

    @abstractmethod
    def apply(self, audio: Audio, **params: Any) -> Audio:
        """New audio, float32; the input is never written to."""

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        """What the next step's `draw` sees; transforms that change duration override it."""
        return audio

    def __call__(
        self, samples: np.ndarray, sample_rate: int, rng: Generator, pool: Pool | None = None
    ) -> np.ndarray:
        """Transform `samples` once, with probability `p`.

        Parameters
        ----------
        samples : float32 (samples,) in [-1, 1]; int16 is scaled by 1/32768.
        sample_rate : Hz.
        rng : a `numpy.random.Generator`, see `augment.generator`.
        pool : other utterances, for transforms that take some (`needs_pool`).

        Raises
        ------
        ParameterError : for arrays that are not one-dimensional (the message names the expected shape).
        """
        audio = Audio(as_samples(samples), int(sample_rate))
        if rng.random() >= self.p:
            return audio.samples
        around = with_pool(self, None if pool is None else pool.around(""))
        params = self.draw(rng, AudioInfo(audio.rate, audio.duration), **around)
        return self.apply(audio, **params, **around).samples


@dataclass(frozen=True, kw_only=True)
class TextTransform(Transform, ABC):
    """Changes words. `draw` sees the tokens of the text, `apply` edits the text at the drawn positions.

    `says_same` tells whether the text, read out, would still be what was said: capitals and slips of the
    keyboard yes, another word no. The provenance of a text step carries it as "matches_sound", which is also
    true of a step that found nothing to change.
    """

    modality: ClassVar[str] = "text"
    says_same: ClassVar[bool] = False
    # Of the texts that it can change; a transform for several has an argument of this name.
    language: ClassVar[str] = "en"
    uses_model: ClassVar[bool] = False  # `draw` asks a language model, see augment.text.models.answers

    @abstractmethod
    def draw(self, rng: Generator, tokens: Any) -> dict[str, Any]:
        """Edits as plain JSON values, from `augment.text.tokens.Tokens` (words with their protection)."""

    @abstractmethod
    def apply(self, text: str, **params: Any) -> str:
        """The edited text; never empty where `text` was not."""

    def __call__(self, text: str, rng: Generator) -> str:
        """Transform one text once, with probability `p`; the default words are protected."""
        if not isinstance(text, str):
            raise ParameterError("text", f"expected a string, got {type(text).__name__}")
        if rng.random() >= self.p:
            return text
        return self.apply(text, **self.draw(rng, _tokeniser()(text, language=self.language)))


@dataclass(frozen=True, kw_only=True)
class PairTransform(Transform, ABC):
    """Makes one utterance of several, sound and text in step; in a Chain it stands before all other steps."""

    modality: ClassVar[str] = "pairs"
    needs_pool: ClassVar[bool] = True

    @abstractmethod
    def draw(self, rng: Generator, audio: AudioInfo | None, text: bool, pool: Partners) -> dict[str, Any]:
        """Parameters as plain JSON values, the ids of those taken as "partners"; `text`: there is one."""

    @abstractmethod
    def apply(self, sample: Sample, *, pool: Partners, **params: Any) -> Sample:
        """The utterance made; the same one where there are no partners."""

    def about(self, seconds: float) -> float:
        """How long an utterance of `seconds` may become, roughly: for plans."""
        return seconds


def with_pool(transform: Transform, pool: Partners | None, params: Mapping[str, Any] | None = None) -> dict:
    """The keyword `pool` for a `draw`, or for an `apply` with `params`, where it is needed.

    Raises
    ------
    ParameterError : it is needed and there is none.
    """
    if not transform.needs_pool and "partners" not in (params or ()):
        return {}
    if pool is None:
        raise ParameterError(
            "pool", f"{transform.name} takes other utterances; hand in a pool of them (augment.Pool)"
        )
    return {"pool": pool}


@cache  # a text is edited in less than ten times what an import statement takes
def _tokeniser() -> Callable[..., Any]:
    from augment.text.tokens import tokenise  # whose package itself asks this module

    return tokenise


def register(name: str) -> Callable[[type], type]:
    """Class decorator: make a transform known to recipes and replay under `name`."""

    def add(cls: type) -> type:
        cls.name = name
        transforms.register(name, func=cls)
        find_transform.cache_clear()
        return cls

    return add


@cache  # a replay asks for every step, and catalogue walks all installed packages each time
def find_transform(name: str) -> type[Transform]:
    """The transform class called `name`: built in, from an entry point, or another library's with a dot.

    Raises
    ------
    ParameterError : where no such transform is known.
    """
    from augment.adapters import find_adapter, is_adapter

    _register_built_in()
    if is_adapter(name):
        return find_adapter(name)
    if name not in transforms:
        raise ParameterError("transform", f"no transform is called {name!r}")
    return transforms.get(name)


def preset_arguments(cls: type[Transform], strength: str) -> dict[str, Any]:
    """The constructor arguments behind a preset; those of `voice` have the scope "speaker".

    Raises
    ------
    ParameterError : for a strength that the transform does not have.
    """
    if strength not in cls.presets:
        has = f"has {', '.join(cls.presets)}" if cls.presets else "has none"
        raise ParameterError("preset", f"{strength!r} is no preset of {cls.name}, which {has}")
    scope = {"scope": "speaker"} if strength == VOICE else {}
    return {**cls.presets[strength].arguments, **scope}


def transform_names() -> list[str]:
    """Every known transform, built in and from entry points."""
    _register_built_in()
    return sorted(transforms.get_all())


def _register_built_in() -> None:
    import augment.audio
    import augment.features
    import augment.pairs
    import augment.text  # noqa: F401


def as_samples(samples: np.ndarray) -> np.ndarray:
    """Mono float32, or ParameterError that names the shape expected."""
    if type(samples) is np.ndarray and samples.dtype == np.float32 and samples.ndim == 1:
        return np.ascontiguousarray(samples)
    samples = np.asarray(samples)
    if samples.ndim != 1:
        raise ParameterError(
            "samples",
            f"expected mono of shape (samples,), got {samples.shape}; average the channels first, "
            "for soundfile's (samples, channels): samples.mean(axis=1)",
        )
    if samples.dtype == np.int16:
        return (samples / 32768.0).astype(np.float32)
    if not np.issubdtype(samples.dtype, np.floating):
        raise ParameterError("samples", f"expected float32 in [-1, 1] or int16, got {samples.dtype}")
    return np.ascontiguousarray(samples, dtype=np.float32)


def changes_duration(cls: type[Transform], arguments: Mapping[str, Any] = MappingProxyType({})) -> bool:
    """Whether a transform makes sound longer or shorter: those that do tell the next step's `draw`."""
    if not issubclass(cls, AudioTransform) or cls.info_after is AudioTransform.info_after:
        return False
    return not cls.changes_duration_by or bool(arguments.get(cls.changes_duration_by))


def quantise(samples: np.ndarray) -> np.ndarray:
    """float32 (samples,) as the int16 that is written: saturating, never wrapping."""
    return np.clip(np.rint(samples * np.float32(32768)), -32768, 32767).astype(np.int16)
