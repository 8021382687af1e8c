"""Tables made from a wordnet in the tab format of the Open Multilingual Wordnet; skipped where WordNet is not."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from augment.text import omw

ROOT = Path(__file__).parents[3]
WORDS = {
    "car.n.01": ["auto", "samochód", "wóz"],
    "cart.n.01": ["wóz"],
    "house.n.01": ["dom"],
    "building.n.01": ["budynek"],
    "begin.v.02": ["zaczynać", "rozpoczynać", "brać się"],
    "love.n.01": ["miłość", "kochanie"],  # bears emotion
    "whore.n.01": ["dziwka", "kurwa"],  # vulgar
    "large.a.01": ["duży", "wielki"],
    "great.s.01": ["wielki"],
}


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> Path:
    nltk = pytest.importorskip("nltk")
    nearby = ROOT.parent / "shared" / "data" / "nltk_data"
    nltk.data.path += [str(nearby)] * nearby.is_dir()
    try:
        nltk.data.find("corpora/wordnet.zip")
    except LookupError:
        pytest.skip("WordNet is not installed for NLTK (set NLTK_DATA)")
    from nltk.corpus import wordnet

    lines = ["# Polish WordNet\tpol\t(a few of its words)"]
    for name, words in WORDS.items():
        sense = wordnet.synset(name)
        lines += [f"{sense.offset():08d}-{name.split('.')[1]}\tpol:lemma\t{word}" for word in words]
    path = tmp_path_factory.mktemp("tab") / "wn-data-pol.tab"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_is_made_of_the_usual_senses(tab, tmp_path, capsys) -> None:
    out = tmp_path / "pl.tsv.xz"
    omw.main(["pol", "--tab", str(tab), "--out", str(out)])
    rows = [line.split("\t") for line in lzma.decompress(out.read_bytes()).decode().splitlines()]
    found = {(lemma, part): words.split() for lemma, part, _, words in rows}
    assert found["auto", "n"] == ["samochód", "wóz"]
    assert found["zaczynać", "v"] == ["rozpoczynać"]  # a word of two is none
    assert found["rozpoczynać", "v"] == ["zaczynać"]
    assert found["duży", "a"] == ["wielki"]
    assert found["dom", "n"] == found["budynek", "n"] == []
    assert found["miłość", "n"] == found["kochanie", "n"] == []
    assert found["dziwka", "n"] == []
    assert all(int(count) >= 0 for _, _, count, _ in rows)
    assert rows == sorted(rows, key=lambda row: row[:2])
    assert f"{out}: 7 words with synonyms" in capsys.readouterr().out


def test_the_same_rows_are_the_same_bytes(tab, tmp_path) -> None:
    for name in ("a", "b"):
        omw.main(["pl", "--tab", str(tab), "--out", str(tmp_path / name)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["klingon"], "language: 'klingon' is no language known here; choose ar, "),
        (["en"], "language: the English table is built in."),
        (["pl", "--tab", "/no/such.tab"], "tab: /no/such.tab can't be read: "),
    ],
)
def test_what_can_not_be_is_one_sentence(tab, arguments, message) -> None:
    with pytest.raises(SystemExit, match=message) as caught:
        omw.main(arguments)
    assert "\n" not in str(caught.value)


def test_case_2_16_missing_data_are_said_with_the_command_that_gets_them(tab) -> None:
    # WordNet is here; the multilingual part is where somebody loaded it.
    try:
        from nltk.corpus import wordnet

        known = len(wordnet.langs()) > 1
    except LookupError:
        known = False
    if known:
        pytest.skip("omw-1.4 is installed")
    with pytest.raises(SystemExit, match=r"nltk.downloader wordnet omw-1\.4|NLTK has no wordnet 'swe'"):
        omw.main(["sv"])
