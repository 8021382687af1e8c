"""Other languages: what is known of them, and that nothing English gets into them."""

from __future__ import annotations

import pytest

from augment import Gates, Sample
from augment.parameters import ParameterError
from augment.text.edits import edits_of, slots_of, splice
from augment.text.languages import LANGUAGES, language_code
from augment.text.places import insertable
from augment.text.protect import protected_words
from augment.text.tokens import tokenise


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("", "en", "ENG", "English", "en-GB", "en_US"), "en"),
        (("pl", "pol", "Polish", "pl-PL"), "pl"),
        (("pt", "por", "pt-BR", " Portuguese "), "pt"),
        (("zh", "cmn", "zho"), "zh"),
        (("de-AT", "ger", "Norwegian Bokmål"), None),
    ],
)
def test_languages_have_many_names(names: tuple[str, ...], code: str | None) -> None:
    for name in names:
        assert language_code(name) == (code or {"Norwegian Bokmål": "nb"}.get(name, "de")), name


@pytest.mark.parametrize("name", ["qq", "klingon", 7, "e n"])
def test_case_2_14_an_unknown_code_is_an_error_that_names_those_accepted(name) -> None:
    with pytest.raises(ParameterError, match=r"is no language known here; choose ar, bg, .*, pl, .*, zh$"):
        language_code(name)


def test_no_code_stands_for_two_languages() -> None:
    codes = [*LANGUAGES, *(three for three, _ in LANGUAGES.values())]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("Nie wiem, gdzie jest Anna o 10:30.", "pl", ["nie", "anna", "10:30"]),
        ("Das alte Haus ist nicht groß, Peter.", "de", ["nicht"]),
        ("Je n'ai jamais vu 3 chats", "fr", ["n'ai", "jamais", "3"]),
        ("NIE MA TEGO", "pl", ["nie"]),
        ("Dom jest duży", "pl", []),
        ("Widziałem BBC i @anna 😀", "pl", ["bbc", "@anna", "😀"]),
    ],
)
def test_what_is_kept_of_other_languages(text: str, language: str, kept: list[str]) -> None:
    assert protected_words(text, language=language) == kept
    assert str(tokenise(text, language=language)) == text


def test_what_is_kept_follows_the_list_asked_for() -> None:
    assert protected_words("Nie wiem, Anna", ["name"], language="pl") == ["anna"]


def test_an_english_article_is_only_fitted_in_english() -> None:
    # Polish "a" is "and": before "ona" it must not become "an".
    tokens = tokenise("kot a pies", language="pl")
    slots = slots_of(tokens)
    slots[2] = ["ona"]
    assert splice("kot a pies", edits_of(tokens, slots)) == "kot a ona"


def test_nothing_is_put_behind_a_negation_or_before_a_first_word() -> None:
    assert insertable(tokenise("Nie wiem. Ona nigdy tam", language="pl")) == [3, 5]


def test_the_gate_asks_for_the_protected_words_of_the_language() -> None:
    gates = Gates(min_similarity=0)
    source, copy = Sample("a", None, "Dom nie jest duży"), Sample("a", None, "Budynek nie jest duży")
    assert gates.refuses(source, copy, {"text"}, "pl") is None
    assert gates.refuses(source, Sample("a", None, "Dom jest duży"), {"text"}, "pl") == "protected"
