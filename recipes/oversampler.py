"""Over-sampling by augmentation, with imbalanced-learn's sampler API."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from imblearn.over_sampling.base import BaseOverSampler
from imblearn.utils import check_target_type
from numpy.random import Generator
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions

from augment.chain import Chain, Sample
from augment.containers import transforms_in
from augment.randomness import generator
from recipes.augment_settings import AugmentSettings
from recipes.chains import Chains, ranks, settings_for, voice_of
from recipes.copying import Copier, Copy
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.feeding.collections import as_rows, items_of, like
from recipes.feeding.datasets import corpus_of
from recipes.library import load_recipe
from recipes.naming import copy_id
from recipes.pool import make_pool, pool_of
from recipes.readiness import check_steps
from recipes.schema import Recipe


class AugmentationOverSampler(BaseOverSampler):
    """Even out classes with augmented copies of their utterances, instead of duplicates or points between them.

    Works wherever imbalanced-learn's samplers do, before the steps that make features; in an
    `imblearn.pipeline.Pipeline` copies are made of the training fold alone, and never in `predict`.

    Parameters
    ----------
    recipe : Chain, Recipe, or what `load_recipe` takes (a name, a YAML file, a mapping)
        Of a recipe its `augment` section; how many copies there are is `sampling_strategy`'s business alone.
    sampling_strategy : float, str, dict or callable, default="auto"
        As of every imbalanced-learn over-sampler.
    random_state : int, RandomState instance or None, default=0
        An int gives the same copies at each call.
    modality : {"auto", "text", "audio"}, default="auto"
        What the strings of X are: paths of recordings with "audio", else texts.
    rate : int, default=None
        Hz of sounds that come as bare samples.
    columns : dict, default=None
        Our column to that of a table, as in ``{"text": "sentence"}``; the names that manifests may use (text, audio,
        speaker, …) are understood.
    folder : path, default=None
        Where copies of recordings that come as paths are written (FLAC).

    Attributes
    ----------
    sampling_strategy_ : dict
        Copies by class.
    sample_indices_ : ndarray of shape (n_samples_new,)
        Rows of X: all of them, in their order, then the source of each copy.
    provenance_ : tuple of length n_samples_new
        What was done to a copy (`augment.replay` does it again); empty for what is unchanged.

    Notes
    -----
    The utterances of a class give copies in turn, in an order drawn once; each is used as often as any other, or once
    more. One whose copy the gates refuse five times over gives its turn away; where no utterance of a class can be
    changed any more, its rows are duplicated, and a warning says how many. Steps drawn once a voice (`scope:
    speaker`) use the speakers of a table; elsewhere all rows are one nameless speaker's.

    X is a list, array or Series of texts, or of sounds (samples, pairs of samples and rate, `{"array",
    "sampling_rate"}`, paths), of Samples, or a DataFrame. It comes back as it came; samples of unequal length come
    back as an array of objects.

    Examples
    --------
    >>> from recipes import AugmentationOverSampler
    >>> chain = {"augment": {"text": [{"random_swap": {"rate": 0.2}}]}}
    >>> texts = ["I am so glad you came here", "the bus leaves at noon today", "we eat at six", "read it to me"]
    >>> X, y = AugmentationOverSampler(chain).fit_resample(texts, ["joy", "none", "none", "none"])
    >>> y
    ['joy', 'none', 'none', 'none', 'joy', 'joy']
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "recipe": "no_validation",  # load_recipe says what is wrong
        "modality": [StrOptions({"auto", "text", "audio"})],
        "rate": [int, None],
        "columns": [dict, None],
        "folder": [str, Path, None],
    }

    def __init__(
        self,
        recipe: Any = "minority_boost",
        *,
        sampling_strategy: Any = "auto",
        random_state: Any = 0,
        modality: str = "auto",
        rate: int | None = None,
        columns: Mapping[str, str] | None = None,
        folder: str | Path | None = None,
    ):
        super().__init__(sampling_strategy=sampling_strategy)
        self.recipe = recipe
        self.random_state = random_state
        self.modality = modality
        self.rate = rate
        self.columns = columns
        self.folder = folder

    def _check_X_y(self, X: Any, y: Any) -> tuple[Any, np.ndarray, bool]:
        y, binarised = check_target_type(y, indicate_one_vs_all=True)
        items = items_of(X)
        if len(items) != len(y):
            raise ValueError(f"X has {len(items)} rows and y {len(y)}: each row has one class.")
        return X, np.asarray(y), binarised

    def _fit_resample(self, X: Any, y: np.ndarray) -> tuple[Any, np.ndarray]:
        items = items_of(X)
        corpus = corpus_of(as_rows(items, y, self.modality, self.rate), self.columns, where="X")
        seed = _seed(self.random_state)
        copies = _Copies(self.recipe, corpus, seed)
        made, sources, done, duplicates = [], [], [], {}
        for label, count in self.sampling_strategy_.items():
            rows = np.flatnonzero(y == label)
            for row, key, copy in copies.of_class(rows, count, generator(seed, str(label), stream="turns")):
                sources.append(row)
                done.append([] if copy is None else list(copy.transforms))
                if copy is None:
                    duplicates[label] = duplicates.get(label, 0) + 1
                    made.append(items[row])
                else:
                    folder = None if self.folder is None else Path(self.folder)
                    made.append(like(copy.sample, items[row], corpus.names, key, self.modality, folder))
        for label, count in duplicates.items():
            warnings.warn(
                f"{count} of {self.sampling_strategy_[label]} copies of class {str(label)!r} are duplicates: no step of the "
                "recipe could change its utterances further.",
                stacklevel=5,
            )
        self.sample_indices_ = np.concatenate([np.arange(len(y)), np.array(sources, dtype=np.int64)])
        self.provenance_ = (*([] for _ in items), *done)
        return _joined(X, items, made), y[self.sample_indices_]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.sparse = False
        tags.input_tags.string = True
        tags.sampler_tags.sample_indices = True
        return tags


class _Copies:
    """Copies of a corpus's rows, by a recipe or a chain."""

    def __init__(self, recipe: Any, corpus: Corpus, seed: int):
        self.corpus, self.rank = corpus, ranks(corpus.utterances)
        chain = recipe if isinstance(recipe, Chain) else None
        self.recipe: Recipe = load_recipe({} if chain else recipe)
        if chain is None:
            check_steps(self.recipe, corpus.utterances)
            self.copier = Copier(self.recipe, seed, pool=make_pool(corpus, self.recipe))
        else:
            chains = _chains_of(chain)
            self.copier = Copier(self.recipe, seed, pool=pool_of(corpus) if chains.needs_pool else None)
            self.copier.chains = lambda label: chains

    def of_class(self, rows: np.ndarray, count: int, rng: Generator) -> list[tuple[int, str, Copy | None]]:
        """Source row, id and copy, `count` of them; None is a duplicate."""
        turn = rng.permutation(rows).tolist()
        made: dict[int, list[Sample]] = {row: [] for row in turn}
        found: list[tuple[int, str, Copy | None]] = []
        while len(found) < count and turn:
            row = turn.pop(0)
            utterance = self.corpus.utterances[row]
            number = len(made[row]) + 1
            copy = self.copier(
                self.corpus.read(utterance), utterance, number, self._voice(utterance, number), made[row]
            )
            if copy.sample is not None:
                turn.append(row)
                made[row].append(copy.sample)
                found.append((row, copy_id(utterance.id, number), copy))
        order = rng.permutation(rows).tolist()
        left = range(count - len(found))
        return found + [(order[n % len(order)], "", None) for n in left]

    def _voice(self, utterance: Utterance, number: int) -> str:
        if not utterance.audio:
            return ""
        settings = settings_for(self.recipe, utterance.hard_label) or AugmentSettings()
        return voice_of(utterance.speaker, self.rank[utterance.id], number, settings.voices)


def _chains_of(chain: Chain) -> Chains:
    """Its steps by modality: either draws from a stream of its own, as in a recipe."""
    steps: dict[str, list[Any]] = {"pairs": [], "audio": [], "text": []}
    for step in chain.steps:
        steps[next(iter(transforms_in([step]))).modality].append(step)
    parts = {name: Chain(own, protect=chain.protect) if own else None for name, own in steps.items()}
    voiced = any(step.scope == "speaker" for step in steps["audio"])
    return Chains(parts["audio"], parts["text"], either=False, voiced=voiced, pairs=parts["pairs"])


def _seed(random_state: Any) -> int:
    """An int is the seed itself; what else scikit-learn takes draws one."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def _joined(X: Any, items: list[Any], made: list[Any]) -> Any:
    """Originals, then copies, in the form of X."""
    if hasattr(X, "iloc") and getattr(X, "ndim", 1) == 2:
        import pandas as pd

        new = pd.DataFrame(made, columns=X.columns).astype(X.dtypes) if made else X.iloc[:0]
        return pd.concat([X, new], ignore_index=True)
    if isinstance(X, np.ndarray) and X.dtype != object:
        shapes = {np.shape(item) for item in made}
        if X.ndim == 1 or shapes <= {X.shape[1:]}:
            return np.concatenate([X, np.array(made)]) if made else X.copy()
        if X.shape[1:] == (1,):
            return np.concatenate([X, np.array(made)[:, None]])
    whole = np.empty(len(items) + len(made), dtype=object)
    for row, item in enumerate([*items, *made]):  # at once, arrays of one length would become rows
        whole[row] = item
    return whole[:, None] if isinstance(X, np.ndarray) and X.ndim == 2 and X.shape[1] == 1 else whole
