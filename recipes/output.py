"""The folder of a balanced corpus: whether it may be written to, and what is in it that is ours."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from recipes.corpus.corpus import SETTINGS, Corpus
from recipes.corpus.manifest import NAMES
from recipes.corpus.writing import as_json
from recipes.errors import CorpusError
from recipes.journal import NAME as JOURNAL
from recipes.journal import check_free, job_of
from recipes.rehearsal import NAME as ANSWERS
from recipes.schema import Recipe

AUDIO = "audio"


def job_fingerprint(corpus: Corpus, recipe: Recipe, seed: int, **options: Any) -> str:
    """Hash of all that the output's bytes depend on; `train`, `features` and `model` are not among it."""
    recipe_parts = {name: recipe.dump()[name] for name in ("balance", "augment")}
    parts = [corpus.fingerprint(), recipe_parts, seed, options, _version()]
    return hashlib.blake2b(as_json(parts).encode(), digest_size=16).hexdigest()


def _version() -> str:
    try:
        return version("merhan-balance")
    except PackageNotFoundError:  # run from a folder, not installed
        return ""


class Output:
    """An output folder and the job that is to fill it.

    A folder is known as ours by its journal (the job is under way) or by the job that its corpus.json
    names (it is whole).
    """

    def __init__(self, folder: Path, job: str):
        self.folder, self.job = folder, job

    @property
    def audio(self) -> Path:
        """Where the sound files go."""
        return self.folder / AUDIO

    @property
    def answers(self) -> Path:
        """Where what language models said is kept until the job is whole."""
        return self.folder / ANSWERS

    def is_whole(self) -> bool:
        """Whether this very job has been done here."""
        return job_of(self.folder) is None and self._settled_job() == self.job

    def prepare(self, source: Path, force: bool) -> None:
        """Make the folder, or find it as this job left it.

        With `force`, what another job of ours wrote is removed. A folder that is not ours is never
        cleared; with `force` we write beside what it holds, unless a name that we need is taken.

        Raises
        ------
        CorpusError : the folder is the source's, or holds something else.
        """
        folder = self.folder
        if folder.exists() and not folder.is_dir():
            raise CorpusError(f"{folder} is a file; choose another --out.")
        if folder.resolve() == source.resolve():
            raise CorpusError(f"{folder} is the corpus itself; choose another --out.")
        begun = job_of(folder)
        if begun is not None:
            check_free(folder)
        if begun in (self.job, ""):
            return
        held = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
        ours = begun is not None or self._settled_job() is not None
        if held and not force:
            what = "the output of another job" if ours else f"something else ({', '.join(held[:3])} …)"
            raise CorpusError(f"{folder} holds {what}; choose another --out, or run with --force.")
        if ours:
            self._clear()
        taken = [name for name in (*NAMES, SETTINGS, AUDIO) if (folder / name).exists()]
        if taken:
            raise CorpusError(f"{folder} holds {taken[0]}, which is not of our making; choose another --out.")
        folder.mkdir(parents=True, exist_ok=True)

    def tidy(self, corpus: Corpus) -> None:
        """Remove sound files that no row uses: refused copies, and what a crash left half-written."""
        here = f"{AUDIO}/"
        used = {u.audio.removeprefix(here) for u in corpus if u.audio.startswith(here)}
        for file in self.audio.iterdir():
            if file.name not in used and file.is_file():
                file.unlink()
        if not any(self.audio.iterdir()):
            self.audio.rmdir()

    def _settled_job(self) -> str | None:
        try:
            settings = json.loads((self.folder / SETTINGS).read_text(encoding="utf-8"))
            return settings["job"] if any((self.folder / name).is_file() for name in NAMES) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _clear(self) -> None:
        if self.audio.is_dir():
            for file in self.audio.iterdir():
                if file.is_file():
                    file.unlink()
            if not any(self.audio.iterdir()):
                self.audio.rmdir()
        for name in (*NAMES, SETTINGS, JOURNAL, ANSWERS):
            (self.folder / name).unlink(missing_ok=True)
