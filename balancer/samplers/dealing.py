"""Dealing: one permutation after another, so that no member comes up again before all others have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from balancer.groups import small

_ONE_BY_ONE = 4096  # members from which a permutation is drawn by itself; smaller ones are drawn all together
_ODD = np.uint64(0x9E3779B97F4A7C15)


def deal(levels: Sequence[np.ndarray], node: np.ndarray, before: np.ndarray, seed: int) -> np.ndarray:
    """Send each draw down a tree, at every node to the children in turn; the leaf it comes to, (draws,).

    Each node deals its children from a permutation that is used up before the next is drawn; draws of earlier
    epochs count, so that dealing goes on where it stopped: a function of the seed and of what came before.

    Parameters
    ----------
    levels : of each level from the top, (nodes,) how many children each node has, from 1; children are the
        nodes of the next level in order, those of the last level the leaves.
    node : (draws,) the node of the top level where each draw starts.
    before : (nodes,) draws that each of these was given in earlier epochs.
    """
    for level, sizes in enumerate(levels):
        order = np.argsort(small(node, len(sizes)), kind="stable") if len(sizes) > 1 else slice(None)
        count = np.bincount(node, minlength=len(sizes))
        first_child = np.cumsum(sizes) - sizes
        node = np.empty(len(node), dtype=np.int64)
        node[order] = np.repeat(first_child, count) + dealt(sizes, before, before + count, seed, level)
        if level + 1 < len(levels):
            begun = before % sizes
            children = np.repeat(first_child, begun) + dealt(sizes, before - begun, before, seed, level)
            before = np.repeat(before // sizes, sizes) + np.bincount(children, minlength=sizes.sum())
    return node


def dealt(sizes: np.ndarray, first: np.ndarray, last: np.ndarray, seed: int, level: int) -> np.ndarray:
    """Of each node the members dealt from its `first` draw to before its `last`, one node after another.

    sizes, first, last : (nodes,); a member is a number below its node's size.
    """
    nodes = np.flatnonzero(last > first)
    deals = (last[nodes] - 1) // sizes[nodes] - first[nodes] // sizes[nodes] + 1
    node = np.repeat(nodes, deals)
    number = first[node] // sizes[node] + _count_up(deals)
    size = sizes[node]
    # Of each permutation, the part that is wanted.
    start = np.maximum(first[node] - number * size, 0)
    wanted = np.minimum(last[node] - number * size, size) - start
    found = np.empty(wanted.sum(), dtype=np.int64)
    place = np.cumsum(wanted) - wanted
    large = size > _ONE_BY_ONE
    if len(few := np.flatnonzero(~large)):
        members = _small_permutations(size[few], node[few], number[few], seed, level)
        here = _count_up(size[few]) - np.repeat(start[few], size[few])
        members = members[(here >= 0) & (here < np.repeat(wanted[few], size[few]))]
        if len(few) == len(size):
            return members
        found[np.repeat(place[few], wanted[few]) + _count_up(wanted[few])] = members
    for i in np.flatnonzero(large):
        rng = np.random.default_rng([seed, 2 + level, int(node[i]), int(number[i])])
        whole = rng.permutation(size[i])
        found[place[i] : place[i] + wanted[i]] = whole[start[i] : start[i] + wanted[i]]
    return found


def drawn(sizes: np.ndarray, node: np.ndarray, rng: Generator) -> np.ndarray:
    """One of each draw's node's children, independently, (draws,), counted through all nodes as in `deal`."""
    return (np.cumsum(sizes) - sizes)[node] + rng.integers(sizes[node])


def _small_permutations(
    size: np.ndarray, node: np.ndarray, number: np.ndarray, seed: int, level: int
) -> np.ndarray:
    """One permutation after another, (Σ size,), each a function of seed, level, node and number.

    They are sorted all together by a random number a member: a generator for each would take minutes.
    """
    base = np.random.SeedSequence([seed, 2 + level]).generate_state(1, np.uint64)
    own = _mixed(_mixed(base + node.astype(np.uint64) * _ODD) + number.astype(np.uint64) * _ODD)
    member = _count_up(size).astype(np.uint64)
    drawn = _mixed(np.repeat(own, size) + member * _ODD)
    # Which permutation in the top bits, which member in the lowest: sorting numbers is ten times as fast as
    # sorting places by them, and no two are equal, so that no sorting method can order them otherwise.
    low, high = np.uint64(int(size.max()).bit_length()), np.uint64(64 - len(size).bit_length())
    which = np.repeat(np.arange(len(size), dtype=np.uint64), size)
    keys = np.sort((which << high) | (drawn >> (np.uint64(64) - high) >> low << low) | member)
    return (keys & ((np.uint64(1) << low) - np.uint64(1))).astype(np.int64)


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """SplitMix64's finaliser (Steele et al. 2014): every bit of the outcome depends on every bit given."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _count_up(sizes: np.ndarray) -> np.ndarray:
    """0 to size - 1 for each size, one after another."""
    return np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
