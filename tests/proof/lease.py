"""Proof that one process at a time is the bot, also when its owner is stopped for longer than its lease."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from database.connection import Database
from sandbox.stage import control
from tests.database.mongo import raw
from tests.e2e.evidence import logins, until
from tests.e2e.harness import BotProcess, Stage
from tests.proof.findings import Finding, middle_and_most
from tests.proof.frozen import frozen
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.readers import Readers
from tests.proof.rounds import LeaseSeen, go_through
from tests.proof.writes import Account, named, witness

LATENCY = 120
"""Milliseconds added to every call, so that the owner is stopped with work in flight."""

PACE = (0.0, 2.0)
"""Seconds between two links of one reader."""

TAKEOVER = 1.2
"""Leases within which another process has the lease, from the moment when its owner stopped."""

UPTIME = (0.2, 1.2)
"""Seconds for which the owner serves before it is stopped."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    rounds: int
    leases: tuple[float, float] = (3.0, 3.0)
    """For how long the owner is stopped, at least and at most, in leases."""
    lease: int = 2
    readers: int = 10
    links: int = 12
    takeover: float = TAKEOVER
    """Leases within which another process has to have the lease."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        least, most = self.leases
        length = f"{least:g}" if least == most else f"{least:g} to {most:g}"
        without = f", without {self.weaken}" if self.weaken else ""
        return f"{self.rounds} stops of the owner for {length} leases{without}"


@dataclass
class Course:
    """What happened in the rounds: moments as seconds since 1970, durations in seconds."""

    rounds: int = 0
    kept: int = 0
    """In how many the owner came back before anybody else had the lease."""
    broken: str = ""
    """What ended them early."""
    taken_at: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    """From the owner's stop to another's lease."""
    ready: list[float] = field(default_factory=list)
    """From the owner's stop until another said that it serves."""
    settled: list[float] = field(default_factory=list)
    """From the moment when the owner went on until one of both served and the other one stood by."""


class Pair:
    """Two processes for one bot, each under a name that the database knows it by."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self.stage = stage
        self._plan = plan
        self.owner, self.other = self._process("one"), self._process("two")

    def _process(self, name: str) -> BotProcess:
        bot = self.stage.bot(
            *(["--weaken", self._plan.weaken] if self._plan.weaken else []),
            DATABASE_URL=named(self.stage.database_url, name),
            LEASE_SECONDS=str(self._plan.lease),
        )
        bot.log = self.stage.folder / f"{name}.log"
        return bot

    async def settled(self) -> bool:
        """Whether one of them serves, and the other one does nothing but wait; it is known then which."""
        for owner, other in ((self.owner, self.other), (self.other, self.owner)):
            if (await owner.get("/readyz"))[0] == 200 and await stands_by(other):
                self.owner, self.other = owner, other
                return True
        return False


class Rounds:
    """Stops the owner again and again."""

    def __init__(
        self, pair: Pair, plan: Plan, leases: Any, over: Callable[[], Awaitable[bool]], dice: random.Random
    ) -> None:
        self._pair = pair
        self._plan = plan
        self._lease = LeaseSeen(leases, pair.stage.bot_id)
        self._over = over
        self._dice = dice
        self.course = Course()

    async def run(self) -> Course:
        """Go through the rounds, or until one ends in nothing that is well, or all is over by itself."""
        await go_through(self.course, self._plan.rounds, self._round, self._over)
        return self.course

    async def _round(self) -> None:
        plan = self._plan
        await asyncio.sleep(self._dice.uniform(*UPTIME))
        stop = self._dice.uniform(*plan.leases) * plan.lease
        owner = self._pair.owner.process
        assert owner
        epoch = await self._lease.epoch()
        async with frozen(owner.pid) as since:
            if stop > TAKEOVER * plan.lease:
                await self._taken_over(epoch, since)
            await asyncio.sleep(since + stop - time.time())
        await self._settle(epoch, time.time())

    async def _taken_over(self, epoch: int, since: float) -> None:
        """Wait until the other one owns the bot and serves."""
        at = await self._lease.taken_after(epoch, 60 * self._plan.lease)
        self.course.taken_at.append(at)
        self.course.taken.append(at - since)
        await self._pair.other.ready(120)
        self.course.ready.append(time.time() - since)

    async def _settle(self, epoch: int, since: float) -> None:
        """Wait until one serves and the other one stands by, in whatever roles."""

        async def settled() -> bool:
            return await self._pair.settled() or await self._over()

        await until(settled, 120, every=0.02)
        self.course.settled.append(time.time() - since)
        self.course.kept += await self._lease.epoch() == epoch


async def stands_by(bot: BotProcess) -> bool:
    """Whether a process does nothing but wait for the lease, as it says itself."""
    status, text = await bot.get("/", Accept="application/json")
    return status == 200 and json.loads(text)["bots"][0]["state"] == "standby"


@asynccontextmanager
async def one_place(stage: Stage) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Have the server end every key that is used in two places. Yields how to ask how many it ended."""

    async def ended() -> int:
        return int((await control(stage.sandbox.info, "GET", "/faults"))["exclusive"]["duplicated"])

    before = await ended()

    async def ended_since() -> int:
        return await ended() - before

    await control(stage.sandbox.info, "POST", "/sessions/exclusive", on=True)
    try:
        yield ended_since
    finally:
        await control(stage.sandbox.info, "POST", "/sessions/exclusive", on=False)


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Stop the owner of a bot's lease while readers read, and look who wrote and who called meanwhile."""
    began = time.monotonic()
    async with (
        ground.stage() as stage,
        await Database.connect(stage.database_url, stage.database_name) as database,
        witness(database) as seen,
        one_place(stage) as duplicated,
    ):
        pair = Pair(stage, plan)
        await pair.owner.start()
        links = dict(await links_of(stage, plan.links, seed))
        await pair.other.start(ready=False)
        await until(pair.settled, 120)

        async def shown() -> bool:
            return bool(plan.weaken) and (not (await seen.account()).clean or await duplicated() > 0)

        rounds = Rounds(pair, plan, raw(database)["leases"], shown, random.Random(f"{seed} stops"))
        readers = await Readers.of(stage, plan.readers, links, seed=seed, pace=PACE)
        await stage.sandbox.latency(LATENCY)
        try:
            async with readers:
                course = await rounds.run()
        finally:
            await stage.sandbox.latency(0)
        await readers.settle(3 if plan.weaken else 60)
        account, keys, logged_in = await seen.account(), await duplicated(), await logins(stage)
    return judge(plan, seed, course, readers, account, keys, logged_in, time.monotonic() - began)


def judge(
    plan: Plan, seed: int, course: Course, readers: Readers, account: Account, keys: int, logged_in: int,
    seconds: float,
) -> Finding:  # fmt: skip
    """Say whether the promise held."""
    verdict = readers.verdict()
    in_time = max(course.taken, default=0.0) <= plan.takeover * plan.lease
    well = verdict.holds and account.clean and not keys and logged_in == 1 and in_time and not course.broken
    shown = {"epoch": not account.clean, "lease": keys > 0}  # how each control has to break
    outcomes: dict[str, object] = {
        "rounds": course.rounds,
        "takeovers": account.takeovers - 1,
        "kept": course.kept,
        "stale writes": sum(account.stale.values()),
        "refused": account.refused,
        "gone back": account.backwards,
        "AUTH_KEY_DUPLICATED": keys,
        "logins": logged_in,
        "in order": f"{verdict.in_order} of {verdict.readers}",
        "taken after": middle_and_most([each / plan.lease for each in course.taken], "leases"),
        "ready after": middle_and_most(course.ready),
        "delivered after": middle_and_most(delivered(course, readers)),
        "settled after": middle_and_most(course.settled),
    }
    if course.broken:
        outcomes["broken"] = course.broken
    return Finding(
        plan.name,
        seed,
        verdict.expected,
        verdict.missing,
        verdict.doubled,
        outcomes,
        holds=not shown[plan.weaken] if plan.weaken else well,
        control=bool(plan.weaken),
        seconds=seconds,
    )


def delivered(course: Course, readers: Readers) -> list[float]:
    """From the owner's stop to the first thing that anybody got from its successor, for each takeover."""
    moments = sorted(got.at for exchange in readers.exchanges.values() for got in exchange.got)
    found = []
    for at, taken in zip(course.taken_at, course.taken, strict=True):
        after = next((moment for moment in moments if moment > at), None)
        if after is not None:
            found.append(after - at + taken)
    return found


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """The owner stopped for three leases, and for about one, when it comes back just as another takes over."""
    yield await prove(place, seed, Plan(3, readers=5) if quick else Plan(50))
    yield await prove(place, seed, Plan(4, (0.8, 1.3), readers=5) if quick else Plan(50, (0.8, 1.3)))
    yield await prove(place, seed, Plan(20, readers=10, weaken="epoch"))
    yield await prove(place, seed, Plan(60, readers=20, weaken="lease"))
