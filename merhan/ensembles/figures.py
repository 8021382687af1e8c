"""metrics.json of an ensemble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from merhan.ensembles.members import Member
from merhan.ensembles.predictor import Ensemble
from merhan.errors import MerhanError
from merhan.evaluation.calibration import calibration_block
from merhan.evaluation.cost import latency
from merhan.evaluation.evaluate import report_of
from merhan.evaluation.predictions import Predictions
from merhan.training.outcome import versions
from merhan.training.run import Reporter


def ensemble_figures(
    members: Sequence[Member],
    method: str,
    whole: Ensemble,
    found: Mapping[str, Predictions],
    say: Reporter,
) -> dict[str, Any]:
    """The figures that every run has, and `ensemble`: method, members, and the mean and deviation of their UAR.

    yardstick : each linear model's best among the members, which differ only where their features do.
    normalisation : the members' mode, or null where they differ; the figure without speakers is not worked out.
    cost : training time and parameters of all members together, the most memory that one of them held, latency
        of all of them one after another, measured where their corpus is still at hand.
    """
    reports = {split: report_of(rows, whole.classes) for split, rows in found.items()}
    all_metrics = [member.metrics for member in members]
    modes = {metrics["normalisation"]["mode"] for metrics in all_metrics}
    recipes = list(dict.fromkeys(metrics["recipe"] for metrics in all_metrics))
    seeds = {metrics["seed"] for metrics in all_metrics}
    return {
        "test": reports.get("test"),
        "dev": reports["dev"],
        "classifier": None,
        "calibration": calibration_block(whole.calibration, found),
        "ensemble": _members(members, method),
        "cost": _cost(members, whole, found, say),
        "yardstick": {
            name: max(
                (m["yardstick"][name] for m in all_metrics if m["yardstick"][name] is not None), default=None
            )
            for name in ("audio", "text", "both")
        },
        "normalisation": {
            "mode": modes.pop() if len(modes) == 1 else None,
            "transductive": any(metrics["normalisation"]["transductive"] for metrics in all_metrics),
            "test_uar_corpus_statistics": None,
        },
        "protocol": all_metrics[0]["protocol"],
        "seed": seeds.pop() if len(seeds) == 1 else None,
        "recipe": " + ".join(recipes),
        "warnings": list(dict.fromkeys(said for m in all_metrics for said in m.get("warnings", ()))),
        "versions": versions(),
    }


def _members(members: Sequence[Member], method: str) -> dict[str, Any]:
    summaries = [member.summary for member in members]

    def over(statistic: Any, split: str) -> float | None:
        values = [summary[f"{split}_uar"] for summary in summaries]
        return None if None in values else float(statistic(values))

    return {
        "method": method,
        "members": summaries,
        "mean": {f"{split}_uar": over(mean, split) for split in ("dev", "test")},
        "deviation": {f"{split}_uar": over(stdev, split) for split in ("dev", "test")},
    }


def _cost(
    members: Sequence[Member], whole: Ensemble, found: Mapping[str, Predictions], say: Reporter
) -> dict[str, Any]:
    costs = [member.metrics["cost"] for member in members]
    speeds = [cost["utterances_per_second"] for cost in costs]
    waited = _latency(members[0], whole, found["dev"].ids)
    if waited is None:
        say.note("The corpus that the members were trained on is not at hand: latency is not measured.")
    return {
        "train_seconds": round(sum(cost["train_seconds"] for cost in costs), 2),
        "seconds_per_epoch": None,
        "peak_memory_mb": max(cost["peak_memory_mb"] for cost in costs),
        "parameters": sum(cost["parameters"] for cost in costs),
        **(waited or {"latency_ms_p50": None, "latency_ms_p95": None}),
        "utterances_per_second": round(1 / sum(1 / speed for speed in speeds), 1) if all(speeds) else None,
    }


def _latency(
    member: Member, whole: Ensemble, ids: Sequence[str], repeats: int = 10
) -> dict[str, float] | None:
    """End to end on dev utterances, as a run's own; None where the corpus can't be opened any more."""
    from augment.audio.files import AudioError
    from recipes import Corpus
    from recipes.errors import CorpusError

    place = corpus_of(member.config)
    if place is None:
        return None
    wanted = set(ids)
    try:
        corpus = Corpus.load(Path(place))
        rows = [u for u in corpus if u.id in wanted and (u.audio or u.text.strip())]

        def one(n: int) -> None:
            sample = corpus.read(rows[n % len(rows)])
            whole.predict(audio=sample.audio, text=sample.text)

        return latency(one, repeats) if rows else None
    except (CorpusError, AudioError, MerhanError, OSError):  # what lies there now is another corpus
        return None


def corpus_of(config: Mapping[str, Any]) -> str | None:
    """Where the corpus of a run lay, by its config.yaml; of an ensemble, its first member's."""
    members = (config.get("ensemble") or {}).get("members")
    if "corpus" in config:
        return config["corpus"]
    return corpus_of(members[0]) if isinstance(members, list) and members else None
