"""What a run leaves behind: metrics.json, predictions.parquet, report.html, model/."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from balancer.distribution import count
from merhan.calibration import ModelCalibration
from merhan.evaluation.calibration import calibration_block, reliabilities
from merhan.evaluation.cost import cost
from merhan.evaluation.evaluate import report_of
from merhan.evaluation.predictions import predict_rows, write_predictions
from merhan.evaluation.yardstick import yardstick
from merhan.processor import MerHanProcessor
from merhan.report.html import report_html
from merhan.training.loss import training_counts
from merhan.training.warnings import before_training, collapsed
from merhan.training.writing import write_json, write_text

if TYPE_CHECKING:
    from balancer.calibration import Reliability
    from merhan.features.featureset import FeatureSet
    from merhan.training.fit import Fitted
    from merhan.training.run import Job
    from merhan.training.views import Views
    from recipes import Corpus

VERSIONS = ("merhan-balance", "torch", "torchaudio", "transformers", "numpy", "scikit-learn")


def write_outcome(folder: Path, fitted: Fitted, views: Views, job: Job, protocol: str) -> dict[str, Any]:
    """Evaluate on dev and test and write RUN, whose config.yaml is there already.

    metrics.json comes last, and its presence says that RUN is whole.
    """
    sets = {"dev": views.dev} | ({"test": views.test} if views.test else {})
    found = {split: predict_rows(fitted.model, rows) for split, rows in sets.items()}
    classes = views.features.classes
    reports = {split: report_of(predictions, classes) for split, predictions in found.items()}
    calibration = ModelCalibration.fit(
        found["dev"].logits, found["dev"].labels, classes, training_counts(views.train_corpus, classes, 0)
    )
    fitted.model.config.calibration = calibration.dump()
    processor = MerHanProcessor.of(views.features)
    fitted.model.save_pretrained(folder / "model")
    processor.save_pretrained(folder / "model")
    learnt = {"train": predict_rows(fitted.model, views.learnt)}
    write_predictions(folder / "predictions.parquet", found | learnt, classes)
    metrics = {
        "test": reports.get("test"),
        "dev": reports["dev"],
        "classifier": fitted.classifier.dump() if fitted.classifier else None,
        "calibration": calibration_block(calibration, found),
        "cost": _cost(fitted, views, processor, job.latency_repeats),
        "yardstick": yardstick(views.features),
        "normalisation": _normalisation(fitted, views),
        "protocol": protocol,
        "seed": job.seed,
        "recipe": job.recipe.name,
        "warnings": [*before_training(job.recipe, views.corpus), *collapsed(reports["dev"], job.recipe)],
        "versions": versions(),
    }
    config = (folder / "config.yaml").read_text(encoding="utf-8")
    diagrams = reliabilities(calibration, found.get("test", found["dev"]))
    write_text(folder / "report.html", _report(metrics, views, job, fitted, config, diagrams))
    write_json(folder / "metrics.json", metrics)
    return metrics


def versions() -> dict[str, str]:
    """Of what figures depend on."""
    found = {name: importlib.metadata.version(name) for name in VERSIONS}
    return {"python": platform.python_version(), **found}


def job_config(job: Job, corpus: Corpus) -> dict[str, Any]:
    """Everything needed to repeat the run."""
    return {
        "recipe": job.recipe.dump(),
        "corpus": str(corpus.place.resolve()),
        "corpus_fingerprint": corpus.fingerprint(),
        "seed": job.seed,
        "split_seed": job.split_seed,
        "split_by": job.split_by,
        "epochs": job.epochs or job.recipe.train.epochs,
        "skip_broken": job.skip_broken,
        "losses": job.losses and str(Path(job.losses).resolve()),
        "plan": job.plan and str(Path(job.plan).resolve()),
        "versions": versions(),
    }


def _cost(fitted: Fitted, views: Views, processor: MerHanProcessor, repeats: int) -> dict[str, Any]:
    from merhan.prediction import Predictor

    predictor = Predictor(fitted.model, processor)
    rows = [u for u in views.corpus if u.split in ("dev", "test") and (u.audio or u.text.strip())]

    def one(n: int) -> None:
        utterance = rows[n % len(rows)]
        sample = views.corpus.read(utterance)
        predictor.predict(audio=sample.audio, text=sample.text)

    def every() -> int:
        return len(predict_rows(fitted.model, views.dev).ids)

    return cost(fitted.model, fitted.seconds, fitted.epochs, one, every, repeats)


def _normalisation(fitted: Fitted, views: Views) -> dict[str, Any]:
    """Speaker statistics of test speakers use their unlabelled utterances: say so, and the figure without."""
    mode = views.features.settings.normalise
    transductive = mode == "speaker"
    plain = None
    if transductive and views.test:
        plain = _uar(fitted, views.test.with_corpus_statistics())
    return {"mode": mode, "transductive": transductive, "test_uar_corpus_statistics": plain}


def _uar(fitted: Fitted, features: FeatureSet) -> float:
    return report_of(predict_rows(fitted.model, features), features.classes)["uar"]


def _report(
    metrics: Mapping[str, Any],
    views: Views,
    job: Job,
    fitted: Fitted,
    config: str,
    diagrams: Mapping[str, Reliability],
) -> str:
    labels = [(u.label, u.is_copy) for u in views.train_corpus]
    done = fitted.classifier.sentences() if fitted.classifier else []
    return report_html(
        metrics,
        summary=job.recipe.summary,
        notes=[*views.corpus.notes, *metrics["warnings"], *done],
        before=count([label for label, is_copy in labels if not is_copy]),
        after=count([label for label, _ in labels]),
        curve=fitted.curve,
        command=f"merhan-balance train --recipe {job.recipe.name} --corpus {views.corpus.place} --seed {job.seed}",
        config=config,
        reliability=diagrams,
    )
