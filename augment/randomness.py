"""Where every random number of this product comes from."""

from __future__ import annotations

import hashlib

from numpy.random import PCG64, Generator, SeedSequence


def generator(
    seed: int, key: str, copy: int = 0, epoch: int = 0, attempt: int = 0, stream: str = "audio"
) -> Generator:
    """The generator of one draw: the same arguments give the same numbers on every machine.

    Parameters
    ----------
    seed : the user's ``--seed``.
    key : utterance id, or the speaker for a voice.
    copy : copy from 1, or voice number.
    epoch, attempt : online epoch, redraw after a refusal.
    stream : "audio", "text", "voice", …; streams of one copy never share numbers.
    """
    # A length prefix keeps ("a", "bc") and ("ab", "c") apart; a cryptographic hash keeps neighbours apart.
    words = "\x1f".join(f"{len(str(part))}:{part}" for part in (seed, key, copy, epoch, attempt, stream))
    digest = hashlib.blake2b(words.encode(), digest_size=16).digest()
    return Generator(PCG64(SeedSequence(int.from_bytes(digest, "little"))))


def child(rng: Generator) -> Generator:
    """A generator of its own for one step, at the cost of one number of `rng`.

    However many numbers a step takes, the steps after it draw what they would have drawn anyway.
    """
    return seeded(child_seed(rng))


def child_seed(rng: Generator) -> int:
    """What `seeded` makes a child of: a child that may never be asked for costs a tenth of one that is made."""
    return int(rng.integers(0, 2**63))


def seeded(seed: int) -> Generator:
    """The generator of a `child_seed`."""
    return Generator(PCG64(seed))
