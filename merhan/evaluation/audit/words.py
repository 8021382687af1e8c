"""The audit of the steps that change words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from augment.chain import Chain
from merhan.evaluation.audit.bench import Bench, Side, weak
from merhan.evaluation.audit.copies import read_copies
from merhan.evaluation.audit.judge import text_judge
from merhan.evaluation.audit.ladder import axes_of, ladder
from merhan.evaluation.audit.results import Height, StepAudit
from merhan.evaluation.audit.steps import Step
from merhan.features.text import TextEncoder
from merhan.features.textrows import read_texts
from recipes.chains import build_chains
from recipes.languages import in_english, other_languages


def audit_words(bench: Bench, steps: Sequence[Step]) -> Side:
    """Every step at every strength, and the text chain as it is; nothing where no row has text."""
    corpus = list(bench.corpus)
    if not steps or not any(row.text.strip() for row in corpus):
        return Side()
    encoder = TextEncoder.load(bench.settings.text_encoder, [row.text for row in corpus])
    read = read_texts([row.text for row in corpus], encoder, bench.settings.max_tokens, cache=bench.cache)
    judge = text_judge(bench.corpus, bench.fold, read.mean, read.has_text)
    copied = bench.sample(judge, np.array([in_english(row) for row in corpus]))
    notes = (*encoder.notes, *other_languages(bench.corpus))
    if not len(copied):
        return Side(notes=notes)

    protect = bench.recipe.augment.gates.protect
    reference = bench.reference(judge, copied)
    reason = weak(reference, "text")
    found = {}
    for step in steps:
        rungs = ladder(step.transform)
        rows = bench.chosen(step, copied)
        chains = [Chain([rung.transform], protect=protect) for rung in rungs]
        means = read_copies(
            [corpus[at] for at in rows], chains, encoder, bench.settings, bench.seed, bench.cache
        )
        heights = tuple(
            Height(rung, bench.measure(judge, rows, vectors))
            for rung, vectors in zip(rungs, means, strict=True)
        )
        found[step.key] = StepAudit(step, tuple(axes_of(step.transform)), heights, reason)
    vectors = np.full((len(copied), read.mean.shape[1]), np.nan, np.float32)
    labels = judge.labels[copied]
    for label in sorted(set(labels)):
        chain, own = build_chains(bench.recipe, label).text, copied[labels == label]
        if chain is not None:
            rows = [corpus[at] for at in own]
            (made,) = read_copies(rows, [chain], encoder, bench.settings, bench.seed, bench.cache)
            vectors[labels == label] = made
    return Side(reference, found, bench.measure(judge, copied, vectors), notes)
