"""Proof that a wait is obeyed for what it closes and nothing else, through kills, with nothing lost or doubled."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from client.troubles import told_to_wait
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import logins, until
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import shown
from tests.proof import hours, waited
from tests.proof.findings import Finding
from tests.proof.ground import Ground
from tests.proof.hours import pass_time
from tests.proof.kills import links_of
from tests.proof.readers import Exchange, Readers
from tests.proof.waits import NAMES, Early, Wait, Weather, match

FILES, TEXTS = "messages.ForwardMessages", "messages.SendMessage"
"""What a link that is opened costs, and what one that is none."""

UNKNOWN = "fAAAAAAAAAAAAAAAAAAAAAA"
"""A code that no link has."""

SERVED_WITHIN = 1.5
"""Seconds within which a question counts as served."""

SLACK = 3.0
"""Seconds after a wait in which what it held back is worked off."""

KEPT = 0.95
"""The part of their rate that others must keep."""

HOUR = 3600


@dataclass(frozen=True)
class Plan:
    """How much happens; seconds."""

    waits: int
    openers: int
    talkers: int
    chats: int
    short: int
    """Waits for a method or the whole bot in a round, before the long one."""
    calm: float = 4.0
    storm: float = 10.0
    linger: tuple[float, float] = (0.0, 1.5)
    """From the beginning of the long one to the kill."""
    watch: float = 2.0
    pace: tuple[float, float] = (1.5, 4.5)
    """Between two questions of one reader."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is tried."""
        return f"flood waits in {self.openers + self.talkers} chats{f', without {self.weaken}' if self.weaken else ''}"


FULL = Plan(1000, openers=70, talkers=30, chats=64, short=5)
SAMPLE = Plan(6, openers=8, talkers=5, chats=8, short=1, calm=1.0, storm=2.5, watch=1.0, pace=(0.7, 2.0))
CONTROL = replace(SAMPLE, linger=(4.0, 4.0), weaken="gates")


@dataclass
class Rate:
    """How the readers fared while nothing was closed to them."""

    asked: int = 0
    served: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """The part of the questions that was served in time."""
        return self.served / self.asked if self.asked else 1.0

    @property
    def per_second(self) -> float:
        """Questions served per second and reader."""
        return self.served / self.seconds if self.seconds else 0.0

    def add(self, exchange: Exchange, since: float, until_: float) -> None:
        """Count what one reader asked in a time."""
        self.seconds += until_ - since
        for place, each in enumerate(exchange.asked):
            if since <= each.at < until_:
                self.asked += 1
                answered = place < len(exchange.got) and exchange.got[place].at - each.at <= SERVED_WITHIN
                self.served += answered


@dataclass
class Course:
    """What happens to one bot, round after round."""

    plan: Plan
    stage: Stage
    bot: BotProcess
    openers: Readers
    talkers: Readers
    weather: Weather
    dice: random.Random
    calms: list[tuple[float, float]] = field(default_factory=list)
    storms: list[tuple[float, float]] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    rounds: int = 0

    @property
    def told(self) -> list[Wait]:
        """The waits that somebody was told."""
        return [wait for wait in self.weather.waits if wait.told]

    async def round(self) -> None:
        """A calm, a storm of waits for chats and one method, waits for all; a kill, and another an hour later."""
        self.rounds += 1
        began = time.time()
        await asyncio.sleep(self.plan.calm)
        self.calms.append((began, time.time()))
        await self._storm()
        self.storms.append((self.calms[-1][1], time.time()))
        await self._for_all()
        await self._restart()
        await until(self._has_begun, 120)
        await asyncio.sleep(self.plan.watch)
        await self._restart(hours=1.1)
        await self.bot.ready(120)
        moment = time.time()
        await until(lambda: self._served_since(moment), 180)

    async def _storm(self) -> None:
        """Waits of any length: each chat has one at most, and one of the two methods late."""
        dice, began = self.dice, time.monotonic()
        people = [*self.openers.people, *self.talkers.people]
        waits = [Wait("chat", length(dice), chat=chat) for chat in dice.sample(people, self.plan.chats)]
        waits.insert(int(len(waits) * dice.uniform(0.5, 0.9)), Wait("method", length(dice), method=self._method()))
        moments = sorted(dice.uniform(0, 0.9 * self.plan.storm) for _ in waits)
        for moment, wait in zip([*moments, self.plan.storm], [*waits, None], strict=True):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            if wait:
                await self.weather.order(wait, dice.choice(NAMES[wait.closes]))

    async def _for_all(self) -> None:
        """Short waits for a method or the whole bot, one after the other, and a long one to be killed in."""
        for left in reversed(range(self.plan.short + 1)):
            if self.dice.random() < 0.5 and not self.plan.weaken:
                wait = Wait("account", 0)
            else:
                wait = Wait("method", 0, method=FILES if not left else self.dice.choice([FILES, TEXTS]))
            wait.seconds = self.dice.randint(1, 2) if left else length(self.dice, 60)
            await self.weather.order(wait, self.dice.choice(NAMES[wait.closes]))
            await until(lambda wait=wait: self._is_told(wait), 60, every=0.05)  # type: ignore[misc]  # it stays
            await asyncio.sleep(self.dice.uniform(*self.plan.linger) if not left else wait.seconds + 0.2)

    def _method(self) -> str:
        """The method that is closed in this round's storm: that of the talkers, or that of the openers."""
        return TEXTS if self.rounds % 2 else FILES

    async def _is_told(self, wait: Wait) -> bool:
        await self.weather.look()
        return wait.told or any(
            each.told and each is not wait and each.closes == "method" and each.closed()[1] > time.time()
            for each in self.weather.waits
        )

    async def _has_begun(self) -> bool:
        """Whether the bot serves, or says that it is told to wait."""
        status, text = await self.bot.get("/readyz")
        return status == 200 or told_to_wait(0).what in text

    async def _served_since(self, moment: float) -> bool:
        for readers in (self.openers, self.talkers):
            await readers.look()
            if readers.served_since(moment) is None:
                return False
        return True

    async def _restart(self, hours: float = 0.0) -> None:
        """Kill the bot and start it again; with `hours` let these pass in between, for both of them."""
        self.kills.append(time.time())
        await self.bot.kill()
        if hours:
            await pass_time(self.stage, hours)
            await self.weather.clear()
        await self.bot.start(ready=False)

    # What came of it

    def early(self) -> Early:
        """The calls that came before their time."""
        strikes = [strike for wait in self.told for strike in wait.strikes]
        match(strikes, self.bot.text(), self.kills)
        early = Early()
        for wait in self.told:
            mine = {id(strike) for strike in wait.strikes}
            early.add(wait, self.kills, [strike for strike in strikes if id(strike) not in mine])
        return early

    def rates(self) -> tuple[Rate, Rate]:
        """How the others fared in the calm and in the storm: those to whom nothing was closed in either."""
        calm, storm = Rate(), Rate()
        for method, readers in ((FILES, self.openers), (TEXTS, self.talkers)):
            for person, exchange in readers.exchanges.items():
                closed = [wait.closed() for wait in self.told if wait.covers(method, person)]
                for (begin, turn), (_, end) in zip(self.calms, self.storms, strict=True):
                    if not any(start < end and over + SLACK > begin for start, over in closed):
                        calm.add(exchange, begin, turn)
                        storm.add(exchange, turn, end - SERVED_WITHIN)
        return calm, storm


def length(dice: random.Random, least: float = 1) -> int:
    """Seconds of a wait: each order of magnitude up to an hour as likely as the others."""
    return round(math.exp(dice.uniform(math.log(least), math.log(HOUR))))


@asynccontextmanager
async def course(ground: Ground, seed: int, plan: Plan) -> AsyncIterator[Course]:
    """A bot, readers who open links and readers who open what is none."""
    async with ground.stage() as stage:
        bot = await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        links = dict(await links_of(stage, 6, seed))
        openers = Readers(await Crowd.of(stage, plan.openers), links, f"{seed} openers", plan.pace)
        unknown = {UNKNOWN: shown("en", "link-unknown")}
        talkers = Readers(await Crowd.of(stage, plan.talkers), unknown, f"{seed} talkers", plan.pace)
        weather = Weather(stage.sandbox.info, stage.bot_id)
        async with openers, talkers:
            yield Course(plan, stage, bot, openers, talkers, weather, random.Random(f"{seed} waits"))
        await weather.clear()


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Rounds until so many waits were told; then everything is answered, and the server's notes are read."""
    began = time.monotonic()
    async with course(ground, seed, plan) as each:
        await asyncio.sleep(plan.pace[1])  # they all began at once
        while len(each.told) < plan.waits:
            await each.round()
        await asyncio.gather(each.openers.stop(), each.talkers.stop())
        for readers in (each.openers, each.talkers):
            await readers.settle(60)
        return judge(each, seed, await logins(each.stage), time.monotonic() - began)


def judge(each: Course, seed: int, logged_in: int, seconds: float) -> Finding:
    """Put together what came of it."""
    verdicts = [each.openers.verdict(), each.talkers.verdict()]
    early, (calm, storm) = each.early(), each.rates()
    kinds = Counter("bot" if wait.closes == "account" else wait.closes for wait in each.told)
    kept = storm.per_second / calm.per_second if calm.per_second else 0.0
    few = each.plan.waits < FULL.waits  # too few questions, and perhaps a busy machine: no word on rates
    return Finding(
        each.plan.name,
        seed,
        sum(verdict.expected for verdict in verdicts),
        sum(verdict.missing for verdict in verdicts),
        sum(verdict.doubled for verdict in verdicts),
        {
            "waits told": f"{len(each.told)} ({', '.join(f'{name} {n}' for name, n in sorted(kinds.items()))})",
            "longest": f"{max(wait.seconds for wait in each.told)} s",
            "early: in flight": early.in_flight,
            "learning": early.learning,
            "violations": early.violations,
            "most at one wait": early.most,
            "others served": f"{storm.share:.1%} of {storm.asked} (calm {calm.share:.1%} of {calm.asked})",
            "rate kept": "(too few)" if few else f"{kept:.3f}",
            "kills": len(each.kills),
            "in order": f"{sum(v.in_order for v in verdicts)} of {sum(v.readers for v in verdicts)}",
            "logins": logged_in,
        },
        holds=all(verdict.holds for verdict in verdicts)
        and not early.violations
        and (few or (storm.share >= KEPT and kept >= KEPT))
        and logged_in == 1,
        control=bool(each.plan.weaken),
        seconds=seconds,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Random waits; waits of an hour for many; a login that was told to wait; each without its protection, too."""
    yield await prove(place, seed, SAMPLE if quick else FULL)
    yield await waited.prove(place, seed, waited.SAMPLE if quick else waited.FULL)
    yield await hours.prove(place, seed, hours.SAMPLE if quick else hours.FULL)
    yield await hours.prove_login(place, seed)
    yield await prove(place, seed, CONTROL)
    yield await waited.prove(place, seed, waited.CONTROL)
    yield await hours.prove_login(place, seed, weaken="gates")
