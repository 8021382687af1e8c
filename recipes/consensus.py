"""Training rows on whose class the annotators did not agree."""

from __future__ import annotations

from balancer.labels import has_consensus
from recipes.corpus.corpus import Corpus
from recipes.errors import CorpusError
from recipes.schema import Recipe


def learnt_from(corpus: Corpus, recipe: Recipe) -> Corpus:
    """The corpus without the training rows that the recipe does not learn from, and a note on those.

    Under `train.no_consensus: drop` these are rows, and copies of rows, whose largest share is that of
    several classes; `keep` learns from their shares. Dev and test are left alone: there ties go by name.

    Raises
    ------
    CorpusError : no training row would be left.
    """
    if recipe.train.no_consensus == "keep":
        return corpus
    left = corpus.replace(u for u in corpus if u.split != "train" or has_consensus(u.label))
    if len(left) == len(corpus):
        return corpus
    if not len(left.select("train")):
        raise CorpusError(
            f"{corpus.manifest or 'The corpus'}: in no training row one class has the largest share; set "
            "train.no_consensus: keep to learn from the shares."
        )
    rows = len(corpus.select(originals=True)) - len(left.select(originals=True))
    return left.noting(
        f"{rows} training row{'s' if rows != 1 else ''} without consensus (several classes have the largest share) "
        "left out; train.no_consensus: keep learns from their shares."
    )
