from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from merhan.features.featureset import build_features, features_of
from merhan.features.functionals import functional_names
from merhan.features.settings import FeatureError, FeatureSettings
from merhan.features.text import TextEncoder
from recipes.voices import voices

SETTINGS = FeatureSettings()


@pytest.fixture(scope="module")
def encoder():
    return replace(TextEncoder.load("scratch", ["no", "well yes", "oh my"]), trainable=False)


@pytest.fixture
def corpus(corpus_of):
    rows = [
        {"id": "a0", "speaker": "A", "f0": 110, "label": "cross", "text": "no"},
        {"id": "a1", "speaker": "A", "f0": 120, "label": "calm"},
        {"id": "b0", "speaker": "B", "label": "calm", "text": "well yes oh my"},
        {"id": "b1", "speaker": "B", "f0": 230, "label": "cross", "text": "oh"},
        {"id": "c0", "speaker": "C", "f0": 180, "label": "sad", "split": "test", "text": "no no"},
    ]
    return corpus_of(*rows)


def build(corpus, encoder, cache, **options):
    return build_features(corpus, options.pop("settings", SETTINGS), encoder=encoder, cache=cache, **options)


def test_rows_classes_and_modalities(corpus, encoder, cache):
    found = build(corpus, encoder, cache)
    assert found.ids == ("a0", "a1", "b0", "b1", "c0")
    assert found.classes == ("calm", "cross", "sad")
    assert found.labels.tolist() == [1, 0, 0, 1, 2]
    assert found.has_audio.tolist() == [True, True, False, True, True]
    assert found.has_text.tolist() == [True, False, True, True, True]
    assert (found.frame_dim, found.functional_dim, found.text_dim) == (147, 101, 128)
    assert not found.functionals[2].any()
    assert not found.text.mean[1].any()


def test_a_batch_is_padded_behind_masks(corpus, encoder, cache):
    batch = build(corpus, encoder, cache).collate([0, 1, 2])
    assert batch["frames"].shape == (3, 12, 147)
    assert batch["frames_mask"].sum(1).tolist() == [12, 12, 0]
    assert batch["text_states"].shape[0] == 3
    lengths = batch["text_mask"].sum(1).tolist()
    assert lengths[1] == 0
    assert lengths[2] == batch["text_states"].shape[1] > lengths[0] > 2
    assert not batch["text_states"][0, lengths[0] :].any()
    assert not batch["frames"][2].any()
    assert batch["labels"].tolist() == [1, 0, 0]
    assert batch["functionals"].shape == (3, 101)
    for name, tensor in batch.items():
        wanted = torch.bool if name.startswith("has") or name.endswith("mask") else torch.float32
        assert tensor.dtype == (torch.int64 if name == "labels" else wanted)


def test_frames_and_mean_of_the_text_are_those_of_the_row(corpus, encoder, cache):
    found = build(corpus, encoder, cache)
    batch = found.collate([3])
    assert batch["frames"][0].numpy() == pytest.approx(found.frames(3))
    states = batch["text_states"][0].numpy()
    assert found.text.mean[3] == pytest.approx(states.mean(0), abs=1e-5)


def test_lengths_are_what_a_batch_is_padded_to(corpus, encoder, cache):
    found = build(corpus, encoder, cache)
    assert found.lengths.tolist() == [len(found.raw.frames[row]) for row in range(5)]
    assert found.lengths[2] == 0  # b0 has no audio
    assert found.collate([0, 1, 3])["frames"].shape[1] == found.lengths[[0, 1, 3]].max()


def test_a_split_is_a_set_of_its_own(corpus, encoder, cache):
    whole = build(corpus, encoder, cache)
    test = whole.select("test")
    assert (test.ids, len(test), test.classes) == (("c0",), 1, whole.classes)
    assert (test.frames(0) == whole.frames(4)).all()
    assert (test.collate([0])["text_states"] == whole.collate([4])["text_states"]).all()
    assert whole.select([3, 0]).ids == ("b1", "a0")


def test_corpus_statistics_know_nothing_of_the_speaker(corpus, encoder, cache):
    # One utterance alone would look the same: its own deviation is 0, so both are shrunk by the same share.
    another = replace(corpus.utterances[4], id="c1", audio="b1.wav")
    found = build(corpus.replace([*corpus.utterances, another]), encoder, cache)
    plain = found.with_corpus_statistics()
    expected = found.normaliser.functionals(found.raw.functionals[4], found.normaliser.corpus)
    assert (plain.functionals[4] == expected).all()
    assert not np.allclose(plain.functionals[4], found.functionals[4])
    assert not np.allclose(plain.frames(4), found.frames(4))


def test_soft_labels_make_shares(corpus, encoder, cache):
    rows = [replace(corpus.utterances[0], label={"calm": 0.25, "cross": 0.75}), *corpus.utterances[1:]]
    found = build(corpus.replace(rows), encoder, cache)
    assert found.labels.tolist() == [1, 0, 0, 1, 2]
    assert found.collate([0, 4])["labels"].tolist() == [[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]


def test_an_encoder_that_is_trained_along_is_given_ids(corpus, encoder, cache):
    found = build(corpus, encoder, cache, read_in_network=True)
    batch = found.collate([0, 1])
    assert "text_states" not in batch
    assert batch["input_ids"][0].tolist() == found.text.ids[0].tolist()
    assert batch["input_ids"].dtype == torch.int64
    assert batch["text_mask"].sum(1).tolist() == [len(found.text.ids[0]), 0]
    assert found.text.mean[0].any()  # the yardstick's


def test_functionals_can_stay_out_of_the_batch(corpus, encoder, cache):
    found = build(corpus, encoder, cache, settings=FeatureSettings(functionals=False))
    assert found.functional_dim == 0
    assert found.collate([0, 1])["functionals"].shape == (2, 0)
    assert found.functionals.shape == (5, 101)


def test_a_corpus_without_text_needs_no_encoder(corpus, cache):
    silent = corpus.replace(replace(u, text="") for u in corpus if u.audio)
    found = build_features(silent, SETTINGS, cache=cache)
    assert found.encoder is None
    batch = found.collate([0, 1])
    assert batch["text_states"].shape == (2, 1, 1)
    assert not batch["text_mask"].any()


def test_a_corpus_without_audio_works(corpus, encoder, cache):
    mute = corpus.replace(replace(u, audio="") for u in corpus if u.text)
    found = build(mute, encoder, cache)
    assert not found.has_audio.any()
    assert found.lengths.tolist() == [len(tokens) for tokens in found.text.ids]
    assert found.collate([0])["frames"].shape == (1, 1, 147)


def test_a_copy_in_a_voice_is_measured_against_that_voice(corpus, encoder, cache, tmp_path):
    from augment import replay
    from augment.audio.files import write_audio

    steps = [{"name": "speed", "scope": "speaker", "settings": {}, "params": {"factor": 1.1}}]
    copies = []
    for source in corpus.utterances[:2]:
        write_audio(tmp_path / f"{source.id}~1.flac", replay(corpus.read(source), steps).audio)
        fields = {"id": f"{source.id}~1", "audio": f"{source.id}~1.flac", "source_id": source.id, "copy": 1}
        copies.append(replace(source, **fields, voice="A#1", transforms=steps))
    balanced = corpus.replace([*corpus.utterances, *copies])
    found = build(balanced, encoder, cache, voices=voices(balanced))
    column = functional_names().index("f0_mean")
    assert found.functionals[5:, column] == pytest.approx(found.functionals[:2, column], abs=0.02)
    assert found.raw.functionals[5, column] - found.raw.functionals[0, column] > 1.5
    assert found.copies.tolist() == [False] * 5 + [True] * 2


def test_a_trained_model_hears_a_balanced_corpus_too(corpus, encoder, cache, tmp_path):
    learnt = build(corpus, encoder, cache)
    copy = replace(corpus.utterances[0], id="a0~1", source_id="a0", copy=1, voice="A#1", transforms=[])
    balanced = corpus.replace([*corpus.utterances, copy])
    found = build(balanced, encoder, cache, voices=voices(balanced), normaliser=learnt.normaliser)
    assert (found.normaliser.corpus.functionals.mean == learnt.normaliser.corpus.functionals.mean).all()
    assert found.functionals[5] == pytest.approx(found.functionals[0])


def test_samples_of_no_corpus_look_like_their_rows(corpus, encoder, cache):
    whole = build(corpus, encoder, cache)
    samples = [corpus.read(row) for row in corpus]
    found = features_of(samples, whole.normaliser, encoder, whole.classes, whole.statistics)
    assert found.functionals == pytest.approx(whole.functionals, abs=1e-5)
    assert found.frames(3) == pytest.approx(whole.frames(3), abs=1e-5)
    assert (found.has_audio == whole.has_audio).all()
    assert (found.has_text == whole.has_text).all()
    assert set(found.labels) == {-100}
    plain = features_of(samples, whole.normaliser, encoder, whole.classes)
    assert plain.functionals == pytest.approx(whole.with_corpus_statistics().functionals, abs=1e-5)


def test_a_label_that_the_model_never_saw_is_named(corpus, encoder, cache):
    with pytest.raises(FeatureError, match=r'id "c0".*\'sad\' is none of the classes calm, cross'):
        build(corpus, encoder, cache, classes=["calm", "cross"])


def test_rows_without_a_speaker_are_said_once(corpus, encoder, cache):
    nameless = corpus.replace(replace(u, speaker="") for u in corpus)
    assert build(nameless, encoder, cache).notes[0].startswith("Rows without a speaker (4) are measured")
    assert build(corpus, encoder, cache).notes == ()


def test_texts_that_are_cut_are_said(corpus, encoder, cache):
    wordy = corpus.replace(replace(u, text=u.text * (9 if u.id == "b0" else 1)) for u in corpus)
    found = build(wordy, encoder, cache, settings=FeatureSettings(max_tokens=16))
    assert found.notes == ("Texts are read up to features.max_tokens (16); as long or longer: 1.",)
