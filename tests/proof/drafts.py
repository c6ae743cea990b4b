"""Proof that approved drafts arrive once at each of their targets, wherever the bot dies and its session fails."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from services.drafts import DraftState, DraftTarget
from tests.e2e import drafting
from tests.e2e.evidence import errors, logins, until
from tests.e2e.harness import BotProcess
from tests.proof.arena import arena
from tests.proof.arrivals import TARGETS, Arrivals
from tests.proof.deciders import FOR_EVER, Deciders
from tests.proof.draft_plans import FULL, QUICK, Plan, control
from tests.proof.faults import age_logins
from tests.proof.findings import Finding, counted_errors, middle_and_most
from tests.proof.ground import Ground
from tests.proof.killing import STARTING
from tests.proof.kills import weather
from tests.proof.mongo_proxy import mongo_proxy
from tests.proof.points import Armed, Rig
from tests.proof.publishing import publishing
from tests.proof.reviewers import Reviewers
from tests.proof.sessions import Failure, strike
from tests.proof.striking import Striking

REVIEWERS = 3

REACHED = 120.0
"""Seconds within which a point must be reached, and something new arrive."""

LINGER = 1.0
"""Seconds for which a bot that stands at a send that is not applied may write down what it likes."""

STOCK = 64
"""Drafts that are there when the next thing goes wrong: enough to be on their way for a minute."""

EVERY = 3.0
"""Seconds between looks at whether more drafts are needed."""

PATIENCE = 120.0
"""Seconds without any news after which nothing more is expected."""

KILLED = "kill -9"
"""The name of its recoveries among those of the failures."""


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    rig: Rig
    bot: BotProcess
    arrivals: Arrivals
    plan: Plan
    dice: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    late: list[Armed] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    """How often the session failed, by how."""
    healed: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds until every target got something again, by what had gone wrong."""
    next: float = 0.0
    """Share of the messages at which the next thing goes wrong; 1 when all is over."""
    waits: bool = False
    """Whether the bot is to come to a point, for which it may need drafts that it has not seen yet."""

    async def run(self) -> None:
        """Let everything go wrong in its time; the bot runs in the end."""
        for share, what in self.plan.drawn(self.dice):
            self.next = share
            await self._reach(share)
            if isinstance(what, Failure):
                await self._fail(what)
            else:
                await self._kill(what)
        self.next = 1.0

    async def _kill(self, kill: str) -> None:
        """Kill the bot, and start it again at once."""
        group = self._emptiest()
        point = publishing(self.dice.choice(group).chat).get(kill)
        if kill == STARTING:
            await self.bot.kill()
            await self.bot.start(ready=False)
        armed = await point.arm(self.rig) if point else None
        self.waits = True
        if await self.stand(kill, armed, REACHED) and point and point.lingers:
            await asyncio.sleep(LINGER)
        self.waits = False
        now = time.time()
        await self.bot.kill()
        await self.over(armed, late=bool(point and point.late))
        await self.bot.start()
        await self.let_late_ones_arrive()
        await self._healed(KILLED, now, group)

    async def _fail(self, failure: Failure) -> None:
        """Let the session fail while a draft is on its way to every target."""
        if failure.ends_session:
            await age_logins(self.rig.stage)
        group = self._emptiest()
        try:
            now = await strike(self.rig.stage, failure, group, _as_it_is)
        except AssertionError:
            self.missed[failure.name] += 1
            return
        self.failed[failure.name] += 1
        await self._healed(failure.name, now, group)

    def _emptiest(self) -> Sequence[DraftTarget]:
        """The targets that are to get most of what is left: something is on its way to each of them."""
        return min(self.arrivals.groups, key=self.arrivals.of)

    async def _healed(self, what: str, since: float, group: Sequence[DraftTarget]) -> None:
        """Wait until each of these has got something since, and note how long that took."""
        deadline = time.monotonic() + REACHED
        while time.monotonic() < deadline:
            await self.arrivals.look()
            times = [self.arrivals.last.get(target.chat, 0.0) for target in group]
            if min(times) > since:
                self.healed[what].append(max(times) - since)
                return
            await asyncio.sleep(0.1)

    async def _reach(self, share: float) -> None:
        """Wait until such a share of the messages has arrived, or nothing new comes."""
        wanted, before, moved = share * self.plan.drafts * TARGETS, -1, time.monotonic()
        while (now := await self.arrivals.look()) < wanted and time.monotonic() - moved < REACHED:
            if now != before:
                before, moved = now, time.monotonic()
            await asyncio.sleep(0.1)


async def _as_it_is() -> None:
    """There are drafts on their way all the time."""


def text_of(number: int) -> str:
    """What a draft says."""
    return f"Draft {number}"


async def hand_in(arrivals: Arrivals, numbers: range, *, approved: bool) -> None:
    """Write drafts down, for one group after the other."""
    groups, texts = arrivals.groups, [text_of(number) for number in numbers]
    await drafting.add(arrivals.stage, texts, *groups, approved=approved)


async def follow(course: Course) -> None:
    """Hand in what comes approved once the rest is decided on: their cards would have to wait for one another.

    It comes as things go wrong, so that there are drafts on their way at the last of them too.
    """
    plan, arrivals, there = course.plan, course.arrivals, course.plan.before

    async def are_decided() -> bool:
        return not (await drafting.states(arrivals.stage))[DraftState.PENDING]

    await until(are_decided, FOR_EVER, every=1)
    while there < plan.drafts:
        rounds = math.ceil((course.next * plan.drafts + STOCK - there) / plan.groups)
        wanted = plan.drafts if course.next == 1 else there + max(rounds, int(course.waits)) * plan.groups
        wanted = min(wanted, plan.drafts)
        if wanted > there:
            await hand_in(arrivals, range(there, wanted), approved=True)
            there = wanted
        await asyncio.sleep(EVERY)


async def settle(arrivals: Arrivals, plan: Plan, patience: float) -> None:
    """Wait until every draft is published, or there has been no news for a while."""
    before, moved = -1, time.monotonic()
    while time.monotonic() - moved < patience:
        now = await arrivals.look()
        if await drafting.states(arrivals.stage) == {DraftState.PUBLISHED: plan.drafts}:
            break
        if now != before:
            before, moved = now, time.monotonic()
        await asyncio.sleep(1)


async def prove(seed: int, plan: Plan) -> Finding:
    """Let drafts be approved while everything goes wrong, and compare what arrived with what was to arrive."""
    began, dice = time.monotonic(), random.Random(f"{seed} drafts")
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(arena())
        proxy = await stack.enter_async_context(mongo_proxy(place.mongod.url))
        stage = await place.stage()
        stack.push_async_callback(stage.close)
        stage.database_url = proxy.url
        reviewers = await Reviewers.of(stage, REVIEWERS)
        arrivals = Arrivals(stage, await drafting.channels(stage, TARGETS * plan.groups))
        bot = await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        await reviewers.meet()
        await bot.kill()
        await hand_in(arrivals, range(plan.before), approved=False)
        await bot.start()
        course = Course(Rig(stage, proxy), bot, arrivals, plan, dice)
        deciders = await stack.enter_async_context(Deciders(reviewers, dice))
        told: dict[str, str] = {}
        async with AsyncExitStack() as sky:
            told = await sky.enter_async_context(weather(stage, seed)) if plan.stormy else {}
            following = asyncio.create_task(follow(course))
            sky.callback(following.cancel)
            await course.run()
            await following
            await settle(arrivals, plan, PATIENCE)
        if not plan.weaken:
            await bot.terminate()
            await bot.start()  # what is wrongly done once more at a start is seen now
            await settle(arrivals, plan, 3)
            await asyncio.sleep(3)
            await arrivals.look()
        return await judged(course, deciders, told, seed, began)


async def judged(course: Course, deciders: Deciders, told: dict[str, str], seed: int, began: float) -> Finding:
    """Compare what each target got with what it was to get, and tell how long everything took to heal."""
    plan, stage, got = course.plan, course.rig.stage, course.arrivals.got
    groups = course.arrivals.groups
    expected = {
        (text_of(number), target.chat)
        for first in (range(plan.before), range(plan.before, plan.drafts))
        for place, number in enumerate(first)
        for target in groups[place % plan.groups]
    }
    missing, doubled = len(expected - got.keys()), sum(count - 1 for count in got.values())
    states = await drafting.states(stage)
    logged_in, logged = await logins(stage), errors(course.bot.text())
    ended = sum(course.failed[failure.name] for failure in plan.failures if failure.ends_session)
    well = not (missing or doubled or course.missed or logged) and 1 <= logged_in <= 1 + ended
    well = well and states == {DraftState.PUBLISHED: plan.drafts} and got.keys() == expected
    in_time = all(max(course.healed[each.name], default=0) <= each.within for each in plan.failures)
    healed = {f"\n     healed: {name}": middle_and_most(took) for name, took in course.healed.items()}
    return Finding(
        plan.name,
        seed,
        len(expected),
        missing,
        doubled,
        {
            "states": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
            "presses": ", ".join(f"{count} {press}" for press, count in sorted(deciders.presses.items())),
            "logins": f"{logged_in} ({ended} sessions ended)",
            "errors logged": counted_errors(logged),
            "healed in time": in_time,
            **told,
            **course.strikes(),
            **{f"failed: {name}": times for name, times in sorted(course.failed.items())},
            **healed,
        },
        holds=bool(course.missed) or not doubled if plan.weaken else well,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Drafts by the thousand while everything goes wrong, and what becomes of them without a protection."""
    del place  # nobody else may suffer: this one has an arena of its own
    yield await prove(seed, QUICK if quick else FULL)
    yield await prove(seed, control(4))
