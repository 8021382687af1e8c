"""Voices: from the copies of a corpus, or from recipe and seed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recipes import CorpusError, load_recipe, materialise, voices


def test_written_and_online_voices_are_the_same(tones, lively, tmp_path):
    corpus = materialise(tones, lively, tmp_path / "out", seed=5).corpus
    written = voices(corpus)
    assert len(written) == 9
    assert all([step["name"] for step in steps] == ["speed"] for steps in written.values())
    drawn = voices(tones, load_recipe(lively), seed=5)
    assert {name: drawn[name] for name in written} == written
    assert set(drawn) == {f"{s}#{v}" for s in ("anna", "ben", "cleo") for v in (1, 2, 3)}
    assert voices(tones, load_recipe(lively), seed=6) != drawn


def test_copies_that_disagree_are_named(tones, lively, tmp_path):
    corpus = materialise(tones, lively, tmp_path / "out").corpus
    one, other = [u for u in corpus if u.voice == "ben#2"][:2]
    bad = [{**other.transforms[0], "params": {"factor": 1.5}}, *other.transforms[1:]]
    corpus = corpus.replace(replace(u, transforms=bad) if u is other else u for u in corpus)
    with pytest.raises(CorpusError) as caught:
        voices(corpus)
    assert one.id in str(caught.value)
    assert other.id in str(caught.value)
    assert "'ben#2'" in str(caught.value)


def test_duplicates_and_originals_have_none(tones, tmp_path):
    assert voices(tones) == {}
    assert voices(tones, load_recipe({"balance": {"target": "majority"}})) == {}
    assert voices(materialise(tones, {"balance": {"target": "majority"}}, tmp_path / "out").corpus) == {}


def test_a_step_that_a_voice_did_not_draw_leaves_it_empty(tones, lively, tmp_path):
    lively["augment"]["audio"][0]["speed"]["p"] = 0.5
    corpus = materialise(tones, lively, tmp_path / "out").corpus
    found = voices(corpus)
    assert {len(steps) for steps in found.values()} == {0, 1}
    assert {name: voices(tones, load_recipe(lively))[name] for name in found} == found
