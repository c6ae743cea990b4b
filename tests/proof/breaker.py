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
from database.broadcast import Broadcast
from sandbox.stage import control
from tests.e2e import casting
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import entries, until
from tests.e2e.harness import Stage
from tests.e2e.words import shown
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.readers import Readers
from tests.proof.waits import TICK

EVEN = 3.0
"""Times the mean of all seconds that may go out of a broadcast in one second when it answers again."""

TEXT = "News for everybody"

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
    audience: int = 1000
    """Those who get a broadcast meanwhile."""
    poison: int = 1
    """Of them: those for whom the server fails for ever."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        name = f"{self.fails:g} s in which every call fails, {self.readers} readers, a broadcast to {self.audience}"
        return f"{name}, without {self.weaken}" if self.weaken else name


FULL = Plan()
SAMPLE = Plan(fails=9.0, readers=8, links=3, pace=(0.5, 1.5), calm=2.0, audience=120, poison=0)
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
    """Readers open links, and a broadcast goes out; everything fails for a while; they go on."""
    began = time.monotonic()
    async with ground.stage() as stage:
        await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        links = dict(await links_of(stage, plan.links, seed))
        audience = (await Crowd.of(stage, plan.audience)).people
        await casting.meet(stage, audience)
        if plan.poison:
            order = {"kind": "error", "code": 500, "name": "RPC_CALL_FAIL", "method": "messages.*"}
            poison = audience[plan.audience // 2]
            await control(stage.sandbox.info, "POST", "/faults", **order, account=stage.bot_id, chat=poison)
        readers = await Readers.of(stage, plan.readers, links, seed=seed, pace=plan.pace)
        arrivals = casting.Arrivals(stage, TEXT)
        code = await casting.start(stage, TEXT, f"breaker {seed}")
        await until(lambda: _begun(arrivals), 60)
        async with readers:  # who come too late for the broadcast
            await asyncio.sleep(plan.calm)
            failing = await fail(stage, plan.fails)
            await asyncio.sleep(plan.calm)
        await readers.settle(60)
        broadcast = await casting.over(stage, code, 300)
        await arrivals.look()
        words = shown("en", "telegram-failed", seconds=0).rpartition("\n")[2]
        if not plan.weaken:
            await until(lambda: _told(stage, words), 60)
        told = [line["text"] for line in await stage.sent_by_bot(stage.owner.id)]
        return judge(readers, arrivals, broadcast, failing, sum(words in text for text in told), plan, seed, began)


async def _begun(arrivals: casting.Arrivals) -> bool:
    await arrivals.look()
    return bool(arrivals.at)


async def _told(stage: Stage, words: str) -> bool:
    return any(words in line["text"] for line in await stage.sent_by_bot(stage.owner.id))


def judge(
    readers: Readers, arrivals: casting.Arrivals, broadcast: Broadcast, failing: Failing, told: int, plan: Plan,
    seed: int, began: float,
) -> Finding:  # fmt: skip
    """Put together what came of it."""
    verdict, first, counts = readers.verdict(), readers.first_after(failing.ended), broadcast.counts
    late = [at for at in arrivals.times if at > failing.ended]
    worst = unevenness(late)
    back = first - failing.ended if first else float("inf")
    expected = plan.audience + 1 - plan.poison  # and the owner
    missing = expected - len(arrivals.at)
    doubled = len(arrivals.times) - len(arrivals.at)
    few = plan.fails < FULL.fails  # too few, and perhaps a busy machine: no word on times
    well = failing.opened is not None and failing.closest >= PROBE_EVERY - TICK and told == 1
    well = well and (counts.sent, counts.failed) == (expected, plan.poison)
    return Finding(
        plan.name,
        seed,
        verdict.expected + expected,
        verdict.missing + missing,
        verdict.doubled + doubled,
        {
            "calls until it was found out": len(failing.asked) - len(failing.probes),
            "calls after that": len(failing.probes),
            "seconds between two of them, at least": f"{failing.closest:.2f}",
            "from its return to the first delivery": f"{back:.2f} s",
            "sent of the broadcast after it": len(late),
            "the fullest second of these, in means": f"{worst:.2f}",
            "poisoned": f"{counts.failed} failed, {counts.sent} sent",
            "owner told": told,
            "in order": f"{verdict.in_order} of {verdict.readers}",
        },
        holds=verdict.holds
        and not missing
        and not doubled
        and well
        and (few or (worst < EVEN and back <= BACK_WITHIN)),
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


def unevenness(times: Sequence[float]) -> float:
    """How many times the mean of all seconds the fullest one has, from the first of these times to the last."""
    if not times:
        return 0.0
    seconds = Counter(int(at - min(times)) for at in times)
    return max(seconds.values()) / (len(times) / (max(seconds) + 1))


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Two minutes in which everything fails, and what is asked in them without the protection."""
    yield await prove(place, seed, SAMPLE if quick else FULL)
    yield await prove(place, seed, CONTROL)
