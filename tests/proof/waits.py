"""Waits that the sandbox orders, and its own word on every call that came before their time."""

from __future__ import annotations

import math
import re
import time
from bisect import bisect
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from client.evidence import Evidence, Scope, Told, Widened, scopes
from sandbox.network import ServerInfo
from sandbox.stage import control
from tests.e2e.evidence import entries

_SAID = re.compile(r"([\w.]+): told to wait (\d+) s")

TICK = 0.02
"""Seconds by which two notes of one moment may differ."""

WRITTEN_WITHIN = 1.0
"""Seconds that the bot may take to write down what it has read, on a busy machine."""

NAMES = {"chat": ("FLOOD_WAIT_n", "SLOWMODE_WAIT_n"), "method": ("FLOOD_WAIT_n", "FLOOD_PREMIUM_WAIT_n"),
         "account": ("FLOOD_WAIT_n",)}  # fmt: skip
"""What Telegram may call a wait for each scope."""


@dataclass(slots=True)
class Strike:
    """One call that was told to wait: when it came (seconds since 1970), what it was, and what it was told."""

    at: float
    method: str
    chat: int
    seconds: int = 0
    sent: float = 0.0
    """When it left the bot, by its own clock."""
    slow_mode: bool = False
    """Whether it was told so by a name that says for what: the chat."""
    read: float | None = None
    """When the bot had read that, by its log; None: the process that asked was killed before."""

    @property
    def place(self) -> Scope:
        """The least that the wait can have been for."""
        return self.method, self.chat or None


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


class Mind:
    """What a process must know that has read so much: what was told, and what that shows by the bot's rules."""

    def __init__(self, read: Iterable[Strike], remembered: Iterable[Strike]) -> None:
        """`read` in the order in which it was read; `remembered` is what earlier processes had written down."""
        self._told = {each.place: each.at + each.seconds for each in remembered}
        self._evidence = Evidence()
        self._widened: dict[Scope, Widened] = {}
        for each in read:
            self._read(each)

    def forbids(self, strike: Strike, when: float) -> bool:
        """Whether a call must not be made at this moment."""
        here = scopes(strike.method, strike.chat or None)
        ends = [self._told.get(here[0], 0.0), *(self._widened[name].until for name in here if name in self._widened)]
        return max(ends) > when

    def _read(self, strike: Strike) -> None:
        read = strike.read or strike.at
        told = Told(strike.method, strike.chat or None, read, read + strike.seconds)
        self._told[told.place] = max(told.until, self._told.get(told.place, 0.0))
        if not strike.slow_mode:
            self._widened = {name: each for name, each in self._widened.items() if not each.is_refuted_by(told)}
            self._widened |= {each.scope: each for each in self._evidence.add(told)}


@dataclass
class Early:
    """The calls that came before their time, by what they were."""

    learning: int = 0
    """By which a process learned how wide the wait is, after it had read of it once."""
    in_flight: int = 0
    """On their way when the process first read of it; or told to one that was killed before it could write it down."""
    violations: int = 0
    """Any other."""
    most: int = 0
    """The most that one wait has met, of all kinds."""

    def add(self, wait: Wait, kills: Sequence[float] = (), others: Iterable[Strike] = ()) -> None:
        """Judge one wait's calls.

        `kills` are the moments at which the process was killed, in order; `others` the calls that other waits met.
        """
        if not wait.strikes:
            return
        self.most = max(self.most, len(wait.strikes) - 1)
        since = wait.strikes[0].sent
        near = [each for each in others if each.at >= since and wait.covers(each.method, each.chat)]
        heard = sorted([*wait.strikes, *near], key=lambda each: each.read or math.inf)
        for strike in wait.strikes[1:]:
            left, life = strike.sent - TICK, bisect(kills, strike.at)
            read = [each for each in heard if bisect(kills, each.at) == life and (each.read or math.inf) <= left]
            remembered = [each for each in heard if bisect(kills, each.at) < life and not _is_lost(each, kills)]
            if Mind(read, remembered).forbids(strike, left):
                self.violations += 1
            elif any(each in wait.strikes for each in read):
                self.learning += 1
            else:
                self.in_flight += 1


def _is_lost(told: Strike, kills: Iterable[float]) -> bool:
    """Whether the process that was told was killed before it can have read that and written it down."""
    end = min((kill for kill in kills if told.at < kill), default=math.inf)
    return told.read is None or end - told.read <= WRITTEN_WITHIN


def match(strikes: Iterable[Strike], log: str, kills: Sequence[float]) -> None:
    """Find in a bot's log when it read what each call was told."""
    read: dict[tuple[str, int], deque[float]] = {}
    for entry in entries(log):
        if said := _SAID.fullmatch(entry["message"]):
            at = datetime.fromisoformat(entry["time"]).timestamp()
            read.setdefault((said[1].lower(), int(said[2])), deque()).append(at)
    for strike in sorted(strikes, key=lambda each: each.at):
        times = read.get((strike.method.lower(), max(1, strike.seconds)), deque())
        while times and times[0] < strike.at - TICK:
            times.popleft()
        end = min((kill for kill in kills if kill > strike.at), default=math.inf)
        strike.read = times.popleft() if times and times[0] <= end else None


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
                    sent = datetime.fromisoformat(each["sent"]).timestamp()
                    name, _, seconds = each["error"].rpartition("_")
                    slow_mode = name == "SLOWMODE_WAIT"
                    wait.strikes.append(Strike(at, each["method"], each["chat"], int(seconds), sent, slow_mode))

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
