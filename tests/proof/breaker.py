"""Proof that a server which fails everything is asked little, and that all goes on evenly when it answers again."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from client.breaker import OPENED, PROBE_EVERY
from sandbox.stage import control
from tests.e2e.evidence import entries
from tests.e2e.harness import Stage
from tests.e2e.words import shown
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.readers import Readers
from tests.proof.waits import TICK

EVEN = 3.0
"""Times the mean of all seconds that may go out in one second when it answers again."""

BACK_WITHIN = 5.0
"""Seconds from the moment that the server answers again to the first delivery: what holds for every outage."""


@dataclass(frozen=True)
class Plan:
    """How much happens; seconds."""

    fails: float = 120.0
    readers: int = 60
    links: int = 6
    pace: tuple[float, float] = (4.0, 12.0)
    """Between two questions of one reader."""
    calm: float = 6.0
    """Before it fails, and after."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        name = f"{self.fails:g} s in which every call fails, {self.readers} readers"
        return f"{name}, without {self.weaken}" if self.weaken else name


FULL = Plan()
SAMPLE = Plan(fails=9.0, readers=8, links=3, pace=(0.5, 1.5), calm=2.0)
CONTROL = replace(SAMPLE, weaken="breaker")


@dataclass(frozen=True)
class Failing:
    """What the bot asked while everything failed (seconds since 1970)."""

    began: float
    ended: float
    asked: Sequence[float]
    """When each call left the bot that failed."""
    opened: float | None
    """When the bot found that nothing works."""

    @property
    def probes(self) -> list[float]:
        """The calls after that."""
        opened = self.opened
        return [at for at in self.asked if opened is not None and at > opened + TICK]

    @property
    def closest(self) -> float:
        """Seconds between two of them at least."""
        return min((later - sooner for sooner, later in pairwise(self.probes)), default=self.ended - self.began)


async def fail(stage: Stage, seconds: float) -> Failing:
    """Let every call of the bot fail for a time."""
    info = stage.sandbox.info
    order = {"kind": "error", "code": 500, "name": "RPC_CALL_FAIL", "method": "*", "account": stage.bot_id}
    began = time.time()
    fault = await control(info, "POST", "/faults", **order)
    await asyncio.sleep(seconds)
    await control(info, "DELETE", f"/faults/{fault['id']}")
    ended = time.time()
    strikes = await control(info, "GET", f"/faults/strikes?since=0&fault={fault['id']}")
    asked = sorted(datetime.fromisoformat(each["sent"]).timestamp() for each in strikes)
    said = [entry for entry in entries(stage.bots[-1].text()) if entry["message"] == OPENED]
    opened = datetime.fromisoformat(said[0]["time"]).timestamp() if said else None
    return Failing(began, ended, asked, opened)


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Readers open links; everything fails for a while; they go on."""
    began = time.monotonic()
    async with ground.stage() as stage:
        await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        links = dict(await links_of(stage, plan.links, seed))
        readers = await Readers.of(stage, plan.readers, links, seed=seed, pace=plan.pace)
        async with readers:
            await asyncio.sleep(plan.calm)
            failing = await fail(stage, plan.fails)
            await asyncio.sleep(plan.calm)
        await readers.settle(60)
        told = [line["text"] for line in await stage.sent_by_bot(stage.owner.id)]
        words = shown("en", "telegram-failed", seconds=0).rpartition("\n")[2]
        return judge(readers, failing, sum(words in text for text in told), plan, seed, began)


def judge(readers: Readers, failing: Failing, told: int, plan: Plan, seed: int, began: float) -> Finding:
    """Put together what came of it."""
    verdict, first = readers.verdict(), readers.first_after(failing.ended)
    waited = [
        got.at
        for exchange in readers.exchanges.values()
        for asked, got in zip(exchange.asked, exchange.got, strict=False)
        if asked.at < failing.ended <= got.at
    ]
    worst = unevenness(waited, failing.ended)
    back = first - failing.ended if first else float("inf")
    few = plan.fails < FULL.fails  # too few, and perhaps a busy machine: no word on times
    well = failing.opened is not None and failing.closest >= PROBE_EVERY - TICK and told == 1
    return Finding(
        plan.name,
        seed,
        verdict.expected,
        verdict.missing,
        verdict.doubled,
        {
            "calls until it was found out": len(failing.asked) - len(failing.probes),
            "calls after that": len(failing.probes),
            "seconds between two of them, at least": f"{failing.closest:.2f}",
            "from its return to the first delivery": f"{back:.2f} s",
            "answered late": len(waited),
            "the fullest second of these, in means": f"{worst:.2f}",
            "owner told": told,
            "in order": f"{verdict.in_order} of {verdict.readers}",
        },
        holds=verdict.holds and well and (few or (worst < EVEN and back <= BACK_WITHIN)),
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


def unevenness(times: Sequence[float], since: float) -> float:
    """How many times the mean of all seconds the fullest one has, from a moment to the last of these times."""
    if not times:
        return 0.0
    seconds = Counter(int(at - since) for at in times)
    return max(seconds.values()) / (len(times) / (max(seconds) + 1))


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Two minutes in which everything fails, and what is asked in them without the protection."""
    yield await prove(place, seed, SAMPLE if quick else FULL)
    yield await prove(place, seed, CONTROL)
