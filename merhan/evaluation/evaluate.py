"""A finished run measured again, on its own or another corpus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from merhan.errors import MerhanError
from merhan.reading import read_json
from recipes import Corpus

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
) -> dict[str, Any]:
    """A split's report (the blocks of metrics.json) of a run's model on `corpus`.

    Speakers are normalised by their unlabelled utterances here, as in training; copies are left out.

    Parameters
    ----------
    split : train, dev, test, or all; test where the corpus has it, else all.

    Raises
    ------
    MerhanError : for a split without rows, or a label the model never learnt.
    """
    from merhan.evaluation.predictions import predict_rows
    from merhan.features.featureset import build_features
    from merhan.prediction import Predictor
    from merhan.training.outcome import report_of

    predictor = Predictor.load(run)
    rows = _rows(corpus, split)
    known = predictor.classes
    for u in rows:
        if u.hard_label not in known:
            raise MerhanError(
                f"{corpus.where(u)}: label {u.hard_label!r} is none of this model's ({', '.join(known)}); "
                "leave those rows out or rename the label."
            )
    features = build_features(
        rows,
        classes=known,
        encoder=predictor.processor.text_encoder(predictor.model),
        normaliser=predictor.processor.normaliser,
        read_in_network=not predictor.model.frozen_text_encoder,
        progress=progress,
    )
    return report_of(predict_rows(predictor.model, features), known)


def _rows(corpus: Corpus, split: str | None) -> Corpus:
    chosen = split or ("test" if any(u.split == "test" for u in corpus) else "all")
    rows = corpus.select(originals=True) if chosen == "all" else corpus.select(split=chosen, originals=True)
    if not len(rows):
        raise MerhanError(f"{corpus.folder} has no rows of split {chosen!r}; name another with --split.")
    return rows
