"""Transforms of features, a batch at a time, in the trainer; importing this registers them.

Nothing here is written as sound: masks and mixtures are drawn anew for every batch.
"""

from __future__ import annotations

from augment.features.chain import FeatureChain, batch_generator
from augment.features.manifold_mixup import ManifoldMixup
from augment.features.mixup import Mixup
from augment.features.remix import Remix
from augment.features.spec_augment import SpecAugment

__all__ = ["FeatureChain", "ManifoldMixup", "Mixup", "Remix", "SpecAugment", "batch_generator"]
