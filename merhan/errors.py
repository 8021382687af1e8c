"""Errors of training, evaluation and prediction that a user can mend."""

DIVERGED = "not finite; its training has diverged: train again with a lower train.learning_rate."


class MerhanError(ValueError):
    """One sentence: what, where, what to do."""


class PriorError(MerhanError):
    """A class distribution that can't be read or doesn't fit the model's classes."""
