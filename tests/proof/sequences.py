"""Proof that readers get each step of a sequence once, in order and never early, whoever dies, whatever clocks say."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pymongo import AsyncMongoClient

from tests.bench.figures import percentile
from tests.e2e.evidence import errors, logins, until
from tests.e2e.harness import Stage
from tests.proof.audience import Audience
from tests.proof.drip import Judge, Step, five, written
from tests.proof.due import DUE
from tests.proof.findings import Finding, counted_errors
from tests.proof.ground import Ground
from tests.proof.kills import REACHED
from tests.proof.machines import Machine
from tests.proof.mongo_proxy import mongo_proxy
from tests.proof.owner import press
from tests.proof.points import Armed, Rig
from tests.proof.rounds import LeaseSeen
from tests.proof.several import Several
from tests.proof.striking import Striking

ANY_MOMENT = "at any moment"

LATENCY = 60
"""Milliseconds added to every call, so that kills meet work in flight."""

HOUR = 3600.0
"""Seconds by which a machine's clock is set forward or back."""

STEPPED = 0.5
"""Share of the rounds in which a clock is set."""

EARLY = 1.0
"""Seconds by which a step may come before its time: the promise."""

PRESENT = 2.0
"""Seconds for which a step that was in hand at a change of its text may still come as it was: the promise."""

LINGER = 2.0
"""Seconds for which a bot that stands before a message may write down what it likes."""

PATIENCE = 60.0
"""Seconds without any news after which nothing more is expected, besides the longest delay."""


CONTROLS = {
    "random-ids": ("before the end of a step is written", "doubled"),
    "tasks": ("after the end of a step is written", "missing"),
}
"""Protections that are switched off, with the point where that must show, and how."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    readers: int = 2000
    """As many join in each round."""
    every: float = 8.0
    """Seconds from one kill to the next, at least."""
    steps: tuple[Step, ...] = five(0, 10, 30, 40, 120)
    changed: str = "four"
    """Says something else from the middle on; none where that is empty."""
    kills: int = 100
    named: int = 50
    """Of the kills: at these points, each as often as the others (give or take one)."""
    points: tuple[str, ...] = tuple(DUE)
    lease: int = 2
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"{self.readers} readers by {len(self.steps)} steps, {self.kills} kills, {self.named} at named points"
        return f"{name}, without {self.weaken}" if self.weaken else name

    def drawn(self, dice: random.Random) -> list[str]:
        """Draw the kills."""
        kills = [self.points[number % len(self.points)] for number in range(self.named)]
        kills += [ANY_MOMENT] * (self.kills - self.named)
        dice.shuffle(kills)
        return kills


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    rig: Rig
    processes: Several
    machines: list[Machine]
    lease: LeaseSeen
    audience: Audience
    plan: Plan
    dice: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    late: list[Armed] = field(default_factory=list)
    steps: Counter[str] = field(default_factory=Counter)
    """How often clocks were set, and which way."""
    changed_at: float = 0.0
    joined: int = 0

    async def run(self) -> None:
        """Let readers join in every round, and kill whoever serves; in the middle a step is changed."""
        kills = self.plan.drawn(self.dice)
        for number, kill in enumerate(kills):
            began = time.monotonic()
            if self.plan.changed and number == len(kills) // 2:
                await write(self.rig.stage, self.plan, self.plan.changed)
                self.changed_at = time.time()
            await self._round(kill, round(self.plan.readers * (number + 1) / len(kills)))
            await asyncio.sleep(began + self.plan.every - time.monotonic())

    async def _round(self, kill: str, joined: int) -> None:
        """Kill whoever serves; the other one takes over, and the one that died is started again to wait."""
        await until(self.processes.settled, 120)
        if self.dice.random() < STEPPED:
            await self._set_a_clock()
        bot, epoch = await self.processes.serving(), await self.lease.epoch()
        armed = await DUE[kill].arm(self.rig) if kill in DUE else None
        joining = asyncio.create_task(self._join(joined))
        if await self.stand(kill, armed, REACHED) and DUE[kill].lingers:
            await asyncio.sleep(LINGER)
        await bot.kill()
        await self.over(armed, late=False)
        await joining
        await self.lease.taken_after(epoch, 60)
        await bot.start(ready=False)

    async def _join(self, count: int) -> None:
        """Let readers come one after the other, until there are so many."""
        people = self.audience.people[self.joined : count]
        for person in people:
            await self.audience.join([person])
            await asyncio.sleep(min(0.2, self.plan.every / 2 / len(people)))
        self.joined = count

    async def _set_a_clock(self) -> None:
        """Set a machine's clock an hour forward or back from the true time, or right again."""
        machine = self.dice.choice(self.machines)
        off = self.dice.choice([each for each in (HOUR, -HOUR, 0.0) if each != machine.off])
        self.steps["forward" if off > machine.off else "back"] += 1
        await machine.set_clock(off)


async def write(stage: Stage, plan: Plan, changed: str = "") -> None:
    """Let the owner send the sequence as a file, and say yes to it; the press is answered before that is done."""
    path = stage.folder / "proof.yaml"
    path.write_text(written("proof", plan.steps, changed), encoding="utf-8")
    await stage.owner.send_file(path)
    await press(stage, "sequence-save:", REACHED)
    texts = [step.changed if step.key == changed else step.text for step in plan.steps]
    await until(partial(_says, stage, texts), REACHED)


async def _says(stage: Stage, texts: list[str]) -> bool:
    """Whether the database has the sequence with these texts."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        kept = await client[stage.database_name]["sequences"].find_one({"steps": {"$exists": True}})
    return kept is not None and [step["html"] for step in kept["steps"]] == texts


async def due_times(stage: Stage) -> dict[tuple[int, str], float]:
    """When the database says that each step of each reader was to go."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url, tz_aware=True) as client:
        rows = await client[stage.database_name]["tasks"].find({}, {"chat_id": 1, "step": 1, "send_at": 1}).to_list()
    return {(row["chat_id"], row["step"]): row["send_at"].timestamp() for row in rows}


async def states(stage: Stage) -> Counter[str]:
    """How many steps stand how, by the database."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        rows = await client[stage.database_name]["tasks"].find({}, {"status": 1}).to_list()
    return Counter(row["status"] for row in rows)


async def settle(stage: Stage, plan: Plan, patience: float) -> None:
    """Wait until every step has ended, or none has for a while."""
    before, since = Counter[str](), time.monotonic()
    while time.monotonic() - since < patience:
        now = await states(stage)
        if now.total() == plan.readers * len(plan.steps) and not now["pending"]:
            return
        if now != before:
            before, since = now, time.monotonic()
        await asyncio.sleep(0.5)


async def prove(place: Ground, seed: int, plan: Plan) -> Finding:
    """Let readers join while processes die and clocks are set, and compare what they got with what they were to get."""
    began, dice = time.monotonic(), random.Random(f"{seed} sequences")
    async with (
        mongo_proxy(place.database_url) as proxy,
        replace(place, database_url=proxy.url).stage() as stage,
        AsyncMongoClient[dict[str, Any]](stage.database_url, tz_aware=True) as client,
    ):
        processes = Several(stage, 2, plan.lease, ["--weaken", plan.weaken] if plan.weaken else [])
        machines = [Machine(bot) for bot in processes.bots]
        await processes.start()
        await write(stage, plan)
        audience = await Audience.of(stage, plan.readers)
        await stage.sandbox.latency(LATENCY)
        lease = LeaseSeen(client[stage.database_name]["leases"], stage.bot_id)
        course = Course(Rig(stage, proxy), processes, machines, lease, audience, plan, dice)
        await course.run()
        await settle(stage, plan, PATIENCE + max(step.delay for step in plan.steps))
        await stage.sandbox.latency(0)
        await audience.look()
        return await judged(course, seed, began)


async def judged(course: Course, seed: int, began: float) -> Finding:
    """Compare everything that was promised with what came of it."""
    stage, plan, audience = course.rig.stage, course.plan, course.audience
    due, ends = await due_times(stage), await states(stage)
    asked = {person: at for person, at in audience.asked.items() if person != stage.scene.owner_id}
    judge = Judge(plan.steps, asked, due, plan.changed, course.changed_at)
    found, logged_in = judge.verdict(audience.got), await logins(stage)
    late = found.late or [0.0]
    logged = [each for bot in course.processes.bots for each in errors(bot.text())]
    well = not (found.missing or found.doubled or course.missed) and found.in_order == len(asked) == plan.readers
    in_time = max(found.early, default=0.0) <= EARLY and max(found.stale, default=0.0) <= PRESENT
    outcomes = {
        "in order": f"{found.in_order} of {plan.readers} readers",
        "early": f"{len(found.early)} (at most {max(found.early, default=0.0):.2f} s)",
        "late, kills included": f"{percentile(late, 0.5):.2f} s, p99 {percentile(late, 0.99):.2f} s",
        "changed": f"{found.changed}, old after that {len(found.stale)} (for {max(found.stale, default=0):.2f} s)",
        "steps": ", ".join(f"{count} {state}" for state, count in sorted(ends.items())),
        **{f"clock set {way}": times for way, times in sorted(course.steps.items())},
        "logins": logged_in,
        "errors logged": counted_errors(logged),
        **course.strikes(),
    }
    return Finding(
        plan.name,
        seed,
        found.expected,
        found.missing,
        found.doubled,
        outcomes,
        holds=bool(course.missed) or not getattr(found, CONTROLS[plan.weaken][1])
        if plan.weaken
        else well
        and in_time
        and bool(found.changed) is bool(plan.changed)
        and ends == {"sent": found.expected}
        and logged_in == 1,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


QUICK = Plan(200, 4, five(0, 5, 15, 20, 60), kills=20, named=10)
SHORT = five(0, 1, 3, 2, 6)


def control(weaken: str, kills: int) -> Plan:
    """So many kills, all at the point where the lack of a protection must show."""
    return Plan(5 * kills, 0, SHORT, "", kills, kills, CONTROLS[weaken][:1], weaken=weaken)


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Readers who go through a sequence while processes die, and what becomes of it without each protection."""
    yield await prove(place, seed, QUICK if quick else Plan())
    for weaken in CONTROLS:
        yield await prove(place, seed, control(weaken, 6))
