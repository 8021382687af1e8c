"""Decoupled training: the representation as it was learnt, the classifier balanced.  Source: Kang et al. 2020,
arXiv:1910.09217.

The classifier is all that reads pooled vectors: the joint, audio and text head and the direct path. A class's
weight vector is what adds up to its joint logit, over all of them.
"""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional as F

from balancer import make_loss, make_sampler
from merhan.evaluation.metrics import classification_report
from merhan.evaluation.predictions import hard_labels
from merhan.model.classifier import class_norms, classifier_parts, forget_classifier, scale_classes
from merhan.training.objective import HeadLosses
from merhan.training.pooling import PooledRows, pool_rows, resample_rows, write_resampled
from recipes.classifier_settings import DecoupleSettings
from recipes.feeding.dealing import DealtSampler

if TYPE_CHECKING:
    from torch.utils.data import Sampler

    from merhan.model.modeling import MerHanForEmotionClassification
    from merhan.training.run import Job
    from merhan.training.views import Views

TAUS = tuple(step / 10 for step in range(11))  # Kang et al.'s grid
RESAMPLED = "resampled.csv"


@dataclass(frozen=True)
class Classifier:
    """What became of the classifier: the `classifier` block of metrics.json.

    method : crt, tau or lws. dev_uar_before, dev_uar : with the classifier as first trained, and as it is.
    tau : of tau. scales : of tau and lws, what each class's logits were multiplied by. curve : of crt, dev UAR
    by epoch. resampled : the method, how many rows of each class, how many of them synthetic, and its notes.
    """

    method: str
    dev_uar_before: float
    dev_uar: float
    tau: float | None = None
    scales: dict[str, float] | None = None
    curve: list[float] | None = None
    resampled: dict[str, Any] | None = None

    def dump(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def sentences(self) -> list[str]:
        """For a person: what was done, and what could not be done as asked."""
        said = f"classifier: {self.method}" + ("" if self.tau is None else f" {self.tau:g}")
        notes: list[str] = []
        if self.resampled:
            said += f" on {sum(self.resampled['rows'].values())} rows resampled by {self.resampled['method']}"
            notes = self.resampled["notes"]
        return [f"{said}; dev UAR {self.dev_uar_before:.3f} before, {self.dev_uar:.3f} after.", *notes]


def decouple(
    model: MerHanForEmotionClassification, views: Views, job: Job, folder: Path
) -> Classifier | None:
    """What `train.decouple` and `train.resample` say, done to `model`; None where they say nothing.

    Only rows of the training split are learnt from; dev picks tau, and the epoch of crt. The same seed and the
    same first stage give the same classifier, so that an interrupted run simply does this again.
    """
    settings = job.recipe.train
    if settings.decouple is None and settings.resample is None:
        return None
    wanted = settings.decouple or DecoupleSettings(method="crt")
    classes = views.features.classes
    train, dev = pool_rows(model, views.train), Dev(pool_rows(model, views.dev), classes)
    before = dev.uar_of(model)
    if wanted.method == "crt":
        resampled = None
        labels = [u.label for u in views.train_corpus]
        order: Sampler = make_sampler("class_aware", labels, num_samples=views.originals, seed=job.seed)
        if settings.resample is not None:
            train, found = resample_rows(train, classes, settings.resample, job.seed)
            write_resampled(folder / RESAMPLED, found, views.train.ids)
            counts = np.bincount(hard_labels(train.labels).cpu(), minlength=len(classes)).tolist()
            resampled = {
                "method": settings.resample.name,
                "rows": dict(zip(classes, counts, strict=True)),
                "synthetic": int(found.synthetic.sum()),
                "notes": list(found.notes),
            }
            order = DealtSampler(len(train), views.originals, job.seed)
        curve = retrain_classifier(model, train, order, dev, job, wanted)
        return Classifier("crt", before, dev.uar_of(model), curve=curve, resampled=resampled)
    if wanted.method == "tau":
        tau, factors = tau_factors(model, dev, wanted.tau)
    else:
        tau, factors = None, learnt_factors(_logits(model, train), train.labels)
    scale_classes(model, factors)
    scales = dict(zip(classes, factors.tolist(), strict=True))
    return Classifier(wanted.method, before, dev.uar_of(model), tau=tau, scales=scales)


def retrain_classifier(
    model: MerHanForEmotionClassification,
    train: PooledRows,
    order: Sampler,
    dev: Dev,
    job: Job,
    wanted: DecoupleSettings,
) -> list[float]:
    """cRT: forget the classifier and train it on frozen vectors, in a balanced order; dev UAR by epoch.

    Plain cross-entropy on every head (with the recipe's label smoothing and auxiliary coefficients), since the
    order is what balances; AdamW on a cosine from the learning rates to 0; the best epoch by dev UAR is kept.
    """
    settings = job.recipe.train
    forget_classifier(model, job.seed)
    parts = classifier_parts(model)
    smoothing = settings.loss.label_smoothing
    losses = HeadLosses(
        make_loss("cross_entropy", label_smoothing=smoothing, reduction="sum_and_weight"),
        settings.auxiliary.model_dump(),
    )
    # The vectors of training rows are told apart by then, with no help from the heads: at the full rate these take
    # what was memorised at face value within an epoch, and the direct path, which can't, is left nothing to learn.
    rate = wanted.learning_rate or settings.learning_rate / 10
    optimizer = torch.optim.AdamW(
        [
            {
                "params": [p for p in part.parameters() if p.ndim == dimensions],
                "lr": settings.direct_learning_rate if name == "direct_path" else rate,
                "weight_decay": settings.weight_decay if dimensions == 2 else 0.0,
            }
            for name, part in parts.items()
            for dimensions in (1, 2)
        ]
    )
    steps = wanted.epochs * -(-len(order) // settings.batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    curve, best = [], None
    with torch.random.fork_rng():
        torch.manual_seed(job.seed)  # of dropout
        for epoch in range(wanted.epochs):
            order.set_epoch(epoch)
            rows = list(order)
            for part in parts.values():
                part.train()
            for start in range(0, len(rows), settings.batch_size):
                batch = train.rows(rows[start : start + settings.batch_size])
                logits = dict(zip(_HEADS, model.classify(batch.pooled), strict=True))
                present = {"audio": batch.pooled.has_audio, "text": batch.pooled.has_text}
                optimizer.zero_grad()
                losses(logits, batch.labels, present).backward()
                torch.nn.utils.clip_grad_norm_(
                    [p for group in optimizer.param_groups for p in group["params"]], settings.max_grad_norm
                )
                optimizer.step()
                schedule.step()
            model.eval()
            curve.append(dev.uar_of(model))
            if best is None or curve[-1] > max(curve[:-1]):
                best = copy.deepcopy({name: part.state_dict() for name, part in parts.items()})
    for name, part in parts.items():
        part.load_state_dict(best[name])
    return curve


def tau_factors(
    model: MerHanForEmotionClassification, dev: Dev, tau: float | None
) -> tuple[float, torch.Tensor]:
    """τ-normalisation: W_c / ‖W_c‖^τ, as a factor a class; without a τ the best of 0, 0.1, …, 1 by dev UAR.

    The factors' geometric mean is 1, which moves no decision and keeps the sharpness of the probabilities; biases
    are multiplied too (Kang et al. leave them out), so that τ = 0 is the classifier as it was trained.  Ties: the
    smaller τ.
    """
    norms = class_norms(model).clamp_min(1e-12).log()
    by_tau = {t: torch.exp(-t * (norms - norms.mean())) for t in (TAUS if tau is None else (tau,))}
    logits = _logits(model, dev.rows)
    best = max(by_tau, key=lambda t: (dev.uar(logits * by_tau[t].to(logits)), -t))
    return best, by_tau[best]


def learnt_factors(logits: torch.Tensor, labels: torch.Tensor, pull: float = 1e-3) -> torch.Tensor:
    """LWS: a factor a class on frozen logits, (classes,), that class-balanced sampling would learn.

    Minimises the mean over classes of each class's mean cross-entropy, which is what class-balanced sampling
    draws from, on all rows at once by L-BFGS: no epochs, no rate, no chance. The factors are exp(u), their
    geometric mean 1; `pull` · Σ u² keeps them finite where the training rows are told apart without an error.
    """
    logits = logits.double().cpu()
    hard = hard_labels(labels).cpu()
    weight = 1.0 / torch.bincount(hard, minlength=logits.shape[1]).double()[hard]
    targets = labels.double().cpu() if labels.ndim == 2 else hard
    u = torch.zeros(logits.shape[1], dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS([u], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        solver.zero_grad()
        scaled = logits * torch.exp(u - u.mean())
        value = (weight * F.cross_entropy(scaled, targets, reduction="none")).sum() / weight.sum()
        value = value + pull * (u - u.mean()).square().sum()
        value.backward()
        return value

    solver.step(loss)
    return torch.exp(u - u.mean()).detach()


_HEADS = ("logits", "audio_logits", "text_logits")


@dataclass(frozen=True)
class Dev:
    """What the classifier is judged by: joint logits of dev, by UAR."""

    rows: PooledRows
    classes: tuple[str, ...]

    def uar(self, logits: torch.Tensor) -> float:
        """Of (rows, classes)."""
        labels = hard_labels(self.rows.labels).cpu().numpy()
        shares = logits.float().softmax(dim=1).cpu().numpy()
        return classification_report(labels, shares, self.classes)["uar"]

    def uar_of(self, model: MerHanForEmotionClassification) -> float:
        """With the classifier that it has now."""
        return self.uar(_logits(model, self.rows))


def _logits(model: MerHanForEmotionClassification, rows: PooledRows) -> torch.Tensor:
    """Joint logits (rows, classes)."""
    with torch.no_grad():
        return model.classify(rows.pooled)[0]
