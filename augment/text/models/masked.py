"""Words that a masked language model would put in a gap, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from augment.text.blocked import BLOCKED
from augment.text.grammar import is_word
from augment.text.languages import ENGLISH, NOUNS_IN_CAPITALS
from augment.text.models.answers import Answer, Question
from augment.text.models.loading import Loaded, load
from augment.text.protect import word_kinds
from augment.text.wordlists import FUNCTION_WORDS

CONTEXT = 200  # characters that are read on either side of a gap
TOKENS = 4096  # of one batch
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True)
class Masked:
    """The model `name`, asked for the `best` words of `language` in each gap.

    A question is (text on the left, text on the right, words that are no answer …).
    """

    name: str
    best: int
    language: str = ENGLISH

    @property
    def key(self) -> str:
        """All that answers depend on."""
        return f"masked {self.name} {self.best} {self.language}"

    def ready(self) -> None:
        """Load the model; Unavailable where that can't be, or where it has no mask."""
        _vocabulary(self.name, self.language)

    def work_out(self, questions: Sequence[Question]) -> list[Answer]:
        """The best words for each gap: whole words that bear no emotion, negate nothing and are no function words.

        Batches hold gaps of one length in tokens, so that no padding enters: batches that are cut
        otherwise change a logit in its last bits, and an answer only where two words are that close.
        """
        loaded = load("masked", self.name)
        vocabulary = _vocabulary(self.name, self.language)
        rows = [_encoded(loaded, question[0], question[1]) for question in questions]
        answers: list[Answer] = [[] for _ in questions]
        for batch in _batches(rows):
            logits = _logits(loaded, [rows[at] for at in batch])
            logits[:, vocabulary.closed] = -np.inf
            for at, row in zip(batch, logits, strict=True):
                answers[at] = self._best(row, vocabulary.words, set(questions[at][2:]))
        return answers

    def _best(self, logits: np.ndarray, words: Sequence[str], excluded: set[str]) -> Answer:
        wanted = 8 * self.best + 64
        likely = np.argpartition(-logits, wanted)[:wanted] if wanted < len(logits) else np.arange(len(logits))
        found: dict[str, None] = {}
        for at in likely[np.lexsort((likely, -logits[likely]))]:  # ties by token id
            word = words[at]
            if np.isfinite(logits[at]) and word.casefold() not in excluded and self._fits(word):
                found[word] = None
                if len(found) == self.best:
                    break
        return list(found)

    def _fits(self, word: str) -> bool:
        if self.language != ENGLISH:
            return True
        return word not in FUNCTION_WORDS and word not in BLOCKED and not word_kinds(word) and is_word(word)


@dataclass(frozen=True)
class _Vocabulary:
    """words : (tokens,) each token as text. closed : (tokens,) bool, those that are no whole word."""

    words: Sequence[str]
    closed: np.ndarray


@lru_cache(maxsize=4)
def _vocabulary(name: str, language: str) -> _Vocabulary:
    from augment.parameters import Unavailable

    loaded = load("masked", name)
    tokeniser = loaded.tokeniser
    if tokeniser.mask_token is None:
        raise Unavailable("model", f"{name!r} has no mask: it is no masked language model")
    size = loaded.model.get_output_embeddings().weight.shape[0]
    pieces = [piece or "" for piece in tokeniser.convert_ids_to_tokens(list(range(size)))]
    marked = sum(piece.startswith(("Ġ", "▁")) for piece in pieces) > len(pieces) / 10
    special = set(tokeniser.all_special_tokens)
    words = [""] * size
    for at, piece in enumerate(pieces):  # where the tokeniser has fewer than the model, the rest is ""
        starts = piece.startswith(("Ġ", "▁")) if marked else not piece.startswith("##")
        if starts and piece not in special:
            text = tokeniser.convert_tokens_to_string([piece]).strip() if marked else piece
            words[at] = text if _is_whole(text, language) else ""
    return _Vocabulary(words, np.array([not word for word in words]))


def _is_whole(text: str, language: str) -> bool:
    """Letters only, more than one; capitals are a name's, but in German a noun's."""
    if len(text) < 2 or not _WORD.fullmatch(text):
        return False
    return text == text.lower() or (language in NOUNS_IN_CAPITALS and text.istitle())


def _encoded(loaded: Loaded, left: str, right: str) -> tuple[list[int], int] | None:
    """Token ids, and which of them is the gap; None where the text is too long to show it."""
    tokeniser = loaded.tokeniser
    left, right = _near(left), _near(right[::-1])[::-1]
    ids = tokeniser(
        f"{left}{tokeniser.mask_token}{right}", truncation=True, max_length=loaded.longest, verbose=False
    )["input_ids"]
    gaps = [at for at, token in enumerate(ids) if token == tokeniser.mask_token_id]
    before = left.count(tokeniser.mask_token)  # a text may hold the very word
    return (ids, gaps[before]) if before < len(gaps) else None


def _near(text: str) -> str:
    """The last `CONTEXT` characters, from the start of a word on."""
    if len(text) <= CONTEXT:
        return text
    cut = text[-CONTEXT:]
    return cut[cut.find(" ") + 1 :]


def _batches(rows: Sequence[Any]) -> Iterator[list[int]]:
    """Places in `rows` by length in tokens, at most `TOKENS` together."""
    by_length: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if row is not None:
            by_length.setdefault(len(row[0]), []).append(at)
    for length in sorted(by_length):
        places, size = by_length[length], max(1, TOKENS // length)
        yield from (places[start : start + size] for start in range(0, len(places), size))


def _logits(loaded: Loaded, rows: Sequence[tuple[list[int], int]]) -> np.ndarray:
    """(rows, tokens) float32, at each row's gap."""
    import torch

    ids = torch.tensor([ids for ids, _ in rows], device=loaded.model.device)
    gaps = torch.tensor([gap for _, gap in rows], device=loaded.model.device)

    def at_gaps(module: Any, inputs: Any, output: Any) -> Any:
        # The head then runs on one position a row: it costs as much as the layers below, each position anew.
        output.last_hidden_state = output.last_hidden_state[torch.arange(len(rows)), gaps].unsqueeze(1)
        return output

    hook = loaded.model.base_model.register_forward_hook(at_gaps)
    try:
        with torch.inference_mode():
            logits = loaded.model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    finally:
        hook.remove()
    return logits[:, 0].float().cpu().numpy()
