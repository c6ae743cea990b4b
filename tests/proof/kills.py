"""Proof that every opened link delivers once and in order, however often the bot is killed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from tests.e2e.crowd import Crowd
from tests.e2e.evidence import logins, random_file, sha256
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import store
from tests.proof.findings import Finding
from tests.proof.ground import Ground

LATENCY = 120
"""Milliseconds added to every call, so that kills meet work in flight."""

LONG_LATENCY = 900
"""Milliseconds with which an update is in hand for longer than its arrival takes to be written down."""

PAUSE = 2.0
"""Seconds between two links of one reader, at most."""

UPTIME = (0.2, 1.5)
"""Seconds for which the bot serves between two kills."""


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    kills: int
    readers: int
    links: int = 12
    starting: float = 0.2
    """Share of the kills that meet a bot which is still starting."""
    latency: int = LATENCY
    weaken: str = ""


@dataclass
class Course:
    """What the readers asked for, in order."""

    asked: dict[int, list[int]] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)


async def links_of(stage: Stage, count: int, seed: int) -> list[tuple[str, str]]:
    """Store files of different content. Returns their codes with their SHA-256."""
    found = []
    for number in range(count):
        path = random_file(stage.folder / f"file{number}.bin", 200 + number, seed=seed * 1000 + number)
        found.append((await store(stage, path), sha256(path)))
    return found


async def read_on(crowd: Crowd, person: int, codes: Sequence[str], course: Course, dice: random.Random) -> None:
    """Open one link after the other, all of them in a new order in each round, until it is over."""
    asked = course.asked[person] = []
    while not course.over.is_set():
        for number in dice.sample(range(len(codes)), len(codes)):
            if course.over.is_set():
                return
            await crowd.say(person, [f"/start {codes[number]}"])
            asked.append(number)
            await asyncio.sleep(dice.uniform(0, PAUSE))


async def kill(bot: BotProcess, plan: Plan, dice: random.Random) -> Counter[str]:
    """Kill the bot and start it again, at moments that the dice choose: while it serves, and while it starts."""
    found: Counter[str] = Counter()
    for _ in range(plan.kills):
        if dice.random() < plan.starting:
            await asyncio.sleep(dice.uniform(0.0, 2.0))
            found["killed while starting"] += 1
        else:
            await bot.ready(120)
            await asyncio.sleep(dice.uniform(*UPTIME))
            found["killed while serving"] += 1
        await bot.kill()
        await bot.start(ready=False)
    await bot.ready(120)
    return found


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Let readers open links while the bot is killed, and compare what they asked for with the ledger."""
    began = time.monotonic()
    async with ground.stage() as stage:
        bot = await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        links = await links_of(stage, plan.links, seed)
        codes = [code for code, _ in links]
        crowd = await Crowd.of(stage, plan.readers)
        course = Course()
        await stage.sandbox.latency(plan.latency)
        try:
            reading = [
                asyncio.create_task(read_on(crowd, person, codes, course, random.Random(f"{seed} reader {number}")))
                for number, person in enumerate(crowd.people)
            ]
            outcomes = await kill(bot, plan, random.Random(f"{seed} kills"))
            course.over.set()
            await asyncio.gather(*reading)
            expected = {who: [links[number][1] for number in asked] for who, asked in course.asked.items()}
            await quiet(crowd, sum(map(len, expected.values())))
        finally:
            await stage.sandbox.latency(0)
        return judge(expected, await crowd.files(), outcomes, await logins(stage), seed, plan, time.monotonic() - began)


async def quiet(crowd: Crowd, expected: int) -> None:
    """Wait until everything came, or nothing has come for eight seconds; and a moment for what should not come."""
    before, same = -1, 0
    while same < 8:
        now = len(await crowd.received())
        same = same + 1 if now == before else 0
        before = now
        if now >= expected:
            break
        await asyncio.sleep(1)
    await asyncio.sleep(2)


def judge(
    expected: dict[int, list[str]], got: dict[int, list[str]], outcomes: Counter[str], logged_in: int, seed: int,
    plan: Plan, seconds: float,
) -> Finding:  # fmt: skip
    """Compare what was asked for with what arrived, reader by reader."""
    missing = sum((Counter(expected[who]) - Counter(got[who])).total() for who in expected)
    doubled = sum((Counter(got[who]) - Counter(expected[who])).total() for who in expected)
    in_order = sum(expected[who] == got[who] for who in expected)
    name = f"{plan.kills} kills, {plan.readers} readers"
    return Finding(
        f"{name}, without {plan.weaken}" if plan.weaken else name,
        seed,
        sum(map(len, expected.values())),
        missing,
        doubled,
        {**outcomes, "in order": f"{in_order} of {len(expected)}", "logins": logged_in},
        holds=got == expected and logged_in == 1,
        control=bool(plan.weaken),
        seconds=seconds,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Kills, and what becomes of them without each protection."""
    yield await prove(place, seed, Plan(5, 5) if quick else Plan(40, 10))
    yield await prove(place, seed, Plan(4, 5, starting=0, weaken="random-ids"))
    yield await prove(place, seed, Plan(4, 5, starting=0, weaken="arrivals", latency=LONG_LATENCY))
