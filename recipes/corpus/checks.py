"""Broken audio, found by its headers before anything is spent on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recipes.corpus.corpus import Corpus, counted
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError

if TYPE_CHECKING:
    from augment.audio.files import Header

_SHOWN = 20
_THREADS = 16
FULL_RATE = 16_000  # Hz, at which features are computed
SHORT, _LONG = 0.1, 60.0  # seconds


@dataclass(frozen=True)
class Broken:
    """A row whose audio can't be used: its id, file, the reason as a clause, its line in the manifest."""

    id: str
    path: Path
    reason: str
    line: int | None


def broken_audio(corpus: Corpus) -> list[Broken]:
    """Every row whose audio is missing, is not audio, holds nothing, breaks off, or ends before its segment.

    Headers alone are read, and the end of FLAC files, whose headers promise what a cut file lacks; all of
    floating-point files, whose samples may be no numbers.
    """
    return _broken(corpus, _headers(corpus))


def describe_broken(corpus: Corpus, broken: Sequence[Broken]) -> str:
    """The first twenty and the count, as one message."""
    unit = "row" if corpus.manifest.endswith(".parquet") else "line"
    lines = []
    for row in broken[:_SHOWN]:
        place = "" if row.line is None else f"{corpus.manifest} {unit} {row.line} "
        lines.append(f'  {place}(id "{row.id}"): {row.reason}')
    more = f"\n  … and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
    return (
        f"{len(broken)} of {counted(len(corpus))} {'has' if len(broken) == 1 else 'have'} broken audio; mend or remove them, or run with "
        "--skip-broken:\n" + "\n".join(lines) + more
    )


def without_broken(corpus: Corpus, skip: bool) -> tuple[Corpus, list[Broken]]:
    """The corpus without its broken rows; its last notes say which, and what else is out of the ordinary.

    Raises
    ------
    CorpusError : there are broken rows and `skip` is false; nothing is left; a root is not where
        corpus.json has it.
    """
    for name, root in corpus.roots.items():
        if not root.is_dir():
            raise CorpusError(
                f"{root}, where corpus.json has the audio of {name}:, does not exist; if it was moved, run with "
                f"--corpus-root {name}=DIR."
            )
    headers = _headers(corpus)
    broken = _broken(corpus, headers)
    bad = {row.id for row in broken}
    # A copy is of no use without the source that it is measured against.
    left = corpus.replace(u for u in corpus if u.id not in bad and u.source_id not in bad)
    if broken and not (skip and len(left)):
        raise CorpusError(describe_broken(corpus, broken))
    if broken:
        named = ", ".join(f"{row.id} ({row.reason})" for row in broken[:_SHOWN])
        more = ", …" if len(broken) > _SHOWN else ""
        left = left.noting(f"Skipped for broken audio: {counted(len(broken))}: {named}{more}.")
    return left.noting(*_unusual(left, headers)), broken


def _headers(corpus: Corpus) -> dict[Path, Header | str]:
    """What each distinct file says of itself, or why it says nothing."""
    paths = dict.fromkeys(path for u in corpus if (path := corpus.audio_path(u)) is not None)
    listings = _Listings()
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        return dict(zip(paths, pool.map(lambda path: _examine(path, listings), paths), strict=True))


def _broken(corpus: Corpus, headers: Mapping[Path, Header | str]) -> list[Broken]:
    broken = []
    for utterance in corpus:
        path = corpus.audio_path(utterance)
        if path is None:
            continue
        header = headers[path]
        reason = header if isinstance(header, str) else _segment(utterance, header.duration)
        if reason:
            broken.append(Broken(utterance.id, path, reason, utterance.line))
    return broken


def _unusual(corpus: Corpus, headers: Mapping[Path, Header | str]) -> list[str]:
    """What works and yet is worth a word."""
    several = narrow = short = long = 0
    for utterance in corpus:
        path = corpus.audio_path(utterance)
        if path is None:
            continue
        header = headers[path]
        end = header.duration if utterance.end is None else min(utterance.end, header.duration)
        duration = end - (utterance.start or 0.0)
        several += header.channels > 1
        narrow += header.rate < FULL_RATE
        short += duration < SHORT
        long += duration > _LONG
    said = (
        (several, "with several channels, which are averaged"),
        (narrow, f"of less than {FULL_RATE} Hz, which hold no high frequencies"),
        (short, f"of less than {SHORT:g} s of sound"),
        (long, f"of more than {_LONG:g} s of sound, of which features may use a part"),
    )
    return [f"{counted(count)} {what}." for count, what in said if count]


class _Listings:
    """File names of each folder by lower case, read once: looking for x.wav finds X.WAV."""

    def __init__(self) -> None:
        self._names: dict[Path, dict[str, str]] = {}

    def similar(self, path: Path) -> str | None:
        folder = path.parent
        if folder not in self._names:
            self._names[folder] = {name.lower(): name for name in _names(folder)}
        names = self._names[folder]
        if path.name.lower() in names:
            return names[path.name.lower()]
        stem = path.stem.lower()
        return next(
            (
                names[f"{stem}{e}"]
                for e in (".wav", ".flac", ".mp3", ".ogg", ".opus")
                if f"{stem}{e}" in names
            ),
            None,
        )


def _names(folder: Path) -> Iterable[str]:
    try:
        return sorted(file.name for file in folder.iterdir())
    except OSError:
        return ()


def _examine(path: Path, listings: _Listings) -> Header | str:
    """A file's header, or why it can't be used."""
    from augment.audio.files import AudioError, examine

    if not path.is_file():
        similar = listings.similar(path)
        return f"{path} does not exist" + (f"; {similar} does" if similar else "")
    try:
        return examine(path)
    except (AudioError, OSError) as error:
        return str(error).rstrip(".")


def _segment(utterance: Utterance, duration: float) -> str | None:
    from augment.audio.files import TOLERANCE

    start, end = utterance.start or 0.0, utterance.end
    if start >= duration:
        return f"start {start:g} s is past the end of {utterance.audio} ({duration:.3f} s)"
    if end is not None and end > duration + TOLERANCE:
        return f"end {end:g} s is past the end of {utterance.audio} ({duration:.3f} s)"
    return None
