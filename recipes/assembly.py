"""The balanced corpus put together: originals where they are, each with its copies behind it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.naming import FileNames
from recipes.output import AUDIO
from recipes.tasks import Outcome, copy_row


def assemble(corpus: Corpus, outcomes: Iterable[Outcome], left_out: set[str]) -> list[Utterance]:
    """Rows in the corpus's order, every original followed by its copies; audio still as in the corpus.

    Parameters
    ----------
    outcomes : of all rounds; refused ones are passed over.
    left_out : ids of originals that turned out to be broken.
    """
    copies: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.refused is None:
            copies[outcome.source_id].append(outcome)
    rows = []
    for original in corpus:
        if original.id in left_out:
            continue
        rows.append(original)
        for outcome in sorted(copies[original.id], key=lambda o: o.copy):
            rows.append(copy_row(original, outcome, f"{AUDIO}/"))
    return rows


def refer(corpus: Corpus, rows: Iterable[Utterance], written: set[str]) -> Corpus:
    """The rows with their sources' audio found from elsewhere: `source:` and the path in the corpus.

    Parameters
    ----------
    written : audio paths that lie in the output itself.

    Returns
    -------
    a Corpus whose roots lead back to `corpus`
    """
    roots = {name: Path(root).resolve() for name, root in corpus.roots.items()}
    name, number = "source", 1
    while name in roots and roots[name] != corpus.folder.resolve():
        number += 1
        name = f"source{number}"
    made, used = [], False
    for row in rows:
        if row.audio and row.audio not in written and not corpus.is_rooted(row):
            row, used = replace(row, audio=f"{name}:{row.audio}"), True
        made.append(row)
    if used:
        roots[name] = corpus.folder.resolve()
    return replace(corpus, utterances=tuple(made), roots=roots)


def copy_in(
    corpus: Corpus, rows: Iterable[Utterance], written: set[str], folder: Path, names: FileNames
) -> Corpus:
    """The rows with their sources' audio copied into `folder`/audio, each file once, byte by byte.

    Raises
    ------
    OSError : a file can't be copied; no half file is left.
    """
    paths: dict[Path, str] = {}
    made = []
    for row in rows:
        path = None if row.audio in written else corpus.audio_path(row)
        if path is not None:
            if path not in paths:
                name = names(row.source_id or row.id, suffix=path.suffix.lower())
                _copy(path, folder / AUDIO / name)
                paths[path] = f"{AUDIO}/{name}"
            row = replace(row, audio=paths[path])
        made.append(row)
    return replace(corpus, utterances=tuple(made), roots={})


def _copy(source: Path, to: Path) -> None:
    temporary = to.with_name(f".{to.name}.part")
    try:
        shutil.copyfile(source, temporary)
        temporary.replace(to)
    finally:
        temporary.unlink(missing_ok=True)
