"""The shipped table is what the script makes of WordNet; skipped where WordNet is not."""

import importlib.util
import lzma
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SLICE = ["agree", "big", "film", "football", "love", "maybe", "movie", "queer", "talk", "think", "worry"]


@pytest.fixture(scope="module")
def build():
    nltk = pytest.importorskip("nltk")
    nearby = ROOT.parent / "shared" / "data" / "nltk_data"
    nltk.data.path += [str(nearby)] * nearby.is_dir()
    try:
        nltk.data.find("corpora/wordnet.zip")
    except LookupError:
        pytest.skip("WordNet is not installed for NLTK (set NLTK_DATA)")
    spec = importlib.util.spec_from_file_location("build_synonyms", ROOT / "scripts" / "build_synonyms.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rows_are_those_of_the_table(build):
    review = build.read_review(build.REVIEWED.read_text(encoding="utf-8"))
    packed = (files("augment.text") / "data" / "synonyms.tsv.xz").read_bytes()
    shipped = lzma.decompress(packed).decode().splitlines(keepends=True)
    made = list(build.rows(SLICE, review))
    assert len(made) > len(SLICE)
    assert made == [line for line in shipped if line.split("\t")[0] in SLICE]


def test_usual_sense_on_both_sides(build):
    none = build.read_review("")
    assert build.ranked("movie", "n", none) == ["film"]
    assert build.ranked("run", "v", none) == []  # forty senses, none of them usual
    assert build.ranked("love", "v", none) == []  # its rare sense stands beside profanity


def test_review_strikes_and_adds(build):
    review = build.read_review("# a comment\nmovie n: +picture -film  # why\nbig a: -*\n")
    assert build.ranked("movie", "n", review) == ["picture"]
    assert build.ranked("big", "a", review) == []
    with pytest.raises(SystemExit, match="movie and song share no synset"):
        build.ranked("movie", "n", build.read_review("movie n: +song"))


def test_blocked_sense_is_dropped_whole(build):
    (synset,) = [one for one in build.senses("love", "v") if "fuck" in one.lemma_names()]
    assert build.blocked(synset)


def test_spelling_variants_are_no_synonyms(build):
    assert build.variants("grey", "gray")
    assert build.variants("analyse", "analyze")
    assert not build.variants("movie", "film")
