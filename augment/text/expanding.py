"""What a contraction stands for where it stands: "he's gone" may be is or has, and is left."""

from __future__ import annotations

from augment.text.clauses import after, asks, before, lower_at
from augment.text.edits import like, plain
from augment.text.negation import SPELT_OUT
from augment.text.protect import word_kinds
from augment.text.tokens import Tokens
from augment.text.verbs import describes, verb_forms
from augment.text.wordlists import listed


def expanded_at(tokens: Tokens, at: int) -> list[str] | None:
    """The words that word `at`, a contraction, stands for; None where there is none, or no certainty."""
    word = tokens.forms[at]
    if ("'" not in word.text and "’" not in word.text) or word.kind not in ("", "negation"):
        return None
    low = lower_at(tokens, at)
    if low in SPELT_OUT:
        return _negation(tokens, at, low)
    stem, _, ending = low.rpartition("'")
    meant = _meaning(tokens, at, stem, ending)
    if meant is None:
        return None
    said = plain(word)[: len(stem)]
    return [said, meant.upper() if len(word.text) > 2 and word.text.isupper() else meant]


_SUBJECTS = listed(
    "i you he she it we they that this there these those who everything everyone everybody somebody someone "
    "something people guys"
)
_ADVERBS = listed(
    "really just still also actually probably certainly honestly simply definitely already always"
)
_OPENERS = listed("and but or so please just then now well")
_DETERMINERS = listed("a an the my your his her our their this that these those some any every all another")
_ASKING = listed("who what which why where when how")
_OBJECTS = listed("i you he she it we they")


def _negation(tokens: Tokens, at: int, low: str) -> list[str] | None:
    """ "I don't" is "I do not", but "don't I" is nobody's "do not I"."""
    left, right = before(tokens, at), after(tokens, at)
    if left in _ADVERBS:
        left = before(tokens, at - 1)
    named = left and tokens.forms[at - 1].proper
    if left in _ASKING and left != "who":
        return None
    if left in _SUBJECTS or named or _is_noun(left):
        if right in _OBJECTS or (left == "who" and right in _DETERMINERS):
            return None
        if not right and asks(tokens, at):
            return None
    elif not (low == "don't" and (not left or left in _OPENERS) and _commands(tokens, at, right)):
        return None
    spelt = ["cannot"] if low == "can't" else list(SPELT_OUT[low])
    shown = plain(tokens.forms[at])
    return [like(spelt[0], shown), *(part.upper() if shown.isupper() else part for part in spelt[1:])]


def _commands(tokens: Tokens, at: int, right: str) -> bool:
    return "base" in verb_forms(right) and right not in _OBJECTS and not asks(tokens, at)


def _is_noun(word: str) -> bool:
    return (
        bool(word) and word not in _ASKING and not describes(word) and not verb_forms(word) and _listed(word)
    )


def _listed(word: str) -> bool:
    from augment.text.grammar import is_word
    from augment.text.wordlists import FUNCTION_WORDS

    return word not in FUNCTION_WORDS and not word_kinds(word) and is_word(word)


_ARE = listed("you we they who what where there these those")
_HAVE = listed("i you we they who there would could should might must")
_WILL = listed("i you he she it we they that this there who what everything something everyone")
_WOULD = listed("i you he she it we they who")


def _meaning(tokens: Tokens, at: int, stem: str, ending: str) -> str | None:
    right = after(tokens, at)
    if not right:
        return None
    if ending == "m" and stem == "i":
        return "am"
    if ending == "re" and stem in _ARE:
        return "are"
    if ending == "ve" and stem in _HAVE:
        return "have"
    if ending == "ll" and stem in _WILL:
        return "will"
    if ending == "d" and stem in _WOULD:
        return _would_or_had(right)
    return _is_or_has(tokens, at, stem) if ending == "s" else None


def _would_or_had(right: str) -> str | None:
    if right == "better":
        return "had"
    if right == "rather":
        return "would"
    forms = verb_forms(right)
    if "base" in forms:
        return None if forms & {"participle", "past"} else "would"
    return "had" if "participle" in forms and not describes(right) else None


_IS_STEMS = listed("he she it that what who how where this everything something here there")
_PREPOSITIONS = listed(
    "in on at with from about for of under over like by near behind between without into onto"
)
_PREDICATES = listed(
    "me him us them mine yours ours theirs here why what how where when who whose because time fun okay ok "
    "gonna nothing something everything anything"
)
_HAS = listed("been got had gotten")
_BEFORE_PREDICATE = listed(
    "not so very too really just still always never also only already probably all both totally such pretty kind "
    "actually definitely now even quite exactly almost"
)


def _is_or_has(tokens: Tokens, at: int, stem: str) -> str | None:
    """ "is" or "has" for "'s", None for what may be either, "us" or a possessive."""
    if stem not in _IS_STEMS:
        return None
    right = after(tokens, at)
    if right in _HAS and stem not in ("here", "how"):
        return "has"
    if stem == "here":
        return "is" if right in ("a", "an", "the", "my", "your", "his", "her", "our", "what", "how") else None
    if stem == "there":
        return "is" if right in ("a", "an", "no", "nothing", "something", "someone", "another") else None
    if stem in ("what", "who", "how", "where", "this"):
        return "is" if _asked(tokens, at, right) else None
    return "is" if _predicate(tokens, at + 1) else None


def _asked(tokens: Tokens, at: int, right: str) -> bool:
    if right in _OBJECTS:
        return after(tokens, at + 1).endswith("ing")
    return (
        right in _DETERMINERS
        or right in ("wrong", "happening")
        or right.endswith("ing")
        or (tokens.forms[at + 1].proper and not after(tokens, at + 1))
    )


def _predicate(tokens: Tokens, at: int) -> bool:
    """Whether what opens at word `at` can only follow "is": no participle, which "has" takes too."""
    word = lower_at(tokens, at)
    if word in _BEFORE_PREDICATE:
        following = after(tokens, at)
        if not following:
            return word not in ("not", "never", "always", "also", "only", "already", "probably")
        return following not in _HAS and _predicate(tokens, at + 1)
    if word in _DETERMINERS or word in _PREPOSITIONS or word in _PREDICATES or tokens.forms[at].proper:
        return True
    if word in _OBJECTS:
        return word in ("it", "you") and not after(tokens, at)
    if word == "own" or word in _HAS or "participle" in verb_forms(word):
        return False
    return word.endswith("ing") or "number" in word_kinds(word) or describes(word)
