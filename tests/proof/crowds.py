"""Proof that one person who writes without end takes nothing from the others, and that ten thousand at once fit in."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.stage import control
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import MIB, forget_peak, peak, random_file, until
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import shown, store
from tests.proof.bystanders import Course, Watcher, flood, flooded, gauge, many, read_on, together
from tests.proof.findings import Finding
from tests.proof.ground import Ground

ALLOWED = 64 * MIB
"""Bytes that the bot may take beyond its size before."""

SLOWER = 2.0
"""Times that the others' p99 may be what it is when nobody disturbs."""

WARM = 0.1
"""Share of an endless flood after which memory is to be flat."""

FLAT = 8 * MIB
"""Bytes within which memory is flat: what the interpreter's own bookkeeping moves up and down."""

LINKS = 20


@dataclass(frozen=True)
class Plan:
    """How much happens."""

    count: int
    """Updates of the one person."""
    rate: float = 300
    """How many a second: far more than Telegram takes of a person, a quarter of what the server here has to give."""
    rounds: int = 1
    """Quiet and disturbed times take turns, so that whatever else the machine does meets both."""
    quiet: float = 30
    """Seconds without the flood in each round."""
    readers: int = 40
    pause: float = 2.0
    """Seconds between two links of one reader, on average."""
    admin: bool = False
    """Whether the one person is the bot's owner, of whose nothing may be left out."""
    weaken: str = ""


@dataclass
class Scenery:
    """A bot that serves, and its readers."""

    stage: Stage
    bot: BotProcess
    codes: list[str]
    crowd: Crowd
    watcher: Watcher
    others: list[dict[str, Any]] = field(default_factory=list)
    """What was said between the bot and anybody but the readers."""

    async def quiet(self, seconds: float, pause: float, seed: int) -> Course:
        """Readers on a quiet day."""
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, over.set)
        await read_on(self.crowd, self.codes, pause, over, seed)
        return await self.watcher.course(self.crowd.people, self.others)

    async def disturbed(self, who: int, text: str, count: int, plan: Plan, seed: int) -> tuple[Course, float]:
        """Readers while one person writes without end; how fast that person was as well."""
        over = asyncio.Event()
        reading = asyncio.create_task(read_on(self.crowd, self.codes, plan.pause, over, seed))
        try:
            went = await flooded(self.stage, await flood(self.stage, who, text, count, plan.rate), 300 + count / 10)
        finally:
            over.set()
            await reading
        return await self.watcher.course(self.crowd.people, self.others), went["sent"] / went["seconds"]


@asynccontextmanager
async def scenery(ground: Ground, seed: int, readers: int, weaken: str = "") -> AsyncIterator[Scenery]:
    """Arrange a bot with some links, and readers who have opened one."""
    async with ground.stage() as stage:
        bot = await stage.bot(*(["--weaken", weaken] if weaken else [])).start()
        paths = [
            random_file(stage.folder / f"file{number}.bin", 300 + number, seed=seed * 1000 + number)
            for number in range(LINKS)
        ]
        here = Scenery(
            stage, bot, [await store(stage, path) for path in paths], await Crowd.of(stage, readers), Watcher(stage)
        )
        await here.quiet(5, 1, seed)
        yield here


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Watch readers on a quiet day and during a flood, and the bot's memory."""
    began = time.monotonic()
    quiet: list[Course] = []
    loud: list[Course] = []
    rates: list[float] = []
    async with scenery(ground, seed, plan.readers, plan.weaken) as here:
        stage, bot = here.stage, here.bot
        assert bot.process
        who = stage.owner.id if plan.admin else (await Crowd.of(stage, 1)).people[0]
        text = "once more" if plan.admin else f"/start {here.codes[0]}"
        here.others.clear()
        before = forget_peak(bot.process.pid)
        for each in range(plan.rounds):
            quiet.append(await here.quiet(plan.quiet, plan.pause, seed + 2 * each + 1))
            course, rate = await here.disturbed(who, text, plan.count // plan.rounds, plan, seed + 2 * each + 2)
            loud.append(course)
            rates.append(rate)
        await here.watcher.settled(bot, 300 + plan.count / 20)
        here.others += await here.watcher.lines()
        grown = peak(bot.process.pid) - before
        said = [line["text"] for line in here.others if (line["from_id"], line["peer_id"]) == (stage.bot_id, who)]
        notices = said.count(shown("en", "too-fast"))
        left_out = int(await gauge(bot, "draftkeep_updates_left_out_total"))
    unanswered = plan.count // plan.rounds * plan.rounds - (len(said) - notices) - left_out
    every = together([*quiet, *loud])
    slower = statistics.median(b.percentile(0.99) / a.percentile(0.99) for a, b in zip(quiet, loud, strict=True))
    person = "the owner" if plan.admin else "one person"
    return Finding(
        f"{plan.count:,} updates of {person}" + (f", without {plan.weaken}" if plan.weaken else ""),
        seed,
        every.asked,
        every.missing,
        every.doubled,
        {
            f"p50 / p99 of {plan.readers} others, quiet": together(quiet).told(),
            "disturbed": together(loud).told(),
            "p99 slower": f"{slower:.2f} times (median of {plan.rounds})",
            "memory": f"{before / MIB:.0f} MiB, +{grown / MIB:.1f}",
            "rate": f"{min(rates):.0f}/s",
            "answered": len(said) - notices,
            "left out": left_out,
            "without a trace": unanswered,
            "notices": notices,
        },
        holds=every.whole
        and not unanswered
        and slower <= SLOWER
        and grown <= ALLOWED
        and (not left_out and not notices if plan.admin else notices == 1),
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


async def at_once(ground: Ground, seed: int, people: int) -> AsyncIterator[Finding]:
    """Let many people open a link in the same moment; then others, beside somebody who writes without end."""
    alone, calm = await _opened_together(ground, seed, people)
    yield alone
    beside, disturbed = await _opened_together(ground, seed + 1, people, flooding=2 * people)
    slower = disturbed.percentile(0.99) / calm.percentile(0.99)
    outcomes = {**beside.outcomes, "p99 slower": f"{slower:.2f} times"}
    yield replace(beside, outcomes=outcomes, holds=beside.holds and slower <= SLOWER)


async def _opened_together(ground: Ground, seed: int, people: int, flooding: int = 0) -> tuple[Finding, Course]:
    began = time.monotonic()
    async with scenery(ground, seed, 40) as here:
        bot = here.bot
        assert bot.process
        crowd = await many(here.stage, people)
        here.crowd = crowd
        before = forget_peak(bot.process.pid)
        path = ""
        if flooding:
            (who,) = (await Crowd.of(here.stage, 1)).people
            path = await flood(here.stage, who, f"/start {here.codes[0]}", flooding, 500)
            await asyncio.sleep(2)
        for first in range(0, people, 500):
            body = {"from": crowd.people[first : first + 500], "to": here.stage.scene.username}
            await control(here.stage.sandbox.info, "POST", "/say", **body, texts=[f"/start {here.codes[1]}"])
        course = await here.watcher.course(crowd.people, here.others)
        if path:
            await flooded(here.stage, path, 600)
        await here.watcher.settled(bot)
        grown = peak(bot.process.pid) - before
    beside = f", beside one who sends {flooding:,}" if flooding else ""
    finding = Finding(
        f"{people:,} people at once{beside}",
        seed,
        course.asked,
        course.missing,
        course.doubled,
        {"p50 / p99": course.told(), "memory": f"{before / MIB:.0f} MiB, +{grown / MIB:.1f}"},
        holds=course.whole and course.asked == people and grown <= ALLOWED,
        seconds=time.monotonic() - began,
    )
    return finding, course


async def forwarded(ground: Ground, seed: int, count: int) -> Finding:
    """Let the owner forward many files at once, as their app does it: each is answered, in order, and nobody waits."""
    began = time.monotonic()
    async with scenery(ground, seed, 40) as here:
        owner, bot_id = here.stage.owner, here.stage.bot_id
        said_before = await owner.history(here.stage.scene.username)
        files = [message for message in said_before if message.media and message.outgoing]
        await here.watcher.lines()
        quiet = await here.quiet(20, 2, seed)
        over = asyncio.Event()
        reading = asyncio.create_task(read_on(here.crowd, here.codes, 2, over, seed + 1))
        for _ in range(0, count, len(files)):
            await owner.forward(files, to=here.stage.scene.username)

        async def answered() -> bool:
            return len(await here.stage.sent_by_bot(owner.id)) >= len(files) + count

        with contextlib.suppress(AssertionError):  # what is missing is counted below
            await until(answered, 60 + count, every=1)
        over.set()
        await reading
        loud = await here.watcher.course(here.crowd.people, here.others)
        asked = [line["text"] or line["file_name"] for line in here.others if line["from_id"] == owner.id]
        said = [line["text"] for line in here.others if (line["from_id"], line["peer_id"]) == (bot_id, owner.id)]
        left_out = await gauge(here.bot, "draftkeep_updates_left_out_total")
    in_order = all(name in text for name, text in zip(asked, said, strict=False))
    return Finding(
        f"{len(asked):,} files that the owner forwards",
        seed,
        len(asked) + quiet.asked + loud.asked,
        max(0, len(asked) - len(said)) + quiet.missing + loud.missing,
        max(0, len(said) - len(asked)) + quiet.doubled + loud.doubled,
        {
            "in order": in_order,
            "left out": int(left_out),
            "p50 / p99 of 40 readers, quiet": quiet.told(),
            "meanwhile": loud.told(),
        },
        holds=len(asked) == len(said) >= count and in_order and not left_out and quiet.whole and loud.whole,
        seconds=time.monotonic() - began,
    )


async def endless(ground: Ground, seed: int, count: int) -> Finding:
    """Let one person write as fast as the server takes it, and look at the bot's memory all the time."""
    began = time.monotonic()
    sizes: list[tuple[int, int]] = []  # updates so far, bytes
    async with scenery(ground, seed, 10) as here:
        stage, bot = here.stage, here.bot
        (who,) = (await Crowd.of(stage, 1)).people
        before = await here.watcher.sends()
        path = await flood(stage, who, "once more", count, None)
        went = await control(stage.sandbox.info, "GET", path)
        while went["running"]:
            await asyncio.sleep(1)
            went = await control(stage.sandbox.info, "GET", path)
            sizes.append((went["sent"], bot.memory()))
        await here.watcher.settled(bot, 600)
        sizes.append((count, bot.memory()))
        left_out = int(await gauge(bot, "draftkeep_updates_left_out_total"))
        answered = await here.watcher.sends() - before - int(await gauge(bot, "draftkeep_people_slowed_total"))
        here.watcher.seen += went["sent"]  # nobody needs to read so many lines
        await here.watcher.course(here.crowd.people, [])
        after = await here.quiet(10, 1, seed)
    warm = max(size for sent, size in sizes if sent <= count * WARM)
    grown = max(size for sent, size in sizes if sent > count * WARM) - warm
    return Finding(
        f"{count:,} updates of one person without a pause",
        seed,
        count,
        count - answered - left_out,
        0,
        {
            "memory after a tenth": f"{warm / MIB:.1f} MiB",
            "most after that": f"{grown / MIB:+.1f} MiB",
            "rate": f"{went['sent'] / went['seconds']:.0f}/s",
            "answered": answered,
            "left out": left_out,
            "links opened afterwards": after.asked,
            "not delivered": after.missing,
        },
        holds=went["sent"] == count and answered + left_out == count and grown <= FLAT and after.whole,
        seconds=time.monotonic() - began,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """One person, the owner, ten thousand at once; and one person without the protection."""
    if quick:
        yield await prove(place, seed, Plan(4_000, rounds=2, quiet=8, readers=20))
        async for finding in at_once(place, seed, 1_000):
            yield finding
        return
    yield await prove(place, seed, Plan(200_000, rounds=8))
    yield await prove(place, seed, Plan(3_000, rate=30, admin=True))  # faster than Telegram's apps send
    yield await forwarded(place, seed, 1_000)
    async for finding in at_once(place, seed, 10_000):
        yield finding
    yield await prove(place, seed, Plan(10_000, weaken="fairness"))
    yield await endless(place, seed, 2_000_000)
