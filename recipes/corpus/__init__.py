"""Corpora: manifests, splits, leaks and checks."""

from recipes.corpus.checks import Broken, broken_audio
from recipes.corpus.corpus import Corpus
from recipes.corpus.default import default_corpus
from recipes.corpus.leaks import Leak, find_leaks
from recipes.corpus.splits import hold_out_dev, make_splits, protocol_of
from recipes.corpus.utterance import Utterance

__all__ = [
    "Broken",
    "Corpus",
    "Leak",
    "Utterance",
    "broken_audio",
    "default_corpus",
    "find_leaks",
    "hold_out_dev",
    "make_splits",
    "protocol_of",
]
