"""What `inspect` says of a corpus: facts first, then how they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from augment.audio.files import AudioError, read_header
from balancer import describe
from merhan.report.confounding import association_line, confounding_facts
from recipes import Corpus
from recipes.confounded import Confounding, confounding, dominance
from recipes.corpus.checks import broken_audio
from recipes.corpus.corpus import counted
from recipes.corpus.splits import protocol_of

SPLITS = ("train", "dev", "test")


def inspection(corpus: Corpus) -> dict[str, Any]:
    """Counts, imbalance, durations, speakers and broken files as plain values."""
    names = [name for name in SPLITS if any(u.split == name for u in corpus)] or [None]
    splits = {}
    for name in names:
        rows = corpus.select(split=name) if name else corpus
        found = describe([u.label for u in rows])
        splits[name or "all"] = {
            "utterances": len(rows),
            "copies": sum(u.is_copy for u in rows),
            "counts": dict(found.counts),
            "imbalance_ratio": found.imbalance_ratio,
            "normalised_entropy": found.normalised_entropy,
            "speakers": sorted({u.speaker for u in rows if u.speaker}),
        }
    headers = _headers(corpus)
    return {
        "folder": str(corpus.folder),
        "splits": splits,
        "protocol": protocol_of(corpus),
        **confounding_facts(_confounding(corpus, names[0])),
        "audio": _audio_facts(headers),
        "text": _text_facts(corpus),
        "broken": [{"id": b.id, "path": str(b.path), "reason": b.reason} for b in broken_audio(corpus)],
    }


def _confounding(corpus: Corpus, split: str | None) -> Confounding:
    """What the classes of the training rows go with: originals, and with what copies there are."""
    rows = corpus.select(split)
    copies = Counter(u.source_id for u in rows if u.is_copy)
    originals = rows.select(originals=True).utterances
    return confounding(originals, np.array([1 + copies[u.id] for u in originals]))


def render_inspection(facts: dict[str, Any]) -> Iterator[Any]:
    """Tables and sentences for the terminal."""
    from merhan.report.terminal import distribution_bars

    first = next(iter(facts["splits"]))
    yield f"[bold]{escape(facts['folder'])}[/]"
    yield f"[bold]{first}[/]: {facts['splits'][first]['utterances']} utterances"
    yield distribution_bars(facts["splits"][first]["counts"])
    yield _splits_table(facts["splits"])
    audio, text = facts["audio"], facts["text"]
    if audio:
        yield (
            f"audio  {audio['files']} files, {audio['hours']:.2f} h; seconds a file: "
            f"{audio['shortest']:.2f} shortest, {audio['median']:.2f} median, {audio['longest']:.2f} longest; "
            f"{', '.join(f'{rate / 1000:g} kHz' for rate in audio['rates'])}"
            + ("; several channels are averaged" if audio["multichannel"] else "")
        )
    yield f"text   {text['with_text']} with words, {text['empty']} without; {text['median_words']:g} words in the median"
    yield f"splits {facts['protocol']}"
    yield from association_line(facts["association"])
    yield from (f"[yellow]confounded:[/] {escape(dominance(**one))}" for one in facts["dominated"])
    broken = facts["broken"]
    if not broken:
        yield "[green]no broken audio[/] (headers looked at)"
        return
    yield f"[red]{counted(len(broken))} with broken audio[/]; augment and train want --skip-broken:"
    yield from (escape(f"  {b['id']}: {b['reason']}") for b in broken[:20])
    if len(broken) > 20:
        yield f"  … and {len(broken) - 20} more"


def _splits_table(splits: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (
        ("split", "left"),
        ("utterances", "right"),
        ("copies", "right"),
        ("speakers", "right"),
        ("imbalance ratio", "right"),
        ("entropy", "right"),
    ):
        table.add_column(name, justify=justify)
    for name, split in splits.items():
        table.add_row(
            name,
            str(split["utterances"]),
            str(split["copies"]),
            str(len(split["speakers"])),
            f"{split['imbalance_ratio']:.1f}",
            f"{split['normalised_entropy']:.2f}",
        )
    return table


def _headers(corpus: Corpus) -> list[Any]:
    def header(path: Any) -> Any:
        try:
            return read_header(path)
        except AudioError:
            return None  # named by broken_audio

    paths = sorted({path for u in corpus if (path := corpus.audio_path(u))})
    with ThreadPoolExecutor(8) as pool:
        return [found for found in pool.map(header, paths) if found]


def _audio_facts(headers: list[Any]) -> dict[str, Any] | None:
    if not headers:
        return None
    seconds = np.array([header.duration for header in headers])
    return {
        "files": len(headers),
        "hours": float(seconds.sum() / 3600),
        "shortest": float(seconds.min()),
        "median": float(np.median(seconds)),
        "longest": float(seconds.max()),
        "rates": [rate for rate, _ in Counter(header.rate for header in headers).most_common()],
        "multichannel": sum(header.channels > 1 for header in headers),
    }


def _text_facts(corpus: Corpus) -> dict[str, Any]:
    words = [len(u.text.split()) for u in corpus if u.text and u.text.strip()]
    return {
        "with_text": len(words),
        "empty": len(corpus) - len(words),
        "median_words": float(np.median(words)) if words else 0.0,
    }
