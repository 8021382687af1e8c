"""What a process does before its first task, while the plan is still made."""

from __future__ import annotations

from dataclasses import dataclass

from recipes.schema import Recipe

# Words that have synonyms, are inflected, and none that would be protected.
_TEXT = "she walked into the big houses and found some old books there"
_RATE = 16_000  # Hz
_COPIES = 16  # a step that is drawn less often loads what it needs when it is


@dataclass(frozen=True)
class Rehearsed:
    """Make some copies of nothing in particular: what they import, compile or load, copies no more have to.

    Every process compiles the same kernels for the same types in the same order, so that those which do so at the
    same time write the same files into numba's cache.
    """

    recipe: Recipe

    def __call__(self) -> None:
        import numpy as np
        import soundfile  # noqa: F401

        from augment.chain import Sample
        from augment.transform import Audio
        from recipes.copying import Copier
        from recipes.corpus.utterance import Utterance
        from recipes.rehearsal import asks_models

        copier = Copier(self.recipe, seed=0)
        row = Utterance(id="", label="", audio="-", text=_TEXT)
        silent = asks_models(copier.chains(row.hard_label))  # models are asked in the parent
        hum = np.sin(2 * np.pi * 200 / _RATE * np.arange(_RATE // 4)).astype(np.float32) / 2
        source = Sample(row.id, Audio(hum, _RATE), None if silent else row.text)
        for copy in range(1, _COPIES + 1):
            copier(source, row, copy, voice="#1")
