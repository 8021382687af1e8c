"""The stages of a recipe's training: what each is trained on, in which order, and with which loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import nn
from torch.utils.data import Sampler

from augment.features import FeatureChain
from balancer import make_sampler
from balancer.distribution import hard
from merhan.features.frames import frame_names
from merhan.training.loss import head_losses, training_counts
from merhan.training.objective import HeadLosses
from recipes.chains import build_features
from recipes.feeding.dealing import DealtSampler
from recipes.feeding.staged import SubsetSampler, balanced_subset
from recipes.stages import Stage, stages_of

if TYPE_CHECKING:
    from merhan.training.run import Job
    from merhan.training.views import Views
    from recipes import Corpus


@dataclass(frozen=True)
class TrainingStage:
    """What holds from one epoch on; `learning_rate` where a schedule of its own begins."""

    losses: HeadLosses
    sampler: Sampler
    features: FeatureChain
    learning_rate: float | None


def training_stages(views: Views, job: Job, contrastive: nn.Module | None = None) -> dict[int, TrainingStage]:
    """By first epoch.  Of a subset, the counts that weights and losses are made of are the subset's."""
    return {stage.first: _made(stage, views, job, contrastive) for stage in stages_of(job.recipe, job.epochs)}


def _made(stage: Stage, views: Views, job: Job, contrastive: nn.Module | None) -> TrainingStage:
    corpus, rows = views.train_corpus, None
    if stage.subset is not None:
        utterances = corpus.utterances
        rows = balanced_subset(
            [hard(u.label) for u in utterances], stage.subset, job.seed, [u.is_copy for u in utterances]
        )
        corpus = corpus.replace(utterances[row] for row in rows)
    classes, train = views.features.classes, stage.recipe.train
    sampler = _sampler(corpus, rows, stage, views, job.seed)
    counts = training_counts(corpus, classes, train.class_weights.copies_count)
    names = frame_names(views.features.settings)
    bands = [column for column, name in enumerate(names) if name.startswith("mel_")]
    return TrainingStage(
        losses=head_losses(corpus, classes, train, contrastive),
        sampler=sampler if rows is None else SubsetSampler(sampler, rows),
        features=build_features(
            stage.recipe, classes, counts, bands=(bands[0], bands[-1] + 1) if bands else (0, 0)
        ),
        learning_rate=stage.learning_rate,
    )


def _sampler(corpus: Corpus, rows: list[int] | None, stage: Stage, views: Views, seed: int) -> Sampler:
    """An epoch has the same length in every stage, and what a sampler may ask for is there."""
    train, length = stage.recipe.train, views.originals
    if train.sampler is None:
        return DealtSampler(len(corpus), length, seed)
    lengths = views.train.lengths if rows is None else views.train.lengths[rows]
    return make_sampler(
        train.sampler.name,
        [u.label for u in corpus],
        groups=[u.speaker for u in corpus],
        lengths=lengths,
        batch_size=train.batch_size,
        epochs=train.epochs,
        num_samples=length,
        seed=seed,
        **train.sampler.options(),
    )
