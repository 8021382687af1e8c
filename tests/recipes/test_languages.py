"""Rows in another language: English words must not get into them, nor their negations out."""

from __future__ import annotations

import lzma
from dataclasses import replace

import pytest

from augment.parameters import Unavailable
from augment.text import tables
from recipes import RecipeError, materialise
from recipes.corpus.utterance import Utterance
from recipes.languages import language_of, other_languages


@pytest.mark.parametrize(
    ("languages", "code"),
    [
        (("", "en", "EN-gb", "en_US", "English", "eng"), "en"),
        (("pt", "por", "pt-BR"), "pt"),
        (("de-AT", "ger"), "de"),
        (("end", "klingon"), None),
    ],
)
def test_which_language_a_row_is_in(languages: tuple[str, ...], code: str | None) -> None:
    for language in languages:
        assert language_of(Utterance(id="a", label="joy", language=language)) == code, language


def test_a_row_that_says_none_is_in_the_one_that_the_steps_know() -> None:
    silent, told = (Utterance(id="a", label="joy", language=language) for language in ("", "en"))
    assert [language_of(silent, known) for known in ({"pl"}, {"pl", "en"}, ())] == ["pl", "en", "en"]
    assert language_of(told, {"pl"}) == "en"


def test_case_2_14_texts_of_another_language_are_kept_and_their_sound_changed(
    tones, lively, tmp_path
) -> None:
    lively["augment"]["text"] = [{"synonym_replacement": {"rate": 0.5}}, {"random_deletion": {"rate": 0.5}}]
    lively["augment"]["gates"]["min_similarity"] = 0.0
    lively["balance"]["target"] = {"copies": 2}
    spoken = tones.replace(replace(u, language="pt" if u.speaker == "ben" else "en") for u in tones)
    made = materialise(spoken, lively, tmp_path / "out")
    copies = [u for u in made.corpus if u.is_copy]
    kept = [u.text == spoken.by_id[u.source_id].text for u in copies if u.speaker == "ben"]
    assert len(kept) == 16
    assert all(kept)
    assert all(u.transforms and u.voice for u in copies)
    assert sum(u.text != spoken.by_id[u.source_id].text for u in copies if u.speaker != "ben") > 20
    (note,) = [note for note in made.corpus.notes if "another language" in note]
    assert note.startswith("8 rows in another language than English (pt): copies keep their texts")


def test_case_2_14_text_alone_has_nothing_to_do_for_another_language(tones, lively, tmp_path) -> None:
    lively["augment"]["modalities"] = "text"
    spoken = tones.replace(replace(u, language="de") for u in tones)
    with pytest.raises(RecipeError, match="it changes text, which no row that it would copy has in English"):
        materialise(spoken, lively, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_is_said_where_all_is_english(tones) -> None:
    assert other_languages(tones) == []


def test_case_2_14_texts_that_do_not_look_english_are_said_once(tones) -> None:
    german = "Der Lappen liegt auf dem Eisschrank, und das will sie am Mittwoch abgeben."
    spoken = tones.replace(replace(u, text=german) for u in tones)
    (note,) = other_languages(spoken)
    assert note.startswith("The texts do not look English (")
    assert "--set augment.modalities=audio" in note
    told = tones.replace(replace(u, text=german, language="de") for u in tones)
    assert [note.split(":")[0] for note in other_languages(told)] == [
        "24 rows in another language than English (de)"
    ]
    assert other_languages(tones.replace(replace(u, text="Lappen!") for u in tones)) == []  # too few to tell


def test_case_2_14_each_language_has_the_steps_that_know_it(tones, lively, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tables, "folder", lambda: tmp_path)
    tables._table.cache_clear()
    (tmp_path / "pl.tsv.xz").write_bytes(lzma.compress(b"dom\tn\t9\tbudynek\nstary\ta\t9\tdawny\n"))
    polish = "Anna nie widzi, gdzie jest stary dom"
    lively["augment"]["modalities"] = "text"
    lively["augment"]["gates"]["min_similarity"] = 0.0
    lively["balance"]["target"] = {"copies": 1}
    lively["augment"]["text"] = [
        {"synonym_replacement": {"rate": 0.5, "language": "Polish"}},
        {"some_of": {"n": [1, 2], "of": [{"random_swap": {"rate": 0.3}}, {"random_insertion": {"language": "pol"}}]}},
    ]  # fmt: skip
    spoken = tones.replace(
        replace(u, language="pl-PL", text=polish) if u.speaker == "ben" else replace(u, language="")
        for u in tones
    )
    made = materialise(spoken, lively, tmp_path / "out")
    assert not [note for note in made.corpus.notes if "another language" in note]
    copies = [u for u in made.corpus if u.is_copy]
    ben = [u for u in copies if u.speaker == "ben"]
    assert len(ben) > 4
    for copy in ben:
        assert [step["settings"]["language"] for step in copy.transforms] == ["pl", "pl"]
        assert "dawny" in copy.text or "budynek" in copy.text
        assert copy.text.startswith("Anna nie widzi, gdzie jest")
    others = [u for u in copies if u.speaker != "ben"]
    assert len(others) > 10
    assert {step["name"] for copy in others for step in copy.transforms} == {"random_swap"}
    for path in tmp_path.glob("*.xz"):
        path.unlink()
    tables._table.cache_clear()
    with pytest.raises(
        Unavailable, match=r"^augment.text.synonym_replacement.language: there are no Polish syn"
    ):
        materialise(spoken, lively, tmp_path / "again")
    materialise(tones, lively, tmp_path / "english")  # which asks for no Polish
