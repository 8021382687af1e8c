"""Section 2 of the field cases: what people report of other text augmenters, with the right answer."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from augment.parameters import ParameterError
from augment.randomness import generator
from augment.text import RandomDeletion, RandomInsertion, RandomSwap, SynonymReplacement
from augment.text.lexicon import synonyms
from augment.text.protect import protected_words

TRANSFORMS = [SynonymReplacement, RandomInsertion, RandomDeletion, RandomSwap]
each = pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.name)


def copies(transform, text, n=25):
    return [transform(text, generator(11, text, copy)) for copy in range(n)]


@each
@pytest.mark.parametrize("text", ["Okay", "Chair", "chair!", "No.", "😀"])
def test_case_2_1_one_word_text(transform, text):
    assert set(copies(transform(rate=1.0), text)) == {text}


def test_case_2_1_one_word_with_a_synonym_is_never_lost():
    assert set(copies(SynonymReplacement(), "Movie.")) == {"Film.", "Picture."}
    assert set(copies(RandomDeletion(rate=1.0), "Movie.")) == {"Movie."}


@each
@pytest.mark.parametrize("text", ["", "   ", "\n", "\t \n"])
def test_case_2_2_empty_text(transform, text):
    assert transform(rate=1.0)(text, generator(0, "x")) == text


@each
@pytest.mark.parametrize("text", [None, [], ["a"], 3, float("nan")])
def test_case_2_2_not_a_text(transform, text):
    with pytest.raises(ParameterError, match=f"text: expected a string, got {type(text).__name__}"):
        transform()(text, generator(0, "x"))


@each
@pytest.mark.parametrize("text", ["I work in a middle school", "a b", "I a", "movie ends"])
def test_case_2_4_fewer_words_than_edits(transform, text):
    for edited in copies(transform(rate=1.0), text):
        assert edited.strip()
        assert len(edited.split()) <= 2 * len(text.split())


@each
@pytest.mark.parametrize("text", ["| 4 || 0 || -", "12 | 3.5 | - | --", "---", "?!"])
def test_case_2_5_nothing_that_may_be_changed(transform, text):
    assert set(copies(transform(rate=1.0), text)) == {text}


@each
def test_case_2_7_always_a_string(transform):
    for text in ("", "Okay", "We talked about the movie", "| 4 || 0 || -"):
        assert type(transform()(text, generator(0, "x"))) is str


@each
def test_case_2_8_as_many_results_as_asked_for(transform):
    edited = copies(transform(), "You are in the kitchen.", n=5)
    assert len(edited) == 5
    assert all(text.endswith(".") and text[0].isupper() for text in edited)


def test_case_2_10_no_profanity_and_love_stays():
    for edited in copies(SynonymReplacement(rate=1.0), "I love to play football with a cat and a rooster"):
        assert "love to play football" in edited
    script = Path(__file__).parents[3] / "scripts" / "build_synonyms.py"
    spec = importlib.util.spec_from_file_location("build_synonyms", script)
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    from augment.text.lexicon import _table

    listed = {word for _, words in _table().values() for word in words}
    assert listed.isdisjoint(build.BLOCKED)


@each
@pytest.mark.parametrize(
    "text",
    ["That is not a good idea", "I never said it", "I dont want that thing", "nor can't you", "I wont go, neither will they"],
)  # fmt: skip
def test_case_2_11_negations_stay(transform, text):
    kept = protected_words(text, ["negation"])
    for edited in copies(transform(rate=1.0), text):
        assert protected_words(edited, ["negation"]) == kept


def test_case_2_13_inflection_and_underscores():
    assert synonyms("agrees") == ("concurs",)
    assert all(
        "_" not in synonym for word in ("sundae", "phone", "movie", "cellar") for synonym in synonyms(word)
    )
    assert SynonymReplacement()("She bought it", generator(0, "x")) == "She purchased it"


def test_case_2_16_no_nltk_at_run_time_and_no_work_at_construction():
    code = (
        "import sys; sys.modules['nltk'] = None; sys.modules['vaderSentiment'] = sys.modules.get('vaderSentiment');"
        "del sys.modules['vaderSentiment'];"
        "from augment.text import SynonymReplacement; from augment.text.lexicon import _table;"
        "SynonymReplacement(); assert _table.cache_info().currsize == 0 and 'lemminflect' not in sys.modules;"
        "import numpy; print(SynonymReplacement()('a movie', numpy.random.default_rng(0)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() in ("a film", "a picture")
    assert said.stderr == ""


@each
def test_case_2_17_own_generator_only(transform):
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002  the state that must not move
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    text = "Maybe we should talk about the movie, mom."
    assert copies(transform(), text) == copies(transform(), text)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002
