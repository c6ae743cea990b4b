"""Waits that the sandbox orders, and its own word on every call that came before their time."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from client.evidence import PROBES
from sandbox.network import ServerInfo
from sandbox.stage import control

IN_FLIGHT = 0.5
"""Seconds after the first that a process was told in which a call may have left before it had read and understood
that, on a busy machine."""

NAMES = {"chat": ("FLOOD_WAIT_n", "SLOWMODE_WAIT_n"), "method": ("FLOOD_WAIT_n", "FLOOD_PREMIUM_WAIT_n"),
         "account": ("FLOOD_WAIT_n",)}  # fmt: skip
"""What Telegram may call a wait for each scope."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One call that was told to wait: when it came (seconds since 1970), and what it was."""

    at: float
    method: str
    chat: int

    @property
    def place(self) -> tuple[str, int]:
        """The least that the wait can have been for."""
        return self.method, self.chat


@dataclass
class Wait:
    """One wait as it was ordered, and the calls that met it: the first was told, all others came early."""

    closes: str
    seconds: int
    method: str | None = None
    chat: int | None = None
    strikes: list[Strike] = field(default_factory=list)
    ended: float = math.inf
    """When it was ended before its time."""

    @property
    def told(self) -> bool:
        """Whether anybody was told."""
        return bool(self.strikes)

    def covers(self, method: str, chat: int) -> bool:
        """Whether it closes this, once it was told."""
        if self.closes == "account":
            return True
        return chat == self.chat if self.closes == "chat" else method == self.method

    def closed(self) -> tuple[float, float]:
        """From when to when it closes what it covers (seconds since 1970)."""
        return self.strikes[0].at, min(self.ended, self.strikes[0].at + self.seconds)


@dataclass
class Early:
    """The calls that came before their time, by what they were."""

    learning: int = 0
    """The first of another method or chat: how the bot learns how wide the wait is, `PROBES` per process at most."""
    in_flight: int = 0
    """Left before the bot can have read what the first ones were told, or before a process was killed that had."""
    violations: int = 0
    """Any other."""
    most: int = 0
    """The most that one wait has met, of all kinds."""

    def add(self, wait: Wait, kills: Sequence[float] = ()) -> None:
        """Judge one wait's calls. `kills` are the moments at which the process was killed."""
        self.most = max(self.most, len(wait.strikes) - 1)
        told: dict[tuple[str, int], float] = {}
        begun: dict[int, float] = {}
        learned: Counter[int] = Counter()
        for number, strike in enumerate(wait.strikes):
            life = sum(kill < strike.at for kill in kills)
            since = strike.at - begun.setdefault(life, strike.at)
            known = told.setdefault(strike.place, strike.at)
            if number == 0:
                continue
            new = known == strike.at
            if new and learned[life] < PROBES:
                learned[life] += 1
                self.learning += 1
            elif since <= IN_FLIGHT if new else _unread(known, strike.at, kills):
                told[strike.place] = strike.at
                self.in_flight += 1
            else:
                self.violations += 1


def _unread(told: float, at: float, kills: Iterable[float]) -> bool:
    """Whether this call had left, or the process that was told was killed, before that was read and written down."""
    if at - told <= IN_FLIGHT and not any(told <= kill < at for kill in kills):
        return True
    return any(told <= kill < at and kill - told <= IN_FLIGHT for kill in kills)


class Weather:
    """Orders waits for one bot, and knows what became of them."""

    def __init__(self, info: ServerInfo, account: int) -> None:
        self._info = info
        self._account = account
        self._waits: dict[int, Wait] = {}
        self._on: list[int] = []
        self._seen = 0

    @property
    def waits(self) -> Sequence[Wait]:
        """All that were ordered."""
        return list(self._waits.values())

    async def order(self, wait: Wait, name: str = "FLOOD_WAIT_n") -> None:
        """Let the next call that it covers be told to wait."""
        shown = await control(
            self._info, "POST", "/faults", kind="error", code=420, name=name, closes=wait.closes, count=1,
            account=self._account, range=[wait.seconds, wait.seconds], **_which(wait),
        )  # fmt: skip
        self._waits[shown["id"]] = wait
        self._on.append(shown["id"])

    async def look(self) -> None:
        """Read on in what the server noted about each refusal."""
        while page := await control(self._info, "GET", f"/faults/strikes?since={self._seen}"):
            for each in page:
                self._seen = each["seq"]
                if (wait := self._waits.get(each["fault"])) is not None:
                    at = datetime.fromisoformat(each["at"]).timestamp()
                    wait.strikes.append(Strike(at, each["method"], each["chat"]))

    async def clear(self) -> None:
        """End all waits, for the server: as if their time had come."""
        await self.look()
        on, self._on = self._on, []
        for number in on:
            await control(self._info, "DELETE", f"/faults/{number}")
            self._waits[number].ended = time.time()


def _which(wait: Wait) -> Mapping[str, Any]:
    """The fields of an order that say which calls it meets."""
    return {name: value for name, value in (("method", wait.method), ("chat", wait.chat)) if value is not None}


def open_parts(
    since: float, until: float, closed: Iterable[tuple[float, float]], *, before: float, after: float
) -> list[tuple[float, float]]:
    """The parts of a time in which nothing was closed.

    So many seconds before a wait and after it are no part of them: what was asked just before it is held back by it,
    and that is worked off after it.
    """
    parts, begin = [], since
    for start, end in sorted(closed):
        parts.append((begin, min(start - before, until)))
        begin = max(begin, end + after)
    return [(start, end) for start, end in [*parts, (begin, until)] if end > start]
