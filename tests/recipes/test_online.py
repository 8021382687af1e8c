"""Copies drawn anew in every epoch."""

from __future__ import annotations

import numpy as np
import pytest
from torch.utils.data import Subset

from balancer import labels_of
from recipes import RecipeError, materialise
from recipes.copying import Copier, Copy
from recipes.online import AugmentedDataset


def voice_number(utterance):
    return int(utterance.voice.rpartition("#")[2])


def test_originals_then_copies_as_planned(tones, lively):
    dataset = AugmentedDataset(tones, lively)
    items = [dataset[i] for i in range(len(dataset))]
    assert len(items) == 24 + 21
    assert [u for u, _ in items if not u.is_copy] == list(tones.select("train"))
    for row, (utterance, sample) in zip(dataset.rows, items, strict=True):
        assert (utterance.source_id or utterance.id) == row.id
        assert sample.id == utterance.id
        assert sample.text == utterance.text
    assert labels_of(Subset(dataset, [40, 0])) == [items[40][0].label, items[0][0].label]


def test_epoch_0_is_what_would_be_written(tones, lively, tmp_path):
    corpus = materialise(tones, lively, tmp_path / "out", seed=4).corpus
    dataset = AugmentedDataset(tones, lively, seed=4)
    assert [dataset[i][0].id for i in range(len(dataset))] == [u.id for u in corpus.select("train")]
    for i in range(len(dataset)):
        utterance, sample = dataset[i]
        written = corpus.by_id[utterance.id]
        assert (utterance.text, utterance.voice, utterance.transforms) == (
            written.text, written.voice, written.transforms,
        )  # fmt: skip
        np.testing.assert_allclose(sample.audio.samples, corpus.read(written).audio.samples, atol=1 / 32768)


def test_the_next_epoch_goes_to_the_next_voice_and_draws_anew(tones, lively):
    dataset = AugmentedDataset(tones, lively)
    place = next(i for i in range(len(dataset)) if dataset[i][0].is_copy)
    seen = []
    for epoch in range(4):
        dataset.set_epoch(epoch)
        seen.append(dataset[place][0])
    numbers = [voice_number(u) for u in seen]
    assert numbers == [(numbers[0] + e - 1) % 3 + 1 for e in range(4)]
    voices, gains = zip(*[[step["params"] for step in u.transforms[:2]] for u in seen], strict=True)
    assert voices[0] == voices[3] != voices[1]  # the same person in every epoch
    assert len({gain["db"] for gain in gains}) == 4
    dataset.set_epoch(0)
    assert dataset[place][0] == seen[0]


def test_what_is_refused_is_the_original(tones, lively, monkeypatch):
    monkeypatch.setattr(Copier, "__call__", lambda self, *args, **options: Copy(None, refused="silence"))
    dataset = AugmentedDataset(tones, lively)
    place = next(i for i in range(len(dataset)) if dataset[i][0].is_copy)
    utterance, sample = dataset[place]
    source = tones.read(tones.by_id[utterance.source_id])
    assert np.array_equal(sample.audio.samples, source.audio.samples)
    assert (utterance.voice, utterance.transforms, utterance.text) == ("", [], source.text)


def test_loader_workers_see_what_this_process_sees(tones, lively):
    from torch.utils.data import DataLoader

    dataset = AugmentedDataset(tones, lively)
    dataset[len(dataset) - 1]  # chains are built by now, and do not travel
    dataset.set_epoch(2)
    loader = DataLoader(
        dataset, batch_size=8, num_workers=1, collate_fn=list, multiprocessing_context="spawn"
    )
    loaded = [utterance for batch in loader for utterance, _ in batch]
    assert loaded == [dataset[i][0] for i in range(len(dataset))]


def test_a_recipe_without_copies_is_refused(tones):
    with pytest.raises(RecipeError, match="makes no copies"):
        AugmentedDataset(tones, {"name": "plain"})
