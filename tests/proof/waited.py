"""Proof that waits in some chats hold back nobody else of a broadcast: neither their messages nor their rate."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import time
from dataclasses import dataclass, replace
from typing import Any

from database.connection import Database
from tests.database.mongo import raw
from tests.e2e import casting
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.hours import pass_time
from tests.proof.waits import Early, Wait, Weather, match

TEXT = "News for everybody"

KEPT = 0.95
"""The part of its rate that a broadcast keeps while chats of others are told to wait."""

HOUR = 3600


@dataclass(frozen=True)
class Plan:
    """How much happens; seconds."""

    readers: int = 4400
    calm: float = 25.0
    storm: float = 40.0
    waits: int = 60
    """Of one reader each, from a second to an hour, each order of magnitude as likely; one of them lasts an hour."""
    patience: float = 300.0
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        name = f"a broadcast to {self.readers} in which {self.waits} are told to wait"
        return f"{name}, without {self.weaken}" if self.weaken else name


FULL = Plan()
SAMPLE = Plan(readers=150, calm=1.0, storm=2.0, waits=6)
CONTROL = replace(SAMPLE, readers=300, storm=5.0, waits=12, patience=20, weaken="gates")


async def pass_hours(stage: Stage, hours: float) -> None:
    """Let hours pass for what a stopped bot has written down, also of a broadcast's readers who wait."""
    await pass_time(stage, hours)
    earlier = hours * 3_600_000
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        chunks = raw(database).broadcast_chunks
        async for each in chunks.find({"due_at": {"$exists": True}}):
            change = {name: {"$subtract": [f"${name}", earlier]} for name in ("due_at", *map(_at, each["later"]))}
            await chunks.update_one({"_id": each["_id"]}, [{"$set": change}])


def _at(reader: str) -> str:
    return f"later.{reader}.at"


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Measure a broadcast, then tell some of its readers to wait; kill the bot, and let an hour pass."""
    began, dice = time.monotonic(), random.Random(f"{seed} waits of a broadcast")
    async with ground.stage() as stage:
        bot = await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        people = (await Crowd.of(stage, plan.readers)).people
        await casting.meet(stage, people)
        weather, arrivals = Weather(stage.sandbox.info, stage.bot_id), casting.Arrivals(stage, TEXT)
        lengths = [HOUR, *(round(math.exp(dice.uniform(0, math.log(HOUR)))) for _ in range(plan.waits - 1))]
        unlucky = sorted(people)[-plan.waits * (len(people) // (2 * plan.waits)) :: len(people) // (2 * plan.waits)]
        for person, seconds in zip(unlucky, lengths, strict=False):
            await weather.order(Wait("chat", seconds, chat=person))
        code = await casting.start(stage, TEXT, f"waited {seed}")
        await until(lambda: _reached(arrivals, 1), 60)
        await asyncio.sleep(plan.calm)
        with contextlib.suppress(AssertionError):
            await until(lambda: _reached(arrivals, len(people) // 2), plan.patience)
        turned = time.time()
        await asyncio.sleep(plan.storm)
        kill = time.time()
        await bot.kill()
        await bot.start()
        others = len(people) - len(unlucky)
        with contextlib.suppress(AssertionError):  # told by what is missing
            await until(lambda: _reached(arrivals, others), plan.patience)
        held = time.time() - kill
        kills = [kill, time.time()]
        await bot.kill()
        early = await _early(weather, bot.text(), kills)
        await pass_hours(stage, 1.1)
        await weather.clear()
        await bot.start()
        with contextlib.suppress(AssertionError):
            await casting.over(stage, code, plan.patience)
        await arrivals.look()
        sent = (await casting.look_up(stage, code)).counts.sent
        return judge(plan, seed, arrivals, early, (turned, kill), held, sent, began)


async def _reached(arrivals: casting.Arrivals, count: int) -> bool:
    await arrivals.look()
    return len(arrivals.at) >= count


async def _early(weather: Weather, log: str, kills: list[float]) -> Early:
    await weather.look()
    match([strike for wait in weather.waits for strike in wait.strikes], log, kills)
    early = Early()
    for wait in weather.waits:
        early.add(wait, kills)
    return early


def judge(
    plan: Plan, seed: int, arrivals: casting.Arrivals, early: Early, storm: tuple[float, float], held: float,
    sent: int, began: float,
) -> Finding:  # fmt: skip
    """Put together what came of it."""
    times = arrivals.times
    calm = _rate(times, storm[0] - plan.calm, storm[0])
    kept = _rate(times, storm[0], storm[1] - 1) / calm if calm else 0.0
    few = plan.readers < FULL.readers  # and perhaps a busy machine: no word on rates
    missing, doubled = plan.readers - len(arrivals.at), len(times) - len(arrivals.at)
    outcomes: dict[str, Any] = {
        "waits": plan.waits,
        "early: in flight": early.in_flight,
        "learning": early.learning,
        "violations": early.violations,
        "rate kept": "(too few)" if few else f"{kept:.3f} of {calm:.1f}/s",
        "from the kill until all others had theirs": f"{held:.0f} s",
        "counted as sent": sent,
    }
    return Finding(
        plan.name,
        seed,
        plan.readers,
        missing,
        doubled,
        outcomes,
        holds=not missing and not doubled and not early.violations and sent == plan.readers
        and (few or kept >= KEPT),
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )  # fmt: skip


def _rate(times: list[float], since: float, until_: float) -> float:
    """Messages a second in a time."""
    return sum(since <= at < until_ for at in times) / (until_ - since)
