"""Pushes that are held back until others have overtaken them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.faults.fault import Fault

Release = Callable[[int, list[Any], Fault], None]


class Shuffle:
    """One fault's windows, one per auth key: a full one is let go in another order, a lonely one after its time."""

    def __init__(self, fault: Fault, release: Release) -> None:
        """`release(key, envelopes, fault)` sends on what waited too long for company."""
        self._fault = fault
        self._release = release
        self._held: dict[int, list[Any]] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def take(self, key: int, envelope: Any) -> list[Any]:
        """Hold an envelope back; returns what goes out now instead."""
        held = self._held.setdefault(key, [])
        held.append(envelope)
        if len(held) >= self._fault.window:
            return self._let_go(key)
        if key not in self._timers:
            loop = asyncio.get_running_loop()
            self._timers[key] = loop.call_later(self._fault.hold, self._too_long, key)
        return []

    def end(self) -> None:
        """Send on everything that is held."""
        for key in list(self._held):
            self._too_long(key)

    def _too_long(self, key: int) -> None:
        self._release(key, self._let_go(key), self._fault)

    def _let_go(self, key: int) -> list[Any]:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
        held = self._held.pop(key)
        return self._fault.shuffled(held) if len(held) > 1 else held
