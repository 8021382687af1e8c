"""Slips of the keyboard: four kinds, one a word."""

import pytest
from rapidfuzz.distance import OSA

from augment.randomness import generator
from augment.text import Keyboard
from augment.text.keyboard import _NEAR
from augment.text.protect import word_kinds
from augment.text.tokens import tokenise

LINE = "Maybe we should talk about the movie before the kids start another game"


def copies(transform, text, n=60):
    return [transform(text, generator(5, text, copy)) for copy in range(n)]


def test_one_slip_a_word_never_in_its_first_letter():
    for edited in copies(Keyboard(rate=0.3), LINE):
        pairs = list(zip(edited.split(), LINE.split(), strict=True))
        assert sum(one != other for one, other in pairs) == 4
        for one, other in pairs:
            assert OSA.distance(one, other) <= 1
            assert one[0] == other[0]
            assert len(other) >= 4 or one == other


@pytest.mark.parametrize(
    ("slip", "made"),
    [
        ("swap", {"Tehn", "Thne"}),
        ("double", {"Thhen", "Theen", "Thenn"}),
        ("omission", {"Ten", "Thn", "The"}),
    ],
)
def test_each_slip(slip, made):
    assert set(copies(Keyboard(slips=slip), "Then")) == made - {"Ten"}  # a number


def test_neighbouring_keys():
    assert set(_NEAR["s"]) == set("adwezx")
    assert set(_NEAR["p"]) == set("ol")
    assert set(_NEAR["q"]) == set("wa")
    for edited in copies(Keyboard(slips="neighbour"), "movie"):
        ((old, new),) = [(a, b) for a, b in zip("movie", edited, strict=True) if a != b]
        assert new in _NEAR[old]
    assert all(key in _NEAR[other] for key, near in _NEAR.items() for other in near)


def test_capitals_are_kept():
    assert all(edited.isupper() for edited in copies(Keyboard(), "START THE GAME"))
    assert all(edited[0] == "M" for edited in copies(Keyboard(), "Maybe so"))


def test_no_slip_makes_a_negation_a_number_or_an_emotion():
    for word in ("shot", "luck", "note", "mope", "hat", "lover", "head", "tend", "noose", "dont"):
        for edited in copies(Keyboard(), word, 200):
            assert edited == word or not word_kinds(edited), edited


def test_what_is_protected_or_short_stays():
    text = "I can't see Monica at 10:30 :-) www.aaaa.org, sad, a well-known café"
    assert set(copies(Keyboard(rate=1.0), text)) == {text}
    assert [word.text for word in tokenise(text).words if word.kind] != []
