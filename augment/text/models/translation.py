"""Sentences translated into another language and back, through two Marian models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from augment.parameters import Unavailable
from augment.text.models.answers import Answer, Question
from augment.text.models.loading import Loaded, load

TOKENS = 4096  # of one batch, its beams counted
BEAMS = 4
PIVOTS = 2  # translations that are translated back
PACKAGES = ("sentencepiece", "sacremoses")  # with or without the second, a tokeniser splits differently


@dataclass(frozen=True)
class Translator:
    """The models `forward` and `backward`, asked for `variants` of a sentence; a question is (sentence,)."""

    forward: str
    backward: str
    variants: int

    @property
    def key(self) -> str:
        """All that answers depend on."""
        return f"translation {self.forward} {self.backward} {self.variants}"

    def ready(self) -> None:
        """Load both models; Unavailable where that can't be."""
        for package in PACKAGES:
            if find_spec(package) is None:
                raise Unavailable(
                    "via", f"needs the package {package}: pip install 'merhan-balance[translation]'"
                )
        load("translation", self.forward, "forward")
        load("translation", self.backward, "backward")

    def work_out(self, questions: Sequence[Question]) -> list[Answer]:
        """Up to `variants` distinct sentences for each, none of them the sentence itself; likely ones first.

        Beam search, no sampling: which variant a copy takes is drawn by our own generator.
        """
        self.ready()
        sentences = [question[0] for question in questions]
        there = _translated(load("translation", self.forward, "forward"), sentences, PIVOTS)
        pivots = list(dict.fromkeys(pivot for found in there for pivot in found))
        back = dict(
            zip(
                pivots,
                _translated(load("translation", self.backward, "backward"), pivots, self.variants),
                strict=True,
            )
        )
        return [
            self._ranked(sentence, [back[pivot] for pivot in found])
            for sentence, found in zip(sentences, there, strict=True)
        ]

    def _ranked(self, sentence: str, lists: Sequence[Sequence[str]]) -> Answer:
        """The best of each pivot, then the second best; scores are not compared, whose last bits may vary."""
        longest = max(map(len, lists), default=0)
        in_turn = [found[rank] for rank in range(longest) for found in lists if rank < len(found)]
        distinct = dict.fromkeys(text for text in in_turn if text.casefold() != sentence.casefold())
        return list(distinct)[: self.variants]


def _translated(loaded: Loaded, texts: Sequence[str], wanted: int) -> list[list[str]]:
    """The `wanted` likeliest translations of each text; none of a text that is too long."""
    import torch

    beams = max(BEAMS, wanted)
    rows = [loaded.tokeniser(text, verbose=False)["input_ids"] for text in texts]
    found: list[list[str]] = [[] for _ in texts]
    for batch in _batches(rows, loaded.longest, beams):
        ids = torch.tensor([rows[at] for at in batch], device=loaded.model.device)
        with torch.inference_mode():
            made: Any = loaded.model.generate(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                num_beams=beams,
                num_return_sequences=wanted,
                do_sample=False,
                max_length=min(loaded.longest, 2 * ids.shape[1] + 10),
            )
        decoded = loaded.tokeniser.batch_decode(made, skip_special_tokens=True)
        for place, at in enumerate(batch):
            texts_here = (text.strip() for text in decoded[place * wanted : (place + 1) * wanted])
            found[at] = [text for text in dict.fromkeys(texts_here) if text]
    return found


def _batches(rows: Sequence[Sequence[int]], longest: int, beams: int) -> Iterator[list[int]]:
    """Places of rows of one length, so that no padding enters."""
    by_length: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if len(row) <= longest:
            by_length.setdefault(len(row), []).append(at)
    for length in sorted(by_length):
        places, size = by_length[length], max(1, TOKENS // (length * beams))
        yield from (places[start : start + size] for start in range(0, len(places), size))
