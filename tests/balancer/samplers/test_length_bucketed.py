from collections import Counter
from itertools import chain

import numpy as np
import pytest
from accelerate.data_loader import BatchSamplerShard
from torch.utils.data import BatchSampler

from balancer import make_sampler

RNG = np.random.default_rng(7)
LABELS = np.repeat(["neutral", "joy", "sadness", "fear"], [1200, 300, 80, 20])
LENGTHS = np.round(RNG.gamma(3.0, 1.2, len(LABELS)) + 0.4, 2)
SIZE = 16


def batches(sampler, size=SIZE):
    rows = np.array(list(sampler))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def made(**options):
    return make_sampler("length_bucketed", LABELS, lengths=LENGTHS, batch_size=SIZE, **options)


def padding(found):
    """What share of a padded batch is padding."""
    return 1 - sum(LENGTHS[b].sum() for b in found) / sum(LENGTHS[b].max() * len(b) for b in found)


def test_batches_are_alike_in_length_and_even_in_class():
    found = batches(made())
    for batch in found:
        counts = Counter(LABELS[batch])
        assert len(counts) == 4
        assert max(counts.values()) - min(counts.values()) <= 2
    random = batches(make_sampler("class_aware", LABELS))
    assert padding(random) > 0.4
    assert padding(found) < 0.2
    spread = np.median([np.ptp(LENGTHS[b]) for b in found])
    assert spread < 0.35 * np.median([np.ptp(LENGTHS[b]) for b in random])


def test_an_epoch_has_the_rows_of_class_aware():
    sampler, plain = made(num_samples=777), make_sampler("class_aware", LABELS, num_samples=777)
    for epoch in range(3):
        sampler.set_epoch(epoch)
        plain.set_epoch(epoch)
        assert Counter(sampler) == Counter(plain)


def test_a_larger_pool_has_batches_more_alike():
    assert padding(batches(made(pool=100))) < padding(batches(made(pool=10))) < padding(batches(made(pool=1)))


def test_batches_come_in_no_order_of_length():
    means = [LENGTHS[batch].mean() for batch in batches(made())]
    assert abs(np.corrcoef(means, np.arange(len(means)))[0, 1]) < 0.25


def test_the_batch_that_is_not_full_comes_last_and_may_be_of_any_length():
    sampler, means = made(num_samples=SIZE * 20 + 5), []
    for epoch in range(60):
        sampler.set_epoch(epoch)
        *_, last = batches(sampler)
        assert len(last) == 5
        means.append(LENGTHS[last].mean())
    assert np.median(means) == pytest.approx(np.median(LENGTHS), abs=1.0)
    assert min(means) < 2.5
    assert max(means) > 5


def test_classes_of_other_lengths_stay_even():
    lengths = np.where(LABELS == "sadness", LENGTHS * 3, LENGTHS)
    sampler = make_sampler("length_bucketed", LABELS, lengths=lengths, batch_size=SIZE)
    for batch in batches(sampler):
        counts = Counter(LABELS[batch])
        assert max(counts.values()) - min(counts.values()) <= 2


@pytest.mark.parametrize("scale", [1, 16_000, 1e-3])
def test_the_unit_of_lengths_does_not_matter(scale):
    lengths = np.round(LENGTHS * 100) * scale
    sampler = make_sampler("length_bucketed", LABELS, lengths=lengths.tolist(), batch_size=SIZE)
    assert list(sampler) == list(made())


def test_minus_zero_is_the_shortest_length():
    assert list(make_sampler("length_bucketed", ["a"] * 2, lengths=[1.0, -0.0], batch_size=2)) == [1, 0]


def test_every_process_gets_whole_batches():
    whole = {tuple(batch) for batch in batches(made())}
    for rank in range(4):  # by its own arguments, and as the Hugging Face Trainer divides them
        own = batches(made(num_replicas=4, rank=rank))
        shard = BatchSamplerShard(BatchSampler(made(), SIZE, drop_last=False), 4, rank)
        assert [tuple(batch) for batch in own] == [tuple(batch) for batch in shard]
        assert {tuple(batch) for batch in own} <= whole


def test_batches_of_one_step_are_alike_where_the_batch_size_is_that_of_all_processes():
    together = make_sampler("length_bucketed", LABELS, lengths=LENGTHS, batch_size=4 * SIZE)
    of_each = [list(BatchSamplerShard(BatchSampler(together, SIZE, False), 4, rank)) for rank in range(4)]
    steps = [np.concatenate(step) for step in zip(*of_each, strict=True)]
    assert padding(steps) < 0.25
    for batch in chain(*of_each):
        counts = Counter(LABELS[batch])
        assert max(counts.values()) - min(counts.values()) <= 2


@pytest.mark.parametrize("labels", [["a"], ["a", "b"]])
def test_fewer_rows_than_a_batch(labels):
    sampler = make_sampler("length_bucketed", labels, lengths=[1.0] * len(labels), batch_size=SIZE)
    assert sorted(sampler) == list(range(len(labels)))
