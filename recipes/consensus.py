"""Training rows on whose class the annotators did not agree."""

from __future__ import annotations

from balancer.labels import has_consensus
from recipes.corpus.corpus import Corpus
from recipes.schema import Recipe


def learnt_from(corpus: Corpus, recipe: Recipe) -> Corpus:
    """The corpus with the training rows that the recipe learns from, and a note on those that it leaves out.

    Under `train.no_consensus: drop` these are rows, and copies of rows, whose largest share is that of
    several classes; `keep` learns from their shares. Dev and test are left alone: there ties go by name.
    """
    if recipe.train.no_consensus == "keep":
        return corpus
    left = corpus.replace(u for u in corpus if u.split != "train" or has_consensus(u.label))
    rows = sum(not u.is_copy for u in corpus) - sum(not u.is_copy for u in left)
    if len(left) == len(corpus):
        return corpus
    return left.noting(
        f"{rows} training row{'s' if rows != 1 else ''} without consensus (several classes have the largest share) "
        "left out; train.no_consensus: keep learns from their shares."
    )
