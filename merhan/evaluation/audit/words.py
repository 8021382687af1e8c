"""The audit of the steps that change words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from augment.chain import Chain
from augment.containers import transforms_in
from augment.parameters import Unavailable
from augment.transform import Transform
from merhan.evaluation.audit.bench import Bench, Side, weak
from merhan.evaluation.audit.copies import read_copies
from merhan.evaluation.audit.judge import Judge, text_judge
from merhan.evaluation.audit.ladder import axes_of, ladder
from merhan.evaluation.audit.results import Height, Measured, StepAudit
from merhan.evaluation.audit.steps import Step
from merhan.features.text import TextEncoder
from merhan.features.textrows import read_texts
from recipes.chains import build_chains, text_languages
from recipes.languages import language_of, other_languages


def audit_words(bench: Bench, steps: Sequence[Step]) -> Side:
    """Every step at every strength, and the text chain as it is; nothing where no row has text that it knows."""
    corpus = list(bench.corpus)
    if not steps or not any(row.text.strip() for row in corpus):
        return Side()
    known = text_languages(bench.recipe)
    languages = np.array([language_of(row, known) or "" for row in corpus], object)
    encoder = TextEncoder.load(bench.settings.text_encoder, [row.text for row in corpus])
    read = read_texts([row.text for row in corpus], encoder, bench.settings.max_tokens, cache=bench.cache)
    judge = text_judge(bench.corpus, bench.fold, read.mean, read.has_text)
    copied = bench.sample(judge, np.isin(languages.astype(str), sorted(known)))
    notes = (*encoder.notes, *other_languages(bench.corpus, known))
    if not len(copied):
        return Side(notes=notes)

    def measured(rows: np.ndarray, chains: Sequence[Chain]) -> list[Measured]:
        texts = [corpus[at] for at in rows]
        means = read_copies(texts, chains, encoder, bench.settings, bench.seed, bench.cache)
        return [bench.measure(judge, rows, vectors) for vectors in means]

    reference = bench.reference(judge, copied)
    reason = weak(reference, "text")
    found, lacking = {}, ""
    for step in steps:
        axes, rungs = tuple(axes_of(step.transform)), ladder(step.transform)
        missing = _missing(step.transform)
        if missing:
            lacking = missing
            found[step.key] = StepAudit(step, axes, (), missing)
            continue
        rows = bench.chosen(step, copied)
        rows = rows[languages[rows] == step.transform.language]
        chains = [Chain([rung.transform], protect=_protected(bench, step.label)) for rung in rungs]
        found[step.key] = StepAudit(step, axes, tuple(map(Height, rungs, measured(rows, chains))), reason)
    whole = None if lacking else _whole(bench, judge, copied, languages, encoder)
    return Side(reference, found, whole, notes)


def _whole(
    bench: Bench, judge: Judge, copied: np.ndarray, languages: np.ndarray, encoder: TextEncoder
) -> Measured:
    """Copies as the recipe makes them, each by the steps of its class that know its language."""
    corpus = list(bench.corpus)
    vectors = np.full((len(copied), judge.vectors.shape[1]), np.nan, np.float32)
    groups = {(judge.labels[at], languages[at]) for at in copied}
    for label, language in sorted(groups):
        chain = build_chains(bench.recipe, label).text_in(language)
        if chain is not None:
            own = (judge.labels[copied] == label) & (languages[copied] == language)
            rows = [corpus[at] for at in copied[own]]
            (vectors[own],) = read_copies(rows, [chain], encoder, bench.settings, bench.seed, bench.cache)
    return bench.measure(judge, copied, vectors)


def _protected(bench: Bench, label: str | None) -> Sequence[str]:
    """The kinds of words that a class's text steps leave alone."""
    chain = build_chains(bench.recipe, label).text
    return chain.protect if chain else bench.recipe.augment.gates.protect


def _missing(transform: Transform) -> str:
    """What the step needs and is not on this machine; "" where all is."""
    try:
        for step in transforms_in([transform]):
            step.ready()
    except Unavailable as error:
        return str(error)
    return ""
