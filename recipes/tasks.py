"""What workers do: all copies of one source, written to disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from augment.audio.files import AudioError, write_audio
from augment.chain import Sample, replay
from augment.gates import Encoder
from augment.text.models.answers import Answers, use
from recipes.chains import ranks, settings_for, voice_of
from recipes.copying import Copier, Copy
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError
from recipes.naming import FileNames, copy_id
from recipes.rehearsal import rehearse
from recipes.schema import Recipe

if TYPE_CHECKING:
    from augment.pairs.pool import Pool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one copy; plain values, so that a journal can keep it.

    `file` is the name of the sound written, "" where the copy has its source's sound, or none; `redrawn` says
    why draws before this one were refused.
    """

    source_id: str
    copy: int
    refused: str | None = None
    reason: str = ""
    file: str = ""
    text: str = ""
    voice: str = ""
    transforms: tuple[dict[str, Any], ...] = ()
    unchanged: bool = False
    redrawn: tuple[str, ...] = ()

    def dump(self) -> dict[str, Any]:
        """Plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "transforms": list(self.transforms),
            "redrawn": list(self.redrawn),
        }

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> Outcome:
        """From `dump`."""
        lists = {name: tuple(values[name]) for name in ("transforms", "redrawn")}
        return cls(**{**values, **lists})


@dataclass(frozen=True)
class Task:
    """Copies to make of one source: `voices` by copy number, after `siblings` made in a round before."""

    source: Utterance
    voices: Mapping[int, str]
    siblings: tuple[Outcome, ...] = ()


def tasks_of(
    rows: Sequence[Utterance],
    recipe: Recipe,
    numbers: Mapping[str, Sequence[int]],
    siblings: Mapping[str, Sequence[Outcome]] | None = None,
) -> list[Task]:
    """One task a source, in the order of `rows`.

    Parameters
    ----------
    rows : all training originals: the voice of a copy depends on its source's rank among them.
    numbers : of the copies to make, by source id.
    siblings : made before, by source id.
    """
    rank = ranks(rows)
    tasks = []
    for row in rows:
        if not numbers.get(row.id):
            continue
        settings = settings_for(recipe, row.hard_label)
        voiced = bool(row.audio) and settings is not None
        voices = {
            k: voice_of(row.speaker, rank[row.id], k, settings.voices) if voiced else ""
            for k in numbers[row.id]
        }
        tasks.append(Task(replace(row, line=None), voices, tuple((siblings or {}).get(row.id, ()))))
    return tasks


class CopyWriter:
    """Runs tasks: decodes a source once, makes its copies in order, writes what is new of their sound.

    Parameters
    ----------
    corpus : where the sources lie; its rows are not needed.
    folder : receives the sound files.
    encoder : for `similarity: encoder`; picklable.
    pool : for a recipe whose steps take other utterances.
    answers : what language models said, for a recipe whose steps ask them; filled by `prepare`.
    """

    def __init__(
        self,
        corpus: Corpus,
        recipe: Recipe,
        seed: int,
        folder: Path,
        names: FileNames,
        encoder: Encoder | None = None,
        pool: Pool | None = None,
        answers: Answers | None = None,
    ):
        self.corpus, self.recipe, self.seed, self.folder, self.names = corpus, recipe, seed, folder, names
        self.encoder, self.pool, self.answers = encoder, pool, answers
        self._copier: Copier | None = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_copier": None}  # its chains are built where they are used

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Ask the language models of the text steps beforehand, for all tasks together.

        Raises
        ------
        Unavailable : a model can't be loaded.
        """
        if self.answers is not None:
            copies = [(task.source, k) for task in tasks for k in task.voices]
            rehearse(Copier(self.recipe, self.seed, self.encoder, self.pool), copies, self.answers)

    def close(self) -> None:
        """Let go of the answers; their file stays."""
        use(None)
        if self.answers is not None:
            self.answers.close()

    def __call__(self, task: Task) -> list[Outcome]:
        """Outcomes in the order of `task.voices`.

        Raises
        ------
        CorpusError : a file can't be written; sources that can't be read are outcomes.
        """
        use(self.answers)
        self._copier = self._copier or Copier(self.recipe, self.seed, self.encoder, self.pool)
        try:
            source = self.corpus.read(task.source)
        except CorpusError as error:
            return [Outcome(task.source.id, k, "broken", str(error)) for k in task.voices]
        siblings = [replay(source, outcome.transforms, self.pool) for outcome in task.siblings]
        outcomes = []
        for k, voice in task.voices.items():
            made = self._copier(source, task.source, k, voice, siblings)
            if made.sample is not None:
                siblings.append(made.sample)
            outcomes.append(self._written(task.source, source, k, made))
        return outcomes

    def _written(self, row: Utterance, source: Sample, k: int, made: Copy) -> Outcome:
        if made.sample is None:
            return Outcome(row.id, k, made.refused, redrawn=made.redrawn)
        name = ""
        if made.new_sound:
            name = self.names(row.id, k)
            try:
                write_audio(self.folder / name, made.sample.audio)
            except AudioError as error:
                raise CorpusError(
                    f"{copy_id(row.id, k)}: {error}. What is done is kept for the next run."
                ) from error
        return Outcome(
            source_id=row.id,
            copy=k,
            file=name,
            text=row.text if made.sample.text == source.text else made.sample.text,
            voice=made.voice,
            transforms=made.transforms,
            unchanged=made.unchanged,
            redrawn=made.redrawn,
        )


def copy_row(source: Utterance, outcome: Outcome, audio: str) -> Utterance:
    """The manifest's row of a copy; `audio` is the folder of its file, with a slash."""
    changes: dict[str, Any] = {"text": outcome.text}
    if outcome.file:
        changes |= {"audio": audio + outcome.file, "start": None, "end": None}
    return replace(
        source,
        id=copy_id(source.id, outcome.copy),
        source_id=source.id,
        copy=outcome.copy,
        voice=outcome.voice,
        transforms=list(outcome.transforms),
        line=None,
        **changes,
    )
