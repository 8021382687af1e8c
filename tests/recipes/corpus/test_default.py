"""Which corpus a command without --corpus takes."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from recipes.corpus.corpus import Corpus
from recipes.corpus.default import default_corpus
from recipes.corpus.utterance import Utterance


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MERHAN_BALANCE_CORPUS", raising=False)
    demo = ModuleType("recipes.corpus.demo")
    demo.demo_corpus = lambda: Corpus((Utterance(id="demo", label="joy"),), tmp_path)
    monkeypatch.setitem(sys.modules, "recipes.corpus.demo", demo)
    return tmp_path


def corpus_at(folder, key):
    folder.mkdir(exist_ok=True)
    (folder / "manifest.csv").write_text(f"id,label\n{key},joy\n")


def test_the_environment_then_the_folder_then_the_demo(here, monkeypatch):
    (here / "corpus").mkdir()  # no manifest: not a corpus
    assert [u.id for u in default_corpus()] == ["demo"]
    assert default_corpus().notes[-1] == "Corpus: the built-in demo corpus, which is synthetic speech."
    corpus_at(here / "corpus", "here")
    assert [u.id for u in Corpus.load()] == ["here"]
    assert default_corpus().notes[-1] == "Corpus: ./corpus."
    corpus_at(here / "other", "named")
    monkeypatch.setenv("MERHAN_BALANCE_CORPUS", str(here / "other"))
    assert [u.id for u in default_corpus()] == ["named"]
    assert default_corpus().notes[-1].endswith("from MERHAN_BALANCE_CORPUS.")
