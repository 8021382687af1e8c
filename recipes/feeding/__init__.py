"""Rows of a corpus or of somebody else's dataset, augmented and encoded, on their way into any training."""
