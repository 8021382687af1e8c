from __future__ import annotations

import numpy as np
import pytest

from merhan.features.moments import Moments, Scale
from merhan.features.settings import FeatureError
from merhan.features.speakers import CORPUS, Grouping, fit_scales, shrunk
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance


def fitted(rows: list[tuple], shrink: float = 0.0, **options) -> dict:
    """Scales of rows (speaker, label, value, split "train" by default, source_id)."""
    utterances = []
    for number, (speaker, label, _, *rest) in enumerate(rows):
        split, source = (*rest, "", "")[:2] if rest else ("train", "")
        fields = {"speaker": speaker, "label": label, "split": split or "train", "source_id": source}
        utterances.append(Utterance(id=str(number), audio="x.wav", **fields))
    corpus = Corpus(tuple(utterances), None)
    values = np.array([[row[2]] for row in rows], float)
    who = Grouping.of(corpus, np.ones(len(rows), bool), use_labels=options.pop("use_labels", True))
    return fit_scales(Moments.of(values, np.ones_like(values, bool)), who, shrink, **options)


ROWS = [
    *[("A", "calm", 1.0)] * 3,
    ("A", "cross", 9.0),
    ("B", "calm", 3.0),
    ("B", "cross", 11.0),
]


def test_the_corpus_is_the_mean_of_its_class_means():
    # calm: (1 + 1 + 1 + 3) / 4 = 1.5; cross: (9 + 11) / 2 = 10
    assert fitted(ROWS)[CORPUS].mean[0] == pytest.approx(5.75)


def test_deviation_is_the_plain_one():
    values = [row[2] for row in ROWS]
    assert fitted(ROWS)[CORPUS].deviation[0] == pytest.approx(np.std(values))
    assert fitted(ROWS)["train", "A"].deviation[0] == pytest.approx(np.std(values[:4]))


def test_a_training_speaker_has_the_mean_of_class_means():
    found = fitted(ROWS)
    assert found["train", "A"].mean[0] == pytest.approx((1 + 9) / 2)
    assert found["train", "B"].mean[0] == pytest.approx((3 + 11) / 2)


def test_imbalance_does_not_leak_into_a_speaker():
    once, often = fitted(ROWS), fitted([*ROWS, *[("B", "calm", 3.0)] * 40])
    assert often["train", "B"].mean[0] == pytest.approx(once["train", "B"].mean[0])


def test_a_class_that_a_speaker_lacks_is_filled():
    rows = [
        ("A", "calm", 1.0),
        ("A", "cross", 9.0),
        ("A", "sad", 2.0),
        ("B", "calm", 3.0),
        ("B", "cross", 13.0),
    ]
    # class means: calm 2, cross 11, sad 2; B's offset: ((3 - 2) + (13 - 11)) / 2 = 1.5, so its sad is 3.5
    assert fitted(rows)["train", "B"].mean[0] == pytest.approx((3 + 13 + 3.5) / 3)


def test_mean_and_deviation_are_shrunk_by_utterances():
    loose, tight = fitted(ROWS), fitted(ROWS, shrink=10.0)
    whole = loose[CORPUS]
    for speaker, n in (("A", 4), ("B", 2)):
        own, found = loose["train", speaker], tight["train", speaker]
        assert found.mean[0] == pytest.approx((n * own.mean[0] + 10 * whole.mean[0]) / (n + 10))
        assert found.deviation[0] == pytest.approx(
            (n * own.deviation[0] + 10 * whole.deviation[0]) / (n + 10)
        )


def test_a_speaker_without_labels_has_the_plain_mean():
    rows = [*ROWS, ("C", "calm", 0.0, "test"), ("C", "calm", 0.0, "test"), ("C", "cross", 6.0, "test")]
    found = fitted(rows)
    assert found["test", "C"].mean[0] == pytest.approx(2.0)
    assert found[CORPUS].mean[0] == pytest.approx(5.75)  # test rows are no part of the corpus's


def test_dev_does_not_see_test_rows_of_its_speaker():
    found = fitted([*ROWS, ("C", "calm", 1.0, "dev"), ("C", "calm", 100.0, "test")])
    assert found["dev", "C"].mean[0] == pytest.approx(1.0)


def test_copies_do_not_count():
    assert fitted([*ROWS, ("A", "cross", 99.0, "train", "3")]) == fitted(ROWS)


def test_a_training_speaker_takes_nothing_from_test():
    found = fitted([*ROWS, ("A", "calm", 77.0, "test")])
    assert ("test", "A") not in found
    assert found["train", "A"].mean[0] == pytest.approx(5.0)


def test_nameless_speakers_have_no_statistics_of_their_own():
    assert set(fitted([*ROWS, ("", "calm", 4.0)])) == {CORPUS, ("train", "A"), ("train", "B")}


def test_a_learnt_corpus_is_kept_and_labels_are_not_used():
    learnt = Scale(np.array([20.0]), np.array([4.0]))
    found = fitted(ROWS, shrink=4.0, use_labels=False, learnt=learnt)
    assert found[CORPUS] is learnt
    assert found["train", "A"].mean[0] == pytest.approx((3 + 20) / 2)  # plain mean 12 / 4, shrunk by half


def test_no_training_audio_is_said():
    with pytest.raises(FeatureError, match="no training row has audio"):
        fitted([("A", "calm", 1.0, "test")])


def test_unknown_own_values_are_the_corpus_s():
    whole = Scale(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    found = shrunk(np.array([np.nan, 5.0]), np.array([np.nan, 6.0]), whole, 10, 10.0)
    assert found.mean.tolist() == [1.0, 3.5]
    assert found.deviation.tolist() == [3.0, 5.0]
