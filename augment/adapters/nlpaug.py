"""Any nlpaug word or character augmenter as a step of ours."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from importlib import import_module
from typing import Any, ClassVar

from numpy.random import Generator

from augment.adapters.arguments import by_name, check_made, with_arguments_of
from augment.adapters.seeded import seeded, silenced
from augment.parameters import ParameterError, Unavailable
from augment.text.edits import Edit, edits_of, slots_of, splice
from augment.text.tokens import Tokens
from augment.transform import TextTransform

BETWEEN = "\ue000"  # a private character, which no text holds, between our words on their way through nlpaug
PROBE = ("the", "house", "is", "very", "big", "today")  # to see whether an augmenter has what it needs
OURS = ("tokenizer", "reverse_tokenizer", "name", "include_detail", "verbose")
SPELT = {"KeyboardAug", "OcrAug", "RandomCharAug", "SpellingAug", "SplitAug"}  # still read out as before


@dataclass(frozen=True, kw_only=True)
class Nlpaug(TextTransform):
    """Runs an nlpaug augmenter on our words, so that "can't" stays one, and keeps what it did as edits.

    Protected words are handed to nlpaug as stop words, and put back where it touches them all the same.
    A replay needs neither nlpaug nor its data.

    Raises
    ------
    ParameterError : the augmenter's constructor refuses the arguments, or data that it needs is missing.
    """

    peer: ClassVar[type]

    __reduce__ = by_name

    def __post_init__(self) -> None:
        super().__post_init__()
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.metadata.get("kind") == "setting"}
        takes = inspect.signature(self.peer.__init__).parameters
        split = {"tokenizer": lambda text: text.split(BETWEEN), "reverse_tokenizer": BETWEEN.join}
        own = {name: value for name, value in split.items() if name in takes}
        with silenced():
            object.__setattr__(self, "_made", check_made(self.peer, given | own))
        _put_in_order(self._made)

    def ready(self) -> None:
        """Unavailable where the augmenter's data is not here, which it says only once it has words."""
        with seeded(0), silenced():
            try:
                self._made.augment(BETWEEN.join(PROBE))
            except LookupError as error:
                raise Unavailable("data", f"is not here: {_first_line(error)}{_how_to_get(error)}") from error
            except Exception:
                return  # of these words alone, perhaps: the texts will tell

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        seed = int(rng.integers(2**32))
        words = [word.text for word in tokens.words]
        if not words:
            return {"edits": []}
        self._made.stopwords = [*(getattr(self, "stopwords", None) or ()), *_protected(tokens)]
        with seeded(seed), silenced():
            try:
                found = self._made.augment(BETWEEN.join(words))
            except LookupError as error:
                raise ParameterError(
                    self.name, f"needs data that is not here: {_first_line(error)}"
                ) from error
            except Exception as error:
                raise ParameterError(
                    self.name, f"failed on {str(tokens)!r}: {type(error).__name__}: {_first_line(error)}"
                ) from error
        text = found[0] if isinstance(found, list) and found else found or ""
        return {"edits": _edits(tokens, words, [word for word in text.split(BETWEEN) if word])}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def adapt(name: str) -> type[TextTransform]:
    """The step class of one nlpaug augmenter.

    Raises
    ------
    ParameterError : nlpaug has no word or character augmenter of that name.
    """
    known = _known()
    if name not in known:
        raise ParameterError("transform", f"nlpaug has no word or character augmenter called {name!r}")
    made = with_arguments_of(known[name], Nlpaug, f"nlpaug.{name}", without=OURS)
    made.says_same = name in SPELT
    return made


def names() -> list[str]:
    """Every word and character augmenter of the installed nlpaug."""
    return sorted(_known())


def _known() -> dict[str, type]:
    found = {}
    for kind in ("char", "word"):
        module = import_module(f"nlpaug.augmenter.{kind}")
        classes = inspect.getmembers(module, inspect.isclass)
        found |= {name: cls for name, cls in classes if name.endswith("Aug")}
    return found


def _put_in_order(augmenter: Any) -> None:
    """SpellingAug keeps its words in the order of sets, which is another in each process."""
    words = getattr(getattr(augmenter, "model", None), "dict", None)
    if isinstance(words, dict):
        for word, others in words.items():
            if isinstance(others, list):
                words[word] = sorted(others)


def _how_to_get(error: LookupError) -> str:
    """NLTK names the command in its message of many lines."""
    found = re.search(r"nltk\.download\('([\w.-]+)'\)", str(error))
    return f" Run: python -m nltk.downloader {found[1]}" if found else ""


def _protected(tokens: Tokens) -> list[str]:
    return [word.text for word in tokens.words if word.protected]


def _edits(tokens: Tokens, words: list[str], new: list[str]) -> list[Edit]:
    """What changed, word by word; a change that takes in a protected word is left out."""
    if not new:
        return []
    slots = slots_of(tokens)
    for kind, first, last, start, stop in SequenceMatcher(None, words, new, autojunk=False).get_opcodes():
        if kind == "equal" or any(word.protected for word in tokens.words[first:last]):
            continue
        come = new[start:stop]
        if kind == "insert":
            at = min(first, len(slots) - 1)
            slots[at] = [*come, *slots[at]] if first < len(slots) else [*slots[at], *come]
        elif last - first == len(come):
            for at, word in zip(range(first, last), come, strict=True):
                slots[at] = [word]
        else:
            slots[first] = list(come)
            for at in range(first + 1, last):
                slots[at] = []
    if not any(slots):
        return []
    return edits_of(tokens, slots)


def _first_line(error: Exception) -> str:
    lines = [line.strip(" *") for line in str(error).splitlines()]
    return next((line for line in lines if line), type(error).__name__)
