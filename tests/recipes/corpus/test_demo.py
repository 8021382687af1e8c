"""The demo corpus: unbalanced as MELD, disjoint, repeatable, and said to be synthetic."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from balancer import imbalance_ratio
from recipes.corpus.corpus import Corpus
from recipes.corpus.demo import NOTE, _speak, make_demo
from recipes.corpus.demo_script import EMOTIONS, read_lines
from recipes.errors import CorpusError

pytest.importorskip("espeakng_loader")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_demo(tmp_path_factory.mktemp("demo") / "corpus")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_gives_the_same_bytes(demo: Corpus, tmp_path: Path) -> None:
    again = make_demo(tmp_path / "again")
    assert contents(again.folder) == contents(demo.folder)


def test_train_is_unbalanced_and_the_rest_even(demo: Corpus) -> None:
    assert 850 <= len(demo) <= 1000
    train = Counter(u.label for u in demo.select("train"))
    assert imbalance_ratio(train) > 15
    assert train.most_common(1)[0][0] == "neutral"
    for split in ("dev", "test"):
        counts = Counter(u.label for u in demo.select(split))
        assert set(counts) == set(EMOTIONS)
        assert len(set(counts.values())) == 1
        assert min(counts.values()) >= 12


def test_no_speaker_and_no_line_is_in_two_splits(demo: Corpus) -> None:
    for column in ("speaker", "text"):
        seen: dict[str, set[str]] = {}
        for u in demo:
            seen.setdefault(getattr(u, column), set()).add(u.split)
        assert all(len(splits) == 1 for splits in seen.values()), column
    assert len({u.speaker for u in demo}) >= 10


def test_most_lines_fit_several_emotions(demo: Corpus) -> None:
    lines = read_lines()
    assert len({line.text for line in lines}) == len(lines)
    assert sum(len(line.emotions) > 1 for line in lines) / len(lines) >= 0.6
    fits = {line.text: line.emotions for line in lines}
    assert all(u.label in fits[u.text] for u in demo)


def test_speech_is_neither_silent_nor_clipped(demo: Corpus) -> None:
    for u in demo.utterances[::40]:
        samples = demo.read(u).audio.samples
        assert 0.05 < abs(samples).max() < 1.0
        assert 0.4 < len(samples) / demo.read(u).audio.rate < 12


def test_it_says_that_it_is_synthetic(demo: Corpus) -> None:
    assert NOTE in Corpus.load(demo.folder).notes or demo.settings["note"] == NOTE
    assert {u.corpus for u in demo} == {"merhan-demo (synthetic)"}
    assert "synthetic" in (demo.folder / "README.txt").read_text()


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CorpusError, match=str(tmp_path.name)):
        make_demo(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """A disk that is full: no file may grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("lines", [None, 3])
def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch, lines: int | None) -> None:
    # All lines: full at the list of what is to be said; three: in the child that speaks.
    monkeypatch.setattr("recipes.corpus.demo._speak", lambda asked, folder: _speak(asked[:lines], folder))
    full = pytest.raises(CorpusError, match=r"The disk is full while writing .*demo; make room and run again")
    with largest_file(3_000), full:
        make_demo(tmp_path / "demo")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match=r"deeper/demo can't be written to: .*; name another folder"):
        make_demo(tmp_path / "file" / "deeper" / "demo")
