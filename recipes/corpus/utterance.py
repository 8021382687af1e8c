"""One row of a corpus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from balancer.labels import Label, hard


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One utterance; the fields are the manifest's columns.

    `audio` is a path relative to the manifest, absolute, or below a root (`source:audio/x.flac`), empty
    for text alone. `start` and `end` are seconds within that file. `label` is a class, or a share by
    class (above 0, summing to 1). `source_id`, `copy` (from 1), `voice` and `transforms` (provenance)
    are set on copies only. `extra` holds all further columns, absent where a row leaves one empty.
    """

    id: str
    label: Label
    audio: str = ""
    text: str = ""
    speaker: str = ""
    dialogue: str = ""
    session: str = ""
    split: str = ""
    start: float | None = None
    end: float | None = None
    gender: str = ""
    language: str = ""
    corpus: str = ""
    source_id: str = ""
    copy: int | None = None
    voice: str = ""
    transforms: list[dict[str, Any]] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    line: int | None = field(default=None, compare=False, repr=False)  # in the manifest, for messages

    @property
    def is_copy(self) -> bool:
        """Whether this row was made from another."""
        return bool(self.source_id)

    @property
    def made_of(self) -> set[str]:
        """On a copy, the ids of all that is in it: its source, and partners of steps that take some.

        Where one of them is held out (of a fold, of training), the copy is out too.
        """
        from augment.pairs.provenance import partners

        return {self.source_id, *partners(self.transforms)} if self.is_copy else set()

    @property
    def hard_label(self) -> str:
        """The class of the largest share, ties by name."""
        return hard(self.label)
