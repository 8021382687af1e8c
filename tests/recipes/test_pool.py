"""Copies made of several utterances: of training originals alone, the same whoever makes them."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace

import numpy as np
import pytest

from augment import partners, replay
from recipes import materialise
from recipes.corpus.leaks import find_leaks
from recipes.pool import make_pool, pool_of


@pytest.fixture
def sociable():
    """A recipe that joins utterances, and lays others under them."""
    return {
        "name": "sociable",
        "balance": {"target": {"ratio": 1.0}, "max_copies": 6},
        "augment": {
            "voices": 3,
            "pairs": [{"copy_paste": {"max_seconds": 3, "partners": [1, 2]}}],
            "audio": [{"speed": {"factor": [[0.85, 0.95], [1.05, 1.15]], "scope": "speaker"}}, "overlay"],
            "text": [{"random_swap": {"rate": 0.3}}],
            "gates": {"min_similarity": 0.3},
        },
    }


def words(text):
    return sorted(re.findall(r"\w+", text.lower()))


def tree(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_partners_are_training_originals_of_the_class_and_speaker(tones, sociable, tmp_path):
    corpus = materialise(tones, sociable, tmp_path / "out").corpus
    joined = 0
    for u in [u for u in corpus if u.is_copy]:
        source = tones.by_id[u.source_id]
        assert [step["name"] for step in u.transforms] == ["copy_paste", "speed", "overlay", "random_swap"]
        paste, speed, overlay, _ = (step["params"] for step in u.transforms)
        for name in paste["partners"]:
            other = tones.by_id[name]
            assert (other.label, other.speaker, other.split) == (source.label, source.speaker, "train")
            assert other.id != source.id
        (behind,) = overlay["partners"]
        assert tones.by_id[behind].split == "train"
        assert tones.by_id[behind].speaker != source.speaker
        assert partners(u.transforms) == {*paste["partners"], behind}
        joined += bool(paste["partners"])
        # The words of all of them, in the order in which they are heard.
        seconds = 0.4 * (1 + len(paste["partners"])) + sum(paste["pauses"])
        assert corpus.read(u).audio.duration == pytest.approx(seconds / speed["factor"], abs=0.001)
        texts = [source.text, *(tones.by_id[name].text for name in paste["partners"])]
        assert words(u.text) == words(" ".join(texts))
        again = replay(tones.read(source), u.transforms, pool_of(tones))
        assert again.text == u.text
        np.testing.assert_allclose(again.audio.samples, corpus.read(u).audio.samples, atol=1 / 32768)
    assert joined > 5
    assert find_leaks(corpus) == []


def test_the_same_bytes_whatever_the_workers(tones, sociable, tmp_path):
    materialise(tones, sociable, tmp_path / "one")
    materialise(tones, sociable, tmp_path / "two", workers=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_the_pool_holds_training_originals_alone(tones, sociable):
    rows = [*tones, replace(tones.utterances[0], id="x~1", source_id="x", copy=1)]
    pool = pool_of(tones.replace(rows))
    assert pool.ids == sorted(u.id for u in tones.select("train"))
    from recipes import load_recipe

    assert make_pool(tones, load_recipe(sociable)).ids == pool.ids
    del sociable["augment"]["pairs"], sociable["augment"]["audio"]
    assert make_pool(tones, load_recipe(sociable)) is None


def test_it_travels_without_its_clips(tones):
    pool = pool_of(tones)
    before = len(pickle.dumps(pool))
    for name in pool.ids:
        pool.sample(name)
    assert len(pickle.dumps(pool)) == before
    there = pickle.loads(pickle.dumps(pool))
    assert there.sample("anna-joy-0").text == tones.by_id["anna-joy-0"].text
    assert there.seconds(0) == pytest.approx(0.4)
