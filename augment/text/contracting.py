"""Which two words are said as one: "I am late" but never "yes, I'm"; "it is not", never "whether it's"."""

from __future__ import annotations

from augment.text.clauses import after, apostrophe, before, clause_of, joined, lower_at
from augment.text.edits import Slots, plain
from augment.text.negation import SPELT_OUT
from augment.text.tokens import Tokens
from augment.text.verbs import PARTICIPLES, verb_forms
from augment.text.wordlists import listed


def contracted_at(tokens: Tokens, at: int) -> Slots | None:
    """The slots of words `at` and after it once they are one word; None where they are better left."""
    word = tokens.forms[at]
    low = lower_at(tokens, at)
    if word.kind == "negation" and low == "cannot":
        return [["can't" if not word.text.isupper() else "CAN'T"]]
    if word.kind or low not in _FIRST or not joined(tokens, at):
        return None
    following = tokens.forms[at + 1]
    if following.kind not in ("", "negation") or not following.text.islower():
        return None  # a capital there is stress, which a contraction takes away
    if following.text == "not":
        return _with_not(tokens, at, low)
    ending = _ENDINGS.get((low, following.text))
    if ending is None or not _unstressed(tokens, at, low, following.text):
        return None
    return [[plain(word) + apostrophe(tokens) + ending], []]


_NOT = {verb: short for short, (verb, _) in SPELT_OUT.items() if verb not in ("shall", "might", "need")}
_PRONOUNS = ("i", "you", "he", "she", "it", "we", "they")
_ENDINGS = {
    ("i", "am"): "m",
    **{(who, "are"): "re" for who in ("you", "we", "they")},
    **{
        (who, "is"): "s"
        for who in ("he", "she", "it", "that", "what", "who", "where", "there", "here", "how")
    },
    **{(who, "will"): "ll" for who in (*_PRONOUNS, "that", "there")},
    **{
        (who, "have"): "ve" for who in ("i", "you", "we", "they", "would", "could", "should", "must", "might")
    },
    **{(who, "has"): "s" for who in ("he", "she", "it", "that")},
    **{(who, verb): "d" for who in ("i", "you", "he", "she", "we", "they") for verb in ("would", "had")},
}
_FIRST = {first for first, _ in _ENDINGS} | set(_NOT)
_MODALS = ("would", "could", "should", "must", "might")


def _with_not(tokens: Tokens, at: int, verb: str) -> Slots | None:
    if verb not in _NOT or after(tokens, at + 1) in ("only", "just", "to"):
        return None
    short = _NOT[verb].replace("'", apostrophe(tokens))
    said = plain(tokens.forms[at])
    return [[short[0].upper() + short[1:] if said[0].isupper() else short], []]


# Words after which a pronoun is a subject, not the object of what stands before.
_CLAUSE_FOLLOWS = listed(
    "but because if think know guess hope mean said say says sure sorry glad since while until then now well "
    "maybe so though although except unless suppose bet"
)
_MOVED = listed("what who how where whatever whoever wherever however than as which whether here there")
_DETERMINERS = listed("a an the my your his her our their this that these those")
_NOT_BEFORE = listed(
    "and or but than if because when while so as to i you he she we they it though either anyway"
)
_NOMINATIVE = listed("i he she we they")
_ASKING = listed("what who where how here there")


def _unstressed(tokens: Tokens, at: int, first: str, second: str) -> bool:
    """Whether the verb leans on the word before it: something must follow that it belongs to."""
    follower = after(tokens, at + 1)
    if not follower or follower in _NOT_BEFORE:
        return False
    if first in _MODALS:
        return follower in PARTICIPLES
    goes_on = second not in ("am", "are", "is") or follower.endswith("ing")
    if not _is_subject(before(tokens, at), first, second, goes_on):
        return False
    # "I know what you are to me": the verb is stressed where its complement stands before it.
    moved = any(lower_at(tokens, place) in _MOVED for place in clause_of(tokens, at))
    if second in ("am", "are", "is"):
        if first in _ASKING:
            return follower in _DETERMINERS and (first not in ("what", "who") or not moved)
        return follower.endswith("ing") if moved else not (follower == "too" and not after(tokens, at + 2))
    if second in ("have", "has"):
        return follower in PARTICIPLES
    if second == "had":
        return follower in PARTICIPLES or follower == "better"
    return "base" in verb_forms(follower) or follower in ("always", "never", "just", "rather")


def _is_subject(left: str, first: str, second: str, goes_on: bool) -> bool:
    """Whether `first` is the subject of `second` alone, and not the object of `left` ("all of you are")."""
    if left == "and":
        return first == "i" or (first in ("he", "she", "it") and second == "is")
    if not left or left in _CLAUSE_FOLLOWS:
        return True
    # "the problem we have been talking about", but not "the man I am now"
    return goes_on and first in _NOMINATIVE and left not in ("or", "than", "as")
