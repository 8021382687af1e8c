"""What stands between two words once the word that stood there is gone."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def joined(left: str, right: str, starts: bool, ends: bool) -> str:
    """One gap of two: punctuation stays where it stood, no comma without its phrase, one space for two.

    starts, ends : whether `left` opens the text, `right` closes it.
    """
    marks, then = left.rstrip(), right.lstrip()
    if then[:1] in (",", ";") and ((starts and not marks) or marks.endswith(_BEFORE_COMMA)):
        right = then[1:]
    elif marks[-1:] in (",", ";") and (then.startswith(_BEFORE_NO_COMMA) or (ends and not then)):
        left = marks[:-1] + left[len(marks) :]
    elif marks.strip() and marks.strip() == right.strip():
        return right
    return _spaced(left, right, starts, ends)


_BEFORE_COMMA = tuple(',;:.!?…—–-([{"“‘«')
_BEFORE_NO_COMMA = tuple(".!?;:…)")


def _spaced(left: str, right: str, starts: bool, ends: bool) -> str:
    marks, then = left.rstrip(), right.lstrip()
    space, next_space = left[len(marks) :], right[: len(right) - len(then)]
    if starts and not marks:
        kept = space  # the text's own indent
    elif ends and not then:
        kept = next_space
    elif not space or not next_space:
        kept = ""  # what follows was joined to the word, or the word to what precedes
    elif "\n" in space or "\n" in next_space:
        kept = space if "\n" in space else next_space
    else:
        kept = min(space, next_space, key=len)
    return marks + kept + then
