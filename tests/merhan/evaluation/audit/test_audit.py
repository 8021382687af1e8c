"""An audit of a corpus whose emotion is its pitch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from merhan.evaluation.audit import AuditError, audit
from merhan.features.cache import FeatureCache
from recipes import CorpusError, RecipeError


def recipe(*audio, text=(), **augment) -> dict:
    return {
        "name": "probe",
        "balance": {"target": "majority"},
        "augment": {"audio": list(audio), "text": list(text), **augment},
        "features": {"text_encoder": "scratch"},
    }


def shares(step) -> dict[str, float]:
    return {height.rung.shown: height.measured.whole.share for height in step.heights}


@pytest.fixture(scope="module")
def found(pitched_folder, kept_features):
    """Pitch drawn for each utterance, the same once a voice, and a gain that nobody hears."""
    from recipes.corpus.corpus import Corpus

    pitch = {"semitones": [-4, 4], "formants": "move"}
    steps = [
        {"pitch_shift": {**pitch, "scope": "speaker", "p": 0.3}},
        {"gain": {"db": [-0.1, 0.1]}},
        {"pitch_shift": pitch},
    ]
    return audit(Corpus.load(pitched_folder), recipe(*steps), cache=kept_features)


def test_the_judge_hears_what_there_is(found):
    reference = found.references["audio"]
    assert reference.uar > 0.95
    assert reference.chance == 0.5
    assert reference.trusted
    assert reference.another.share > 0.95
    assert (found.rows, found.speakers, found.classes) == (48, 4, ("calm", "glad"))
    assert list(found.references) == ["audio"]


def test_a_change_that_nobody_hears_keeps_every_decision(found):
    gain = found.steps[1]
    assert set(shares(gain).values()) == {1.0}
    assert gain.begins(1) is None
    assert all(height.measured.moves == () for height in gain.heights)


def test_pitch_moved_for_each_utterance_moves_the_class_that_is_pitch(found):
    pitch = found.steps[2]
    kept = shares(pitch)
    assert kept["+1"] > 0.8
    assert kept["+4"] < 0.6
    assert kept["-4"] < 0.6
    for side, label, other in ((1, "calm", "glad"), (-1, "glad", "calm")):
        assert 1 < pitch.begins(side).rung.strength <= 4
        assert 1 <= pitch.safe(side).rung.strength < pitch.begins(side).rung.strength
        far = next(h.measured for h in pitch.on(side) if h.rung.strength == 4)
        assert label in far.moved
        assert other not in far.moved
        assert (far.moves[0].before, far.moves[0].after) == (label, other)


def test_pitch_moved_once_a_voice_is_measured_by_the_voice(found):
    """The point of pseudo-speakers: the same shift, whose statistics follow, moves nothing."""
    voiced, spoken = shares(found.steps[0]), shares(found.steps[2])
    for shown in ("-4", "-3", "+3", "+4"):
        assert voiced[shown] > spoken[shown] + 0.2
    assert found.steps[0].begins(1) is None
    assert found.steps[0].begins(-1) is None


def test_a_classifier_that_learns_from_such_copies_says_whether_the_emotion_is_gone(found):
    far = found.steps[2].heights[0].measured
    assert far.learnt > far.whole.share


def test_the_same_again_from_the_cache_by_any_number_of_workers(pitched, found, kept_features, tmp_path):
    steps = [{"gain": {"db": [-0.1, 0.1]}}]
    again = audit(pitched, recipe(*steps), cache=kept_features)
    anew = audit(pitched, recipe(*steps), cache=FeatureCache(None))
    assert again == anew
    assert again.steps[0].heights == found.steps[1].heights


def test_copies_are_capped_a_class(pitched, kept_features):
    seen = []
    found = audit(
        pitched,
        recipe({"gain": {"db": [-0.1, 0]}}),
        copies=5,
        cache=kept_features,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert found.references["audio"].copied == 10
    assert {height.measured.whole.n for height in found.steps[0].heights} == {10}
    assert seen[-1][0] == seen[-1][1]


def test_a_threshold_of_ones_own(pitched, kept_features):
    steps = [{"pitch_shift": {"semitones": [0.0, 4], "formants": "move"}}]
    strict, usual, lax = (
        audit(pitched, recipe(*steps), keep=keep, cache=kept_features).steps[0] for keep in (0.99, 0.9, 0.05)
    )
    assert strict.begins(1).rung.strength <= usual.begins(1).rung.strength
    assert lax.begins(1) is None


def test_steps_of_a_class_are_judged_on_its_originals(pitched, kept_features):
    given = recipe({"gain": {"db": [-0.1, 0]}}, per_class={"glad": {"audio": [{"gain": {"db": [0, 0.1]}}]}})
    whole, own = audit(pitched, given, cache=kept_features).steps
    assert list(whole.heights[0].measured.classes) == ["calm", "glad"]
    assert list(own.heights[0].measured.classes) == ["glad"]


def test_words_are_judged_by_words_and_unchanged_ones_do_not_count(pitched, kept_features):
    lines = {
        "calm": ["we had some tea and toast today", "the day was slow and quiet here"],
        "glad": ["what a great and funny party", "this game makes us laugh a lot"],
    }
    rows = [replace(row, audio="", text=lines[row.hard_label][n % 2]) for n, row in enumerate(pitched)]
    rows[0] = replace(rows[0], text="Oh")
    found = audit(pitched.replace(rows), recipe(text=["random_swap"]), cache=kept_features)
    assert list(found.references) == ["text"]
    assert found.references["text"].uar > 0.9
    (step,) = found.steps
    assert all(0 < height.measured.whole.n < 48 for height in step.heights)
    mute = audit(pitched, recipe({"gain": {"db": [0, 0.1]}}, text=["random_swap"]), cache=kept_features)
    assert mute.steps[1].unjudged == "no original has text that it knows"


def test_steps_that_take_other_utterances_have_them(pitched, kept_features):
    steps = {"pairs": ["copy_paste"], "audio": [{"add_noise": {"color": "babble", "snr_db": [20, 20]}}]}
    given = {"name": "r", "balance": {"target": "majority"}, "augment": steps}
    found, again = (audit(pitched, given, copies=4, workers=n, cache=kept_features) for n in (1, 2))
    assert found == again
    joined, noisy = found.steps
    assert [height.measured.whole.n for height in joined.heights] == [8, 8, 8]
    assert noisy.heights
    assert all(height.measured.whole.n == 8 for height in noisy.heights)
    assert found.wholes["audio"].whole.n == 8


def test_texts_are_changed_by_the_steps_that_know_their_language(pitched, kept_features):
    lines = {"calm": "we had some tea and toast in the garden", "glad": "what a great and funny party it was"}
    rows = [replace(row, audio="", text=lines[row.hard_label], language="en") for row in pitched]
    rows[0] = replace(rows[0], language="de")
    found = audit(pitched.replace(rows), recipe(text=["random_swap"]), cache=kept_features)
    assert found.references["text"].copied == 47
    foreign = [replace(row, language="de") for row in rows]
    (step,) = audit(pitched.replace(foreign), recipe(text=["random_swap"]), cache=kept_features).steps
    assert step.unjudged == "no original has text that it knows"


def test_language_models_are_asked_and_one_that_is_not_here_stops_nothing_else(
    pitched, kept_features, masked_model
):
    lines = {"calm": "the old house had a quiet garden", "glad": "what a funny party that was there"}
    rows = [replace(row, audio="", text=lines[row.hard_label]) for row in pitched]
    here = {"contextual": {"model": str(masked_model), "action": "substitute"}}
    away = {"contextual": {"model": "nobody/has-this-model"}}
    found = audit(pitched.replace(rows), recipe(text=[here, away]), cache=kept_features)
    asked, lacking = found.steps
    assert max(height.measured.whole.n for height in asked.heights) > 0
    assert "nobody/has-this-model" in lacking.unjudged
    assert "text" not in found.wholes


def test_a_judge_that_only_guesses_judges_nothing(pitched, kept_features):
    shuffled = np.random.default_rng(3).permutation([row.label for row in pitched])
    rows = [replace(row, label=str(label)) for row, label in zip(pitched, shuffled, strict=True)]
    found = audit(pitched.replace(rows), recipe({"gain": {"db": [0, 0.1]}}), cache=kept_features)
    assert not found.references["audio"].trusted
    assert "hardly tell emotions" in found.steps[0].unjudged
    assert found.judged == []


def test_what_stands_in_the_way_is_said(pitched, kept_features):
    with pytest.raises(RecipeError, match="baseline has no step that changes a copy"):
        audit(pitched, "baseline")
    with pytest.raises(AuditError, match="no speaker"):
        audit(pitched.replace(replace(row, speaker="") for row in pitched), recipe("gain"))
    with pytest.raises(AuditError, match="all 24 rows to train on are 'calm'"):
        audit(pitched.replace(row for row in pitched if row.label == "calm"), recipe("gain"))
    parted = [row for row in pitched if (row.speaker == "ann") == (row.label == "calm")]
    with pytest.raises(AuditError, match="not two emotions left to tell apart"):
        audit(pitched.replace(parted), recipe("gain"), cache=kept_features)
    with pytest.raises(RecipeError, match="no such class"):
        audit(pitched, recipe("gain", per_class={"gald": {"audio": ["gain"]}}))
    lost = pitched.replace([replace(pitched.utterances[0], audio="audio/none.wav"), *pitched.utterances[1:]])
    with pytest.raises(CorpusError, match=r"none\.wav"):
        audit(lost, recipe("gain"), cache=kept_features)
