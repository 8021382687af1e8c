"""Copies made of several utterances: of training originals alone, the same whoever makes them."""

from __future__ import annotations

import pickle
import re
import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from augment import partners, replay
from recipes import AugmentedDataset, RecipeError, load_recipe, materialise
from recipes.corpus.leaks import find_leaks
from recipes.pool import make_pool, pool_of
from recipes.preview import previews


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


def test_what_was_cut_off_ends_in_the_same_bytes(tones, sociable, tmp_path):
    def interrupt(done, total):
        if done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        materialise(tones, sociable, tmp_path / "out", progress=interrupt)
    materialise(tones, sociable, tmp_path / "out", workers=2)
    materialise(tones, sociable, tmp_path / "whole")
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_online_and_preview_make_the_same(tones, sociable, tmp_path):
    corpus = materialise(tones, sociable, tmp_path / "out").corpus
    dataset = AugmentedDataset(tones, sociable)
    online = {u.id: u for u, _ in (dataset[i] for i in range(len(dataset)))}
    shown = {f"{p.utterance.id}~1": p.copy for p in previews(tones, load_recipe(sociable), n=9)}
    assert len(shown) == 9
    for u in corpus:
        if u.is_copy:
            assert (online[u.id].text, online[u.id].transforms) == (u.text, u.transforms)
        if u.id in shown:
            assert list(shown[u.id].transforms) == u.transforms
    dataset.set_epoch(1)
    again = [u.transforms for u, _ in (dataset[i] for i in range(len(dataset))) if u.is_copy]
    assert again != [u.transforms for u in online.values() if u.is_copy]


def test_loader_workers_have_the_pool(tones, sociable):
    from torch.utils.data import DataLoader

    dataset = AugmentedDataset(tones, sociable)
    loader = DataLoader(
        dataset, batch_size=8, num_workers=1, collate_fn=list, multiprocessing_context="spawn"
    )
    loaded = [utterance for batch in loader for utterance, _ in batch]
    assert loaded == [dataset[i][0] for i in range(len(dataset))]


def test_siblings_of_an_earlier_round_are_replayed_with_their_partners(tones, sociable, tmp_path):
    """Joining alone: copies that came out alike are handed to others, which have copies already."""
    sociable["augment"] = {"pairs": [{"copy_paste": {"pause": 0, "partners": 1, "match": 0}}]}
    sociable["balance"] = {"target": {"ratio": 1.0}, "max_copies": 8}
    made = materialise(tones, sociable, tmp_path / "one")
    assert made.refused["identical"] > 0
    sounds = [made.corpus.audio_path(u).read_bytes() for u in made.corpus if u.is_copy]
    assert len(set(sounds)) == len(sounds)
    materialise(tones, sociable, tmp_path / "two", workers=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_those_who_have_nobody_to_be_joined_to_are_refused_and_named(tones, sociable, tmp_path):
    sociable["augment"] = {"pairs": ["copy_paste"]}
    made = materialise(tones, sociable, tmp_path / "out")
    copies = [u for u in made.corpus if u.is_copy]
    assert copies
    assert {u.label for u in copies} == {"joy"}  # one fear a speaker
    assert made.missed == {"fear": 12}
    assert made.refused["identical"] >= 12
    (note,) = [note for note in made.corpus.notes if "joined" in note]
    assert note == (
        "3 rows with no other of their class and speaker to be joined to: anna-fear-0, ben-fear-0, cleo-fear-0; "
        "copies of them have only what the other steps change."
    )


def test_one_class_may_be_joined_and_others_not(tones, sociable, tmp_path):
    sociable["augment"]["pairs"] = []
    sociable["augment"]["audio"] = ["gain"]
    sociable["augment"]["per_class"] = {"joy": {"pairs": ["copy_paste"]}}
    for u in materialise(tones, sociable, tmp_path / "out").corpus:
        if u.is_copy:
            assert ("copy_paste" in {step["name"] for step in u.transforms}) == (u.label == "joy")


@pytest.mark.parametrize("modalities", ["audio", "text", "either"])
def test_sound_and_words_are_joined_whatever_else_is_changed(tones, sociable, tmp_path, modalities):
    sociable["augment"]["modalities"] = modalities
    corpus = materialise(tones, sociable, tmp_path / "out").corpus
    for u in [u for u in corpus if u.is_copy]:
        names = [step["name"] for step in u.transforms]
        assert names[0] == "copy_paste"
        assert set(names[1:]) in [
            {"speed", "overlay"} if modalities != "text" else None,
            {"random_swap"} if modalities != "audio" else None,
        ]
        parts = [tones.by_id[name] for name in (u.source_id, *u.transforms[0]["params"]["partners"])]
        assert words(u.text) == words(" ".join(part.text for part in parts))
        factor = u.transforms[1]["params"]["factor"] if "speed" in names else 1
        seconds = 0.4 * len(parts) + sum(u.transforms[0]["params"]["pauses"])
        assert corpus.read(u).audio.duration == pytest.approx(seconds / factor, abs=0.001)
        assert bool(u.voice) == ("speed" in names)


def test_words_are_joined_in_any_language_and_edited_in_none_that_is_not_known(tones, sociable, tmp_path):
    sociable["augment"]["modalities"] = "text"
    polish = tones.replace(replace(u, language="xx", audio="") for u in tones)
    made = materialise(polish, sociable, tmp_path / "out")
    copies = [u for u in made.corpus if u.is_copy]
    assert copies
    for u in copies:
        assert [step["name"] for step in u.transforms] == ["copy_paste"]
        assert u.voice == ""


def test_a_partner_that_breaks_off_is_drawn_anew_and_counted(
    tones, sociable, tone_folder, tmp_path, monkeypatch
):
    shutil.copytree(tone_folder, tmp_path / "corpus")
    path = tmp_path / "corpus" / "audio" / "anna-neutral-0.wav"
    samples, rate = soundfile.read(path)
    path.unlink()
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 40_000)
    soundfile.write(path.with_suffix(".flac"), np.concatenate([samples, noise]), rate)
    whole = path.with_suffix(".flac").read_bytes()
    path.with_suffix(".flac").unlink()
    path.write_bytes(whole[: len(whole) // 2])  # a header that promises more than there is
    sociable["augment"]["audio"] = ["overlay"]
    # It breaks after it was looked at.
    monkeypatch.setattr(sys.modules["recipes.materialise"], "without_broken", lambda corpus, _: (corpus, []))
    made = materialise(tmp_path / "corpus", sociable, tmp_path / "out", skip_broken=True)
    assert made.redrawn["partner"] > 0
    assert all("anna-neutral-0" not in u.made_of for u in made.corpus)


def test_a_recipe_may_not_join_after_other_steps(tones):
    wrong = {
        "name": "w",
        "augment": {"audio": ["copy_paste"], "pairs": ["overlay", {"copy_paste": "medium"}]},
    }
    with pytest.raises(RecipeError) as error:
        load_recipe(wrong)
    said = str(error.value)
    assert "copy_paste joins utterances; it belongs under augment.pairs" in said
    assert "overlay changes audio; it belongs under augment.audio" in said


def test_the_pool_holds_training_originals_alone(tones, sociable):
    rows = [*tones, replace(tones.utterances[0], id="x~1", source_id="x", copy=1)]
    pool = pool_of(tones.replace(rows))
    assert pool.ids == sorted(u.id for u in tones.select("train"))
    assert make_pool(tones, load_recipe(sociable)).ids == pool.ids
    babble = {"one_of": {"of": ["gain", {"add_noise": {"color": "babble"}}]}}
    for augment in (
        {"audio": [babble]},
        {"pairs": [{"some_of": {"of": ["copy_paste"], "n": 1}}]},
        {"per_class": {"joy": {"audio": ["overlay"]}}},
    ):
        assert make_pool(tones, load_recipe({**sociable, "augment": augment})) is not None
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
