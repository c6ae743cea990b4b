"""Proof that a draft that was ordered over HTTP, and answered for, is there afterwards, once, wherever the bot dies."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from database.connection import Database
from tests.database.mongo import raw
from tests.e2e.evidence import errors, logins, until
from tests.e2e.harness import BotProcess
from tests.proof.findings import Finding, counted_errors
from tests.proof.ground import Ground
from tests.proof.killing import SERVING, STARTING
from tests.proof.mongo_proxy import Side, mongo_proxy
from tests.proof.orders import Order, rounds
from tests.proof.points import Armed, Fuel, Point, Rig, in_database, in_telegram
from tests.proof.striking import Striking

LATENCY = 20
"""Milliseconds added to every call, so that kills meet work in flight."""

CALLERS = 8
"""Who order at the same time, one draft after the other."""

REACHED = 60.0
"""Seconds within which a point must be reached."""

UNDER_WAY = 5.0
"""Seconds within which one must be that nothing leads to any more: all orders are answered for."""

PATIENCE = 120.0
"""Seconds for which a caller asks again."""

TOKEN = "a token of the proof"

_DRAFTS, _KEEP = "drafts", "messages.SendMedia"

POINTS: dict[str, Point] = {
    point.name: point
    for point in (
        in_database("before a draft is written", Side.BEFORE, "insert", _DRAFTS),
        in_database("after a draft is written, before its reply", Side.AFTER, "insert", _DRAFTS),
        in_database("a draft is written late", Side.BEFORE, "insert", _DRAFTS, late=True),
        in_telegram("before a file is kept", _KEEP, Fuel.FILE, applied=False),
        in_telegram("after a file is kept, before its reply", _KEEP, Fuel.FILE, applied=True),
        in_telegram("a file is kept late", _KEEP, Fuel.FILE, applied=False, late=True),
    )
}
"""Where the bot is killed, each by the name under which its strikes are counted."""

CONTROL = "before a draft is written"
"""Where it must show that a draft is answered for before it is there."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    orders: int = 2000
    kills: int = 20
    points: tuple[str, ...] = tuple(POINTS)
    named: int = 12
    """Of the kills: at these points, each as often as the others (give or take one); the rest at any moment."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"{self.orders} drafts ordered over HTTP, {self.kills} kills"
        return f"{name}, without {self.weaken}" if self.weaken else name

    def drawn(self, dice: random.Random) -> list[str]:
        """Draw the kills."""
        kills = [self.points[number % len(self.points)] for number in range(self.named)]
        kills += [STARTING if dice.random() < 0.2 else SERVING for _ in range(self.kills - self.named)]
        dice.shuffle(kills)
        return kills

    def asked(self, kills: Sequence[str], dice: random.Random) -> list[list[Order]]:
        """Draw what is ordered up to each kill, and after the last one: enough that each point can be reached."""
        return rounds(self.orders, [kill in POINTS and POINTS[kill].fuel is Fuel.FILE for kill in kills], dice)


@dataclass
class Fed:
    """A trap to which orders lead, and nothing once all of them are answered for."""

    armed: Armed
    asked: asyncio.Queue[Order]
    under_way: float = UNDER_WAY

    async def struck(self) -> None:
        """See `Armed`.

        Raises:
            TimeoutError: nothing leads there any more.
        """
        struck, answered = asyncio.create_task(self.armed.struck()), asyncio.create_task(self.asked.join())
        try:
            await asyncio.wait({struck, answered}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait_for(struck, self.under_way)
        finally:
            struck.cancel()
            answered.cancel()

    async def over(self) -> None:
        """See `Armed`."""
        await self.armed.over()


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    rig: Rig
    bot: BotProcess
    plan: Plan
    dice: random.Random
    orders: list[Order] = field(default_factory=list)
    """What was asked for, so far."""
    asked: asyncio.Queue[Order] = field(default_factory=asyncio.Queue)
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    late: list[Armed] = field(default_factory=list)
    answered: dict[int, set[str]] = field(default_factory=dict)
    """The ids that were told of each order that was answered for."""
    unanswered: Counter[str] = field(default_factory=Counter)
    """Tries that were not, by how they ended."""

    async def run(self) -> None:
        """Let all orders be made while the bot is killed, and wait until everybody has an answer.

        Up to each kill so many orders are made and no more, so that some are left for the kills to come.
        """
        kills = self.plan.drawn(self.dice)
        *before, afterwards = self.plan.asked(kills, self.dice)
        async with asyncio.TaskGroup() as group:
            callers = [group.create_task(self._call()) for _ in range(CALLERS)]
            for kill, orders in zip(kills, before, strict=True):
                await self._kill(kill, orders)
            self._ask(afterwards)
            async with asyncio.timeout(PATIENCE + len(self.orders)):
                await self.asked.join()
            for caller in callers:
                caller.cancel()

    def _ask(self, orders: list[Order]) -> None:
        self.orders += orders
        for order in orders:
            self.asked.put_nowait(order)

    async def _kill(self, kill: str, orders: list[Order]) -> None:
        """Kill the bot while these orders are made."""
        point = POINTS.get(kill)
        armed = Fed(await point.arm(self.rig), self.asked) if point else None
        self._ask(orders)
        if kill == STARTING:
            await self.bot.kill()
            await self.bot.start(ready=False)
        await self.stand(kill, armed, REACHED)
        await self.bot.kill()
        await self.over(armed, late=bool(point and point.late))
        await self.bot.start()
        await self.let_late_ones_arrive()

    async def _call(self) -> None:
        """Make one order after the other, each until it is answered for."""
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
            while True:
                order = await self.asked.get()
                with suppress(AssertionError):  # judged in the end
                    await until(lambda order=order: self._tried(http, order), PATIENCE)  # type: ignore[misc]  # its default
                if order.twice and order.number in self.answered:
                    await self._try(http, order)
                self.asked.task_done()

    async def _tried(self, http: aiohttp.ClientSession, order: Order) -> bool:
        return await self._try(http, order) or order.once

    async def _try(self, http: aiohttp.ClientSession, order: Order) -> bool:
        url = f"http://127.0.0.1:{self.bot.port}/drafts"
        try:
            async with http.post(url, **order.body(), timeout=aiohttp.ClientTimeout(30)) as response:
                told = await response.json()
                if response.status in {200, 201}:
                    self.answered.setdefault(order.number, set()).add(str(told["id"]))
                    return True
                self.unanswered[str(response.status)] += 1
        except (aiohttp.ClientError, TimeoutError, ValueError):
            self.unanswered["nobody"] += 1
        return False


async def prove(place: Ground, seed: int, plan: Plan) -> Finding:
    """Let drafts be ordered while the bot is killed, and compare what was answered for with what is there."""
    began, dice = time.monotonic(), random.Random(f"{seed} drafts over http")
    async with mongo_proxy(place.database_url) as proxy, replace(place, database_url=proxy.url).stage() as stage:
        weakened = ["--weaken", plan.weaken] if plan.weaken else []
        bot = await stage.bot(*weakened, ADMIN_TOKEN=TOKEN).start()
        await stage.sandbox.latency(LATENCY)
        course = Course(Rig(stage, proxy), bot, plan, dice)
        try:
            await course.run()
        finally:
            await stage.sandbox.latency(0)
        return await judged(course, seed, began)


async def there(course: Course) -> dict[str, list[Mapping[str, Any]]]:
    """What the database has, by key."""
    stage = course.rig.stage
    found: dict[str, list[Mapping[str, Any]]] = {}
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        async for document in raw(database)[_DRAFTS].find({"bot_id": stage.bot_id}):
            found.setdefault(document["origin"]["key"], []).append(document)
    return found


async def judged(course: Course, seed: int, began: float) -> Finding:
    """Compare what was answered for with what is there."""
    stage, plan = course.rig.stage, course.plan
    found = await there(course)
    kept = Counter(line["file_name"] for line in await stage.sent_by_bot(stage.scene.channel_id))
    missing = doubled = wrong = 0
    for order in course.orders:
        drafts = found.get(order.key, [])
        codes = {str(document["code"]) for document in drafts}
        told = course.answered.get(order.number, set())
        missing += bool(told - codes) or bool(told and order.with_file and not kept[order.file])
        doubled += max(0, len(drafts) - 1) + max(0, len(told) - 1) + max(0, kept[order.file] - 1)
        wrong += sum(
            document["versions"][0]["parts"][0]["html"] != f"<b>Order</b> {order.number}" for document in drafts
        )
    unseen = await not_told(course)
    logged_in, logged = await logins(stage), errors(course.bot.text())
    well = not (missing or doubled or wrong or unseen or course.missed or logged) and logged_in == 1
    well = well and all(order.once or order.number in course.answered for order in course.orders)
    return Finding(
        plan.name,
        seed,
        len(course.answered),
        missing,
        doubled,
        {
            "drafts": sum(map(len, found.values())),
            "files kept": kept.total(),
            "other than ordered": wrong,
            "not told of afterwards": unseen,
            **{f"tries answered with {how}": times for how, times in sorted(course.unanswered.items())},
            "logins": logged_in,
            "errors logged": counted_errors(logged),
            **course.strikes(),
        },
        holds=bool(course.missed) or not missing if plan.weaken else well,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


async def not_told(course: Course) -> int:
    """Ask for every draft that was answered for, again where the bot is away; returns of how many it knows nothing."""

    async def asked(code: str) -> int:
        status, _ = await course.bot.get(f"/drafts/{code}", Authorization=f"Bearer {TOKEN}")
        return status if status in {200, 404} else 0

    codes = [code for told in course.answered.values() for code in told]
    return sum([await until(lambda code=code: asked(code), PATIENCE) != 200 for code in codes])  # type: ignore[misc]  # its default


QUICK = Plan(orders=400, kills=8, named=6)


def control_plan(kills: int) -> Plan:
    """So many kills, all at the point where the lack of the protection must show."""
    return Plan(10 * kills, kills, (CONTROL,), kills, weaken="orders")


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Orders by the thousand, and what becomes of those that are answered for too early."""
    yield await prove(place, seed, QUICK if quick else Plan())
    yield await prove(place, seed, control_plan(3))
