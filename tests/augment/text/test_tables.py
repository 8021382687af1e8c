"""Synonyms of other languages, from tables in the user's folder."""

from __future__ import annotations

import json
import lzma

import pytest

from augment import Chain, RandomInsertion, Sample, SynonymReplacement, generator, replay
from augment.parameters import ParameterError, Unavailable
from augment.text import tables
from augment.text.context import with_synonyms
from augment.text.tokens import tokenise

POLISH = """\
auto\tn\t71\tsamochód wóz
dom\tn\t300\tbudynek
duży\ta\t90\twielki
nie\tr\t1\tani
samochód\tn\t71\tauto wóz
stary\ta\t60\tdawny
stary\tn\t40\tojciec
widzieć\tv\t120\t
"""
TEXT = "Dom nie jest duży, a samochód Anny widział stary dom."


@pytest.fixture
def user_tables(tmp_path, monkeypatch):
    """A user's folder with a Polish and a German table."""
    monkeypatch.setattr(tables, "folder", lambda: tmp_path)
    for code, text in {"pl": POLISH, "de": "Haus\tn\t9\tGebäude\nalt\ta\t9\tbetagt\n"}.items():
        (tmp_path / f"{code}.tsv.xz").write_bytes(lzma.compress(text.encode()))
    tables._table.cache_clear()
    yield tmp_path
    tables._table.cache_clear()


def test_case_2_14_words_of_the_language_alone_come_in(user_tables) -> None:
    known = {"samochód", "wóz", "budynek", "wielki", "auto"}
    seen = set()
    for seed in range(30):
        out = SynonymReplacement(rate=0.4, language="pl")(TEXT, generator(seed, "a"))
        words = {word.lower() for word in out.replace(",", "").replace(".", "").split()}
        new = words - {word.lower() for word in TEXT.replace(",", "").replace(".", "").split()}
        assert new <= known
        assert out[0].isupper()
        assert " a samochód" in out or " a auto" in out or " a wóz" in out  # never "an auto"
        assert " nie " in out
        seen |= new
    assert seen == known - {"samochód"}  # which the text had


def test_a_word_of_two_parts_of_speech_is_left_alone(user_tables) -> None:
    tokens = tokenise(TEXT, language="pl")
    assert [tokens.texts[at] for at in with_synonyms(tokens)] == ["Dom", "duży", "samochód", "dom"]


def test_insertion_keeps_behind_no_negation_and_before_no_first_word(user_tables) -> None:
    for seed in range(30):
        out = RandomInsertion(rate=0.1, language="pl")(TEXT, generator(seed, "b"))
        words = out.split()
        assert len(words) == len(TEXT.split()) + 1
        assert words[0] == "Dom"
        assert words[words.index("nie") + 1] == "jest"


def test_german_nouns_keep_their_capitals(user_tables) -> None:
    outs = {SynonymReplacement(language="de")("Das alt Haus", generator(seed, "c")) for seed in range(30)}
    assert outs == {"Das betagt Haus", "Das alt Gebäude"}


def test_a_replay_needs_no_table(user_tables) -> None:
    sample = Sample("a", None, TEXT)
    made, provenance = Chain([SynonymReplacement(language="polish")])(sample, generator(0, "a"))
    assert made.text != TEXT
    assert provenance[0]["settings"]["language"] == "pl"
    for path in user_tables.iterdir():
        path.unlink()
    tables._table.cache_clear()
    assert replay(sample, json.loads(json.dumps(provenance))).text == made.text


@pytest.mark.parametrize("cls", [SynonymReplacement, RandomInsertion])
def test_case_2_14_what_is_missing_is_said_with_the_codes_there_are(cls, user_tables) -> None:
    with pytest.raises(ParameterError, match=r"language: 'xx' is no language known here; choose ar, .*, zh$"):
        cls(language="xx")
    message = (
        r"language: there are no Portuguese synonyms here, only de, en, pl; make a table with `python -m "
        r"augment.text.omw pt` \(Open Multilingual Wordnet, through NLTK\), or put one in .*pt.tsv.xz"
    )
    missing = cls(language="por")
    with pytest.raises(Unavailable, match=message):
        missing.ready()
    with pytest.raises(Unavailable, match=message):
        missing("Casa", generator(0, "a"))
    cls(language="pl").ready()
    cls().ready()


def test_a_table_that_is_none_is_said(user_tables) -> None:
    (user_tables / "pl.tsv.xz").write_bytes(b"dom\tn\t1\tbudynek\n")
    with pytest.raises(Unavailable, match=r"pl.tsv.xz is no table of synonyms \(.*\); make it anew"):
        SynonymReplacement(language="pl").ready()
