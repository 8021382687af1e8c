"""Which reading of a word its neighbours call for: "a plan", "we plan"; no tagger, and silence where in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from augment.text import tables
from augment.text.languages import ENGLISH
from augment.text.lexicon import Reading, readings, synonyms
from augment.text.tokens import Tokens
from augment.text.wordlists import BEFORE_NOUN, BEFORE_VERB, NEEDS_FOLLOWER, PARTICLES, SET_PHRASES

# Below this share of a form's uses a reading is believed only where the word before it asks for it.
CLEAR = {"n": 0.8, "v": 0.8, "a": 0.9, "r": 0.85}
POSSIBLE = 0.2

_KEEPS_PARTICLE = {
    "talk": {"to", "with", "about"},
    "speak": {"to", "with", "about"},
    "try": {"to"},
    "begin": {"to", "with"},
    "start": {"to", "with"},
    "happen": {"in", "at", "on"},
}


def with_synonyms(tokens: Tokens) -> list[int]:
    """Positions of the words that have synonyms and may be changed, whatever stands beside them."""
    if tokens.language != ENGLISH:
        return tables.with_synonyms(tokens)
    if tokens.with_synonyms is None:
        found = [at for at, listed in enumerate(map(synonyms, tokens.texts)) if listed]
        tokens.with_synonyms = [at for at in found if not (form := tokens.form(at)).kind and not form.proper]
    return tokens.with_synonyms


def synonyms_of(tokens: Tokens, at: int) -> tuple[str, ...]:
    """Synonyms of word `at` in its most frequent use, wherever they are to stand; best first."""
    word = tokens.texts[at]
    return synonyms(word) if tokens.language == ENGLISH else tables.synonyms_in(word, tokens.language)


def synonyms_at(tokens: Tokens, at: int) -> tuple[str, ...]:
    """Synonyms that word `at` may be replaced by, best first, in lower case; () for a protected word too.

    In other languages than English what stands beside a word is not looked at; `at` is one of `with_synonyms`.
    """
    if tokens.language != ENGLISH:
        return tables.synonyms_in(tokens.texts[at], tokens.language)
    texts, gaps, form = tokens.texts, tokens.gaps, tokens.form(at)
    if form.kind or form.proper or not synonyms(form.text):
        return ()
    before = texts[at - 1].lower() if at and gaps[at].isspace() else ""
    chosen = _chosen(readings(form.text.lower()), before.replace("’", "'"))
    after = texts[at + 1].lower() if gaps[at + 1].isspace() and at + 1 < len(texts) else ""
    return chosen.synonyms if chosen and _stands_before(after, chosen) else ()


def _stands_before(after: str, chosen: Reading) -> bool:
    """Whether the synonyms fit what follows: `after` is the next word, "" where a mark or nothing follows."""
    if chosen.part == "v" and after in PARTICLES:
        return after in _KEEPS_PARTICLE.get(chosen.lemma, ())
    if not after:
        return chosen.lemma not in NEEDS_FOLLOWER
    return after not in SET_PHRASES.get(chosen.lemma, ())


def _chosen(found: tuple[Reading, ...], before: str) -> Reading | None:
    """The reading that `before` asks for, or else the one that the form nearly always has."""
    asked = {"n", "a"} if before in BEFORE_NOUN else {"v"} if before in BEFORE_VERB else set()
    fitting = [one for one in found if one.part in asked]
    if fitting:
        all_uses = sum(one.count for one in found)
        likely = fitting[0].count >= POSSIBLE * all_uses
        return fitting[0] if likely and _clear(fitting) else None
    return found[0] if _clear(found) else None


def _clear(found: Sequence[Reading]) -> bool:
    return len(found) == 1 or found[0].count >= max(1, CLEAR[found[0].part] * sum(one.count for one in found))
