"""What two splits share that they should not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from recipes.corpus.content import file_digests
from recipes.corpus.corpus import Corpus
from recipes.corpus.near_texts import near_texts, normalised
from recipes.corpus.utterance import Utterance

_MIN_WORDS = 4  # "I don't know." is in every split of every corpus of conversations


@dataclass(frozen=True)
class Leak:
    """One thing that several splits hold.

    `kind`: speaker, dialogue, session, source (a copy and its source), partner (a copy and another that is
    in it), copy (in dev or test), audio (the same bytes), text (the same but for case, punctuation and blanks) or similar_text. `what`: the
    speaker, file or text. `splits`: those that hold it. `ids`: the rows, by split in that order.
    """

    kind: str
    what: str
    splits: tuple[str, ...]
    ids: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        names = {
            "similar_text": "similar text",
            "copy": "copy outside train",
            "source": "source and copy",
            "partner": "copy and partner",
        }
        rows = "; ".join(
            f"{split} {', '.join(ids[:3])}{f' and {len(ids) - 3} more' if len(ids) > 3 else ''}"
            for split, ids in zip(self.splits, self.ids, strict=True)
        )
        return f"{names.get(self.kind, self.kind)} {self.what!r}: {rows}"


def find_leaks(corpus: Corpus, similarity: float = 0.9) -> list[Leak]:
    """All that two of train, dev and test share: groups, copies, audio bytes, texts.

    Texts of fewer than four words are passed over; of those with five or more, two are similar from
    `similarity` (0 to 1, `fuzz.ratio` of rapidfuzz on lower-cased words) on.
    """
    rows = [u for u in corpus if u.split in ("train", "dev", "test")]
    originals = [u for u in rows if not u.is_copy]
    leaks = []
    for kind in ("speaker", "dialogue", "session"):
        named = ((getattr(u, kind), u) for u in rows if getattr(u, kind))
        leaks += _shared(kind, named)
    leaks += _copies(corpus, rows)
    leaks += _audio(corpus, originals)
    texts: dict[str, list[Utterance]] = defaultdict(list)
    for utterance in originals:
        text = normalised(utterance.text)
        if text.count(" ") + 1 >= _MIN_WORDS:
            texts[text].append(utterance)
    leaks += _shared("text", ((text, u) for text, group in texts.items() for u in group))
    leaks += _similar(texts, similarity)
    return leaks


def _shared(kind: str, keyed: Iterator[tuple[str, Utterance]]) -> list[Leak]:
    groups: dict[str, list[Utterance]] = defaultdict(list)
    for key, utterance in keyed:
        groups[key].append(utterance)
    return [_leak(kind, key, group) for key, group in groups.items() if len({u.split for u in group}) > 1]


def _leak(kind: str, what: str, group: list[Utterance]) -> Leak:
    splits = tuple(name for name in ("train", "dev", "test") if any(u.split == name for u in group))
    return Leak(kind, what, splits, tuple(tuple(u.id for u in group if u.split == name) for name in splits))


def _copies(corpus: Corpus, rows: list[Utterance]) -> list[Leak]:
    leaks = []
    for utterance in rows:
        if not utterance.is_copy:
            continue
        if utterance.split != "train":
            leaks.append(_leak("copy", utterance.id, [utterance]))
        for name in sorted(utterance.made_of):
            part = corpus.by_id.get(name)
            if part is not None and part.split not in ("", utterance.split):
                kind = "source" if name == utterance.source_id else "partner"
                leaks.append(_leak(kind, name, [part, utterance]))
    return leaks


def _audio(corpus: Corpus, rows: list[Utterance]) -> list[Leak]:
    """Files of the same bytes, in segments that overlap; only files of the same size are read."""
    paths = {u.id: path for u in rows if (path := corpus.audio_path(u)) is not None}
    sizes = {path: _size(path) for path in dict.fromkeys(paths.values())}
    by_size: dict[Hashable, list[Utterance]] = defaultdict(list)
    for utterance in rows:
        if utterance.id in paths:
            by_size[sizes[paths[utterance.id]]].append(utterance)
    alike = [g for size, g in by_size.items() if size and len({u.split for u in g}) > 1]
    digests = file_digests(paths[u.id] for group in alike for u in group)
    by_bytes: dict[str, list[Utterance]] = defaultdict(list)
    for group in alike:
        for utterance in group:
            by_bytes[digests[paths[utterance.id]]].append(utterance)
    leaks = []
    for group in by_bytes.values():
        overlapping = [u for u in group if any(o.split != u.split and _overlap(u, o) for o in group)]
        if overlapping:
            leaks.append(_leak("audio", overlapping[0].audio, overlapping))
    return leaks


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _overlap(a: Utterance, b: Utterance) -> bool:
    infinite = float("inf")
    return (a.start or 0.0) < (b.end or infinite) and (b.start or 0.0) < (a.end or infinite)


def _similar(texts: Mapping[str, list[Utterance]], similarity: float) -> list[Leak]:
    by_split = {
        split: [text for text, group in texts.items() if any(u.split == split for u in group)]
        for split in ("train", "dev", "test")
    }
    leaks = []
    for one, other in combinations(by_split, 2):
        for a, b in near_texts(by_split[one], by_split[other], similarity):
            group = [u for u in texts[a] if u.split == one] + [u for u in texts[b] if u.split == other]
            leaks.append(_leak("similar_text", b, group))
    return leaks
