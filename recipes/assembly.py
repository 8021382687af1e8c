"""The balanced corpus put together: originals where they are, each with its copies behind it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from recipes.corpus.corpus import Corpus
from recipes.naming import FileNames
from recipes.output import AUDIO
from recipes.tasks import Outcome, copy_row


def assemble(originals: Corpus, outcomes: Iterable[Outcome]) -> Corpus:
    """Every original followed by its copies, in the originals' order.

    Parameters
    ----------
    originals : as `refer` or `copy_in` gives them.
    outcomes : of all rounds; refused ones are passed over.
    """
    copies: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.refused is None:
            copies[outcome.source_id].append(outcome)
    rows = []
    for original in originals:
        rows.append(original)
        for outcome in sorted(copies[original.id], key=lambda o: o.copy):
            rows.append(copy_row(original, outcome, f"{AUDIO}/"))
    return originals.replace(rows)


def refer(corpus: Corpus) -> Corpus:
    """The same rows, their audio found from elsewhere too: `source:` and the path in the corpus."""
    here = corpus.folder.resolve()
    roots = {name: Path(root).resolve() for name, root in corpus.roots.items()}
    name, number = "source", 1
    while roots.get(name, here) != here:
        number += 1
        name = f"source{number}"
    rows = [
        replace(row, audio=f"{name}:{row.audio}") if row.audio and not corpus.is_rooted(row) else row
        for row in corpus
    ]
    if any(row.audio and not corpus.is_rooted(row) for row in corpus):
        roots[name] = here
    return replace(corpus, utterances=tuple(rows), roots=roots)


def copy_in(corpus: Corpus, folder: Path, names: FileNames) -> Corpus:
    """The same rows, their audio copied into `folder`/audio: each file once, byte by byte.

    Raises
    ------
    OSError : a file can't be copied; no half file is left.
    """
    copied: dict[Path, str] = {}
    rows = []
    for row in corpus:
        path = corpus.audio_path(row)
        if path is not None:
            if path not in copied:
                name = names(row.id, suffix=path.suffix.lower())
                _copy(path, folder / AUDIO / name)
                copied[path] = f"{AUDIO}/{name}"
            row = replace(row, audio=copied[path])
        rows.append(row)
    return replace(corpus, utterances=tuple(rows), roots={})


def _copy(source: Path, to: Path) -> None:
    temporary = to.with_name(f".{to.name}.part")
    try:
        shutil.copyfile(source, temporary)
        temporary.replace(to)
    finally:
        temporary.unlink(missing_ok=True)
