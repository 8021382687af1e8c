"""A finished run measured again, on its own or another corpus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from merhan.calibration import ModelCalibration, needed
from merhan.errors import MerhanError
from merhan.priors import Prior
from merhan.reading import read_json
from recipes import Corpus

if TYPE_CHECKING:
    from merhan.evaluation.predictions import Predictions

FIGURES = {"test", "dev", "cost", "yardstick", "normalisation", "protocol", "seed", "recipe", "versions"}


def read_metrics(run: str | Path) -> dict[str, Any]:
    """The metrics.json of a run.

    Raises
    ------
    MerhanError : where there is none, because the folder is no run or its training did not finish; where it
        is broken.
    """
    path = Path(run) / "metrics.json"
    if not path.is_file():
        raise MerhanError(
            f"{run} is not a finished run: it holds no metrics.json. Train one with merhan-balance train."
        )
    found = read_json(path)
    lacking = sorted(FIGURES - found.keys())
    if lacking:
        raise MerhanError(f"{path} is broken (it lacks {lacking[0]}): put it back, or train again.")
    return found


def evaluate(
    run: str | Path,
    corpus: Corpus,
    split: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    prior: Prior | None = None,
) -> dict[str, Any]:
    """A split's report (the blocks of metrics.json) of a run's model on `corpus`.

    Speakers are normalised by their unlabelled utterances here, as in training; copies are left out.

    Parameters
    ----------
    split : train, dev, test, or all; test where the corpus has it, else all.
    prior : decide and calibrate for this class distribution instead (`merhan.priors.read_prior`); the report
        then holds that `prior`, else what `calibration` does to these rows (None where the model keeps none).

    Raises
    ------
    MerhanError : for a split without rows, a label the model never learnt, a prior without a calibration.
    PriorError : a prior that does not fit the model's classes.
    """
    from merhan.prediction import Predictor

    predictor = Predictor.load(run)
    if prior is not None:
        needed(predictor.calibration, f"The model in {run}").prior(prior)  # before features are made
    rows = _rows(corpus, split)
    known = predictor.classes
    for u in rows:
        if u.hard_label not in known:
            raise MerhanError(
                f"{corpus.where(u)}: label {u.hard_label!r} is none of this model's ({', '.join(known)}); "
                "leave those rows out or rename the label."
            )
    return _report(predictor.rows(rows, progress), known, predictor.calibration, prior)


def evaluate_kept(run: str | Path, split: str | None = None, prior: Prior | None = None) -> dict[str, Any]:
    """The same report of the rows that `run` was measured on, from its predictions.parquet: no corpus is needed.

    Parameters
    ----------
    split : dev or test; test where the run has it.
    """
    from merhan.evaluation.predictions import read_predictions
    from merhan.prediction import Predictor

    predictor = Predictor.load(run)
    calibration = predictor.calibration
    if prior is not None:
        needed(calibration, f"The model in {run}").prior(prior)
    found = read_predictions(Path(run) / "predictions.parquet", predictor.classes)
    chosen = split or ("test" if "test" in found else "dev")
    if chosen not in found:
        raise MerhanError(f"{run} kept no predictions of split {chosen!r}: name its corpus with --corpus.")
    return _report(found[chosen], predictor.classes, calibration, prior)


def _report(
    found: Predictions, classes: tuple[str, ...], calibration: ModelCalibration | None, prior: Prior | None
) -> dict[str, Any]:
    from merhan.evaluation.calibration import calibration_figures, retargeted_report

    report = report_of(found, classes)  # which says what is wrong with them
    if prior is not None and calibration is not None:
        return retargeted_report(calibration, found, prior)
    figures = None if calibration is None else calibration_figures(calibration, found)
    return {**report, "calibration": figures}


def report_of(found: Predictions, classes: tuple[str, ...]) -> dict[str, Any]:
    """A split's block of metrics.json."""
    from merhan.evaluation.metrics import classification_report

    return classification_report(found.labels, found.probabilities, classes, losses=found.loss)


def _rows(corpus: Corpus, split: str | None) -> Corpus:
    chosen = split or ("test" if any(u.split == "test" for u in corpus) else "all")
    rows = corpus.select(originals=True) if chosen == "all" else corpus.select(split=chosen, originals=True)
    if not len(rows):
        raise MerhanError(f"{corpus.place} has no rows of split {chosen!r}; name another with --split.")
    return rows
