"""AugmentationOverSampler against imbalanced-learn's estimator checks.

Those that run on any X run as they are, on sounds of 20 samples; those that need more than numbers have a mirror here
of the same name without `check_`, on texts and on sounds that can be changed.
"""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.utils import check_sampling_strategy, estimator_checks
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.preprocessing import FunctionTransformer, LabelBinarizer

from augment import Audio, Chain, Gain, RandomSwap, Sample, SynonymReplacement, TimeStretch, replay
from recipes import AugmentationOverSampler, CorpusError, RecipeError

TEXT = Chain([RandomSwap(rate=0.3), SynonymReplacement(rate=0.2)])
SOUND = Chain([TimeStretch(rate=(0.85, 0.95)), Gain()])
WORDS = "small house near the old river road where my brother waits for a large train every morning"
PLACES = ["anger", "joy", "neutral"]
RATE = 8000


def texts(counts: dict[Any, int], seed: int = 0) -> tuple[list[str], list[Any]]:
    """Sentences of words in any order, a class after the other."""
    rng = np.random.default_rng(seed)
    labels = [label for label, n in counts.items() for _ in range(n)]
    return [f"{label} {' '.join(rng.permutation(WORDS.split()))}" for label in labels], labels


def sounds(counts: dict[Any, int], seed: int = 0) -> tuple[list[np.ndarray], list[Any]]:
    """Noise of half a second, of another loudness for each class."""
    rng = np.random.default_rng(seed)
    labels = [label for label, n in counts.items() for _ in range(n)]
    place = {label: i for i, label in enumerate(counts)}
    return [
        (0.05 * (1 + place[label]) * rng.standard_normal(RATE // 2)).astype(np.float32) for label in labels
    ], labels


COUNTS = {"anger": 3, "joy": 5, "neutral": 12}
KINDS = {
    "text": lambda: (AugmentationOverSampler(TEXT), *texts(COUNTS)),
    "sound": lambda: (AugmentationOverSampler(SOUND, rate=RATE), *sounds(COUNTS)),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def given(request: pytest.FixtureRequest) -> tuple[AugmentationOverSampler, list[Any], list[Any]]:
    return request.param()


def same(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_target_type,
        estimator_checks.check_samplers_one_label,
        estimator_checks.check_samplers_fit,
        estimator_checks.check_samplers_fit_resample,
        estimator_checks.check_samplers_sampling_strategy_fit_resample,
        estimator_checks.check_samplers_list,
        estimator_checks.check_samplers_multiclass_ova,
        estimator_checks.check_samplers_preserve_dtype,
        estimator_checks.check_samplers_sample_indices,
        estimator_checks.check_samplers_2d_target,
        estimator_checks.check_samplers_string,
        estimator_checks.check_param_validation,
        estimator_checks.check_sampler_get_feature_names_out,
        estimator_checks.check_sampler_get_feature_names_out_pandas,
    ],
    ids=lambda check: check.__name__,
)
@pytest.mark.filterwarnings("ignore:.*are duplicates")  # a sound of 2 or 20 samples can hardly be changed
def test_imbalanced_learns_own_check(check: Any) -> None:
    check("AugmentationOverSampler", AugmentationOverSampler({}, rate=RATE))


class TestMirrors:
    def test_target_type(self, given) -> None:
        """check_target_type"""
        sampler, X, _ = given
        with pytest.raises(ValueError, match="Unknown label type"):
            sampler.fit_resample(X, np.linspace(0, 1, len(X)))
        with pytest.raises(ValueError, match="Multilabel and multioutput targets are not supported"):
            sampler.fit_resample(X, np.ones((len(X), 3), dtype=int))

    def test_samplers_one_label(self, given) -> None:
        """check_samplers_one_label"""
        sampler, X, _ = given
        with pytest.raises(ValueError, match="class"):
            sampler.fit_resample(X, ["joy"] * len(X))

    def test_samplers_fit(self, given) -> None:
        """check_samplers_fit"""
        sampler, X, y = given
        assert sampler.fit(X, y) is sampler
        assert sampler.sampling_strategy_ == {"anger": 9, "joy": 7}

    def test_samplers_fit_resample(self, given) -> None:
        """check_samplers_fit_resample: every class has as many as the largest; originals first, copies changed"""
        sampler, X, y = given
        X_res, y_res = sampler.fit_resample(X, y)
        assert set(Counter(y_res).values()) == {12}
        assert same(X_res[:20], X)
        assert y_res[:20] == y
        assert not any(np.array_equal(copy, original) for copy in X_res[20:] for original in X)

    @pytest.mark.parametrize(
        "strategy",
        ["auto", "minority", "not minority", "not majority", "all", {"joy": 8}, lambda y: {"anger": 4}],
    )
    def test_samplers_sampling_strategy_fit_resample(self, given, strategy: Any) -> None:
        """check_samplers_sampling_strategy_fit_resample: what RandomOverSampler makes of a strategy, for every kind"""
        sampler, X, y = given
        sampler.set_params(sampling_strategy=strategy)
        theirs = RandomOverSampler(sampling_strategy=strategy, random_state=0)
        expected = Counter(theirs.fit_resample(np.zeros((20, 1)), y)[1])
        assert Counter(sampler.fit_resample(X, y)[1]) == expected
        assert sampler.sampling_strategy_ == theirs.sampling_strategy_
        assert sampler.sampling_strategy_ == check_sampling_strategy(strategy, np.array(y), "over-sampling")

    def test_samplers_sampling_strategy_as_a_share(self) -> None:
        """check_samplers_sampling_strategy_fit_resample, of two classes"""
        X, y = texts({"joy": 2, "neutral": 12})
        sampler = AugmentationOverSampler(TEXT, sampling_strategy=0.5)
        assert Counter(sampler.fit_resample(X, y)[1]) == {"joy": 6, "neutral": 12}
        with pytest.raises(ValueError, match="remove samples from the minority class"):
            AugmentationOverSampler(TEXT, sampling_strategy=0.1).fit_resample(X, y)

    def test_samplers_sparse(self) -> None:
        """check_samplers_sparse: words are no matrix, and that is said"""
        X, y = texts(COUNTS)
        with pytest.raises(CorpusError, match="put the sampler before what makes features"):
            AugmentationOverSampler(TEXT).fit_resample(TfidfVectorizer().fit_transform(X), y)

    def test_samplers_pandas(self) -> None:
        """check_samplers_pandas: a frame and a series of targets come back as such, with their names and types"""
        X, y = texts(COUNTS)
        frame = pd.DataFrame({"utterance": X, "speaker": ["ann", "ben"] * 10, "take": range(20)})
        sampler = AugmentationOverSampler(TEXT)
        X_res, y_res = sampler.fit_resample(frame, pd.Series(y, name="emotion"))
        _, y_frame = sampler.fit_resample(frame, pd.DataFrame(y, columns=["emotion"]))
        assert isinstance(y_frame, pd.DataFrame)
        assert (y_res.name, list(y_frame.columns)) == ("emotion", ["emotion"])
        assert X_res.dtypes.equals(frame.dtypes)
        assert X_res.columns.tolist() == frame.columns.tolist()
        assert X_res[:20].equals(frame)
        assert X_res["take"].tolist() == sampler.sample_indices_.tolist()
        assert X_res["utterance"].tolist() == sampler.fit_resample(frame["utterance"], y)[0].tolist()
        assert y_res.tolist() == np.array(y)[sampler.sample_indices_].tolist()

    def test_samplers_list(self, given) -> None:
        """check_samplers_list: a list in, a list out, holding what an array gives"""
        sampler, X, y = given
        as_list, y_list = sampler.fit_resample(X, y)
        as_array, y_array = sampler.fit_resample(_objects(X), np.array(y))
        assert isinstance(as_list, list)
        assert isinstance(y_list, list)
        assert same(as_list, as_array)
        assert y_array.tolist() == y_list

    def test_samplers_multiclass_ova(self, given) -> None:
        """check_samplers_multiclass_ova"""
        sampler, X, y = given
        binary = LabelBinarizer().fit(y)
        codes = np.array([PLACES.index(label) for label in y])
        X_res, y_res = sampler.fit_resample(X, codes)
        X_ova, y_ova = sampler.fit_resample(X, binary.transform(y))
        assert same(X_res, X_ova)
        assert np.array_equal(y_ova.argmax(axis=1), y_res)

    def test_samplers_preserve_dtype(self) -> None:
        """check_samplers_preserve_dtype: of sounds, of words, and of targets"""
        X, y = sounds(COUNTS)
        codes = np.array([PLACES.index(label) for label in y], dtype=np.int16)
        sampler = AugmentationOverSampler(Chain([Gain()]), rate=RATE)
        X_res, y_res = sampler.fit_resample(np.stack(X), codes)
        assert (X_res.dtype, y_res.dtype, X_res.shape) == (np.float32, np.int16, (36, RATE // 2))
        X, y = texts(COUNTS)
        X_res, _ = AugmentationOverSampler(TEXT).fit_resample(np.array(X), y)
        assert X_res.dtype.kind == "U"
        X_res, _ = AugmentationOverSampler(TEXT).fit_resample(np.array(X, dtype=object), y)
        assert X_res.dtype == object

    def test_samplers_sample_indices(self, given) -> None:
        """check_samplers_sample_indices: where each row comes from; a class's rows are used evenly"""
        sampler, X, y = given
        _, y_res = sampler.fit_resample(X, y)
        rows = sampler.sample_indices_
        assert rows[:20].tolist() == list(range(20))
        assert [y[row] for row in rows] == y_res
        for label, times in sampler.sampling_strategy_.items():
            uses = Counter(row for row in rows[20:] if y[row] == label)
            assert sum(uses.values()) == times
            assert max(uses.values()) - min(uses.get(row, 0) for row in range(20) if y[row] == label) <= 1

    def test_samplers_2d_target(self, given) -> None:
        """check_samplers_2d_target"""
        sampler, X, y = given
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scikit-learn's, of a column
            _, y_res = sampler.fit_resample(X, np.array(y).reshape(-1, 1))
        assert Counter(np.ravel(y_res).tolist()) == Counter(dict.fromkeys(COUNTS, 12))

    def test_samplers_string(self) -> None:
        """check_samplers_string: a column of objects stays one"""
        X, y = texts(COUNTS)
        X_res, _ = AugmentationOverSampler(TEXT).fit_resample(np.array(X, dtype=object).reshape(-1, 1), y)
        assert (X_res.dtype, X_res.shape) == (object, (36, 1))

    def test_samplers_nan(self) -> None:
        """check_samplers_nan: rows without a text are rows, and their copies are duplicates, said"""
        frame = pd.DataFrame({"text": ["a small house near the river", None, None, "the old road", "so"]})
        frame["speaker"] = [np.nan] * 5
        y = ["joy", "sad", "neutral", "neutral", "neutral"]
        with pytest.warns(UserWarning, match="2 of 2 copies of class 'sad' are duplicates"):
            X_res, _ = AugmentationOverSampler(TEXT).fit_resample(frame, y)
        assert X_res["text"].isna().sum() == 4

    def test_classifiers_with_encoded_labels(self) -> None:
        """check_classifiers_with_encoded_labels, of a pipeline: categories of pandas are its classes"""
        X, y = texts(COUNTS)
        target = pd.Series(y, dtype="category")
        fitted = _pipeline(AugmentationOverSampler(TEXT)).fit(X, target)
        assert list(fitted.classes_) == target.cat.categories.tolist()
        assert set(fitted.predict(X)) <= set(target.cat.categories)

    def test_parameters(self) -> None:
        """check_param_validation, and what scikit-learn asks of every estimator: get, set, clone"""
        sampler = AugmentationOverSampler(TEXT, random_state=3, sampling_strategy={"joy": 9})
        copied = clone(sampler)
        assert copied is not sampler
        assert copied.get_params() == sampler.get_params()
        assert copied.set_params(random_state=4).random_state == 4
        X, y = texts(COUNTS)
        with pytest.raises(ValueError, match="The 'modality' parameter of AugmentationOverSampler must be"):
            AugmentationOverSampler(TEXT, modality="video").fit_resample(X, y)
        with pytest.raises(RecipeError, match="did you mean minority_boost"):
            AugmentationOverSampler("minority_bost").fit_resample(X, y)


class TestDeterminism:
    def test_a_seed_gives_the_same_copies_at_every_call(self, given) -> None:
        sampler, X, y = given
        assert same(sampler.fit_resample(X, y)[0], clone(sampler).fit_resample(X, y)[0])
        other = clone(sampler).set_params(random_state=1)
        assert not same(sampler.fit_resample(X, y)[0], other.fit_resample(X, y)[0])

    def test_a_random_state_moves_on(self, given) -> None:
        sampler, X, y = given
        one, again = (clone(sampler).set_params(random_state=np.random.RandomState(7)) for _ in range(2))
        first = one.fit_resample(X, y)[0]
        assert same(first, again.fit_resample(X, y)[0])
        assert not same(first, one.fit_resample(X, y)[0])

    def test_what_was_done_can_be_done_again(self, given) -> None:
        sampler, X, y = given
        X_res, _ = sampler.fit_resample(X, y)
        assert not any(sampler.provenance_[:20])
        for row in range(20, 36):
            source = X[sampler.sample_indices_[row]]
            worded = isinstance(source, str)
            sample = Sample("", None if worded else Audio(source, RATE), source if worded else None)
            again = replay(sample, sampler.provenance_[row])
            assert np.array_equal(again.text if worded else again.audio.samples, X_res[row])


class TestForms:
    def test_pairs_of_samples_and_rate(self) -> None:
        X, y = sounds(COUNTS)
        X_res, _ = AugmentationOverSampler(SOUND).fit_resample([(x, RATE) for x in X], y)
        assert all(isinstance(cell, tuple) and cell[1] == RATE for cell in X_res)
        expected, _ = AugmentationOverSampler(SOUND, rate=RATE).fit_resample(X, y)
        assert same([samples for samples, _ in X_res], expected)

    def test_samples_without_their_rate_are_refused(self) -> None:
        with pytest.raises(CorpusError, match="row 0 of X has samples without their rate; give rate=16000"):
            AugmentationOverSampler(SOUND).fit_resample(*sounds(COUNTS))

    def test_paths(self, tmp_path: Path) -> None:
        import soundfile

        X, y = sounds(COUNTS)
        paths = [str(tmp_path / f"{row}.wav") for row in range(20)]
        for path, samples in zip(paths, X, strict=True):
            soundfile.write(path, samples, RATE)
        with pytest.raises(CorpusError, match="folder="):
            AugmentationOverSampler(SOUND, modality="audio").fit_resample(paths, y)
        sampler = AugmentationOverSampler(SOUND, modality="audio", folder=tmp_path / "made")
        X_res, _ = sampler.fit_resample(paths, y)
        assert X_res[:20] == paths
        assert all(len(soundfile.read(path)[0]) > RATE // 2 for path in X_res[20:])
        assert sampler.fit_resample(paths, y)[0] == X_res
        assert len(list((tmp_path / "made").iterdir())) == 16

    def test_samples_of_ours(self) -> None:
        X, y = sounds(COUNTS)
        words, _ = texts(COUNTS)
        given = [
            Sample(f"u{n}", Audio(x, RATE), word) for n, (x, word) in enumerate(zip(X, words, strict=True))
        ]
        X_res, _ = AugmentationOverSampler(Chain([*SOUND.steps, *TEXT.steps])).fit_resample(given, y)
        assert X_res[:20] == given
        assert len({sample.id for sample in X_res}) == 36
        for copy in X_res[20:]:
            source = given[int(copy.id.partition("~")[0][1:])]
            assert copy.text != source.text
            assert len(copy.audio.samples) > len(source.audio.samples)

    def test_voices_are_those_of_the_speakers_of_a_table(self) -> None:
        X, y = sounds({"joy": 4, "neutral": 12})
        frame = pd.DataFrame({"audio": [(x, RATE) for x in X], "speaker": ["ann", "ben"] * 8})
        frame["audio"] = [{"array": x, "sampling_rate": RATE} for x in X]
        steps = [{"time_stretch": {"rate": [0.8, 0.95], "scope": "speaker"}}]
        recipe = {"augment": {"modalities": "audio", "voices": 2, "audio": steps}}
        sampler = AugmentationOverSampler(recipe)
        X_res, _ = sampler.fit_resample(frame, y)
        by_voice: dict[str, set[float]] = {"ann": set(), "ben": set()}
        for row in range(16, len(X_res)):
            (step,) = sampler.provenance_[row]
            by_voice[X_res["speaker"][row]].add(step["params"]["rate"])
        assert [len(rates) for rates in by_voice.values()] == [2, 2]
        assert not by_voice["ann"] & by_voice["ben"]

    def test_what_cannot_be_changed_is_duplicated_and_said(self) -> None:
        with pytest.warns(UserWarning, match="3 of 3 copies of class 'joy' are duplicates"):
            X_res, _ = AugmentationOverSampler(SOUND).fit_resample(["so", *["no"] * 4], ["joy", *["sad"] * 4])
        assert X_res == ["so", *["no"] * 4, "so", "so", "so"]

    def test_pairs_are_joined_within_the_training_rows(self) -> None:
        X, y = sounds({"joy": 4, "neutral": 8})
        frame = pd.DataFrame({"audio": [{"array": x, "sampling_rate": RATE} for x in X], "speaker": "ann"})
        sampler = AugmentationOverSampler({"augment": {"pairs": ["copy_paste"]}})
        X_res, _ = sampler.fit_resample(frame, y)
        assert all(len(cell["array"]) > RATE // 2 for cell in X_res["audio"][12:])


class TestPipelines:
    def test_texts_by_cross_validation_are_augmented_in_fit_alone(self) -> None:
        X, y = texts({"joy": 12, "neutral": 36})
        seen: list[tuple[str, int]] = []
        pipeline = _pipeline(_Counting(TEXT, seen))
        folds = StratifiedKFold(3)
        said = cross_val_predict(pipeline, X, y, cv=folds)
        assert (said == np.array(y)).mean() > 0.9
        assert seen == [("fit_resample", 32)] * 3
        vectoriser = pipeline.fit(X, y)[1]
        assert vectoriser.transform(X).shape[0] == 48

    def test_a_held_out_word_never_reaches_training(self) -> None:
        X, y = texts({"joy": 12, "neutral": 36})
        X = [f"{x} only{row}" for row, x in enumerate(X)]
        for train, test in StratifiedKFold(3).split(X, y):
            fitted = _pipeline(AugmentationOverSampler(TEXT)).fit(
                [X[i] for i in train], [y[i] for i in train]
            )
            assert not {f"only{row}" for row in test} & set(fitted[1].vocabulary_)

    def test_sounds_by_cross_validation(self) -> None:
        X, y = sounds({"joy": 6, "neutral": 18})
        loudness = FunctionTransformer(lambda rows: np.array([[np.std(x), np.mean(np.abs(x))] for x in rows]))
        pipeline = Pipeline(
            [
                ("more", AugmentationOverSampler(Chain([TimeStretch(rate=(0.85, 0.95))]), rate=RATE)),
                ("loudness", loudness),
                ("classify", LogisticRegression(C=1e6)),
            ]
        )
        said = cross_val_predict(pipeline, _objects(X), np.array(y), cv=StratifiedKFold(3))
        assert (said == np.array(y)).mean() == 1.0


class _Counting(AugmentationOverSampler):
    """Says when it is called, to all its clones' one list."""

    def __init__(
        self, recipe: Any = TEXT, seen: list | None = None, *, sampling_strategy="auto", random_state=0
    ):
        super().__init__(recipe, sampling_strategy=sampling_strategy, random_state=random_state)
        self.seen = seen

    def __sklearn_clone__(self) -> _Counting:
        return _Counting(self.recipe, self.seen)

    def fit_resample(self, X: Any, y: Any, **params: Any) -> Any:
        self.seen.append(("fit_resample", len(X)))
        return super().fit_resample(X, y, **params)


def _pipeline(sampler: AugmentationOverSampler) -> Pipeline:
    return Pipeline([("more", sampler), ("words", TfidfVectorizer()), ("classify", LogisticRegression())])


def _objects(cells: list[Any]) -> np.ndarray:
    array = np.empty(len(cells), dtype=object)
    for row, cell in enumerate(cells):
        array[row] = cell
    return array
