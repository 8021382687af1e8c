"""Resampling against imbalanced-learn, by hand, and where imbalanced-learn stops."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import ADASYN, SMOTE, SVMSMOTE, BorderlineSMOTE, KMeansSMOTE, RandomOverSampler
from imblearn.under_sampling import EditedNearestNeighbours, NearMiss, TomekLinks
from scipy import sparse

from balancer import BalanceError
from balancer.resample import check_resample, resample, resample_names
from balancer.resample_methods import METHODS
from balancer.strategy import OVER, UNDER

SYNTHETIC = ["adasyn", "borderline_smote", "kmeans_smote", "smote", "smote_enn", "smote_tomek", "svm_smote"]


def blobs(counts: dict[str, int], seed: int = 0, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Overlapping clouds, one a class, in no order."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(list(counts), list(counts.values())))
    place = {name: i for i, name in enumerate(counts)}
    return rng.normal(size=(len(y), 5)) + spread * np.array([[place[name]] for name in y]), y


TWO = blobs({"sad": 80, "joy": 30})
SEVERAL = blobs({"sad": 60, "joy": 20, "anger": 9, "fear": 4})


def state(seed: int) -> int:
    """The random_state that a first class is given."""
    return int(np.random.default_rng(seed).integers(2**31))


@pytest.mark.parametrize("method", resample_names())
class TestEveryMethod:
    def test_same_seed_same_rows(self, method: str) -> None:
        one, again, other = (resample(*SEVERAL, method, seed=seed) for seed in (1, 1, 2))
        assert np.array_equal(one.X, again.X)
        assert np.array_equal(one.y, again.y)
        assert np.array_equal(one.source, again.source)
        drawn = METHODS[method].kind == OVER or method == "random_under"
        assert np.array_equal(one.X, other.X) is not drawn

    def test_inputs_are_left_alone(self, method: str) -> None:
        X, y = SEVERAL[0].copy(), SEVERAL[1].copy()
        resample(X, y, method)
        assert np.array_equal(X, SEVERAL[0])
        assert np.array_equal(y, SEVERAL[1])

    def test_what_is_not_synthetic_is_its_source(self, method: str) -> None:
        X, y = SEVERAL
        found = resample(X, y, method)
        old = ~found.synthetic
        assert np.array_equal(found.X[old], X[found.source[old]])
        assert np.array_equal(found.y, y[found.source])
        assert found.synthetic.any() == (method in SYNTHETIC)
        assert found.y.dtype.kind == "U"
        assert found.X.dtype == X.dtype

    def test_single_precision_stays(self, method: str) -> None:
        assert resample(SEVERAL[0].astype(np.float32), SEVERAL[1], method).X.dtype == np.float32

    def test_case_3_1_a_class_of_one_and_one_of_two(self, method: str) -> None:
        X, y = blobs({"sad": 40, "joy": 12, "fear": 2, "awe": 1})
        found = resample(X, y, method, seed=3)
        counts = Counter(found.y.tolist())
        assert set(counts) == {"sad", "joy", "fear", "awe"}
        if method in SYNTHETIC:
            (row,) = np.flatnonzero(y == "awe")
            assert np.array_equal(found.X[found.y == "awe"], np.repeat(X[[row]], counts["awe"], axis=0))
            assert not found.synthetic[found.y == "awe"].any()
            assert any("'awe' has one row" in note and "duplicated" in note for note in found.notes)

    def test_one_class_alone_is_left_as_it_is(self, method: str) -> None:
        X = np.random.default_rng(0).normal(size=(7, 3))
        found = resample(X, ["sad"] * 7, method)
        assert np.array_equal(found.X, X)
        assert not found.synthetic.any()
        if METHODS[method].kind == OVER:
            with pytest.raises(BalanceError, match="all rows are of class 'sad'; resampling needs two"):
                resample(X, ["sad"] * 7, method, strategy={"sad": 9})


@pytest.mark.parametrize(
    ("method", "theirs"),
    [
        ("random_over", RandomOverSampler),
        ("smote", SMOTE),
        ("borderline_smote", BorderlineSMOTE),
        ("svm_smote", SVMSMOTE),
        ("adasyn", ADASYN),
        ("smote_enn", SMOTEENN),
        ("smote_tomek", SMOTETomek),
    ],
)
def test_two_classes_give_what_imbalanced_learn_gives(method: str, theirs: type) -> None:
    X, y = theirs(random_state=state(5)).fit_resample(*TWO)
    found = resample(*TWO, method, seed=5)
    assert Counter(found.y.tolist()) == Counter(y.tolist())
    mine, other = (rows[np.lexsort(rows.T)] for rows in (found.X, X))
    np.testing.assert_allclose(mine, other)


@pytest.mark.parametrize(
    ("method", "theirs"), [("tomek", TomekLinks), ("enn", EditedNearestNeighbours), ("near_miss", NearMiss)]
)
def test_selection_keeps_the_rows_that_imbalanced_learn_keeps(method: str, theirs: type) -> None:
    X, y = blobs({"sad": 60, "joy": 30, "anger": 20}, spread=2)
    sampler = theirs()
    sampler.fit_resample(X, y)
    assert resample(X, y, method).source.tolist() == sorted(sampler.sample_indices_.tolist())


@pytest.mark.parametrize("method", ["smote", "borderline_smote", "svm_smote", "kmeans_smote", "adasyn"])
def test_a_synthetic_row_lies_on_the_line_from_its_source_to_one_of_its_class(method: str) -> None:
    X, y = SEVERAL
    found = resample(X, y, method, seed=1)
    for row in np.flatnonzero(found.synthetic):
        start = X[found.source[row]]
        ways = X[y == found.y[row]] - start
        moved = found.X[row] - start
        step = (ways @ moved) / np.maximum((ways**2).sum(axis=1), 1e-12)
        assert np.abs(step[:, None] * ways - moved).max(axis=1).min() < 1e-9


def test_kmeans_smote_gives_what_imbalanced_learn_gives() -> None:
    X, y = blobs({"sad": 60, "joy": 30, "anger": 20}, spread=4)
    theirs = KMeansSMOTE(random_state=state(1), sampling_strategy={"anger": 60}, kmeans_estimator=8)
    expected = theirs.fit_resample(X, y)[0]
    np.testing.assert_array_equal(resample(X, y, "kmeans_smote", seed=1, strategy={"anger": 60}).X, expected)


def test_smote_by_hand() -> None:
    X = np.array([[0.0, 0.0], [1.0, 2.0], [9, 9], [8, 9], [9, 8], [8, 8]])
    found = resample(X, list("bbaaaa"), "smote")
    assert found.y.tolist() == list("bbaaaabb")
    new = found.X[6:]
    np.testing.assert_allclose(new[:, 1], 2 * new[:, 0])  # on the line between its only two rows
    assert ((new >= 0) & (new <= [1, 2])).all()
    assert set(found.source[6:].tolist()) <= {0, 1}


def test_neighbours_are_capped_and_it_is_said() -> None:
    found = resample(*SEVERAL, "smote", k_neighbors=8)
    assert found.notes == ("class 'fear' has 4 rows: neighbours are 3, not 8.",)
    assert set(Counter(found.y.tolist()).values()) == {60}


@pytest.mark.parametrize("method", ["borderline_smote", "adasyn", "kmeans_smote"])
def test_where_a_variant_finds_no_row_plain_smote_does_it(method: str) -> None:
    # Far apart no row of joy has a neighbour in sadness; one in the other, no cluster is joy's.
    X, y = blobs({"sad": 30, "joy": 8}, spread=0 if method == "kmeans_smote" else 1000)
    found = resample(X, y, method, seed=2, **({"clusters": 2} if method == "kmeans_smote" else {}))
    assert Counter(found.y.tolist()) == {"sad": 30, "joy": 30}
    assert found.notes == (f"{method} found no row of class 'joy' to start from: plain SMOTE did it.",)


class TestCase310RowsAlone:
    """case 3.10: where only rows move, the array is nobody's business."""

    @pytest.mark.parametrize("method", ["random_over", "random_under"])
    @pytest.mark.parametrize(
        "X",
        [
            np.full((6, 2, 3, 4), np.nan),
            [b"sound"] * 6,
            sparse.csr_matrix(np.eye(6)),
            np.array([None] * 6),
            None,
        ],
        ids=["4-D and NaN", "list", "sparse", "objects", "none"],
    )
    def test_case_3_10_any_x(self, method: str, X: object) -> None:
        found = resample(X, list("aaaabb"), method, seed=1)
        assert Counter(found.y.tolist()) == dict.fromkeys("ab", 4 if method == "random_over" else 2)
        if X is not None:
            assert (found.X.shape[0] if hasattr(X, "shape") else len(found.X)) == len(found.source)

    def test_case_3_10_a_data_frame_keeps_its_columns(self) -> None:
        import pandas as pd

        frame = pd.DataFrame({"pitch": [1.0, np.nan, 3.0], "word": list("xyz")})
        found = resample(frame, list("aab"), "random_over")
        assert found.X["word"].tolist() == ["x", "y", "z", "z"]

    @pytest.mark.parametrize(
        ("X", "what"),
        [
            (np.array([[1.0], [np.nan], [2.0]]), "row 1 of X has NaN"),
            (np.zeros((3, 2, 2)), "shape (3, 2, 2)"),
            (np.array([["a"], ["b"], ["c"]]), "not made of numbers"),
            (sparse.csr_matrix(np.eye(3)), "X is sparse"),
        ],
    )
    def test_what_cannot_be_measured_is_refused(self, X: object, what: str) -> None:
        for method in ("smote", "tomek", "near_miss"):
            with pytest.raises(BalanceError, match=f"{method}.*") as caught:
                resample(X, list("aab"), method)
            assert what in str(caught.value)


class TestStrategy:
    @pytest.mark.parametrize("method", ["random_over", "smote"])
    def test_case_3_11_a_share_never_cuts_the_majority(self, method: str) -> None:
        X, y = blobs({"no": 671, "yes": 96})
        theirs = Counter(RandomOverSampler(sampling_strategy=0.25).fit_resample(X, y)[1].tolist())
        found = resample(X, y, method, strategy=0.25)
        assert Counter(found.y.tolist()) == theirs == {"no": 671, "yes": 167}
        assert np.array_equal(found.X[:767], X)

    @pytest.mark.parametrize("method", ["random_over", "smote", "adasyn", "smote_tomek"])
    def test_case_3_11_a_class_over_its_target_stays(self, method: str) -> None:
        for strategy in (0.1, {"joy": 5, "sad": 1}):
            found = resample(*TWO, method, strategy=strategy)
            if method != "smote_tomek":
                assert Counter(found.y.tolist()) == {"sad": 80, "joy": 30}

    def test_a_share_holds_for_several_classes(self) -> None:
        found = resample(*SEVERAL, "smote", strategy=0.3)
        assert Counter(found.y.tolist()) == {"sad": 60, "joy": 20, "anger": 18, "fear": 18}
        found = resample(*SEVERAL, "random_under", strategy=0.25)
        assert Counter(found.y.tolist()) == {"sad": 16, "joy": 16, "anger": 9, "fear": 4}

    @pytest.mark.parametrize("strategy", ["minority", "not minority", "not majority", "all", "auto"])
    @pytest.mark.parametrize("method", ["random_over", "random_under"])
    def test_words_are_imbalanced_learns(self, method: str, strategy: str) -> None:
        from imblearn.under_sampling import RandomUnderSampler

        theirs = RandomOverSampler if method == "random_over" else RandomUnderSampler
        if strategy == "minority" and method == "random_under":
            with pytest.raises(BalanceError, match="did you mean"):
                resample(*SEVERAL, method, strategy=strategy)
            return
        expected = theirs(sampling_strategy=strategy).fit_resample(*SEVERAL)[1]
        found = resample(*SEVERAL, method, strategy=strategy)
        assert Counter(found.y.tolist()) == Counter(expected.tolist())

    def test_counts_of_some_classes(self) -> None:
        found = resample(*SEVERAL, "smote", strategy={"fear": 10})
        assert Counter(found.y.tolist()) == {"sad": 60, "joy": 20, "anger": 9, "fear": 10}

    def test_cleaning_takes_a_list_of_classes(self) -> None:
        found = resample(*SEVERAL, "enn", strategy=["sad"])
        counts = Counter(found.y.tolist())
        assert counts["sad"] < 60
        assert counts["joy"] == 20
        assert counts["fear"] == 4

    @pytest.mark.parametrize(
        ("method", "options", "key", "what"),
        [
            ("smoat", {}, "name", "did you mean 'smote'"),
            ("smote", {"k_neighbours": 3}, "k_neighbours", "did you mean 'k_neighbors'"),
            ("smote", {"k_neighbors": 2.5}, "k_neighbors", "a whole number, 1 to 1000"),
            ("smote", {"strategy": "balance"}, "strategy", "auto"),
            ("smote", {"strategy": 1.5}, "strategy", "up to 1"),
            ("smote", {"strategy": {"fear": 2.5}}, "strategy", "whole number of rows"),
            ("tomek", {"strategy": 0.5}, "strategy", "list of the classes"),
            ("near_miss", {"version": 4}, "version", "1 to 3"),
        ],
    )
    def test_what_is_wrong_is_said(self, method: str, options: dict, key: str, what: str) -> None:
        with pytest.raises(BalanceError) as caught:
            check_resample(method, **options)
        assert what in str(caught.value)
        assert caught.value.key == key

    def test_a_class_that_is_not_there_is_named(self) -> None:
        for method in ("smote", "random_under"):
            with pytest.raises(BalanceError, match="'feer' is not known; did you mean 'fear'"):
                resample(*SEVERAL, method, strategy={"feer": 10})

    def test_rows_and_labels_must_agree(self) -> None:
        with pytest.raises(BalanceError, match="X has 93 rows and y 92"):
            resample(SEVERAL[0], SEVERAL[1][1:], "smote")


class TestSoftLabels:
    def test_a_synthetic_row_is_labelled_as_it_is_mixed(self) -> None:
        X = np.array([[0.0], [10.0], [50], [51], [52], [53], [54]])
        y = [{"joy": 1.0}, {"joy": 0.6, "sad": 0.4}, *["sad"] * 5]
        found = resample(X, y, "smote", seed=4)
        assert found.y[1] == {"joy": 0.6, "sad": 0.4}
        assert found.y[2] == "sad"
        assert len(found.y) == 10
        assert found.synthetic[7:].all()
        for value, label in zip(found.X[7:, 0], found.y[7:], strict=True):
            assert label["sad"] == pytest.approx(0.04 * value)
            assert sum(label.values()) == pytest.approx(1)

    def test_the_largest_share_counts(self) -> None:
        y = [{"joy": 0.6, "sad": 0.4}, "sad", {"sad": 1.0}, "sad"]
        found = resample(None, y, "random_over")
        assert found.source.tolist() == [0, 1, 2, 3, 0, 0]
        assert found.y[5] == {"joy": 0.6, "sad": 0.4}


class TestGroups:
    def test_copies_are_dealt_to_the_groups_evenly(self) -> None:
        y = ["a"] * 20 + ["b"] * 8
        groups = ["x"] * 20 + ["x"] * 6 + ["y", "z"]
        found = resample(None, y, "random_over", groups=groups, seed=1)
        assert Counter(groups[row] for row in found.source[28:]) == {"x": 4, "y": 4, "z": 4}
        assert np.array_equal(found.source[:28], np.arange(28))

    def test_what_stays_is_dealt_to_the_groups_evenly(self) -> None:
        y = ["a"] * 20 + ["b"] * 5
        groups = [*"x" * 15, *"y" * 4, "z", *"xxxxx"]
        found = resample(None, y, "random_under", groups=groups, seed=1)
        assert Counter(groups[row] for row in found.source[found.y == "a"]) == {"x": 2, "y": 2, "z": 1}
        assert (np.diff(found.source) > 0).all()

    def test_others_refuse_groups(self) -> None:
        with pytest.raises(BalanceError, match="smote does not know groups"):
            resample(*SEVERAL, "smote", groups=SEVERAL[1])


def test_near_miss_says_where_it_leaves_fewer() -> None:
    X, y = blobs({"sad": 80, "joy": 40}, spread=50)
    found = resample(X, y, "near_miss", version=3)
    left = Counter(found.y.tolist())["sad"]
    assert left < 40
    assert found.notes == (f"near_miss left {left} rows of class 'sad', not 40.",)


def test_a_method_can_be_called_itself() -> None:
    expected = resample(*SEVERAL, "smote", seed=2, k_neighbors=2)
    assert np.array_equal(METHODS["smote"](*SEVERAL, seed=2, k_neighbors=2).X, expected.X)


def test_kinds() -> None:
    assert {name for name in METHODS if METHODS[name].kind == UNDER} == {"near_miss", "random_under"}
