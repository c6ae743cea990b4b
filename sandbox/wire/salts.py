"""Which server salt is in force for a key: a new one each half hour, the one before it still accepted."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from hashlib import sha256

from sandbox.wire.crypto import AuthKey

MAX_FUTURE = 64


class Salts:
    """The salts of every key, computed from the key and the time, so that they are the same after a restart."""

    def __init__(self, clock: Callable[[], float] = time.time, period: float = 1800.0) -> None:
        """`clock` is the time in Unix seconds; `period` is how long a salt is the newest, in seconds."""
        self._clock = clock
        self._period = period
        self._first: dict[int, tuple[int, float]] = {}
        self._computed: dict[int, tuple[int, int, int]] = {}

    def agreed(self, key: AuthKey, salt: int) -> None:
        """Accept for one period the salt that the key exchange ended with."""
        self._first[key.id] = (salt, self._clock() + self._period)

    def current(self, key: AuthKey) -> int:
        """The salt to use now."""
        return self._pair(key)[0]

    def accepts(self, key: AuthKey, salt: int) -> bool:
        """Whether a message with this salt is taken."""
        if salt in self._pair(key):
            return True
        first, until = self._first.get(key.id, (0, 0.0))
        if until and until < self._clock():
            del self._first[key.id]
            return False
        return bool(until) and salt == first

    def future(self, key: AuthKey, count: int) -> list[tuple[int, int, int]]:
        """The salts of now and of the periods to come: valid since, valid until (Unix seconds), salt."""
        slot = self._slot()
        return [
            (int(at * self._period), int((at + 2) * self._period), self._of(key, at))
            for at in range(slot, slot + max(1, min(count, MAX_FUTURE)))
        ]

    def _pair(self, key: AuthKey) -> tuple[int, int]:
        """The salt of now and the one before."""
        slot = self._slot()
        at, newest, previous = self._computed.get(key.id, (-1, 0, 0))
        if at != slot:
            newest, previous = self._of(key, slot), self._of(key, slot - 1)
            self._computed[key.id] = (slot, newest, previous)
        return newest, previous

    def _slot(self) -> int:
        return int(self._clock() // self._period)

    def _of(self, key: AuthKey, slot: int) -> int:
        digest = hmac.digest(key.key, b"salt" + slot.to_bytes(8, "little"), sha256)
        return int.from_bytes(digest[:8], "little", signed=True) or 1
