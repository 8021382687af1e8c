"""Words that a masked language model would put in a gap, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from augment.text.blocked import BLOCKED
from augment.text.grammar import is_word
from augment.text.languages import ENGLISH, NOUNS_IN_CAPITALS
from augment.text.lexicon import usual_tags
from augment.text.models.answers import Answer, Question
from augment.text.models.loading import Loaded, load
from augment.text.protect import word_kinds
from augment.text.wordlists import FUNCTION_WORDS

GAP = "\0"  # stands in a question where a word is wanted
WHOLE = 400  # characters of a text that is read whole; of a longer one, as many around a single gap
TOKENS = 4096  # of one batch
INSERTED = frozenset({"JJ", "RB"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True)
class Masked:
    """The model `name`, asked for the `best` words of `language` in each gap of a text.

    A question is (text with a `GAP` for each word wanted, "substitute" or "insert", words that are no answer in the first
    gap, in the second …),
    such words with a blank between them, the word that was there first; its answer has a list of words for each gap. All gaps of a text are filled in one
    pass, none knowing the others: so the model has learnt it, from texts with 15 % of their words masked.
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

        In English a substitute is also of the form of the word that was there (went: ran, not going), and what is inserted
        an adjective or adverb, without which a sentence stands as well.

        Batches hold gaps of one length in tokens, so that no padding enters: batches that are cut
        otherwise change a logit in its last bits, and an answer only where two words are that close.
        """
        loaded = load("masked", self.name)
        vocabulary = _vocabulary(self.name, self.language)
        rows = [_encoded(loaded, question[0]) for question in questions]
        answers: list[Answer] = [[[] for _ in question[2:]] for question in questions]
        for batch in _batches(rows):
            logits = _logits(loaded, [rows[at] for at in batch])
            logits[:, vocabulary.closed] = -np.inf
            wanted = [(at, gap) for at in batch for gap in range(len(rows[at].gaps))]
            for (at, gap), row in zip(wanted, logits, strict=True):
                answers[at][gap] = self._best(
                    row, vocabulary.words, questions[at][1], questions[at][2 + gap].split()
                )
        return answers

    def _best(self, logits: np.ndarray, words: Sequence[str], action: str, excluded: list[str]) -> list[str]:
        wanted = 8 * self.best + 64
        likely = np.argpartition(-logits, wanted)[:wanted] if wanted < len(logits) else np.arange(len(logits))
        tags = INSERTED if action == "insert" else usual_tags(excluded[0])
        found: dict[str, None] = {}
        for at in likely[np.lexsort((likely, -logits[likely]))]:  # ties by token id
            word = words[at]
            if np.isfinite(logits[at]) and word.casefold() not in excluded and self._fits(word, tags):
                found[word] = None
                if len(found) == self.best:
                    break
        return list(found)

    def _fits(self, word: str, tags: frozenset[str]) -> bool:
        if self.language != ENGLISH:
            return True
        if word in FUNCTION_WORDS or word in BLOCKED or word_kinds(word) or not is_word(word):
            return False
        return not tags.isdisjoint(usual_tags(word)) and not (
            tags is INSERTED and word.endswith(("ing", "ed"))
        )


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


class _Row(NamedTuple):
    """Token ids, and which of them are gaps: all, or the first ones, where the text is too long to show the rest."""

    ids: list[int]
    gaps: list[int]


def _encoded(loaded: Loaded, text: str) -> _Row:
    mask = loaded.tokeniser.mask_token
    parts = text.split(GAP)
    if len(parts) == 2:
        parts = [_near(parts[0]), _near(parts[1][::-1])[::-1]]
    ids = loaded.tokeniser(mask.join(parts), truncation=True, max_length=loaded.longest, verbose=False)[
        "input_ids"
    ]
    masks = [at for at, token in enumerate(ids) if token == loaded.tokeniser.mask_token_id]
    # A text may hold the very word that masks.
    numbers = [sum(part.count(mask) for part in parts[: gap + 1]) + gap for gap in range(len(parts) - 1)]
    return _Row(ids, [masks[number] for number in numbers if number < len(masks)])


def _near(text: str) -> str:
    """The last `WHOLE` / 2 characters, from the start of a word on."""
    if len(text) <= WHOLE // 2:
        return text
    cut = text[-WHOLE // 2 :]
    return cut[cut.find(" ") + 1 :]


def _batches(rows: Sequence[_Row]) -> Iterator[list[int]]:
    """Places in `rows` by length in tokens, at most `TOKENS` together."""
    by_length: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        if row.gaps:
            by_length.setdefault(len(row.ids), []).append(at)
    for length in sorted(by_length):
        places, size = by_length[length], max(1, TOKENS // length)
        yield from (places[start : start + size] for start in range(0, len(places), size))


def _logits(loaded: Loaded, rows: Sequence[_Row]) -> np.ndarray:
    """(gaps of all rows, tokens) float32."""
    import torch

    device = loaded.model.device
    ids = torch.tensor([row.ids for row in rows], device=device)
    at = torch.tensor([(place, gap) for place, row in enumerate(rows) for gap in row.gaps], device=device).T

    def at_gaps(module: Any, inputs: Any, output: Any) -> Any:
        # The head then runs on the gaps alone: on a position it costs as much as the layers below it.
        output.last_hidden_state = output.last_hidden_state[at[0], at[1]].unsqueeze(1)
        return output

    hook = loaded.model.base_model.register_forward_hook(at_gaps)
    try:
        with torch.inference_mode():
            logits = loaded.model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    finally:
        hook.remove()
    return logits[:, 0].float().cpu().numpy()
