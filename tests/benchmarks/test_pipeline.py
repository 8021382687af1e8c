"""The benchmark of the whole command runs and measures what it says: a few copies of a few rows, nothing timed."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("audiomentations")

from benchmarks import pipeline
from benchmarks.eda import has_wordnet

needs_wordnet = pytest.mark.skipif(not has_wordnet(), reason="NLTK finds no WordNet here")


@pytest.fixture
def few(monkeypatch, tmp_path):
    monkeypatch.setattr(pipeline, "NEMO", tmp_path / "none")  # the demo corpus
    monkeypatch.setattr(pipeline, "COPIES", 4)
    rows = pipeline._rows
    monkeypatch.setattr(pipeline, "_rows", lambda corpus: rows(corpus)[:40])
    monkeypatch.setattr(pipeline, "ROUNDS", 1)
    monkeypatch.setattr(pipeline, "COMMANDS", 0)


@needs_wordnet
def test_steady_state_of_both_sides(few, monkeypatch):
    monkeypatch.setattr(pipeline, "_commands", lambda peer, out: iter(()))
    monkeypatch.setattr(pipeline, "_memory", lambda: iter(()))
    one, two, limit = pipeline.run()
    assert [c.unit for c in (one, two, limit)] == ["s"] * 3
    assert 0 < limit.ours < one.ours < one.theirs
    assert two.ours > 0


@needs_wordnet
def test_the_script_writes_as_many_files_as_it_says(few, tmp_path):
    pipeline.script(3, str(tmp_path))
    assert len(list(tmp_path.glob("*.flac"))) == 3


def test_memory_is_told_of_few_copies_and_of_many(few):
    small, large = pipeline.memory().items()
    assert small[0] == "10 copies"
    assert large[0] == "40 copies"
    assert 0 <= small[1] <= large[1] < 400


def test_the_command_is_counted_by_the_copies_that_it_wrote(few, monkeypatch, tmp_path):
    ran = []

    def python(code, *words):
        ran.append((code, words))
        if words:
            folder = Path(words[words.index("--out") + 1]) / "audio"
            folder.mkdir(parents=True)
            for n in range(5):
                (folder / f"{n}.flac").touch()
        return ""

    monkeypatch.setattr(pipeline, "_python", python)
    monkeypatch.setattr(pipeline, "COMMANDS", 2)
    steady, script = pipeline._commands(0.02, tmp_path)
    assert len(ran) == 4
    assert "script(5, " in ran[1][0]
    assert steady.what == "the whole command, 5 copies, two workers, start-up included"
    assert steady.theirs == 0.02
    assert script.theirs != 0.02
