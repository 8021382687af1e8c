"""What each pseudo-speaker of a corpus is: the steps that were drawn once for it."""

from __future__ import annotations

from typing import Any

from recipes.corpus.corpus import Corpus
from recipes.errors import CorpusError
from recipes.schema import Recipe

Provenance = list[dict[str, Any]]


def voices(corpus: Corpus, recipe: Recipe | None = None, seed: int = 0) -> dict[str, Provenance]:
    """The speaker-scoped steps of every voice, as `augment.replay` takes them.

    Without a recipe they are read off the copies of a materialised corpus. With one (online), they are
    drawn for every training speaker with audio: the same that `materialise` draws with this seed.

    Returns
    -------
    {"KS0#2": provenance}, in order of first appearance; copies without a voice give none.

    Raises
    ------
    CorpusError : two copies of one voice disagree; it names both.
    """
    return _read(corpus) if recipe is None else _drawn(corpus, recipe, seed)


def _read(corpus: Corpus) -> dict[str, Provenance]:
    found: dict[str, Provenance] = {}
    first: dict[str, str] = {}
    for utterance in corpus:
        if not utterance.voice:
            continue
        spoken = [step for step in utterance.transforms or [] if step.get("scope") == "speaker"]
        if found.setdefault(utterance.voice, spoken) != spoken:
            raise CorpusError(
                f"{corpus.where(utterance)} and {first[utterance.voice]!r} are copies in the voice "
                f"{utterance.voice!r}, and what was done to them once a speaker differs; write the corpus anew with "
                "`merhan-balance augment`."
            )
        first.setdefault(utterance.voice, utterance.id)
    return found


def _drawn(corpus: Corpus, recipe: Recipe, seed: int) -> dict[str, Provenance]:
    from augment.randomness import generator
    from recipes.chains import build_chains

    chains = build_chains(recipe)
    if chains.audio is None or not chains.voiced:
        return {}
    speakers = dict.fromkeys(u.speaker for u in corpus.select("train", originals=True) if u.audio)
    return {
        f"{speaker}#{v}": chains.audio.draw_voice(generator(seed, speaker, copy=v, stream="voice"))
        for speaker in speakers
        for v in range(1, recipe.augment.voices + 1)
    }
