"""Proof that a broadcast reaches every reader once, and that its report is right, wherever the bot dies meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from tests.e2e.evidence import errors, logins
from tests.e2e.harness import BotProcess, Stage
from tests.proof.audience import Audience
from tests.proof.findings import Finding, counted_errors
from tests.proof.ground import Ground
from tests.proof.killing import SERVING, STARTING
from tests.proof.kills import weather
from tests.proof.mongo_proxy import mongo_proxy
from tests.proof.outcomes import Kept
from tests.proof.owner import press
from tests.proof.points import Armed, Rig, reached
from tests.proof.sends import BETWEEN, FIRST, LAST, SENDING, SENDS
from tests.proof.striking import Striking

TEXT = "News for everybody"

BLOCKED = 0.03
"""Of the readers: have blocked the bot, which finds that out when it writes to them."""

STARTING_SHARE = 0.2
"""Of the kills at any moment: meet a bot that is still starting."""

FOUND_BY = 0.5
"""Share of the readers by which there must be others that are not found yet."""

SENT_BY = 0.97
"""Share of the readers that have it at the last kill before those at the end, at most."""

REACHED = 120.0
"""Seconds within which a point must be reached, also where a thousand readers come before."""

LINGER = 3.0
"""Seconds for which a bot that stands at a send that is not applied may write down what it likes."""

PATIENCE = 90.0
"""Seconds without any news after which nothing more is expected: longer than a failed attempt waits."""


CONTROLS = {
    "random-ids": ("after a send, before its reply", "doubled"),
    "cursor": ("before a send is applied", "missing"),
}
"""Protections that are switched off, with the point where that must show, and how."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    readers: int = 10_000
    kills: int = 200
    named: int = 100
    """Of the kills: at these points; those of the beginning and the end once, the others equally often."""
    points: tuple[str, ...] = tuple(SENDS)
    blocked: float = BLOCKED
    spread: bool = True
    """Over the whole broadcast; else the kills meet whatever comes first in the life of each process."""
    stormy: bool = True
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"{self.readers} readers, {self.kills} kills, {self.named} at {len(self.points)} named points"
        return f"{name}, without {self.weaken}" if self.weaken else name

    def drawn(self, dice: random.Random) -> list[tuple[float, str]]:
        """Draw the kills, each with the share of the readers who are to have it before: in their order."""
        first, between, last = ([point for point in self.points if point in group] for group in (FIRST, BETWEEN, LAST))
        others = [point for point in self.points if point in SENDING]
        named = [others[number % len(others)] for number in range(self.named - len(first) - len(between) - len(last))]
        anywhere = self.kills - self.named
        starting = round(anywhere * STARTING_SHARE)
        kills = [*named, *[STARTING] * starting, *[SERVING] * (anywhere - starting)]
        drawn = [(dice.uniform(0, SENT_BY) if self.spread else 0.0, kill) for kill in kills]
        drawn += [(dice.uniform(0, FOUND_BY), point) for point in between]
        drawn = sorted(drawn) if self.spread else drawn
        return [*((0.0, point) for point in first), *drawn, *((SENT_BY, point) for point in last)]


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    rig: Rig
    bot: BotProcess
    audience: Audience
    plan: Plan
    dice: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    late: list[Armed] = field(default_factory=list)
    delivered: int = 0
    """How many readers have it."""

    async def run(self) -> None:
        """Start the broadcast and kill the bot again and again; it runs in the end."""
        kills = self.plan.drawn(self.dice)
        armed = await SENDS[kills[0][1]].arm(self.rig) if kills[0][1] in FIRST else None
        await begin(self.rig.stage)
        if armed:
            await self._kill(kills.pop(0)[1], armed)
        else:
            await self.bot.kill()
        for share, kill in kills:
            await self._round(share, kill)
        await self.bot.start()
        await self.let_late_ones_arrive()

    async def _round(self, share: float, kill: str) -> None:
        point = SENDS.get(kill)
        if (point and (point.starting or not self.plan.spread)) or kill == STARTING:
            armed = await point.arm(self.rig) if point else None
            await self.bot.start(ready=False)
        else:
            await self.bot.start()
            await self._reach(share)
            armed = await point.arm(self.rig) if point else None
        await self._kill(kill, armed)

    async def _kill(self, kill: str, armed: Armed | None) -> None:
        """Kill the bot at a moment, or where it stands then."""
        if await self.stand(kill, armed, REACHED) and SENDS[kill].lingers:
            await self._outcomes_written()
        await self.let_late_ones_arrive()
        await self.bot.kill()
        await self.over(armed, late=armed is not None and SENDS[kill].late)

    async def _outcomes_written(self) -> None:
        """Wait until outcomes were written once more, or for a while."""
        armed = await SENDS["after outcomes are written"].arm(self.rig)
        await reached(armed, LINGER)
        await armed.over()

    async def _reach(self, share: float) -> None:
        """Wait until such a share of the readers have it, or nobody new gets it."""
        wanted, moved = share * self.plan.readers, time.monotonic()
        while self.delivered < wanted and time.monotonic() - moved < REACHED:
            await self.audience.look()
            now = len(self.audience.times(TEXT))
            if now != self.delivered:
                self.delivered, moved = now, time.monotonic()
            await asyncio.sleep(0.1)


async def begin(stage: Stage) -> None:
    """Let the owner start the broadcast, as one does in the chat."""
    await stage.owner.send("/broadcast")
    await stage.answer(stage.owner, REACHED)
    await stage.owner.send(TEXT)
    await press(stage, "cast-start:", REACHED)


async def settle(audience: Audience, patience: float) -> None:
    """Wait until the broadcast is over, or there has been no news for a while."""
    stage, before, moved = audience.crowd.stage, -1, time.monotonic()
    while time.monotonic() - moved < patience:
        await audience.look()
        if (await Kept.read(stage)).state == "done":
            break
        now = sum(map(len, audience.got.values()))
        if now != before:
            before, moved = now, time.monotonic()
        await asyncio.sleep(0.5)
    await asyncio.sleep(1)
    await audience.look()


async def prove(place: Ground, seed: int, plan: Plan) -> Finding:
    """Send a broadcast while the bot is killed, and compare what arrived with what was to arrive."""
    began, dice = time.monotonic(), random.Random(f"{seed} broadcasts")
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(mongo_proxy(place.database_url))
        stage = await stack.enter_async_context(replace(place, database_url=proxy.url).stage())
        bot = await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        audience = await Audience.of(stage, plan.readers)
        await audience.join(audience.people)
        await audience.welcomed(PATIENCE)
        await audience.block(plan.blocked, dice)
        before = await stage.sandbox.calls(stage.bot_id)
        course = Course(Rig(stage, proxy), bot, audience, plan, dice)
        told: dict[str, str] = {}
        async with AsyncExitStack() as sky:
            told = await sky.enter_async_context(weather(stage, seed)) if plan.stormy else {}
            await course.run()
            await settle(audience, PATIENCE)
        calls = Counter(await stage.sandbox.calls(stage.bot_id)) - Counter(before)
        if not plan.weaken:
            await bot.terminate()
            await bot.start()  # what is wrongly done once more at a start is seen now
            await settle(audience, 3)
        return await judged(course, calls, told, seed, began)


async def judged(course: Course, calls: Counter[str], told: dict[str, str], seed: int, began: float) -> Finding:
    """Compare what each reader got, and what the report says, with what was to be."""
    stage, plan, audience = course.rig.stage, course.plan, course.audience
    got, kept, owner = audience.times(TEXT), await Kept.read(stage), stage.scene.owner_id
    got -= Counter([owner])  # who was shown it before
    everybody = {*audience.people, owner}
    reachable = everybody - audience.blocked
    missing, doubled = len(reachable - got.keys()), sum(count - 1 for count in got.values())
    astray = len(got.keys() - reachable)
    counted = (kept.counts["sent"], kept.counts["blocked"]) == (len(reachable), len(audience.blocked))
    once = kept.results == Counter(everybody)
    logged_in, logged = await logins(stage), errors(course.bot.text())
    well = not (missing or doubled or astray or course.missed) and counted and once and kept.state == "done"
    well = well and logged_in == 1 and not logged
    broken = {"missing": missing, "doubled": doubled}
    outcomes = {
        "state": kept.state,
        "outcomes": f"{kept.outcomes} ({kept.counts['sent']} sent, {kept.counts['blocked']} blocked)",
        "with one outcome in the chunks": f"{sum(count == 1 for count in kept.results.values())} of {len(everybody)}",
        "calls that send per reader": f"{calls['messages.ForwardMessages'] / plan.readers:.2f}",
        "all calls per reader": f"{calls.total() / plan.readers:.2f}",
        "logins": logged_in,
        "errors logged": counted_errors(logged),
        **told,
        **course.strikes(),
    }
    return Finding(
        plan.name,
        seed,
        len(reachable),
        missing,
        doubled,
        outcomes,
        holds=bool(course.missed) or not broken[CONTROLS[plan.weaken][1]] if plan.weaken else well,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


QUICK = Plan(500, kills=30, named=20, points=tuple(FIRST | SENDING | LAST))


def control(weaken: str, kills: int) -> Plan:
    """So many kills, all at the point where the lack of a protection must show."""
    return Plan(60 * kills, kills, kills, CONTROLS[weaken][:1], spread=False, stormy=False, weaken=weaken)


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """A broadcast while the bot is killed, and what becomes of it without each protection."""
    yield await prove(place, seed, QUICK if quick else Plan())
    for weaken in CONTROLS:
        yield await prove(place, seed, control(weaken, 6))
