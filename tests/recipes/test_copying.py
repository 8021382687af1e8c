"""One copy: redraws, gates, identity, and what is drawn once a voice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from augment import Audio, Sample
from augment.gates import Gates
from recipes import load_recipe
from recipes.copying import REDRAWS, Copier
from recipes.corpus.utterance import Utterance

ROW = Utterance(
    id="u", label="joy", audio="u.wav", text="We will walk to the river this morning", speaker="s"
)
SPEED = {"speed": {"factor": [[0.85, 0.95], [1.05, 1.15]], "scope": "speaker"}}
GAIN = {"gain": {"db": [-6, -1]}}
SWAP = {"random_swap": {"rate": 0.3}}


@pytest.fixture
def source():
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, 4000).astype(np.float32)
    return Sample("u", Audio(samples, 8000), ROW.text)


def copier(audio=(), text=(), seed=0, **augment):
    augment = {
        "voices": 2,
        "audio": list(audio),
        "text": list(text),
        "gates": {"min_similarity": 0},
    } | augment
    return Copier(load_recipe({"balance": {"target": "majority"}, "augment": augment}), seed)


def test_a_copy_is_a_function_of_its_place(source):
    one = copier([SPEED, GAIN], [SWAP])(source, ROW, 2, "s#1")
    again = copier([SPEED, GAIN], [SWAP])(source, ROW, 2, "s#1")
    assert np.array_equal(one.sample.audio.samples, again.sample.audio.samples)
    assert (one.sample.text, one.transforms) == (again.sample.text, again.transforms)
    for other in (
        copier([SPEED, GAIN], [SWAP])(source, ROW, 3, "s#1"),
        copier([SPEED, GAIN], [SWAP], seed=1)(source, ROW, 2, "s#1"),
        copier([SPEED, GAIN], [SWAP])(source, ROW, 2, "s#1", epoch=1),
        copier([SPEED, GAIN], [SWAP])(source, replace(ROW, id="v"), 2, "s#1"),
    ):
        assert other.transforms[1] != one.transforms[1]


def test_audio_and_text_have_streams_of_their_own(source):
    both = copier([SPEED, GAIN], [SWAP])(source, ROW, 1, "s#1")
    sound = copier([SPEED, GAIN])(source, ROW, 1, "s#1")
    words = copier((), [SWAP])(source, ROW, 1, "s#1")
    assert both.transforms == (*sound.transforms, *words.transforms)


def test_a_voice_is_the_same_for_every_utterance_and_epoch(source):
    make = copier([SPEED, GAIN])
    factor = make(source, ROW, 1, "s#1").transforms[0]["params"]
    assert (
        make(source, replace(ROW, id="x", label="fear"), 5, "s#1", epoch=3).transforms[0]["params"] == factor
    )
    assert make(source, ROW, 1, "s#2").transforms[0]["params"] != factor
    assert make(source, ROW, 1, "t#1").transforms[0]["params"] != factor


def test_without_transforms_a_copy_is_its_source(source):
    made = Copier(load_recipe({"balance": {"target": "majority"}}), 0)(source, ROW, 1, "", [source])
    assert (made.sample, made.transforms, made.voice, made.new_sound, made.refused) == (
        source,
        (),
        "",
        False,
        None,
    )


def test_the_voice_is_named_where_it_was_used(source):
    assert copier([SPEED])(source, ROW, 1, "s#2").voice == "s#2"
    assert copier([GAIN])(source, ROW, 1, "s#2").voice == ""  # nothing is drawn once a speaker
    assert copier((), [SWAP])(source, ROW, 1, "s#2").voice == ""
    assert copier([SPEED], [SWAP], modalities="text")(source, ROW, 1, "s#2").voice == ""


def test_a_refusal_is_drawn_again_five_times(source, monkeypatch):
    judged = []
    monkeypatch.setattr(Gates, "refuses", lambda self, a, b, changed: judged.append(changed) or "clipping")
    made = copier([SPEED, GAIN])(source, ROW, 1, "s#1")
    assert (made.sample, made.refused) == (None, "clipping")
    assert len(judged) == 1 + REDRAWS == 6


def test_nothing_is_drawn_again_where_nothing_would_change(source, monkeypatch):
    judged = []
    monkeypatch.setattr(Gates, "refuses", lambda self, a, b, changed: judged.append(changed) or "clipping")
    assert copier([SPEED])(source, ROW, 1, "s#1").refused == "clipping"
    assert len(judged) == 1


def test_the_first_draw_that_passes_is_taken(source, monkeypatch):
    verdicts = iter(["silence", "duration", None])
    monkeypatch.setattr(Gates, "refuses", lambda self, a, b, changed: next(verdicts))
    made = copier([GAIN])(source, ROW, 1, "")
    assert made.refused is None
    first = copier([GAIN])
    monkeypatch.undo()
    assert made.transforms != first(source, ROW, 1, "").transforms  # attempt is part of the draw


def test_sound_that_depends_on_the_voice_alone_is_made_once(source, monkeypatch):
    from augment.audio.speed import Speed

    calls = []
    apply = Speed.apply
    monkeypatch.setattr(
        Speed, "apply", lambda self, audio, **params: calls.append(1) or apply(self, audio, **params)
    )
    copier([SPEED], [SWAP])(source, replace(ROW, text="Hello"), 1, "s#1")
    made = copier([SPEED], [SWAP])(replace(source, text="Hello"), replace(ROW, text="Hello"), 1, "s#1")
    assert made.unchanged
    assert len(calls) == 2  # one a copier, six draws each


def test_a_text_that_can_not_change_is_said_to_be_unchanged(source):
    short = replace(source, text="Hello")
    made = copier([SPEED, GAIN], [SWAP])(short, replace(ROW, text="Hello"), 1, "s#1")
    assert (made.unchanged, made.refused, made.sample.text) == (True, None, "Hello")
    assert made.new_sound
    # A step that its own p kept from running was not to change anything.
    lazy = {"random_swap": {"rate": 0.3, "p": 0.0}}
    assert not copier([SPEED, GAIN], [lazy])(source, ROW, 1, "s#1").unchanged


def test_copies_equal_to_source_or_sibling_are_refused(source):
    make = copier([SPEED])
    one = make(source, ROW, 1, "s#1")
    assert (
        make(source, ROW, 3, "s#1", [one.sample]).refused == "identical"
    )  # the voice again, nothing else drawn
    assert make(source, ROW, 2, "s#2", [one.sample]).refused is None
    assert copier((), [SWAP])(replace(source, text="Hello"), ROW, 1, "").refused == "identical"
    lazy = {"gain": {"db": [-6, -1], "p": 0.0}}
    assert copier([lazy])(source, ROW, 1, "").refused == "identical"


def test_a_recipe_for_sound_is_judged_by_sound(source):
    sibling = replace(copier([SPEED])(source, ROW, 1, "s#1").sample, text="other words")
    assert copier([SPEED])(source, ROW, 3, "s#1", [sibling]).refused == "identical"
    # One that changes both is not: other words with the same sound are another copy.
    assert copier([SPEED], [SWAP])(source, ROW, 3, "s#1", [sibling]).refused is None


def test_a_missing_modality_is_skipped(source):
    silent = copier([SPEED, GAIN], [SWAP])(replace(source, audio=None), replace(ROW, audio=""), 1, "")
    assert silent.sample.audio is None
    assert silent.sample.text != ROW.text
    mute = copier([SPEED, GAIN], [SWAP])(replace(source, text=None), replace(ROW, text=""), 1, "s#1")
    assert mute.sample.text is None
    assert mute.new_sound
    nothing = copier([SPEED])(replace(source, audio=None), replace(ROW, audio=""), 1, "")
    assert (nothing.sample, nothing.refused) == (None, "identical")


def test_either_is_drawn_a_copy_and_takes_what_there_is(source):
    make = copier([SPEED], [SWAP], modalities="either")
    kinds = [make(source, ROW, k, "s#1").new_sound for k in range(1, 41)]
    assert 10 < sum(kinds) < 30
    silent = replace(source, audio=None)
    assert all(make(silent, replace(ROW, audio=""), k, "").sample.text != ROW.text for k in range(1, 6))


def test_per_class_steps_and_gates(source):
    make = copier([SPEED], [SWAP], per_class={"fear": {"modalities": "audio"}})
    assert [step["name"] for step in make(source, ROW, 1, "s#1").transforms] == ["speed", "random_swap"]
    assert [step["name"] for step in make(source, replace(ROW, label="fear"), 1, "s#1").transforms] == [
        "speed"
    ]
