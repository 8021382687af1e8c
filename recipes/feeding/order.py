"""The order of training rows, each with the epoch that it is drawn for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from torch.utils.data import Sampler

from balancer import make_sampler
from balancer.samplers import find_sampler
from recipes.feeding.dealing import DealtSampler

if TYPE_CHECKING:
    from recipes.corpus.corpus import Corpus
    from recipes.corpus.utterance import Utterance
    from recipes.feeding.rows import EncodedRows
    from recipes.train_settings import SamplerSettings


class EpochOrder(Sampler[tuple[int, int]]):
    """Another sampler's rows as `(epoch, row)`: an index that means the same in every process, now and later.

    Workers that fetch ahead, or live on from epoch to epoch, hold an old copy of the dataset; the index tells
    them what `set_epoch` can't. The rows keep the epoch, so that whichever of the two a loader tells (accelerate
    tells the dataset alone after a resume in several processes) both know.
    """

    def __init__(self, rows: EncodedRows, sampler: Iterable[int]):
        self.rows, self.sampler = rows, sampler

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.rows.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        epoch = self.rows.epoch
        if hasattr(self.sampler, "set_epoch"):
            self.sampler.set_epoch(epoch)
        return iter([(epoch, int(row)) for row in self.sampler])


def order_of(
    chosen: SamplerSettings | None,
    rows: Sequence[Utterance],
    length: int,
    seed: int,
    *,
    corpus: Corpus,
    batch_size: int,
    epochs: int,
) -> Sampler[int]:
    """A recipe's order of `rows`, `length` of them an epoch; every row in turn where it names no sampler.

    Parameters
    ----------
    rows : the one behind each item; of a copy its source. corpus : that they are of.
    batch_size, epochs : of the training, for samplers that want to know.
    """
    if chosen is None:
        return DealtSampler(len(rows), length, seed)
    needs: dict[str, Any] = {"batch_size": batch_size, "epochs": epochs}
    needs["groups"] = [row.speaker for row in rows]
    if "lengths" in find_sampler(chosen.name).needs:
        seconds = {row.id: _length(row, corpus) for row in {row.id: row for row in rows}.values()}
        needs["lengths"] = [seconds[row.id] for row in rows]
    labels = [row.label for row in rows]
    return make_sampler(chosen.name, labels, num_samples=length, seed=seed, **needs, **chosen.options())


def _length(row: Utterance, corpus: Corpus) -> float:
    """Seconds of a row's sound, or words of a row without."""
    return corpus.seconds(row) if row.audio else float(len(row.text.split()))
