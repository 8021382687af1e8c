"""Any audiomentations transform as a step of ours."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.adapters.arguments import by_name, check_made, with_arguments_of
from augment.adapters.seeded import seeded, silenced
from augment.parameters import ParameterError, Unavailable, plain
from augment.transform import Audio, AudioInfo, AudioTransform

CHANGE_DURATION = {"AdjustDuration", "Padding", "RepeatPart", "TimeStretch", "Trim"}
PROBE = (16_000, 8000)  # Hz and samples of a sound to see whether a transform has what it needs
NOT_HERE = {"Lambda": "it takes a function"}


@dataclass(frozen=True, kw_only=True)
class Audiomentations(AudioTransform):
    """Runs an audiomentations transform under a seed that is drawn once and kept in the provenance.

    The provenance also tells what the peer drew with that seed, `drawn`: all that does not depend on the
    samples themselves.

    Raises
    ------
    ParameterError : the peer's constructor refuses the arguments; a sound that the peer fails on.
    Unavailable : a package that the peer needs is not installed.
    """

    peer: ClassVar[type]

    __reduce__ = by_name

    def __post_init__(self) -> None:
        super().__post_init__()
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.metadata.get("kind") == "setting"}
        with silenced():
            object.__setattr__(self, "_made", check_made(self.peer, given | {"p": 1.0}))

    def ready(self) -> None:
        """Unavailable where the package behind it is not installed, which it asks for once it has samples."""
        try:
            self.apply(Audio(_dummy(PROBE[1], 0.1), PROBE[0]), seed=0)
        except Unavailable:
            raise
        except ParameterError:
            return  # of such a sound alone, perhaps: the clips will tell

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        seed = int(rng.integers(2**32))
        count = max(1, round(audio.rate * audio.duration))
        one = self._randomised(seed, _dummy(count, 0.1), audio.rate)
        other = self._randomised(seed, _dummy(count, 0.2), audio.rate)
        drawn = {key: value for key, value in one.items() if key in other and other[key] == value}
        return {"seed": seed, "drawn": drawn}

    def apply(self, audio: Audio, *, seed: int, drawn: dict[str, Any] | None = None) -> Audio:
        if not len(audio.samples):
            return audio
        with seeded(seed), silenced():
            try:
                made = self._made(samples=audio.samples.copy(), sample_rate=audio.rate)
            except ImportError as error:
                missing = error.name or "a package"
                raise Unavailable(
                    "package", f"{missing} is not installed; pip install 'audiomentations[extras]' brings it"
                ) from error
            except Exception as error:
                raise ParameterError(
                    self.name,
                    f"failed on {audio.duration:.3f} s at {audio.rate} Hz: {type(error).__name__}: {error}",
                ) from error
        rate = int(self._made.parameters.get("target_sample_rate", audio.rate))  # Resample alone has it
        samples = np.ascontiguousarray(made, dtype=np.float32)
        if samples.ndim != 1 or not np.isfinite(samples).all():
            raise ParameterError(
                self.name, f"gave no finite mono sound, but {samples.shape} with NaN or infinity"
            )
        return Audio(samples, rate)

    def _randomised(self, seed: int, samples: np.ndarray, rate: int) -> dict[str, Any]:
        """What the peer draws for such samples, as far as it is plain; {} where it fails: `apply` will tell."""
        with seeded(seed), silenced():
            try:
                self._made.randomize_parameters(samples, rate)
            except Exception:
                return {}
        return {key: plain(value) for key, value in self._made.parameters.items() if _writable(value)}


@dataclass(frozen=True, kw_only=True)
class _Lengthening(Audiomentations):
    """Those that change duration, which only `apply` knows by how much."""

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        return audio


def adapt(name: str) -> type[AudioTransform]:
    """The step class of one audiomentations transform.

    Raises
    ------
    ParameterError : audiomentations has no such transform, or it can't be written in a recipe.
    """
    known = _known()
    if name in NOT_HERE:
        raise ParameterError(
            "transform", f"audiomentations.{name} has no place in a recipe: {NOT_HERE[name]}"
        )
    if name not in known:
        raise ParameterError("transform", f"audiomentations has no transform called {name!r}")
    base = _Lengthening if name in CHANGE_DURATION else Audiomentations
    return with_arguments_of(known[name], base, f"audiomentations.{name}", without=())


def names() -> list[str]:
    """Every transform of the installed audiomentations that can be a step."""
    return sorted(set(_known()) - set(NOT_HERE))


def _known() -> dict[str, type]:
    import audiomentations
    from audiomentations.core.transforms_interface import BaseTransform

    found = inspect.getmembers(audiomentations, inspect.isclass)
    return {name: cls for name, cls in found if issubclass(cls, BaseTransform) and "Base" not in name}


def _dummy(count: int, level: float) -> np.ndarray:
    samples = np.full(count, level, dtype=np.float32)
    samples[::2] *= -1
    return samples


def _writable(value: Any) -> bool:
    try:
        return len(json.dumps(plain(value))) < 1000  # a whole impulse response is no parameter to read
    except (TypeError, ValueError):
        return False
