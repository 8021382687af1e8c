"""Where a word stands in its clause: beside which words, at whose head, in a question or not."""

from __future__ import annotations

from augment.text.tokens import Tokens


def joined(tokens: Tokens, at: int) -> bool:
    """Whether nothing but space on one line stands between word `at` and the word after it."""
    if at < 0 or at + 1 >= len(tokens):
        return False
    gap = tokens.gaps[at + 1]
    return gap == " " or (gap.isspace() and "\n" not in gap)


def lower_at(tokens: Tokens, at: int) -> str:
    """Word `at` in lower case with a straight apostrophe; "" beyond the ends."""
    return tokens.forms[at].text.lower().replace("’", "'") if 0 <= at < len(tokens) else ""


def before(tokens: Tokens, at: int) -> str:
    """The word joined to the left of word `at` as `lower_at` gives it, "" where a clause opens."""
    return lower_at(tokens, at - 1) if joined(tokens, at - 1) else ""


def after(tokens: Tokens, at: int) -> str:
    """The word joined to the right of word `at` as `lower_at` gives it, "" where a clause ends."""
    return lower_at(tokens, at + 1) if joined(tokens, at) else ""


def apostrophe(tokens: Tokens) -> str:
    """The apostrophe that the text is written with: ’ where it has any, else the straight one."""
    return "’" if any("’" in form.text for form in tokens.forms) else "'"


def asks(tokens: Tokens, at: int) -> bool:
    """Whether the sentence of word `at` ends in a question mark."""
    return "?" in tokens.gaps[tokens.sentence(at)[1]]


def clause_of(tokens: Tokens, at: int) -> range:
    """The words before word `at` in its clause: those with nothing but space between."""
    first = at
    while joined(tokens, first - 1):
        first -= 1
    return range(first, at)
