"""Errors of training, evaluation and prediction that a user can mend."""


class MerhanError(ValueError):
    """One sentence: what, where, what to do."""
