"""Proof that no update, however odd, stops the bot: nothing fails unforeseen, nothing is left, people are answered.

Most go through the inbox, the guard, the plugins, the services and a MongoDB of a bot in a process without a network
(`tests/proof/fuzzing.py`, several at once); a share over the wire to an unmodified `python bot.py`, so that the
library's own reading is in it. What the library cannot read is counted as `unparsed`: the guard passes it over.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pyrogram import raw

from sandbox.stage import control
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import MIB, errors, until
from tests.e2e.harness import ROOT, Stage
from tests.e2e.words import make_file, store
from tests.proof.contenders import at_rest
from tests.proof.findings import Finding
from tests.proof.forge import TEXTS, Forge
from tests.proof.fuzzing import Found, Order
from tests.proof.ground import Ground
from tests.proof.odd import NOW, Cast, Odd

PROCESSES = 2

GROWTH = 64 * MIB
"""Bytes by which a process may grow after its first fifth; what is in hand at the time is part of it."""

WITHIN = 3600.0
"""Seconds that one process may take."""

SHOWN = 5
"""Unforeseen errors that are told, each with an update that led there."""

REST = 300.0
"""Seconds in which the bot must have finished what was pushed."""

AT_ONCE = 200
"""Pushes that are ordered from the sandbox at a time."""

CROWD, CODES = 500, 5
"""People who have met the bot, and links, over the wire."""

SPOILT = 0.02
"""Share of the pushes with bytes in them that are no text."""


@dataclass(frozen=True)
class Plan:
    """How much of what."""

    updates: int
    processes: int = PROCESSES
    control: str = ""


@dataclass
class Result:
    """What all the processes found, together."""

    parts: list[Found] = field(default_factory=list)

    @property
    def errors(self) -> Counter[str]:
        return sum((Counter(part.errors) for part in self.parts), Counter())

    def example(self, what: str) -> str:
        """The first update that led there."""
        return next((part.examples[what] for part in self.parts if what in part.examples), "")

    @property
    def growth(self) -> int:
        """The most bytes that one of them grew by."""
        return max(part.memory[-1] - part.memory[0] for part in self.parts)


async def prove(ground: Ground, seed: int, plan: Plan) -> Finding:
    """Push odd updates into bots without a network."""
    began = time.monotonic()
    share = plan.updates // plan.processes
    orders = [
        Order(ground.database_url, tempfile.mkdtemp(dir=ground.folder), seed * 100 + number, share, plan.control)
        for number in range(plan.processes)
    ]
    result = Result([Found(**each) for each in await asyncio.gather(*map(_one, orders))])
    return judge(result, seed, plan, time.monotonic() - began)


async def _one(order: Order) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.proof.fuzzing", json.dumps(asdict(order)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), WITHIN)
    except BaseException:
        process.kill()
        raise
    found: dict[str, Any] = json.loads(output)
    return found


def judge(result: Result, seed: int, plan: Plan, seconds: float) -> Finding:
    """Whether nothing happened that nobody had foreseen."""
    outcomes = sum((Counter(part.outcomes) for part in result.parts), Counter())
    answered = sum(part.answered for part in result.parts)
    asked = 3 * len(result.parts)
    left = sum(part.left for part in result.parts)
    unknown = sorted({name for part in result.parts for name in part.unknown})
    updates = sum(part.updates for part in result.parts)
    found: dict[str, object] = {
        **dict(outcomes.most_common()),
        "unforeseen errors": result.errors.total(),
        "left in hand": left,
        "answered afterwards": f"{answered} of {asked}",
        "calls": sum(part.calls for part in result.parts),
        "memory": f"{result.growth / MIB:+.1f} MiB",
        "a second": round(updates / seconds),
    }
    if not plan.control:
        found |= {f"\n     {what} ({count})": result.example(what) for what, count in result.errors.most_common(SHOWN)}
    if unknown:
        found["calls refused as unknown"] = ", ".join(unknown)
    return Finding(
        f"odd updates{f', with a broken {plan.control}' if plan.control else ''}",
        seed,
        updates,
        left,
        0,
        found,
        holds=not result.errors and not left and answered == asked and result.growth < GROWTH,
        control=bool(plan.control),
        seconds=seconds,
    )


# Over the wire


class Raw(str):
    """A text whose bytes are no text, half characters among them; a client reads something else in their place."""

    __slots__ = ()

    def encode(self, *_: Any, **__: Any) -> bytes:
        """These bytes, as the wire carries them."""
        return b"/start \xed\xa0\x80\xff\xc0\xaf\xf4\x90" + super().encode("utf-8", "replace")


async def prove_wire(ground: Ground, seed: int, updates: int) -> Finding:
    """Push odd updates from the sandbox to a bot."""
    began = time.monotonic()
    async with ground.stage() as stage:
        bot = await stage.bot(LEASE_SECONDS="60").start()  # how busy the machine is is not what is tried
        codes = [await store(stage, make_file(stage.folder, f"file {number}")) for number in range(CODES)]
        crowd = await Crowd.of(stage, CROWD)
        everybody: dict[str, Any] = {"from": crowd.people, "to": stage.scene.username, "texts": ["/start"]}
        await control(stage.sandbox.info, "POST", "/say", **everybody)  # a bot may write to those who wrote to it
        await until(lambda: crowd.got(CROWD), REST)
        odd = Odd(_cast(stage, crowd, codes), seed)
        numbers = itertools.count(1)
        sent = await _push(stage, odd, seed, updates // 5, numbers)
        await at_rest(bot, REST)
        before = bot.memory()
        sent += await _push(stage, odd, seed, updates - sent, numbers)
        await control(stage.sandbox.info, "POST", "/updates/too_long", account=stage.bot_id)
        await at_rest(bot, REST)
        grown = bot.memory() - before
        answered = await _answered(stage, await Crowd.of(stage, 3))
        text = bot.text()
    told = [entry["message"] for entry in errors(text)]
    found = {
        "unparsed": text.count("The library cannot read"),
        "unforeseen errors": len(told),
        "answered afterwards": f"{answered} of 3",
        "memory": f"{grown / MIB:+.1f} MiB",
        "a second": round(sent / (time.monotonic() - began)),
        **{f"\n     {what}": count for what, count in Counter(told).most_common(5)},
    }
    holds = not told and answered == 3 and grown < GROWTH
    return Finding("odd updates over the wire", seed, sent, 0, 0, found, holds, seconds=time.monotonic() - began)


def _cast(stage: Stage, crowd: Crowd, codes: list[str]) -> Cast:
    storage = -stage.scene.channel_id - 1_000_000_000_000
    channels = range(9_000_000, 9_000_020)
    return Cast(stage.bot_id, stage.owner.id, stage.owner.id + 10**9, crowd.people, storage, channels, codes)


async def _push(stage: Stage, odd: Odd, seed: int, updates: int, numbers: Iterator[int]) -> int:
    """Push so many, what has a place in a sequence as the next in it."""
    dice = random.Random(f"{seed} wire")
    sent = 0
    while sent < updates:
        numbered, as_they_are = [], []
        for _ in range(AT_ONCE):
            envelope, count = odd.push(next(numbers))
            sent += count
            if dice.random() < SPOILT:
                as_they_are.append(_spoilt(odd, dice))
            elif isinstance(envelope, raw.types.Updates):
                numbered.append(envelope.write())
            else:
                as_they_are.append(_addressable(envelope).write())
        for given, bodies in ((True, numbered), (False, as_they_are)):
            coded = [base64.b64encode(body).decode() for body in bodies]
            body: dict[str, Any] = {"account": stage.bot_id, "updates": coded, "numbered": given}
            await control(stage.sandbox.info, "POST", "/updates/raw", **body)
    return sent


def _addressable(envelope: Any) -> Any:
    """An envelope without access hashes of chance: with 0 a bot may address those who wrote to it."""
    for each in (*getattr(envelope, "users", ()), *getattr(envelope, "chats", ())):
        if hasattr(each, "access_hash"):
            each.access_hash = 0
    return envelope


def _spoilt(odd: Odd, dice: random.Random) -> bytes:
    """A message to the bot whose text is none."""
    person = dice.choice(odd.cast.people)
    text = Raw(dice.choice(TEXTS))
    place = raw.types.PeerUser(user_id=person)
    message = Forge(dice).bare(raw.types.Message, id=dice.randrange(2**31), peer_id=place, date=NOW, message=text)
    update = raw.types.UpdateNewScheduledMessage(message=message)
    user = Forge(dice).bare(raw.types.User, id=person, access_hash=0, first_name=text)
    return raw.types.Updates(updates=[update], users=[user], chats=[], date=NOW, seq=0).write()


async def _answered(stage: Stage, crowd: Crowd) -> int:
    """How many of these people are answered."""
    for person in crowd.people:
        await crowd.say(person, ["/help"])
    with contextlib.suppress(AssertionError):
        await until(lambda: crowd.got(len(crowd.people)), 30)
    return sum(len(texts) == 1 for texts in (await crowd.texts()).values())


async def proof(place: Ground, seed: int, quick: bool) -> AsyncIterator[Finding]:
    """A million without a network, some of them over the wire, and what must be found when something is broken."""
    full = Plan(20_000 if quick else 960_000)
    yield await prove(place, seed, full)
    yield await prove_wire(place, seed, 2_000 if quick else 40_000)
    for control_ in ("handler", "guard"):
        yield await prove(place, seed, replace(full, updates=20_000, control=control_))
