"""Broken audio is found all at once, by headers."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from recipes.corpus.checks import broken_audio, without_broken
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError


def tone(seconds, rate=16_000):
    return 0.3 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * rate)) / rate)


def corpus_in(folder, *rows):
    made = [Utterance(id=f"u{i}", label="joy", line=i + 2, **row) for i, row in enumerate(rows)]
    return Corpus(tuple(made), folder, manifest="manifest.csv")


@pytest.fixture
def folder(tmp_path):
    soundfile.write(tmp_path / "good.wav", tone(1), 16_000)
    soundfile.write(tmp_path / "stereo.flac", np.stack([tone(1), tone(1)], axis=1), 16_000)
    soundfile.write(tmp_path / "phone.wav", tone(1, 8000), 8000)
    soundfile.write(tmp_path / "short.wav", tone(0.02), 16_000)
    soundfile.write(tmp_path / "float.wav", tone(1), 16_000, subtype="FLOAT")
    soundfile.write(tmp_path / "long.flac", tone(600, 8000), 8000)
    return tmp_path


def test_what_is_unusual_is_not_broken(folder):
    names = ("good.wav", "stereo.flac", "phone.wav", "short.wav", "float.wav", "long.flac", "")
    assert broken_audio(corpus_in(folder, *[{"audio": name} for name in names])) == []


def test_every_broken_file_is_named_at_once(folder):
    soundfile.write(folder / "empty.wav", np.zeros(0), 16_000)
    (folder / "nothing.wav").write_bytes(b"")
    (folder / "page.wav").write_text("<html><body>404</body></html>")
    samples = tone(1)
    samples[100] = np.nan
    soundfile.write(folder / "nan.wav", samples, 16_000, subtype="FLOAT")
    names = ("gone.wav", "empty.wav", "nothing.wav", "page.wav", "nan.wav", "good.wav", "page.wav")
    found = broken_audio(corpus_in(folder, *[{"audio": name} for name in names]))
    assert [(row.id, row.line, row.path.name) for row in found] == [
        ("u0", 2, "gone.wav"), ("u1", 3, "empty.wav"), ("u2", 4, "nothing.wav"), ("u3", 5, "page.wav"),
        ("u4", 6, "nan.wav"), ("u6", 8, "page.wav"),
    ]  # fmt: skip
    reasons = {row.path.name: row.reason for row in found}
    assert "does not exist" in reasons["gone.wav"]
    assert "empty (0 samples)" in reasons["empty.wav"]
    assert "empty (0 bytes)" in reasons["nothing.wav"]
    assert "not audio: starts with" in reasons["page.wav"]
    assert "NaN" in reasons["nan.wav"]


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_a_cut_flac_is_found_before_it_is_decoded(folder, kept):
    """Its header still promises the whole: a copy that was not finished, a download that broke off."""
    rng = np.random.default_rng(0)
    soundfile.write(folder / "cut.flac", 0.1 * rng.standard_normal(160_000), 16_000)
    content = (folder / "cut.flac").read_bytes()
    (folder / "cut.flac").write_bytes(content[: int(kept * len(content))])
    (broken,) = broken_audio(corpus_in(folder, {"audio": "good.wav"}, {"audio": "cut.flac"}))
    assert broken.id == "u1"
    assert "cut.flac is broken" in broken.reason


def test_case_6_13_a_file_of_another_case_or_ending_is_pointed_out(folder):
    soundfile.write(folder / "A11_183.WAV", tone(1), 16_000, format="WAV")
    found = broken_audio(
        corpus_in(folder, {"audio": "a11_183.wav"}, {"audio": "good.flac"}, {"audio": "no/where.wav"})
    )
    assert [row.reason for row in found] == [
        f"{folder}/a11_183.wav does not exist; A11_183.WAV does",
        f"{folder}/good.flac does not exist; good.wav does",
        f"{folder}/no/where.wav does not exist",
    ]


def test_case_6_10_segments_end_within_their_file(folder):
    rows = [
        {"audio": "good.wav", "start": 0.0, "end": 1.0},
        {"audio": "good.wav", "start": 0.5, "end": 1.04},  # rounded by whoever wrote it
        {"audio": "good.wav", "start": 0.5},
        {"audio": "good.wav", "end": 1.2},
        {"audio": "good.wav", "start": 15.32, "end": 16.0},
        {"audio": "good.wav", "start": 1.0},
    ]
    assert [(row.id, row.reason) for row in broken_audio(corpus_in(folder, *rows))] == [
        ("u3", "end 1.2 s is past the end of good.wav (1.000 s)"),
        ("u4", "start 15.32 s is past the end of good.wav (1.000 s)"),
        ("u5", "start 1 s is past the end of good.wav (1.000 s)"),
    ]


def test_refused_with_the_first_twenty_and_the_count(folder):
    corpus = corpus_in(folder, *[{"audio": f"{i}.wav"} for i in range(25)], {"audio": "good.wav"})
    with pytest.raises(CorpusError) as caught:
        without_broken(corpus, skip=False)
    first, *listed, last = str(caught.value).splitlines()
    assert first == "25 of 26 rows have broken audio; mend or remove them, or run with --skip-broken:"
    assert len(listed) == 20
    assert listed[0] == f'  manifest.csv line 2 (id "u0"): {folder}/0.wav does not exist'
    assert last == "  … and 5 more"


def test_skipped_rows_take_their_copies_along_and_are_counted(folder):
    corpus = corpus_in(folder, {"audio": "gone.wav"}, {"audio": "good.wav"})
    copy = Utterance(id="u0~1", label="joy", audio="good.wav", source_id="u0", copy=1)
    left, broken = without_broken(corpus.replace([*corpus, copy]), skip=True)
    assert [u.id for u in left] == ["u1"]
    assert [row.id for row in broken] == ["u0"]
    assert left.notes[-1] == f"Skipped for broken audio: 1 row: u0 ({folder}/gone.wav does not exist)."
    whole, broken = without_broken(left, skip=False)
    assert (whole, broken) == (left, [])
    with pytest.raises(CorpusError, match="1 of 1 row has broken audio"):
        without_broken(corpus.replace(corpus.utterances[:1]), skip=True)


def test_what_is_unusual_is_said_once(folder):
    names = ("good.wav", "stereo.flac", "phone.wav", "short.wav", "long.flac", "")
    corpus, _ = without_broken(corpus_in(folder, *[{"audio": name} for name in names]), skip=False)
    assert corpus.notes == (
        "1 row with several channels, which are averaged.",
        "2 rows of less than 16000 Hz, which hold no high frequencies.",
        "1 row of less than 0.1 s of sound.",
        "1 row of more than 60 s of sound, of which features may use a part.",
    )


def test_a_root_that_moved_is_one_sentence(folder):
    corpus = replace(corpus_in(folder, {"audio": "source:good.wav"}), roots={"source": folder / "moved"})
    for skip in (False, True):
        with pytest.raises(
            CorpusError, match=r"does not exist; if it was moved, run with --corpus-root source=DIR"
        ):
            without_broken(corpus, skip)


def test_ten_thousand_rows_are_quick(folder):
    for i in range(200):
        (folder / f"{i}.wav").hardlink_to(folder / "phone.wav")
    rows = [{"audio": f"{i % 200}.wav", "start": 0.0, "end": 0.5} for i in range(10_000)]
    corpus = corpus_in(folder, *rows)
    begin = time.process_time()
    assert broken_audio(corpus) == []
    assert time.process_time() - begin < 5


def test_what_is_read_is_a_sample(folder):
    corpus = corpus_in(folder, {"audio": "good.wav", "start": 0.25, "end": 0.5, "text": "Hi."}, {"text": " "})
    sample = corpus.read(corpus.utterances[0])
    assert (sample.id, sample.text, sample.audio.rate, len(sample.audio.samples)) == (
        "u0",
        "Hi.",
        16_000,
        4000,
    )
    np.testing.assert_allclose(sample.audio.samples, tone(1)[4000:8000], atol=1e-4)
    silent = corpus.read(corpus.utterances[1])
    assert (silent.audio, silent.text) == (None, None)
    (folder / "good.wav").unlink()
    with pytest.raises(CorpusError, match=r'manifest.csv line 2 \(id "u0"\): .*good.wav does not exist'):
        corpus.read(corpus.utterances[0])
    assert isinstance(corpus.folder, Path)
