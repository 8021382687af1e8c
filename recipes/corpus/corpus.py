"""A corpus: its utterances, and where their audio lies."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipes.corpus.content import file_digests
from recipes.corpus.manifest import NAMES, find_manifest, read_manifest
from recipes.corpus.utterance import Utterance
from recipes.corpus.writing import as_json, write_manifest, write_whole
from recipes.errors import CorpusError

if TYPE_CHECKING:
    from augment.chain import Sample

SETTINGS = "corpus.json"
_ROOT = re.compile(r"([A-Za-z][A-Za-z0-9_-]+):(?!//)(.*)", re.DOTALL)  # two letters at least: C: is a drive


@dataclass(frozen=True)
class Corpus:
    """Utterances in manifest order.

    `folder` is what relative audio paths start from; `roots` what `name:path` ones do; `notes` what was
    understood or mended while reading, a sentence each; `settings` is corpus.json; `manifest` the name
    of the file that the rows came from ("" for rows made in Python).
    """

    utterances: tuple[Utterance, ...]
    folder: Path
    roots: Mapping[str, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    manifest: str = ""

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        columns: Mapping[str, str] | None = None,
        roots: Mapping[str, str | Path] | None = None,
    ) -> Corpus:
        """Read a corpus.

        Parameters
        ----------
        path : a folder with manifest.csv, .jsonl or .parquet, or such a file; None is the default corpus.
        columns : our column to the manifest's, as in ``{"audio": "Wav", "label": "Emo"}``.
        roots : folders in place of those that corpus.json names.

        Raises
        ------
        CorpusError : with file, line and id where a row is at fault.
        """
        if path is None:
            from recipes.corpus.default import default_corpus

            return default_corpus()
        manifest = find_manifest(Path(path).expanduser())
        utterances, notes = read_manifest(manifest, columns)
        settings = _settings(manifest.with_name(SETTINGS))
        known = {name: Path(root) for name, root in settings.get("roots", {}).items()}
        known |= {name: Path(root).expanduser().resolve() for name, root in (roots or {}).items()}
        return cls(
            tuple(utterances),
            manifest.parent,
            known,
            (*notes, *_observations(utterances)),
            settings,
            manifest.name,
        )

    def save(self, folder: str | Path, format: str = "parquet") -> Path:
        """Write the manifest, and corpus.json where there are settings or roots, into `folder`; its path.

        Rows are written as they are: an audio path stays relative to what it was relative to.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.save_settings(folder)
        return write_manifest(self.utterances, folder, format)

    def save_settings(self, folder: Path) -> None:
        """Write corpus.json alone, where there is anything to say in it."""
        settings = {name: value for name, value in self.settings.items() if name != "roots"}
        if self.roots:
            settings = {"roots": {name: str(root) for name, root in self.roots.items()}, **settings}
        if settings:
            content = json.dumps(settings, ensure_ascii=False, indent=2) + "\n"
            write_whole(folder / SETTINGS, content.encode())

    def __len__(self) -> int:
        return len(self.utterances)

    def __iter__(self) -> Iterator[Utterance]:
        return iter(self.utterances)

    @property
    def place(self) -> Path:
        """By what `load` finds these rows again: the folder, or the manifest where the folder alone won't do."""
        held = [name for name in NAMES if (self.folder / name).is_file()]
        return self.folder if not self.manifest or held == [self.manifest] else self.folder / self.manifest

    @property
    def labels(self) -> list[str]:
        """Class names, sorted; those of soft labels among them."""
        names: set[str] = set()
        for utterance in self.utterances:
            names.update([utterance.label] if isinstance(utterance.label, str) else utterance.label)
        return sorted(names)

    @cached_property
    def by_id(self) -> dict[str, Utterance]:
        """Every utterance by its id."""
        return {utterance.id: utterance for utterance in self.utterances}

    def select(self, split: str | None = None, originals: bool = False) -> Corpus:
        """The rows of one split (None: of all), without copies where `originals`."""
        return self.replace(
            u
            for u in self.utterances
            if (split is None or u.split == split) and not (originals and u.is_copy)
        )

    def replace(self, utterances: Iterable[Utterance]) -> Corpus:
        """The same corpus with other rows."""
        return replace(self, utterances=tuple(utterances))

    def noting(self, *notes: str) -> Corpus:
        """The same corpus with more to say."""
        return replace(self, notes=(*self.notes, *notes))

    def audio_path(self, utterance: Utterance) -> Path | None:
        """Where the utterance's audio file lies, None for text alone.

        Raises
        ------
        CorpusError : its path starts from a root that corpus.json does not name.
        """
        if not utterance.audio:
            return None
        rooted = _ROOT.fullmatch(utterance.audio)
        name, rest = rooted.groups() if rooted else ("", "")
        if name in self.roots:
            return self.roots[name] / rest
        if name == "source":
            raise CorpusError(
                f"{self.where(utterance)}: {utterance.audio} starts from a root that no {SETTINGS} names; "
                "run with --corpus-root source=DIR."
            )
        return self.folder / utterance.audio

    def is_rooted(self, utterance: Utterance) -> bool:
        """Whether the audio's path means the same in another folder: absolute, or below a root."""
        rooted = _ROOT.fullmatch(utterance.audio)
        return Path(utterance.audio).is_absolute() or bool(rooted and rooted[1] in self.roots)

    def read(self, utterance: Utterance) -> Sample:
        """Decode an utterance: its audio (None without), its text (None where blank).

        Raises
        ------
        CorpusError : the audio can't be read, or holds no sound.
        """
        from augment.audio.files import AudioError, read_audio
        from augment.chain import Sample

        path = self.audio_path(utterance)
        try:
            audio = None if path is None else read_audio(path, utterance.start, utterance.end)
        except (AudioError, OSError) as error:
            raise CorpusError(f"{self.where(utterance)}: {error}") from error
        return Sample(utterance.id, audio, utterance.text if utterance.text.strip() else None)

    def seconds(self, utterance: Utterance) -> float:
        """How long an utterance with audio lasts, by its file's header.

        Raises
        ------
        CorpusError : the file has none.
        """
        from augment.audio.files import AudioError, read_header

        try:
            duration = read_header(self.audio_path(utterance)).duration
        except (AudioError, OSError) as error:
            raise CorpusError(f"{self.where(utterance)}: {error}") from error
        return (duration if utterance.end is None else min(utterance.end, duration)) - (
            utterance.start or 0.0
        )

    def where(self, utterance: Utterance) -> str:
        """Manifest, line and id, for messages."""
        unit = "row" if self.manifest.endswith(".parquet") else "line"
        line = "" if utterance.line is None else f"{self.manifest} {unit} {utterance.line} "
        return f'{line}(id "{utterance.id}")' if line else f'id "{utterance.id}"'

    def fingerprint(self) -> str:
        """Hash of the rows, in order, and of the bytes of their audio: neither place nor time enters."""
        return self._content

    @cached_property
    def _content(self) -> str:
        paths = [self.audio_path(utterance) for utterance in self.utterances]
        digests = file_digests(path for path in paths if path is not None)
        total = hashlib.blake2b(digest_size=16)
        for utterance, path in zip(self.utterances, paths, strict=True):
            row = {f.name: getattr(utterance, f.name) for f in fields(Utterance) if f.name != "line"}
            total.update(f"{as_json(row)}\0{digests.get(path, '')}\n".encode())
        return total.hexdigest()


def _settings(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        roots = settings.get("roots", {})
        if all(isinstance(root, str) for root in roots.values()):
            return settings
    except (ValueError, AttributeError):
        pass
    raise CorpusError(f'{path} is not {{"roots": {{name: folder}}, …}} in JSON; mend it, or remove it.')


def _observations(utterances: list[Utterance]) -> list[str]:
    """What a person would want to know of these rows before anything is done with them."""
    notes = []
    by_case: dict[str, list[str]] = {}
    for name in sorted({u.hard_label for u in utterances}):
        by_case.setdefault(name.casefold(), []).append(name)
    for names in by_case.values():
        if len(names) > 1:
            notes.append(
                f"Classes {' and '.join(map(repr, names))} differ in case alone; they are counted apart."
            )
    train = [u.hard_label for u in utterances if not u.is_copy and u.split in ("", "train")]
    for name in [name for name, rows in sorted(Counter(train).items()) if rows == 1]:
        notes.append(f"Class {name!r} has one utterance to learn from.")
    told = (
        ("without a split: neither trained nor tested on", sum(not u.split for u in utterances)),
        ("without audio and text", sum(not u.audio and not u.text.strip() for u in utterances)),
        ("without text", sum(bool(u.audio) and not u.text.strip() for u in utterances)),
    )
    notes += [f"{counted(count)} {what}." for what, count in told if 0 < count < len(utterances)]
    astray = sum(u.is_copy and u.split in ("dev", "test") for u in utterances)
    if astray:
        notes.append(f"{counted(astray)} of dev or test made from others: results on them are worth nothing.")
    return notes


def counted(rows: int) -> str:
    """`1 row`, `2 rows`."""
    return f"{rows} row" if rows == 1 else f"{rows} rows"
