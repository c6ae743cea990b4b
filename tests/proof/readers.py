"""Readers who open one link after the other whatever becomes of it, and the judgement of what each of them got."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from tests.e2e.crowd import Crowd
from tests.e2e.harness import Stage


@dataclass(frozen=True, slots=True)
class Said:
    """A message, when the server took it in (seconds since 1970), and what it says: a text or a file's SHA-256."""

    at: float
    what: str


@dataclass
class Exchange:
    """What one reader asked for and what the bot sent them, by the ledger; each question has one answer."""

    asked: list[Said] = field(default_factory=list)
    got: list[Said] = field(default_factory=list)

    def served_since(self, moment: float) -> float | None:
        """When the first thing was answered that was asked after this moment; None while there is none."""
        first = next((place for place, each in enumerate(self.asked) if each.at > moment), None)
        return None if first is None or first >= len(self.got) else self.got[first].at


@dataclass(frozen=True, slots=True)
class Verdict:
    """How what arrived compares with what was asked for."""

    expected: int
    missing: int
    doubled: int
    in_order: int
    readers: int

    @property
    def holds(self) -> bool:
        """Whether everybody got everything once and in order."""
        return not self.missing and not self.doubled and self.in_order == self.readers


class Readers:
    """Some readers of one bot, who ask on for as long as the context is open.

    `links` are codes with what they bring; `pace` are the seconds between two questions of one reader, from and to.
    """

    def __init__(self, crowd: Crowd, links: Mapping[str, str], seed: int | str, pace: tuple[float, float]) -> None:
        self._crowd = crowd
        self._links = links
        self._seed = seed
        self._pace = pace
        self._seen = 0
        self._over = asyncio.Event()
        self._asking: list[asyncio.Task[None]] = []
        self.exchanges = {person: Exchange() for person in crowd.people}

    @classmethod
    async def of(
        cls, stage: Stage, count: int, links: Mapping[str, str], *, seed: int | str, pace: tuple[float, float]
    ) -> Self:
        """Sign up so many."""
        return cls(await Crowd.of(stage, count), links, seed, pace)

    async def __aenter__(self) -> Self:
        self._asking = [
            asyncio.create_task(self._ask_on(person, random.Random(f"{self._seed} reader {number}")))
            for number, person in enumerate(self.people)
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def people(self) -> Sequence[int]:
        """Who they are."""
        return self._crowd.people

    async def stop(self) -> None:
        """Ask nothing more."""
        self._over.set()
        asking, self._asking = self._asking, []
        await asyncio.gather(*asking)

    async def look(self) -> None:
        """Read on in the ledger."""
        for line in await self._crowd.stage.sandbox.ledger(self._seen):
            self._seen = line["seq"]
            if line["kind"] == "message":
                self._note(line)

    def served_since(self, moment: float) -> float | None:
        """When the last of them got what they asked for first after this moment; None while one of them has not."""
        times = [exchange.served_since(moment) for exchange in self.exchanges.values()]
        return None if None in times else max(time for time in times if time is not None)

    def first_after(self, moment: float) -> float | None:
        """When the first of them got anything after this moment; None while none has."""
        times = [each.at for exchange in self.exchanges.values() for each in exchange.got if each.at > moment]
        return min(times, default=None)

    async def settle(self, patience: float) -> None:
        """Wait until each question has its answer, or none has come for so many seconds; then for what is too much."""
        before, moved = -1, asyncio.get_running_loop().time()
        while True:
            await self.look()
            open_ = sum(max(0, len(each.asked) - len(each.got)) for each in self.exchanges.values())
            now = asyncio.get_running_loop().time()
            if open_ != before:
                before, moved = open_, now
            if not open_ or now - moved > patience:
                break
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)
        await self.look()

    def verdict(self, free: Mapping[str, str] | None = None) -> Verdict:
        """Compare. `free` are codes that may be refused instead, with the words of the refusal."""
        missing = doubled = in_order = expected = 0
        for exchange in self.exchanges.values():
            got = [each.what for each in exchange.got]
            wanted = [self._wanted(ask.what, got, place, free or {}) for place, ask in enumerate(exchange.asked)]
            expected += len(wanted)
            missing += (Counter(wanted) - Counter(got)).total()
            doubled += (Counter(got) - Counter(wanted)).total()
            in_order += wanted == got
        return Verdict(expected, missing, doubled, in_order, len(self.exchanges))

    def _wanted(self, code: str, got: Sequence[str], place: int, free: Mapping[str, str]) -> str:
        """What a question is to be answered with; where both are right, what stands in its place."""
        refused = code in free and place < len(got) and got[place] == free[code]
        return free[code] if refused else self._links[code]

    async def ask(self, person: int, dice: random.Random) -> None:
        """One of them opens a link."""
        await self._crowd.say(person, [f"/start {dice.choice(list(self._links))}"])

    async def _ask_on(self, person: int, dice: random.Random) -> None:
        while not self._over.is_set():
            await self.ask(person, dice)
            await asyncio.sleep(dice.uniform(*self._pace))

    def _note(self, line: dict[str, Any]) -> None:
        bot = self._crowd.stage.bot_id
        at = datetime.fromisoformat(line["at"]).timestamp()
        if line["peer_id"] == bot and line["from_id"] in self.exchanges:
            self.exchanges[line["from_id"]].asked.append(Said(at, line["text"].removeprefix("/start ")))
        elif line["from_id"] == bot and line["peer_id"] in self.exchanges:
            what = line["media_sha256"] if line.get("media") else line["text"]
            self.exchanges[line["peer_id"]].got.append(Said(at, what))
