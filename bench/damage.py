"""Files damaged at random: bytes changed, turned, cut out or said twice."""

import random


def damaged(data: bytes, chance: random.Random, head: int) -> bytes:
    """A copy with 1, 3, 10 or 100 changes, half of them in the first `head` bytes."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 10, 100))):
        at = chance.randrange(head if chance.random() < 0.5 else len(out))
        length = chance.choice((1, 1, 1, 2, 4, 16))
        kind = chance.randrange(6)
        if kind < 3:
            out[at : at + length] = chance.randbytes(length)
        elif kind == 3:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 4:
            out[at : at + length] = b"\xff" * length
        else:
            piece = out[at : at + length]
            out[at : at + length] = chance.choice((b"", piece * 2))
    return bytes(out)
