"""Which column of a manifest is which: our names, those of the ecosystem, and the user's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from recipes.errors import CorpusError
from recipes.suggest import did_you_mean

COLUMNS = (
    "id", "audio", "text", "label", "speaker", "dialogue", "session", "split", "start", "end",
    "gender", "language", "corpus", "source_id", "copy", "voice", "transforms",
)  # fmt: skip
REQUIRED = ("id", "label")
_OF_COPIES = ("copy", "voice", "transforms")  # in a manifest without source_id they mean something else

# Best first: where a manifest has several of one line, the first is taken and the others are carried through.
ALIASES = {
    "id": ("key", "utt_id"),
    "audio": ("file", "path", "wav", "filename", "audio_path"),
    "text": ("transcription", "transcript", "utterance"),
    "label": ("emotion", "emo"),
    "speaker": ("speaker_id", "spk"),
    "dialogue": ("dialogue_id", "dialog"),
    "session": ("session_id",),
    "gender": ("sex",),
    "language": ("lang",),
}
SPLITS = {"train": "train", "dev": "dev", "test": "test", "valid": "dev", "val": "dev", "validation": "dev"}


def match_columns(
    headers: Sequence[str], columns: Mapping[str, str] | None, where: str
) -> tuple[dict[str, str], list[str]]:
    """Which of our columns each header stands for; a header of no known meaning keeps its name.

    Parameters
    ----------
    headers : the manifest's own column names, in order.
    columns : the user's mapping, our name to the manifest's, as in ``--columns audio=Wav``.
    where : the manifest's name, for messages.

    Returns
    -------
    (header to column, in the manifest's order; notes on what was understood)

    Raises
    ------
    CorpusError : a required column is missing, or the mapping names what is not there.
    """
    twice = [header for header, times in Counter(headers).items() if times > 1]
    if twice:
        raise CorpusError(f"{where} has several columns called {twice[0]!r}; rename all but one.")
    chosen = _asked(headers, columns or {}, where)
    understood = {}
    by_form: dict[str, str] = {}
    for header in headers:
        by_form.setdefault(_form(header), header)
    for column in COLUMNS:
        if column in chosen.values() or (column in _OF_COPIES and "source_id" not in chosen.values()):
            continue
        for name in (column, *ALIASES.get(column, ())):
            header = column if name == column and column in headers else by_form.get(name)
            if header is not None and header not in chosen:
                chosen[header] = column
                if header != column:
                    understood[header] = column
                break
    for column in REQUIRED:
        if column not in chosen.values():
            raise CorpusError(_missing(column, headers, where))
    notes = []
    if understood:
        read = ", ".join(f'"{header}" as {column}' for header, column in understood.items())
        notes.append(f"{where}: read column {read}.")
    # Further columns that bear one of our names (the mapping replaced it, or it is no copy's) are renamed.
    others = {h: f"{h}_original" if h in COLUMNS else h for h in headers if h not in chosen}
    for header, name in others.items():
        if name != header:
            notes.append(f"{where}: column {header!r} is carried through as {name!r}.")
    matched = {h: chosen.get(h) or others[h] for h in headers}
    if len(set(matched.values())) < len(headers):
        raise CorpusError(
            f"{where} has two columns that would be called the same; rename one of {sorted(others)}."
        )
    return matched, notes


def _asked(headers: Sequence[str], columns: Mapping[str, str], where: str) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for column, header in columns.items():
        if column not in COLUMNS:
            raise CorpusError(
                f"{column!r} is no column of a manifest{did_you_mean(column, COLUMNS)}; --columns takes "
                f"{', '.join(COLUMNS)}."
            )
        if header not in headers:
            raise CorpusError(
                f"{where} has no column {header!r} for {column}; nearest is {_closest([header], headers)!r}. "
                "Correct --columns."
            )
        if header in chosen:
            raise CorpusError(
                f"--columns gives {header!r} to both {chosen[header]} and {column}; give it to one."
            )
        chosen[header] = column
    return chosen


def _form(header: str) -> str:
    return header.strip().lower().replace("-", "_").replace(" ", "_")


def _missing(column: str, headers: Sequence[str], where: str) -> str:
    names = (column, *ALIASES.get(column, ()))
    close = _closest(names, headers)
    return (
        f"{where} has no column for {column} (looked for {', '.join(names)}); nearest is {close!r}: "
        f"if that is it, run with --columns {column}={close}."
    )


def _closest(names: Sequence[str], headers: Sequence[str]) -> str:
    """The header most like any of `names`, however little."""

    def likeness(header: str) -> float:
        return max(fuzz.WRatio(name, _form(header)) for name in names)

    return max(headers, key=likeness)
