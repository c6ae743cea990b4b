"""Proof that a draft is published once, whoever presses SEND at the same moment, and wherever the bot dies."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace

from sandbox.stage import control, new_token
from services.drafts import DraftState, DraftTarget
from tests.e2e import drafting
from tests.e2e.evidence import errors, logins, until
from tests.e2e.harness import ROOT, BotProcess
from tests.proof.findings import Finding, counted_errors
from tests.proof.ground import Ground
from tests.proof.killing import SERVING
from tests.proof.mongo_proxy import mongo_proxy
from tests.proof.points import Armed, Rig
from tests.proof.publishing import NAMED, publishing
from tests.proof.reviewers import Card, Press, Reviewers
from tests.proof.striking import Striking

LATENCY = 60
"""Milliseconds added to every call, so that presses and kills meet work in flight."""

REVIEWERS, TARGETS = 3, 3

REACHED = 60.0
"""Seconds within which a point must be reached."""

LINGER = 1.0
"""Seconds for which a bot that stands at a send that is not applied may write down what it likes."""

HEARD = 5.0
"""Seconds after which somebody presses again where the draft still waits for a decision."""

PATIENCE = 120.0
"""Seconds within which a draft must be published that was pressed."""

CONTROL = "after a draft is sent, before its reply"
"""Where it must show that messages do not take their random_id from their cause."""


@dataclass(frozen=True)
class Plan:
    """How much happens: in each round a draft, so many presses, and a kill meanwhile."""

    rounds: int = 50
    presses: int = 200
    points: tuple[str, ...] = NAMED
    named: int = 33
    """Of the kills: at these points, each as often as the others (give or take one); the rest at any moment."""
    weaken: str = ""

    @property
    def name(self) -> str:
        """What is proved."""
        name = f"{self.rounds} drafts, each with {self.presses} presses at once by {REVIEWERS} reviewers and a kill"
        return f"{name}, without {self.weaken}" if self.weaken else name

    def drawn(self, dice: random.Random) -> list[str]:
        """Draw the kills."""
        kills = [self.points[number % len(self.points)] for number in range(self.named)]
        kills += [SERVING] * (self.rounds - self.named)
        dice.shuffle(kills)
        return kills


@dataclass
class Course(Striking):
    """A plan as it is carried out."""

    uptime = (0.0, 1.0)

    rig: Rig
    bot: BotProcess
    reviewers: Reviewers
    targets: Sequence[DraftTarget]
    plan: Plan
    dice: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    late: list[Armed] = field(default_factory=list)
    presses: Counter[Press] = field(default_factory=Counter)
    again: int = 0
    """How often somebody had to press again, as nobody had heard."""
    codes: list[str] = field(default_factory=list)
    pressing: list[asyncio.Task[Counter[Press]]] = field(default_factory=list)
    """Presses that may still wait for their answers, which a dead bot never gives."""

    async def run(self) -> None:
        """Go through all rounds; the bot runs in the end."""
        for number, kill in enumerate(self.plan.drawn(self.dice)):
            self.codes += await drafting.add(self.rig.stage, [text_of(number)], self.targets)
            cards = await self.reviewers.cards(self.codes[-1], PATIENCE)
            await self._round(kill, cards)
            await self._decide(cards)
        self.presses = sum(await asyncio.gather(*self.pressing), Counter())

    async def _round(self, kill: str, cards: Sequence[Card]) -> None:
        """Let everybody press, and kill the bot meanwhile."""
        point = publishing(self.dice.choice(self.targets).chat).get(kill)
        armed = await point.arm(self.rig) if point else None
        self.pressing.append(asyncio.create_task(self.reviewers.press_together(cards, self.plan.presses)))
        urging = asyncio.create_task(self._urge(cards))
        there = await self.stand(kill, armed, REACHED)
        urging.cancel()
        if there and point and point.lingers:
            await asyncio.sleep(LINGER)
        await self.bot.kill()
        await self.over(armed, late=bool(point and point.late))
        await self.bot.start()
        await self.let_late_ones_arrive()

    async def _urge(self, cards: Sequence[Card]) -> None:
        """Press again and again: a process that lost its lease on a busy machine has heard none of the presses."""
        while True:
            await asyncio.sleep(HEARD)
            self.again += 1
            await self.dice.choice(cards).press()

    async def _decide(self, cards: Sequence[Card]) -> None:
        """Press again until the draft is decided on, as people do, and wait until it is published."""
        code, stage = cards[0].code, self.rig.stage

        async def decided() -> bool:
            return (await drafting.look_up(stage, code)).state is not DraftState.PENDING

        async def published() -> bool:
            return (await drafting.look_up(stage, code)).state is DraftState.PUBLISHED

        for _ in range(round(PATIENCE / HEARD)):
            if await decided():
                break
            self.again += 1
            await self.dice.choice(cards).press()
            with suppress(AssertionError):
                await until(decided, HEARD)
        with suppress(AssertionError):  # judged in the end
            await until(published, PATIENCE)


def text_of(number: int) -> str:
    """What a draft says."""
    return f"Draft {number}"


async def prove(place: Ground, seed: int, plan: Plan) -> Finding:
    """Let reviewers press while the bot is killed, and compare what the targets got with what they were to get."""
    began, dice = time.monotonic(), random.Random(f"{seed} presses")
    async with mongo_proxy(place.database_url) as proxy, replace(place, database_url=proxy.url).stage() as stage:
        reviewers = await Reviewers.of(stage, REVIEWERS)
        targets = await drafting.channels(stage, TARGETS)
        bot = await stage.bot(*(["--weaken", plan.weaken] if plan.weaken else [])).start()
        await reviewers.meet()
        await stage.sandbox.latency(LATENCY)
        course = Course(Rig(stage, proxy), bot, reviewers, targets, plan, dice)
        try:
            await course.run()
        finally:
            await stage.sandbox.latency(0)
        if not plan.weaken:
            await bot.terminate()
            await bot.start()  # what is wrongly done once more at a start is seen now
            await asyncio.sleep(3)
        return await judged(course, seed, began)


async def judged(course: Course, seed: int, began: float) -> Finding:
    """Compare what each target got with what it was to get."""
    stage, plan = course.rig.stage, course.plan
    ledger = await stage.sandbox.ledger()
    got = drafting.sends(ledger, stage.bot_id, course.targets)
    expected = {(text_of(number), target.chat) for number in range(plan.rounds) for target in course.targets}
    missing, doubled = len(expected - got.keys()), sum(count - 1 for count in got.values())
    states = await drafting.states(stage)
    heard = sum(line["kind"] == "callback_query" and line["peer_id"] == stage.bot_id for line in ledger)
    logged_in, logged = await logins(stage), errors(course.bot.text())
    well = not (missing or doubled or course.missed or logged) and logged_in == 1
    well = well and states == {DraftState.PUBLISHED: plan.rounds} and got.keys() == expected
    return Finding(
        plan.name,
        seed,
        len(expected),
        missing,
        doubled,
        {
            "states": ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
            "presses that reached the bot": f"{heard} of {plan.rounds * plan.presses + course.again}",
            **{f"presses {press}": times for press, times in sorted(course.presses.items())},
            "pressed again": course.again,
            "logins": logged_in,
            "errors logged": counted_errors(logged),
            **course.strikes(),
        },
        holds=bool(course.missed) or not doubled if plan.weaken else well,
        control=bool(plan.weaken),
        seconds=time.monotonic() - began,
    )


async def prove_hasty(place: Ground, seed: int, rounds: int, presses: int) -> Finding:
    """Let as many press at the same moment where a bot publishes first and marks then."""
    began = time.monotonic()
    async with place.stage() as stage:
        username, token = f"hasty_{new_token().partition(':')[0]}_bot", new_token()
        await control(stage.sandbox.info, "POST", "/bots", token=token, username=username)
        people = [stage.owner, *[await stage.reader(f"Reviewer {number}") for number in range(1, REVIEWERS)]]
        reviewers = Reviewers(people, username)
        targets = await drafting.channels(stage, TARGETS)
        given = {
            "server": asdict(stage.sandbox.info), "token": token, "reviewers": [person.id for person in people],
            "targets": [target.chat for target in targets],
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.proof.hasty", json.dumps(given), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert process.stdout
            await asyncio.wait_for(process.stdout.readline(), 60)
            for target in targets:
                await stage.owner.promote(username, target.chat)
            await reviewers.meet()
            await stage.sandbox.latency(LATENCY)
            for number in range(rounds):
                await stage.owner.send(username, f"/draft {number} {text_of(number)}")
                await reviewers.press_together(await reviewers.cards(str(number), PATIENCE), presses)
        finally:
            await stage.sandbox.latency(0)
            process.kill()
            await process.wait()
        got = drafting.sends(await stage.sandbox.ledger(), int(token.partition(":")[0]), targets)
    expected = rounds * TARGETS
    doubled = sum(count - 1 for count in got.values())
    return Finding(
        f"{rounds} drafts, each with {presses} presses at once, by a bot that publishes and then marks",
        seed,
        expected,
        expected - len(got),
        doubled,
        holds=not doubled,
        control=True,
        seconds=time.monotonic() - began,
    )


QUICK = Plan(rounds=16, presses=60, named=14)


def control_plan(kills: int) -> Plan:
    """So many kills, all at the point where the lack of a protection must show."""
    return Plan(kills, 20, (CONTROL,), kills, weaken="random-ids")


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """Presses by the hundred, and what becomes of them without a protection, and with a bot that has none."""
    yield await prove(place, seed, QUICK if quick else Plan())
    yield await prove(place, seed, control_plan(6))
    yield await prove_hasty(place, seed, 5, 60 if quick else 200)
