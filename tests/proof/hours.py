"""Proof that a wait of an hour holds nobody else, and that no process forgets it: neither of calls nor of a login."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from client.troubles import told_to_wait
from database.connection import Database
from tests.bench.figures import percentile
from tests.database.mongo import raw
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import logins, until
from tests.e2e.harness import Stage
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.kills import links_of
from tests.proof.readers import Readers, Said
from tests.proof.waits import Early, Wait, Weather, match

HOUR = 3600
PACE = (0.5, 1.5)
KEPT = 0.95


@dataclass(frozen=True)
class Plan:
    """How many are told to wait for an hour, how many others there are, and for how many seconds each is measured."""

    told: int
    others: int
    seconds: float


FULL = Plan(200, 60, 20.0)
SAMPLE = Plan(140, 6, 2.0)
"""More than the bot has workers."""


async def pass_time(stage: Stage, hours: float) -> None:
    """Let hours pass for what a stopped bot has written down of waits and logins."""
    earlier = hours * 3_600_000
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        db = raw(database)
        await db.waits.update_many({}, [{"$set": {"until": {"$subtract": ["$until", earlier]}}}])
        await db.sessions.update_many({"logins": {"$exists": True}}, [{"$set": {"logins": {"$map": {
            "input": "$logins", "in": {"$subtract": ["$$this", earlier]}}}}}])  # fmt: skip


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """As many chats as the bot has workers and more are told to wait for an hour; the others must not notice."""
    began = time.monotonic()
    async with ground.stage() as stage:
        bot = await stage.bot().start()
        links = dict(await links_of(stage, 6, seed))
        weather = Weather(stage.sandbox.info, stage.bot_id)
        held = await Crowd.of(stage, plan.told)
        others = await Readers.of(stage, plan.others, links, seed=f"{seed} others", pace=PACE)
        async with others:
            await until(lambda: everybody(others), 120)
            before = await measured(others, plan.seconds)
            dice = random.Random(f"{seed} lengths")  # waits of one length at one moment would be one wait for all
            for person in held.people:
                await weather.order(Wait("chat", dice.randint(3000, HOUR), chat=person))
            for person in held.people:
                await held.say(person, [f"/start {next(iter(links))}"])
            await until(lambda: all_told(weather), 60)
            during = await measured(others, plan.seconds)
            kill = time.time()
            await bot.kill()
            await bot.start()
            served = partial(everybody, others, time.time())
            await until(served, 120)
            after = await measured(others, plan.seconds)
        await others.settle(60)
        await weather.look()
        match([strike for wait in weather.waits for strike in wait.strikes], bot.text(), [kill])
        early = Early()
        for wait in weather.waits:
            early.add(wait, [kill])
        kept_back = not any((await held.files()).values())
        await bot.kill()
        await pass_time(stage, 1.1)
        await weather.clear()
        await bot.start()
        await until(lambda: held.got(plan.told), 60)
        await asyncio.sleep(1)
        files = await held.files()
        verdict = others.verdict()
    rates = [len(each) / plan.seconds for each in (before, during, after)]
    missing = sum(not got for got in files.values()) + verdict.missing
    doubled = sum(max(0, len(got) - 1) for got in files.values()) + verdict.doubled
    kept = [rate / rates[0] if rates[0] else 0.0 for rate in rates[1:]]
    enough = min(kept) >= KEPT or plan is not FULL
    return Finding(
        f"{plan.told} chats that must wait for an hour, {plan.others} others",
        seed,
        plan.told + verdict.expected,
        missing,
        doubled,
        {
            "others served per second": ", ".join(
                f"{when} {rate:.1f}" for when, rate in zip(("before", "during", "after a kill"), rates, strict=True)
            ),
            "p99": ", ".join(f"{percentile(each, 0.99) * 1000:.0f} ms" for each in (before, during, after)),
            "kept": ", ".join(f"{each:.3f}" for each in kept),
            "early: in flight": early.in_flight,
            "violations": early.violations + early.learning,
            "kept back": "all" if kept_back else "not all",
        },
        holds=not missing and not doubled and verdict.holds and kept_back and enough
        and not early.violations and not early.learning,
        seconds=time.monotonic() - began,
    )  # fmt: skip


async def everybody(readers: Readers, since: float = 0.0) -> bool:
    """Whether each of them was answered something that they asked after this moment."""
    await readers.look()
    return readers.served_since(since) is not None


async def all_told(weather: Weather) -> bool:
    """Whether all waits were told."""
    await weather.look()
    return all(wait.told for wait in weather.waits)


async def measured(readers: Readers, seconds: float) -> Sequence[float]:
    """How long each answer of the next so many seconds took; one that has not come after five more took for ever."""
    since = time.time()
    await asyncio.sleep(seconds)
    until_ = time.time()
    await asyncio.sleep(1)
    await readers.look()
    took = []
    for exchange in readers.exchanges.values():
        for asked, got in zip(exchange.asked, exchange.got, strict=False):
            if since <= got.at < until_:
                took.append(delay(asked, got))
    return took


def delay(asked: Said, got: Said) -> float:
    """Seconds from a question to its answer."""
    return got.at - asked.at


async def prove_login(ground: Ground, seed: int, weaken: str = "", restarts: int = 2) -> Finding:
    """A login is told to wait for fifty minutes, and every process that tries meanwhile is killed."""
    began = time.monotonic()
    async with ground.stage() as stage:
        weather = Weather(stage.sandbox.info, stage.bot_id)
        wait = Wait("method", 3000, method="auth.ImportBotAuthorization")
        await weather.order(wait)
        bot = await stage.bot(*(["--weaken", weaken] if weaken else [])).start(ready=False)
        await until(lambda: all_told(weather), 60)
        kills = []
        for _ in range(restarts):
            await asyncio.sleep(1)
            kills.append(time.time())
            await bot.kill()
            await forget_logins(stage)
            await bot.start(ready=False)
            await until(lambda: says_so(stage), 60)
        await weather.look()
        early = len(wait.strikes) - 1
        await bot.kill()
        if not early:
            await pass_time(stage, 1.1)
            await weather.clear()
            await bot.start()
        logged_in = await logins(stage)
        await weather.clear()
    return Finding(
        f"a login that must wait, {restarts} kills{f', without {weaken}' if weaken else ''}",
        seed, 1, int(not logged_in), max(0, logged_in - 1), {"tried before its time": early, "logins": logged_in},
        holds=not early and logged_in == 1, control=bool(weaken), seconds=time.monotonic() - began,
    )  # fmt: skip


async def forget_logins(stage: Stage) -> None:
    """Let the last login be long ago, so that it is the wait alone that keeps the bot from the next."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await raw(database).sessions.update_many({}, {"$unset": {"logins": ""}})


async def says_so(stage: Stage) -> bool:
    """Whether the bot has come as far as its login, and says that it was told to wait."""
    _, text = await stage.bots[-1].get("/readyz")
    return told_to_wait(0).what in text
