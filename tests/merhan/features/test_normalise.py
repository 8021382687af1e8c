from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from merhan.features.extract import extract
from merhan.features.frames import F0, VOICED, frame_names
from merhan.features.functionals import F0_NAMES, functional_names
from merhan.features.normalise import Normaliser
from merhan.features.raw import Heard
from merhan.features.settings import FeatureError, FeatureSettings
from merhan.features.voices import Change

NAMES = functional_names()
MEAN_F0 = NAMES.index("f0_mean")


@pytest.fixture
def corpus(corpus_of):
    low = [{"id": f"a{n}", "speaker": "A", "f0": f0, "label": c} for n, (f0, c) in enumerate(LOW)]
    high = [{"id": f"b{n}", "speaker": "B", "f0": 2 * f0, "label": c} for n, (f0, c) in enumerate(LOW)]
    return corpus_of(
        *low, *high, {"id": "t", "speaker": "C", "f0": 150, "split": "test"}, {"id": "n", "f0": 130}
    )


LOW = [(100, "calm"), (110, "calm"), (150, "cross"), (160, "cross")]


def fit(corpus, cache, changes=None, **settings):
    chosen = FeatureSettings(**({"shrink": 0} | settings))
    raw = extract(corpus, chosen, cache=cache)
    return raw, Normaliser.fit(corpus, raw, chosen, changes)


def all_functionals(corpus, raw, normaliser):
    rows = zip(corpus, raw.functionals, strict=True)
    return np.stack([normaliser.functionals(vector, normaliser.of(row)) for row, vector in rows])


def test_speakers_an_octave_apart_look_alike(corpus, cache):
    raw, normaliser = fit(corpus, cache)
    found = all_functionals(corpus, raw, normaliser)[:, MEAN_F0]
    assert found[:4] == pytest.approx(found[4:8], abs=0.05)
    assert found[:4].mean() == pytest.approx(0, abs=1e-3)
    frames = [normaliser.frames(raw.frames[n], normaliser.of(row)) for n, row in enumerate(corpus)]
    middle = [f[3:8, F0].mean() for f in frames]
    assert middle[:4] == pytest.approx(middle[4:8], abs=0.05)


def test_the_corpus_keeps_them_apart(corpus, cache):
    raw, normaliser = fit(corpus, cache, normalise="corpus")
    found = all_functionals(corpus, raw, normaliser)[:, MEAN_F0]
    assert found[4:8].min() > 0 > found[:4].max()


def test_an_utterance_is_measured_against_itself(corpus, cache):
    raw, normaliser = fit(corpus, cache, normalise="utterance")
    for frames in raw.frames:
        found = normaliser.frames(frames)
        assert found[:, :40].mean(axis=0) == pytest.approx(0, abs=1e-3)
        assert found[:, 0].std() == pytest.approx(1, abs=1e-3)


def test_none_leaves_everything_as_it_is(corpus, cache):
    raw, normaliser = fit(corpus, cache, normalise="none")
    assert normaliser.frames(raw.frames[0]) == pytest.approx(raw.frames[0].astype(np.float32))
    assert (normaliser.functionals(raw.functionals[0]) == raw.functionals[0]).all()


@pytest.mark.parametrize("mode", ["speaker", "corpus", "utterance"])
def test_unvoiced_pitch_is_zero_and_voicing_is_left_alone(corpus, cache, mode):
    raw, normaliser = fit(corpus, cache, normalise=mode)
    frames = raw.frames[0].copy()
    frames[:4, [F0, VOICED]] = 0
    found = normaliser.frames(frames, normaliser.of(corpus.utterances[0]))
    assert not found[:4, F0].any()
    assert (found[:, VOICED] == frames[:, VOICED]).all()


def test_functionals_of_pitch_are_zero_where_nothing_is_voiced(corpus, cache):
    _, normaliser = fit(corpus, cache)
    whisper = np.full(len(NAMES), 1.2345, np.float32)
    whisper[NAMES.index("voiced_share")] = 0.0
    found = normaliser.functionals(whisper)
    of_pitch = np.array([name in F0_NAMES for name in NAMES])
    assert not found[of_pitch].any()
    assert found[~of_pitch].all()


def test_a_voice_has_its_speaker_s_mean_and_its_own_change(corpus, cache):
    shift = np.zeros(len(NAMES))
    shift[MEAN_F0] = 2.0
    changes = {"A#1": Change(np.zeros(len(frame_names())), shift)}
    _, normaliser = fit(corpus, cache, changes)
    source = corpus.utterances[0]
    copy = replace(source, id="a0~1", source_id="a0", voice="A#1")
    own, voice = normaliser.of(source), normaliser.of(copy)
    assert voice.functionals.mean - own.functionals.mean == pytest.approx(shift)
    assert (voice.functionals.deviation == own.functionals.deviation).all()
    assert normaliser.of(replace(copy, voice="")) is own  # a duplicate


def test_the_voice_of_a_nameless_speaker_starts_from_the_corpus(corpus, cache):
    change = Change(np.zeros(len(frame_names())), np.ones(len(NAMES)))
    _, normaliser = fit(corpus, cache, {"#1": change})
    found = normaliser.of(replace(corpus.utterances[-1], voice="#1", source_id="n"))
    assert found.functionals.mean == pytest.approx(normaliser.corpus.functionals.mean + 1)
    assert normaliser.of(corpus.utterances[-1]) is normaliser.corpus


def test_a_voice_without_statistics_is_named(corpus, cache):
    _, normaliser = fit(corpus, cache)
    with pytest.raises(FeatureError, match=r'"x" is in voice A#3'):
        normaliser.of(replace(corpus.utterances[0], id="x", source_id="a0", voice="A#3"))


def test_what_is_saved_is_the_corpus_alone(corpus, cache, tmp_path):
    raw, normaliser = fit(corpus, cache)
    normaliser.save(tmp_path)
    loaded = Normaliser.load(tmp_path)
    assert loaded.settings == normaliser.settings
    assert not loaded.speakers
    assert not loaded.voices
    assert (loaded.functionals(raw.functionals[0]) == normaliser.functionals(raw.functionals[0])).all()
    assert (loaded.frames(raw.frames[0]) == normaliser.frames(raw.frames[0])).all()


def test_enrolment_is_what_an_unlabelled_speaker_would_have(corpus, cache):
    raw, normaliser = fit(corpus, cache, shrink=10)
    row = len(corpus) - 2  # the test speaker's only one
    enrolled = normaliser.enrol([Heard(raw.frames[row], raw.functionals[row], 0.5)])
    own = normaliser.of(corpus.utterances[row])
    for table in ("frames", "functionals"):
        assert getattr(enrolled, table).mean == pytest.approx(getattr(own, table).mean)
        assert getattr(enrolled, table).deviation == pytest.approx(getattr(own, table).deviation)
    assert normaliser.enrol([]) is normaliser.corpus


def test_a_trained_model_s_corpus_is_kept(corpus, cache, tmp_path):
    raw, normaliser = fit(corpus, cache)
    normaliser.save(tmp_path)
    again = Normaliser.fit(corpus, raw, normaliser.settings, learnt=Normaliser.load(tmp_path))
    assert (again.corpus.frames.mean == normaliser.corpus.frames.mean).all()
    row = corpus.utterances[-2]
    assert again.of(row).functionals.mean == pytest.approx(normaliser.of(row).functionals.mean)
