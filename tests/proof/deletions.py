"""Proof that what readers have for a while goes in its time, through kills of the bot and an outage over that time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pymongo import AsyncMongoClient

from sandbox.stage import control
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import errors, logins, until
from tests.e2e.harness import BotProcess, Stage
from tests.proof.arena import Arena, arena
from tests.proof.findings import Finding, middle_and_most
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.lent import Ledger, Span

LATENCY = 30
"""Milliseconds added to every call, so that kills meet work in flight."""

LEASE = 5
"""Seconds of the bot's lease: a longer outage of the database costs it, a busy machine does not."""

PATIENCE = 60.0
"""Seconds without anything new after which nothing more is expected."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    deliveries: int = 5000
    within: float = 60.0
    """Seconds in which they are asked for."""
    stays: int = 120
    """Seconds that readers have what they got."""
    kills: int = 10
    """Most while files are handed out, one while they wait, one when the first are deleted, one after the outage."""
    outage: float = 120.0
    """Seconds; it begins when the first files have been deleted, and most fall due in it."""
    away: str = "database"
    """What goes away: the database, or Telegram."""
    readers: int = 250
    over: float = 5.0
    """Seconds after which files must be gone that are over their time: the promise. Time does not count in which nobody
    could delete them."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"{self.deliveries} deliveries in {self.within:g} s for {self.stays} s, {self.kills} kills"
        name += f", the {self.away} away for {self.outage:g} s"
        return f"{name}, without {self.weaken}" if self.weaken else name


@dataclass
class Course:
    """A plan as it is carried out."""

    place: Arena
    stage: Stage
    bot: BotProcess
    crowd: Crowd
    codes: list[str]
    plan: Plan
    dice: random.Random
    away: list[Span] = field(default_factory=list)
    """When the bot was dead or starting, or what it needs away."""
    noticed: float = 0.0
    """Seconds after which the bot was ready again when Telegram had come back."""
    began: float = 0.0

    async def run(self) -> None:
        """Let links be opened, and what they brought fall due, while things go wrong."""
        self.began = time.time()
        early = max(0, self.plan.kills - 3)
        asking = asyncio.create_task(self._ask())
        for at in sorted(self.dice.uniform(0.05, 0.95) * self.plan.within for _ in range(early)):
            await self._until(at)
            await self._kill()
        await asking
        first = float(self.plan.stays)
        for at in (first - 10, first + 2)[: self.plan.kills - early]:
            await self._until(at)
            await self._kill()
        await self._until(first + 8)
        await self._outage()
        if self.plan.kills > early + 2:
            await asyncio.sleep(self.dice.uniform(0, 3))
            await self._kill()

    async def _ask(self) -> None:
        """Let everybody open links, all of them over the whole time; nobody waits until the one before was heard."""
        pause = self.plan.within / self.plan.deliveries
        async with asyncio.TaskGroup() as asking:
            for number in range(self.plan.deliveries):
                await self._until(number * pause)
                person = self.crowd.people[number % len(self.crowd.people)]
                asking.create_task(self.crowd.say(person, [f"/start {self.dice.choice(self.codes)}"]))

    async def _kill(self) -> None:
        """End the bot and start it again."""
        killed = time.time()
        await self.bot.kill()
        await asyncio.sleep(self.dice.uniform(0, 1))
        await self.bot.start()
        self.away.append((killed, time.time()))

    async def _outage(self) -> None:
        """Take away what the bot needs. Telegram's return it notices within its own time (docs/operators.md)."""
        gone = time.time()
        if self.plan.away == "database":
            await self.place.mongod.go("killed")
            await asyncio.sleep(self.plan.outage)
            await self.place.mongod.come("killed")
        else:
            await control(self.stage.sandbox.info, "POST", "/away", seconds=self.plan.outage)
            await asyncio.sleep(self.plan.outage)
            await self.bot.ready()
            self.noticed = time.time() - gone - self.plan.outage
        self.away.append((gone, time.time()))

    async def _until(self, seconds: float) -> None:
        """Wait until so many seconds have passed since the beginning."""
        await asyncio.sleep(max(0.0, self.began + seconds - time.time()))


async def settle(ledger: Ledger, patience: float) -> None:
    """Wait until everything is deleted and every notice says so, or nothing has come for a while."""

    async def figures() -> tuple[int, ...]:
        account = await ledger.read()
        return len(account.sent), len(account.notices), len(account.deleted), len(account.edits)

    seen, since = await figures(), time.monotonic()
    while time.monotonic() - since < patience:
        await asyncio.sleep(0.5)
        if (now := await figures()) != seen:
            seen, since = now, time.monotonic()
        elif not ledger.account.missing and not ledger.account.untold:
            return


async def states(stage: Stage) -> dict[str, int]:
    """How many rows ended how; those that have not are `pending`, or `untold`."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        rows = await client[stage.database_name]["pending_deletions"].find({}, {"state": 1, "task": 1}).to_list()
    found: dict[str, int] = {}
    for row in rows:
        state = "untold" if row["state"] == "deleted" and "task" in row else str(row["state"])
        found[state] = found.get(state, 0) + 1
    return found


async def prove(seed: int, plan: Plan) -> Finding:
    """Let links be opened, and compare what came and went with what was promised."""
    began = time.monotonic()
    async with arena() as place:
        stage = await place.stage()
        try:
            weaken = ["--weaken", plan.weaken] if plan.weaken else []
            bot = await stage.bot(*weaken, AUTO_DELETE_TIME=str(plan.stays), LEASE_SECONDS=str(LEASE)).start()
            codes = [code for code, _ in await links_of(stage, 6, seed)]
            crowd = await Crowd.of(stage, plan.readers)
            await stage.sandbox.latency(LATENCY)
            course = Course(place, stage, bot, crowd, codes, plan, random.Random(f"{seed} course"))
            await course.run()
            ledger = Ledger(crowd)
            await settle(ledger, plan.stays if plan.weaken else PATIENCE)
            with suppress(AssertionError):
                await until(lambda: at_rest(stage), 3 if plan.weaken else PATIENCE)
            return await judged(course, ledger, seed, began)
        finally:
            await stage.close()


async def at_rest(stage: Stage) -> bool:
    """Whether every row has ended."""
    return not (await states(stage)).keys() & {"pending", "untold"}


async def judged(course: Course, ledger: Ledger, seed: int, began: float) -> Finding:
    """Compare everything that was promised with what came of it."""
    stage, plan, account = course.stage, course.plan, await ledger.read()
    lateness = account.lateness(plan.stays, course.away)
    over = sum(each > plan.over for each in lateness)
    ends, logged_in = await states(stage), await logins(stage)
    calls = (await stage.sandbox.calls(stage.bot_id)).get("messages.DeleteMessages", 0)
    last = max((at for _, at in account.sent.values()), default=0.0)
    bad = sum(not_promised for not_promised in (account.missing, account.doubled, account.untold, over))
    early, rows = account.early(plan.stays), sum(ends.values())
    return Finding(
        plan.name,
        seed,
        plan.deliveries,
        account.missing,
        account.doubled,
        {
            "delivered in": f"{last - course.began:.0f} s",
            "early": early,
            "over their time, outages aside": middle_and_most(lateness),
            f"more than {plan.over:g} s": over,
            "untold": account.untold,
            **({"ready again after": f"{course.noticed:.1f} s"} if course.noticed else {}),
            "calls that delete": calls,
            "rows": ", ".join(f"{count} {state}" for state, count in sorted(ends.items())),
            "logins": logged_in,
            "errors logged": len(errors(course.bot.text())),
        },
        holds=not bad and not early and ends == {"deleted": rows} and logged_in == 1,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


QUICK = Plan(400, 15, stays=25, kills=4, outage=15, readers=50)
TELEGRAM = Plan(200, 8, stays=20, kills=3, outage=40, away="Telegram", readers=40)
CONTROL = Plan(120, 10, stays=20, kills=3, outage=5, readers=30, weaken="deletions")


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """The database away over the due time, Telegram away, and what timers in memory lose."""
    del place  # its database serves other proofs: this one has an arena of its own
    yield await prove(seed, QUICK if quick else Plan())
    yield await prove(seed, TELEGRAM)
    yield await prove(seed, CONTROL)
