"""Readers who open links while somebody else disturbs: how long each waited, what never came, what came twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.stage import control
from tests.bench.figures import percentile
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess, Stage

LOST_AFTER = 60.0
"""Seconds without any answer after which what was not answered counts as missing."""


@dataclass
class Course:
    """What happened to the readers in some time."""

    asked: int = 0
    missing: int = 0
    doubled: int = 0
    waits: list[float] = field(default_factory=list)
    """Seconds from the server's record of the opened link to its record of the file, for each that came."""

    @property
    def whole(self) -> bool:
        """Whether everything came, and once."""
        return not self.missing and not self.doubled

    def percentile(self, share: float) -> float:
        return percentile(self.waits, share) if self.waits else float("inf")

    def told(self) -> str:
        return f"{self.percentile(0.5) * 1000:.1f} / {self.percentile(0.99) * 1000:.1f} ms"


def together(courses: Sequence[Course]) -> Course:
    """Several courses as one."""
    return Course(
        sum(each.asked for each in courses),
        sum(each.missing for each in courses),
        sum(each.doubled for each in courses),
        [wait for each in courses for wait in each.waits],
    )


@dataclass
class Watcher:
    """Reads the server's ledger piece by piece, when nobody is measured."""

    stage: Stage
    seen: int = 0

    async def course(self, people: Sequence[int], others: list[dict[str, Any]]) -> Course:
        """What became of these people since the last look, once everything came or nothing more is to be expected.

        What was between the bot and anybody else is added to `others`.
        """
        lines = await self.lines()
        known, came, moved = set(people), -1, time.monotonic()
        while (course := course_of(lines, people, self.stage.bot_id)).missing and time.monotonic() - moved < LOST_AFTER:
            if len(course.waits) != came:
                came, moved = len(course.waits), time.monotonic()
            await asyncio.sleep(0.5)
            lines += await self.lines()
        others += [line for line in lines if not known & {line["from_id"], line["peer_id"]}]
        return course_of(lines, people, self.stage.bot_id)

    async def lines(self) -> list[dict[str, Any]]:
        """What the server applied since this was asked last."""
        lines = await self.stage.sandbox.ledger(self.seen)
        if lines:
            self.seen = lines[-1]["seq"]
        return [line for line in lines if line["kind"] == "message"]

    async def sends(self) -> int:
        """How many calls of the bot sent something so far."""
        calls = await self.stage.sandbox.calls(self.stage.bot_id)
        return sum(calls.get(f"messages.{name}", 0) for name in ("SendMessage", "ForwardMessages"))

    async def settled(self, bot: BotProcess, timeout: float = 300) -> None:
        """Wait until the bot has nothing in hand and says nothing more."""
        before = -1

        async def still() -> bool:
            nonlocal before
            now = await self.sends()
            same, before = now == before, now
            return same and (await gauge(bot, "draftkeep_inbox_backlog")) == 0

        await until(still, timeout, every=1.0)


def course_of(lines: Sequence[dict[str, Any]], people: Sequence[int], bot_id: int) -> Course:
    """What became of the links that people opened: each has one file for an answer, in the order of asking."""
    asked: dict[int, list[float]] = {person: [] for person in people}
    got: dict[int, list[float]] = {person: [] for person in people}
    for line in lines:
        if line["peer_id"] == bot_id and line["from_id"] in asked:
            asked[line["from_id"]].append(seconds(line))
        elif line["from_id"] == bot_id and line["peer_id"] in got and line.get("media"):
            got[line["peer_id"]].append(seconds(line))
    course = Course()
    for person, times in asked.items():
        answers = got[person]
        course.asked += len(times)
        course.missing += max(0, len(times) - len(answers))
        course.doubled += max(0, len(answers) - len(times))
        course.waits += [answer - at for at, answer in zip(times, answers, strict=False)]
    return course


async def read_on(crowd: Crowd, codes: Sequence[str], pause: float, over: asyncio.Event, seed: int) -> None:
    """Let each reader open a link every `pause` seconds on average, until it is over."""

    async def read(person: int, dice: random.Random) -> None:
        await sleep(dice.uniform(0, pause))
        while not over.is_set():
            await crowd.say(person, [f"/start {dice.choice(codes)}"])
            await sleep(dice.uniform(0.5, 1.5) * pause)

    async def sleep(length: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(length):
                await over.wait()

    await asyncio.gather(*(read(person, random.Random(f"{seed} reader {n}")) for n, person in enumerate(crowd.people)))


async def many(stage: Stage, count: int) -> Crowd:
    """Sign up many people, some at a time."""
    crowd = Crowd(stage, [])
    for first in range(0, count, 1000):
        crowd.people += (await Crowd.of(stage, min(1000, count - first))).people
    return crowd


async def gauge(bot: BotProcess, name: str) -> float:
    """A metric of the bot, over all its labels; 0 while there is none."""
    _, text = await bot.get("/metrics")
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))


async def flood(stage: Stage, who: int, text: str, count: int, rate: float | None) -> str:
    """Let one person begin to write so many texts; returns where to look how far it is."""
    begun = await control(
        stage.sandbox.info, "POST", "/floods",
        **{"from": who}, to=stage.scene.username, text=text, count=count, per_second=rate,
    )  # fmt: skip
    return f"/floods/{begun['id']}"


async def flooded(stage: Stage, path: str, timeout: float) -> dict[str, Any]:
    """Wait until a flood is over."""

    async def look() -> dict[str, Any] | None:
        shown: dict[str, Any] = await control(stage.sandbox.info, "GET", path)
        assert not shown["error"], shown
        return None if shown["running"] else shown

    shown = await until(look, timeout, every=1.0)
    assert shown
    return shown


def seconds(line: dict[str, Any]) -> float:
    """When the server applied something, in Unix seconds."""
    return datetime.fromisoformat(line["at"]).timestamp()
