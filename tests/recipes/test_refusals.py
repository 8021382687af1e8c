"""Refused copies in whole jobs: handed over, counted, said."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from recipes import load_recipe, materialise
from recipes.copying import Copier, Copy
from recipes.plan import make_plan


@pytest.fixture
def stubborn(monkeypatch):
    """Nothing of "anna-joy-0" ever passes its gates."""
    call = Copier.__call__

    def judge(self, source, utterance, copy, voice, siblings=(), epoch=0):
        if utterance.id == "anna-joy-0":
            return Copy(None, refused="silence")
        return call(self, source, utterance, copy, voice, siblings, epoch)

    monkeypatch.setattr(Copier, "__call__", judge)


def test_refused_copies_go_to_further_utterances_of_the_speaker(tones, lively, tmp_path, stubborn):
    made = materialise(tones, lively, tmp_path / "out")
    assert made.after == {"fear": 15, "joy": 15, "neutral": 15}
    assert made.missed == {}
    copies = Counter(u.source_id for u in made.corpus if u.is_copy and u.label == "joy")
    assert copies["anna-joy-0"] == 0
    plan = make_plan(tones, load_recipe(lively))
    planned = dict(zip([row.id for row in plan.rows], plan.copies.tolist(), strict=True))
    assert made.refused == {"silence": planned["anna-joy-0"]}
    assert copies["anna-joy-1"] == planned["anna-joy-1"] + planned["anna-joy-0"]
    numbers = sorted(u.copy for u in made.corpus if u.source_id == "anna-joy-1")
    assert numbers == list(range(1, copies["anna-joy-1"] + 1))


def test_with_copies_as_target_they_are_missed(tones, lively, tmp_path, stubborn):
    lively["balance"] = {"target": {"copies": 2}}
    made = materialise(tones, lively, tmp_path / "out")
    assert made.after == {"fear": 9, "joy": 16, "neutral": 45}
    assert (made.missed, made.refused) == ({"joy": 2}, {"silence": 2})
    again = materialise(tones, lively, tmp_path / "out")
    assert (again.done_before, again.missed, again.refused) == (True, {"joy": 2}, {"silence": 2})


def test_beyond_max_copies_they_are_missed(tones, lively, tmp_path, stubborn):
    lively["balance"]["max_copies"] = 1
    made = materialise(tones, lively, tmp_path / "out")
    assert made.after == {"fear": 6, "joy": 11, "neutral": 15}
    assert made.missed == {"fear": 9, "joy": 4}


def test_one_text_in_five_may_stay_as_it_was(tones, lively, tmp_path):
    """A word alone can't be swapped: of a class whose texts are like that, copies with old texts are few."""
    rows = [replace(u, text="Hello") if u.label == "fear" else u for u in tones]
    made = materialise(tones.replace(rows), lively, tmp_path / "out")
    assert made.refused == {"unchanged": 10}
    assert made.after["fear"] == 5
    assert made.missed == {"fear": 10}
    left = {p.name for p in (tmp_path / "out" / "audio").iterdir()}
    assert left == {f"{u.id}.flac" for u in made.corpus if u.is_copy}  # refused sounds are gone


def test_a_later_round_sees_the_siblings_of_the_first(tones, lively, tmp_path, stubborn):
    """Two voices, nothing else drawn: a third copy would be the first again."""
    lively["augment"] = {"voices": 2, "audio": [lively["augment"]["audio"][0]], "modalities": "audio"}
    lively["balance"] = {"target": {"ratio": 1.0}}
    made = materialise(tones, lively, tmp_path / "out")
    copies = Counter(u.source_id for u in made.corpus if u.is_copy)
    assert max(copies.values()) == 2
    assert made.refused["identical"] > 0
    assert made.missed["fear"] == 15 - 3 - 6
