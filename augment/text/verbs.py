"""Which forms of a verb a word can be, which settles what a contraction before it stands for."""

from __future__ import annotations

from functools import lru_cache

from augment.text.wordlists import listed

# Participles that after "have" are hardly ever adjectives or nouns: "I have fried eggs" is no perfect.
PARTICIPLES = listed(
    "been gone seen done known thought told heard made met got gotten given taken forgotten written spoken said "
    "found decided tried asked worked noticed realized realised changed waited wanted learned learnt talked "
    "called bought brought caught chosen dreamed eaten fallen felt grown happened helped hoped kept learned left "
    "lost meant moved needed planned played promised proved remembered seemed shown slept started stayed stopped "
    "suggested thrown understood used watched wished wondered worn"
)


@lru_cache(maxsize=16384)
def verb_forms(word: str) -> frozenset[str]:
    """Of "base", "participle", "past" and "other" those that `word` (lower case) can be; none for no verb."""
    import lemminflect

    forms = set()
    for lemma in lemminflect.getAllLemmas(word, upos="VERB").get("VERB", ()):
        spelt = lemminflect.getAllInflections(lemma, upos="VERB")
        past = spelt.get("VBD", ())
        participle = spelt.get("VBN", past)  # listed only where it differs from the past
        known = {"base": (lemma,), "participle": participle, "past": past}
        forms |= {name for name, listed_forms in known.items() if word in listed_forms} or {"other"}
    return frozenset(forms)


@lru_cache(maxsize=16384)
def describes(word: str) -> bool:
    """Whether `word` (lower case) can be an adjective or an adverb: what "is" may stand before."""
    import lemminflect

    found = lemminflect.getAllLemmas(word)
    return "ADJ" in found or "ADV" in found
