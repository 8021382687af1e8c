"""What a person should know of a training beside its figures, each with what to do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from balancer.distribution import hard
from recipes.advice import advice
from recipes.correctors import correctors
from recipes.stages import stages_of

if TYPE_CHECKING:
    from recipes import Corpus
    from recipes.schema import Recipe

FEW = 20  # dev rows a class, below which one utterance moves its recall by more than 5 points


def before_training(recipe: Recipe, corpus: Corpus) -> list[str]:
    """Of the recipe, and of the dev split that it is to be tuned on."""
    trained, dev = ([hard(u.label) for u in corpus.select(split)] for split in ("train", "dev"))
    return [*advice(recipe), *absent_from_dev(trained, dev), *small_dev(dev)]


def absent_from_dev(trained: Sequence[str], dev: Sequence[str]) -> list[str]:
    """Classes that are learnt and that dev can't judge: neither its UAR nor the calibration knows them."""
    lacking = sorted(set(trained) - set(dev))
    if not lacking or not dev:
        return []
    return [
        f"dev has no rows of {', '.join(lacking)}: nothing is chosen or calibrated by how they are told apart. Hold "
        "out rows of every class."
    ]


def small_dev(labels: Sequence[str]) -> list[str]:
    """Where dev has fewer than 20 rows of a class: how far its UAR can be trusted.

    The standard error of a UAR with recalls r_c on n_c rows is √(Σ_c r_c (1 - r_c) / n_c) / C; at most with r_c ½.
    """
    counts = Counter(labels)
    few = sorted((n, name) for name, n in counts.items() if n < FEW)
    if not few:
        return []
    error = 100 * math.sqrt(sum(0.25 / n for n in counts.values())) / len(counts)
    shown = ", ".join(f"{n} of {name}" for n, name in few[:3]) + (", …" if len(few) > 3 else "")
    return [
        f"dev has few rows ({shown}): its UAR has a standard error of up to {error:.1f} points, and what differs by "
        f"less than about {2 * error:.0f} can't be told apart. Compare recipes over several seeds and by "
        "cross-validation, or hold out more rows."
    ]


def collapsed(dev: Mapping[str, Any], recipe: Recipe) -> list[str]:
    """Where a trained model never says a class that dev has.

    dev : the dev block of metrics.json.
    """
    names, matrix = dev["confusion_matrix"]["labels"], dev["confusion_matrix"]["matrix"]
    said = [sum(row[column] for row in matrix) for column in range(len(names))]
    there = [n for n, row in enumerate(matrix) if sum(row)]
    silent = [n for n in there if not said[n]]
    if not silent:
        return []
    shown = ", ".join(f"{names[n]} ({sum(matrix[n])} in dev)" for n in silent)
    last = stages_of(recipe)[-1].recipe
    remedy = (
        "Lower train.learning_rate, train longer, or look at the class's recordings and labels"
        if correctors(last).all
        else "Weigh the classes (train.class_weights.method: balanced) or sample them evenly (train.sampler: class_aware)"
    )
    return [
        f"the model never says {shown}: it uses {len(there) - len(silent)} of {len(there)} classes. {remedy}."
    ]
