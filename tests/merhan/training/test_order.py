"""The order of training rows that a recipe's `train.sampler` asks for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from transformers import TrainerCallback

from balancer.samplers import sampler_names
from merhan import train
from recipes.corpus.corpus import Corpus

RECIPE = {
    "name": "small",
    "summary": "A small one.",
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}


class Watch(TrainerCallback):
    """Keeps each epoch's rows, batch by batch."""

    def __init__(self) -> None:
        self.epochs: list[list[list[int]]] = []

    def on_epoch_end(self, args, state, control, train_dataloader, **kwargs) -> None:
        self.epochs.append([list(batch) for batch in train_dataloader.batch_sampler])


def watched(corpus: Corpus, out: Path, sampler: object, epochs: int = 1, **settings) -> tuple[Corpus, list]:
    watch = Watch()
    recipe = RECIPE | {
        "train": {"batch_size": 6, "patience": 0, "class_weights": {"method": "none"}, "sampler": sampler}
        | settings
    }
    train(corpus, recipe, out, epochs=epochs, seed=3, latency_repeats=1, callbacks=(watch,))
    return corpus.select("train"), watch.epochs


@pytest.mark.parametrize("name", sampler_names())
def test_every_sampler_trains(mute: Corpus, tmp_path: Path, name: str) -> None:
    rows, (epoch,) = watched(mute, tmp_path / "run", name)
    assert [len(batch) for batch in epoch] == [6, 6, 6, 6, 2]
    assert len(rows) == 26


def test_speakers_lengths_and_epochs_are_handed_in(mute: Corpus, tmp_path: Path) -> None:
    rows, (epoch,) = watched(mute, tmp_path / "groups", {"name": "group_aware", "replacement": True})
    drawn = [rows.utterances[row] for batch in epoch for row in batch]
    cells = Counter((u.label, u.speaker) for u in drawn)
    assert len(cells) == 6
    assert set(cells.values()) <= {4, 5}

    rows, epochs = watched(mute, tmp_path / "progress", "progressively_balanced", epochs=2)
    shares = [Counter(rows.utterances[row].label for batch in epoch for row in batch) for epoch in epochs]
    assert shares[0] == {"neutral": 16, "joy": 6, "anger": 4}  # as the corpus is
    assert shares[1]["neutral"] in (12, 13)  # half of 16 and of 26 / 3

    rows, (epoch,) = watched(mute, tmp_path / "lengths", "length_bucketed")
    # The number that an id ends in says how long the sound is: 0 to 7 of the neutral ones.
    numbers = [
        [int(u.id[-1]) for u in map(rows.utterances.__getitem__, batch) if u.label == "neutral"]
        for batch in epoch[:-1]
    ]
    assert all(max(batch) - min(batch) <= 3 for batch in numbers)
    assert max(map(max, numbers)) - min(map(min, numbers)) >= 5


@pytest.mark.parametrize("name", ["length_bucketed", "progressively_balanced"])
def test_case_4_11_a_resumed_training_ends_where_an_uninterrupted_one_does(
    mute: Corpus, tmp_path: Path, name: str
) -> None:
    class Interrupt(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs) -> None:
            if state.global_step == 7:  # in the second epoch of five steps each
                raise KeyboardInterrupt

    recipe = RECIPE | {"train": {"batch_size": 6, "patience": 0, "sampler": name}}
    options = {"epochs": 3, "seed": 3, "latency_repeats": 1}
    whole = train(mute, recipe, tmp_path / "whole", **options)
    with pytest.raises(KeyboardInterrupt):
        train(mute, recipe, tmp_path / "cut", callbacks=(Interrupt(),), **options)
    resumed = train(mute, recipe, tmp_path / "cut", resume=True, **options)
    assert resumed.metrics["dev"]["loss"] == pytest.approx(whole.metrics["dev"]["loss"], rel=1e-4)
