"""Proof that each due run of a job is made once, also when whoever runs the jobs is killed, or stopped for long."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.deletions import PendingDeletion
from tests.database.mongo import bot_of, raw
from tests.e2e.evidence import until
from tests.proof.findings import Finding, middle_and_most
from tests.proof.frozen import frozen
from tests.proof.ground import Ground
from tests.proof.lease import TAKEOVER
from tests.proof.rounds import LeaseSeen, go_through
from tests.proof.runs import Account, noted
from tests.proof.several import Several

JOB = "message_deleter"

MINUTE = "1"
"""Seconds that a minute of the timetable lasts here: the job is due every second."""

LATENCY = 400
"""Milliseconds added to every call, so that a run is under way when its process is struck."""

BETWEEN = timedelta(milliseconds=100)
"""Time between two messages that are to be deleted."""

UPTIME = (0.5, 2.0)
"""Seconds for which a process runs the jobs before it is struck."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    rounds: int
    lease: int = 2
    stopped: float = 3.0
    """For how long a process is stopped, in leases."""
    takeover: float = TAKEOVER
    """Leases within which another process has to have the lease."""
    kills: bool = True
    """Whether a process may also be killed."""
    meets: bool = False
    """Whether a process that is stopped goes on just when its successor has begun the same run again."""
    processes: int = 3
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        struck = "killed or stopped" if self.kills else "stopped"
        struck += ", and back in its successor's run" if self.meets else ""
        without = f", without {self.weaken}" if self.weaken else ""
        return f"{self.rounds} rounds of {self.processes} processes, the one with the jobs {struck}{without}"


@dataclass
class Course:
    """What happened in the rounds, in seconds."""

    rounds: int = 0
    killed: int = 0
    in_a_run: int = 0
    """How many were struck while a run was under way."""
    taken: list[float] = field(default_factory=list)
    """From the blow until another process had the lease."""
    ran: list[float] = field(default_factory=list)
    """From the blow until another process had begun the first run that it ended."""
    broken: str = ""
    """What ended the rounds early."""


class Rounds:
    """Strikes whoever runs the jobs, again and again."""

    def __init__(
        self, processes: Several, plan: Plan, database: Database, room: BotDatabase, dice: random.Random
    ) -> None:
        self._processes = processes
        self._plan = plan
        self._database = raw(database)
        self._lease = LeaseSeen(self._database["leases"], room.bot_id)
        self._dice = dice
        self.course = Course()

    async def run(self) -> Course:
        """Go through the rounds, or until something is not well; a control ends when it has broken."""
        await go_through(self.course, self._plan.rounds, self._round, self._is_shown)
        return self.course

    async def _is_shown(self) -> bool:
        return bool(self._plan.weaken) and bool((await self.account()).stale)

    async def account(self) -> Account:
        """What was written until now."""
        found = self._database["system.profile"].find().sort("$natural", 1)
        return Account.of([entry async for entry in found])

    async def _round(self) -> None:
        await asyncio.sleep(self._dice.uniform(*UPTIME))
        bot = await self._processes.serving()
        process = bot.process
        assert process
        epoch = await self._lease.epoch()
        self.course.in_a_run += await self._is_running(1.5)
        if self._plan.kills and self._dice.random() < 0.5:
            self.course.killed += 1
            since = time.time()
            await bot.kill()
            await self._taken_over(epoch, since)
            await bot.start(ready=False)
        else:
            async with frozen(process.pid) as since:
                if self._plan.meets:
                    await until(lambda: self._begun_again(epoch), 120, every=0.005)
                else:
                    await self._taken_over(epoch, since)
                    await asyncio.sleep(since + self._plan.stopped * self._plan.lease - time.time())
            if self._plan.meets:
                await self._taken_over(epoch, since)
        await until(self._processes.settled, 120, every=0.05)

    async def _is_running(self, seconds: float) -> bool:
        """Wait a while for a run to be under way, to strike in the middle of it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if await self._database["job_runs"].find_one({"open": True, "job": JOB, "state": "running"}, {"_id": 1}):
                return True
            await asyncio.sleep(0.005)
        return False

    async def _begun_again(self, epoch: int) -> bool:
        """Whether a later epoch has a run under way."""
        where = {"open": True, "job": JOB, "state": "running", "epoch": {"$gt": epoch}}
        return await self._database["job_runs"].find_one(where, {"_id": 1}) is not None

    async def _taken_over(self, epoch: int, since: float) -> None:
        """Wait until another process has the lease and has ended a run."""

        async def ran() -> datetime | None:
            where = {"job": JOB, "epoch": {"$gt": epoch}, "ended_at": {"$exists": True}}
            found = await self._database["job_runs"].find_one(where, sort=[("ended_at", 1)])
            return found["began_at"] if found else None

        self.course.taken.append(await self._lease.taken_after(epoch, 60 * self._plan.lease) - since)
        began = await until(ran, 120, every=0.02)
        assert began
        self.course.ran.append(began.timestamp() - since)


async def lend(room: BotDatabase, now: datetime, count: int) -> None:
    """Write down messages that are to be deleted one after the other; Telegram takes the ids, whatever they are."""
    deletions = room.deletions
    for number in range(count):
        at = now + number * BETWEEN
        cause = Cause(f"message:{number}:1")
        new = PendingDeletion(cause, "fCode", number + 1, number + 1, (1,), 60, now, at)
        await deletions.begin(new, at)
        await deletions.arrived(new, [10**6 + number], 0, at)


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Strike the process with the jobs, and look at the record and at who wrote it."""
    began = time.monotonic()
    dice = random.Random(f"{seed} timetable")
    async with (
        ground.stage() as stage,
        await Database.connect(stage.database_url, stage.database_name) as database,
        noted(database),
    ):
        room = bot_of(database, stage.bot_id)
        arguments = ["--minute", MINUTE, *(["--weaken", plan.weaken] if plan.weaken else [])]
        processes = Several(stage, plan.processes, plan.lease, arguments)
        await processes.start()
        await stage.sandbox.latency(LATENCY)
        lending = asyncio.create_task(lend(room, database.clock.now(), plan.rounds * 200))
        rounds = Rounds(processes, plan, database, room, dice)
        try:
            course = await rounds.run()
        finally:
            lending.cancel()
            await stage.sandbox.latency(0)
        account = await rounds.account()
        runs = [
            each
            async for each in raw(database)["job_runs"].find({"job": JOB, "open": None}, sort=[("due_at", 1)])
        ]  # fmt: skip
    return judge(plan, seed, course, account, runs, time.monotonic() - began)


def judge(
    plan: Plan, seed: int, course: Course, account: Account, runs: list[dict[str, Any]], seconds: float
) -> Finding:
    """Say whether the promise held.

    Each run tells when the job was due next as it ended: the next one in the record has to be of that time.
    """
    missing = sum(run["next_at"] != following["due_at"] for run, following in pairwise(runs))
    missing += sum(run["_id"] not in account.ended for run in runs)
    doubled = len(runs) - len({run["due_at"] for run in runs}) + sum(count > 1 for count in account.ended.values())
    failed = sum(run["state"] == "failed" for run in runs)
    in_time = max(course.taken, default=0.0) <= plan.takeover * plan.lease
    well = not (missing or doubled or failed or account.stale or course.broken) and in_time and bool(runs)
    outcomes: dict[str, object] = {
        "rounds": course.rounds,
        "killed": course.killed,
        "struck in a run": course.in_a_run,
        "begun again": sum(count - 1 for count in account.begun.values()),
        "failed": failed,
        "takeovers": account.takeovers,
        "stale writes": account.stale,
        "refused": account.refused,
        "taken after": middle_and_most([each / plan.lease for each in course.taken], "leases"),
        "begun after": middle_and_most(course.ran),
    }
    if course.broken:
        outcomes["broken"] = course.broken
    return Finding(
        plan.name,
        seed,
        len(runs),
        missing,
        doubled,
        outcomes,
        holds=not account.stale if plan.weaken else well,
        control=bool(plan.weaken),
        seconds=seconds,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Thirty rounds; some in which two processes are in one run, and those where one whose lease is gone may write."""
    yield await prove(place, seed, Plan(2 if quick else 30))
    yield await prove(place, seed, Plan(2 if quick else 10, kills=False, meets=True))
    yield await prove(place, seed, Plan(30, kills=False, meets=True, weaken="epoch"))
