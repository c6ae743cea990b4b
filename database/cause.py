"""Decides what an effect is called: the cause that made it happen, and the number that is derived from it."""

from hashlib import blake2b
from typing import NewType

Cause = NewType("Cause", str)
"""What made an effect happen, the same at every replay.

`message:<chat>:<id>`, `edit:<chat>:<id>:<edit date>`, `query:<id>`, `album:<chat>:<group>:<batch>`, `content:<hash>`,
`content:<hash>:<generation>`, `job:<name>:<at>`. An effect is carried out once per bot and cause, however often its
cause comes back.
"""


def hash64(*parts: object) -> int:
    """Make a signed 64-bit number of the parts, never 0: what Telegram takes as a `random_id`.

    The parts keep their borders and their types: `("ab", "c")`, `("a", "bc")`, `(1,)` and `("1",)` differ.

    Raises:
        TypeError: A part is neither str, bytes, bool, int nor None; the text of anything else need not be stable.
    """
    digest = blake2b(digest_size=8)
    for part in parts:
        encoded = _encode(part)
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    number = int.from_bytes(digest.digest(), "big", signed=True)
    return number or 1


def _encode(part: object) -> bytes:
    match part:
        case None:
            return b"n"
        case bool():
            return b"b1" if part else b"b0"
        case int():
            return b"i" + str(int(part)).encode()
        case str():
            return b"s" + str(part).encode("utf-8", "surrogatepass")
        case bytes():
            return b"y" + part
        case _:
            raise TypeError(f"a cause is made of text, bytes and whole numbers, not of {type(part).__name__}")
