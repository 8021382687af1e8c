from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from merhan.features import extract as module
from merhan.features.extract import Job, extract, hear, hear_all
from merhan.features.settings import FeatureSettings
from recipes.errors import CorpusError

SETTINGS = FeatureSettings()


def test_rows_in_order_with_and_without_audio(corpus_of, cache):
    corpus = corpus_of({"id": "x", "f0": 120}, {"id": "y", "text": "hello"}, {"id": "z", "f0": 240})
    raw = extract(corpus, SETTINGS, cache=cache)
    assert raw.ids == ("x", "y", "z")
    assert raw.has_audio.tolist() == [True, False, True]
    assert [len(f) for f in raw.frames] == [12, 0, 12]  # 48 frames of 10 ms, four at a time
    assert not raw.functionals[1].any()
    assert raw.frames[0].dtype == np.float16


def test_what_was_heard_comes_from_the_cache_wherever_it_lies(corpus_of, cache, monkeypatch, tmp_path):
    corpus = corpus_of({"id": "x", "f0": 120})
    first = extract(corpus, SETTINGS, cache=cache)
    shutil.move(tmp_path / "x.wav", tmp_path / "moved.wav")
    monkeypatch.setattr(module, "_do", None)
    moved = corpus.replace([replace(corpus.utterances[0], id="other", audio="moved.wav")])
    again = extract(moved, SETTINGS, cache=cache)
    assert (again.frames[0] == first.frames[0]).all()
    assert (again.functionals == first.functionals).all()


def test_other_sound_settings_or_steps_are_another_key(corpus_of):
    corpus = corpus_of({"id": "x", "f0": 120}, {"id": "y", "f0": 130})
    job, other = (Job.of(corpus, row) for row in corpus)
    steps = replace(job, steps=({"name": "gain", "params": {"db": 3.0}},))
    cut = replace(job, start=0.1, end=0.3)
    keys = [j.key(SETTINGS) for j in (job, other, steps, cut)] + [job.key(FeatureSettings(stride=1))]
    assert len(set(keys)) == 5
    assert (
        job.key(FeatureSettings(shrink=3, normalise="corpus")) == keys[0]
    )  # these come after what is cached


def test_cached_and_fresh_are_the_same(corpus_of, cache):
    corpus = corpus_of({"id": "x", "f0": 120})
    kept = [extract(corpus, SETTINGS, cache=cache) for _ in range(2)][1]
    fresh = hear(corpus.read(corpus.utterances[0]).audio, SETTINGS)
    assert (kept.frames[0] == fresh.frames).all()
    assert (kept.functionals[0] == fresh.functionals).all()


def test_segments_are_heard_alone(corpus_of, cache, harmonic, tmp_path):
    soundfile.write(tmp_path / "long.wav", np.concatenate([harmonic(110), harmonic(220)]), 16_000)
    rows = corpus_of({"id": "x"}, {"id": "y"}).utterances
    parts = [
        replace(r, audio="long.wav", start=s, end=s + 0.5) for r, s in zip(rows, (0.0, 0.5), strict=True)
    ]
    raw = extract(corpus_of().replace(parts), SETTINGS, cache=cache)
    pitch = [frames[3:9, -2].mean() for frames in raw.frames]
    assert pitch == pytest.approx([12, 24], abs=0.1)


def test_long_audio_is_cut_and_said(corpus_of, cache):
    raw = extract(corpus_of({"id": "x", "f0": 120}), FeatureSettings(max_seconds=0.2), cache=cache)
    assert len(raw.frames[0]) == 5
    assert raw.notes == ("Audio is heard up to features.max_seconds (0.2 s); 1 longer: x.",)


@pytest.mark.parametrize("content", [b"", b"<html>no</html>"])
def test_case_6_5_a_broken_file_is_named(corpus_of, cache, tmp_path, content):
    corpus = corpus_of({"id": "good", "f0": 120}, {"id": "bad"})
    (tmp_path / "bad.wav").write_bytes(content)
    rows = [corpus.utterances[0], replace(corpus.utterances[1], audio="bad.wav")]
    with pytest.raises(CorpusError, match=r'id "bad".*bad\.wav'):
        extract(corpus.replace(rows), SETTINGS, cache=cache)


def test_progress_starts_with_what_is_cached(corpus_of, cache):
    corpus = corpus_of({"id": "x", "f0": 120}, {"id": "y", "f0": 130}, {"id": "z", "f0": 140})
    extract(corpus.replace(corpus.utterances[:1]), SETTINGS, cache=cache)
    calls = []
    extract(corpus, SETTINGS, progress=lambda done, total: calls.append((done, total)), cache=cache)
    assert calls == [(1, 3), (2, 3), (3, 3)]


def test_workers_hear_the_same(corpus_of, cache, tmp_path):
    corpus = corpus_of(*({"id": f"x{n}", "f0": 100 + 10 * n} for n in range(4)))
    jobs = [Job.of(corpus, row) for row in corpus]
    alone = hear_all(jobs, SETTINGS, cache=replace(cache, folder=None))
    together = hear_all(jobs, SETTINGS, workers=2, cache=replace(cache, folder=None))
    for one, other in zip(alone, together, strict=True):
        assert (one.frames == other.frames).all()
        assert (one.functionals == other.functionals).all()
