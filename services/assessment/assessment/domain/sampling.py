"""The random sample for second marking, drawn so that anyone can draw it again.

The draw needs the batch's name, the nonce and the number of scripts; nothing of our database. The
digest of the nonce is told before marking, the nonce itself afterwards, so that nobody could
choose the sample, and no marker could know it.
"""

from hashlib import sha256
from math import isqrt


def seed_of(batch: str, nonce: str) -> str:
    """SHA-256 over batch and nonce, hexadecimal. No batch's name holds a line break."""
    return _digest(f"{batch}\n{nonce}")


def commitment_to(nonce: str) -> str:
    """What is told of the nonce before marking: its SHA-256, hexadecimal."""
    return _digest(nonce)


def sample_size(scripts: int, *, percent: int, minimum: int) -> int:
    """The largest of the minimum, the square root and the percentage, never more than all.

    A paper with neither minimum nor percentage asks for no sample. Mandatory second markings come
    on top: they are no random sample, and estimate nothing.
    """
    if scripts == 0 or (percent == 0 and minimum == 0):
        return 0
    root = isqrt(scripts - 1) + 1
    share = -(-scripts * percent // 100)
    return min(scripts, max(minimum, root, share))


def draw(batch: str, nonce: str, *, scripts: int, size: int) -> list[int]:
    """The numbers drawn, ascending, of scripts numbered from 1: the `size` lowest digests."""
    seed = seed_of(batch, nonce)
    by_digest = sorted(range(1, scripts + 1), key=lambda number: _digest(f"{seed}\n{number}"))
    return sorted(by_digest[:size])


def lot(*parts: str) -> str:
    """A lot that these parts decide, hexadecimal."""
    return _digest("\n".join(parts))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
