"""Proof that every opened link delivers once and in order, however often the bot is killed, and wherever."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pymongo import AsyncMongoClient

from sandbox.stage import control
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import errors, logins, random_file, sha256, until
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import store
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.judging import Evidence, Upload, judge
from tests.proof.killing import LIMITED, STARTING, Opening, Plan, Round, Size
from tests.proof.mongo_proxy import mongo_proxy
from tests.proof.points import POINTS, Armed, Rig
from tests.proof.readers import Readers
from tests.proof.striking import Striking

LATENCY = 60
"""Milliseconds added to every call, so that kills meet work in flight."""

PAUSE = 0.15
"""Seconds between two openings, at most."""

REACHED = 60.0
"""Seconds within which a point must be reached; one that is not counts as missed."""

LINGER = 0.5
"""Seconds for which a bot that stands at a point may write its session down; with a protection off, `LONGER`."""

LONGER = 15.0

PATIENCE = 30.0
"""Seconds in which nothing came after which nothing more is expected: twice what a lost reply costs."""

LOST = 0.05
REFUSED = 0.02
"""Shares of the bot's calls: replies that are lost after applying what sends, and server errors on any call."""

FULL = Size(kills=200, named=100, readers=200, openings=2000, limit=100, askers=150)
QUICK = Size(kills=40, named=len(POINTS), readers=30, openings=200, limit=10, askers=20)

CONTROLS: Mapping[str, tuple[str, ...]] = {
    "random-ids": ("after a delivery, before its reply",),
    "arrivals": ("before a delivery is applied",),
    "causes": ("after a use is written", "after a limited use is written"),
}
"""Protections that are switched off, with the points where that must show."""


async def links_of(stage: Stage, count: int, seed: int) -> list[tuple[str, str]]:
    """Store files of different content. Returns their codes with their SHA-256."""
    found = []
    for number in range(count):
        path = random_file(stage.folder / f"file{number}.bin", 200 + number, seed=seed * 1000 + number)
        found.append((await store(stage, path), sha256(path)))
    return found


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    rig: Rig
    bot: BotProcess
    crowd: Crowd
    codes: list[str]
    """Of the links without a limit, then that of the one with it."""
    dice: random.Random
    linger: float
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    uploads: list[Upload] = field(default_factory=list)
    late: list[Armed] = field(default_factory=list)

    async def run(self, plan: Plan) -> None:
        """Go through all rounds; the bot is dead at the end of each, and starts once more after the last."""
        for number, each in enumerate(plan.rounds):
            await self._ask(each.down, hurry=True)
            await self._round(each, number)
        await self.bot.start()
        await self.let_late_ones_arrive()

    async def _round(self, each: Round, number: int) -> None:
        point = POINTS.get(each.kill)
        starting = point.starting if point else each.kill == STARTING
        if not number and starting:
            await self.bot.kill()  # else it goes on from storing what the links bring
        armed = await point.arm(self.rig) if point and starting else None
        if number or starting:
            await self.bot.start(ready=False)
        if not starting:
            await self.bot.ready(120)
            await self.let_late_ones_arrive()
            armed = await point.arm(self.rig) if point else None
        asking = asyncio.create_task(self._feed(each, number))
        try:
            if await self.stand(each.kill, armed, REACHED) and point and point.lingers:
                await self.rig.written(self.linger)
            await self.bot.kill()
        finally:
            await asking
        await self.over(armed, late=bool(point and point.late))

    async def _feed(self, each: Round, number: int) -> None:
        if each.upload:
            await self._upload(each.upload, number)
        await self._ask(each.up, hurry=False)

    async def _ask(self, openings: list[Opening], *, hurry: bool) -> None:
        for opening in openings:
            await self.crowd.say(self.crowd.people[opening.reader], [f"/start {self.codes[opening.link]}"])
            await asyncio.sleep(0 if hurry else self.dice.uniform(0, PAUSE))

    async def _upload(self, count: int, number: int) -> None:
        folder, owner = self.rig.stage.folder, self.rig.stage.owner
        paths = [random_file(folder / f"up{number}-{n}.bin", 300 + n, self.dice.getrandbits(32)) for n in range(count)]
        await (owner.send_file(paths[0]) if count == 1 else owner.send_album(paths))
        self.uploads.append(tuple(sha256(path) for path in paths))


@asynccontextmanager
async def weather(stage: Stage, seed: int) -> AsyncIterator[dict[str, str]]:
    """Lose replies and refuse calls; yields what to tell of it, filled in at the end."""
    told: dict[str, str] = {}
    info, bot = stage.sandbox.info, stage.bot_id
    await stage.sandbox.latency(LATENCY)
    error = {"kind": "error", "account": bot, "code": 500, "name": "INTERNAL", "probability": REFUSED / 2}
    orders: list[dict[str, Any]] = [
        {"kind": "drop_reply", "method": "messages.*", "account": bot, "probability": LOST, "seed": seed},
        {**error, "applied": True, "seed": seed + 1},
        {**error, "seed": seed + 2},
    ]
    faults = [(await control(info, "POST", "/faults", **order))["id"] for order in orders]
    try:
        yield told
    finally:
        (lost, *refused) = [await control(info, "DELETE", f"/faults/{fault}") for fault in faults]
        told["replies lost"] = f"{lost['struck']} of {lost['matched']}"
        told["server errors"] = f"{sum(each['struck'] for each in refused)} of {max(e['matched'] for e in refused)}"
        await stage.sandbox.latency(0)


async def prove(place: Ground, seed: int, size: Size, *, weaken: str = "", stormy: bool = True) -> Finding:
    """Let people open links and the owner store files while the bot is killed, and compare with what arrived."""
    began = time.monotonic()
    plan = Plan.drawn(size, seed)
    async with mongo_proxy(place.database_url) as proxy, replace(place, database_url=proxy.url).stage() as stage:
        bot = await stage.bot(*(["--weaken", weaken] if weaken else [])).start()
        links = dict(await links_of(stage, size.links + bool(size.limit), seed))
        codes = list(links)
        limited = codes[LIMITED] if size.limit else ""
        await limit(stage, limited, size.limit)
        crowd = await Crowd.of(stage, size.readers + plan.newcomers)
        readers = Readers(crowd, links, seed, (0, 0))
        dice = random.Random(f"{seed} course")
        course = Course(Rig(stage, proxy), bot, crowd, codes, dice, LONGER if weaken else LINGER)
        async with weather(stage, seed) if stormy else nullcontext() as told:
            await course.run(plan)
        answered = len(links) + len(course.uploads)
        await settle(stage, readers, answered, 3 if weaken else PATIENCE)
        if not weaken:
            await bot.terminate()
            await bot.start()  # what is wrongly done once more at a start is seen now
            await settle(stage, readers, answered, 3)
        evidence = Evidence(
            readers, links, await uses(stage), course.struck, course.missed, limited, size.limit,
            uploads=[*((digest,) for digest in links.values()), *course.uploads],
            copies=await copies(stage),
            answered=await opened(stage, await answers(stage), links),
            logins=await logins(stage),
            errors=[str(entry["message"]) for entry in errors(bot.text())],
        )  # fmt: skip
    name = f"{size.kills} kills, {size.named} at {len(size.points)} named points, {size.readers} readers"
    return judge(name, seed, evidence, told or {}, weaken=weaken, seconds=time.monotonic() - began)


async def settle(stage: Stage, readers: Readers, answered: int, patience: float) -> None:
    """Wait until the owner and all readers have their answers, or nothing comes any more; then for what is too much."""

    async def told() -> bool:
        return len(await answers(stage)) >= answered

    with suppress(AssertionError):
        await until(told, patience)
    await readers.settle(patience)


async def limit(stage: Stage, code: str, number: int) -> None:
    """Give a link a limit, as an admin will."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        await client[stage.database_name]["links"].update_one({"code": code}, {"$set": {"use_limit": number}})


async def uses(stage: Stage) -> Counter[str]:
    """How many uses of each link the database has."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        rows = await client[stage.database_name]["uses"].find({}, {"code": 1}).to_list()
    return Counter(row["code"] for row in rows)


async def copies(stage: Stage) -> list[str]:
    """What was put into the storage channel, in order: by SHA-256."""
    return [line["media_sha256"] for line in await stage.sent_by_bot(stage.scene.channel_id)]


async def answers(stage: Stage) -> list[str]:
    """The codes of the links that the owner was told, in order."""
    lines = await stage.sent_by_bot(stage.scene.owner_id)
    return [match[1] for line in lines if (match := re.search(r"\?start=([\w-]+)", line["text"] or ""))]


async def opened(stage: Stage, codes: Sequence[str], known: Mapping[str, str]) -> list[Upload]:
    """What each of these links brings to somebody who opens one after the other; some are known."""
    crowd = await Crowd.of(stage, 1)
    (reader,) = crowd.people
    found: list[Upload] = []
    for code in codes:
        if code in known:
            found.append((known[code],))
            continue
        before = len((await crowd.files())[reader])
        await crowd.say(reader, [f"/start {code}"])

        async def came(before: int = before) -> list[str]:
            return (await crowd.files())[reader][before:]

        found.append(tuple(await until(came, 120)))  # an album is applied as one
    return found


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Kills, and what becomes of the promise without each protection, at the points where that must show."""
    yield await prove(place, seed, QUICK if quick else FULL)
    for weaken in CONTROLS:
        yield await prove(place, seed, control_size(weaken, 6), weaken=weaken)


def control_size(weaken: str, kills: int) -> Size:
    """So many kills, all at the points where the lack of a protection must show."""
    points = CONTROLS[weaken]
    return Size(kills, kills, readers=12, openings=6 * kills, links=4, limit=12, askers=12, points=points)
