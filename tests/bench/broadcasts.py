"""How fast a broadcast goes by what the server allows, what it costs, and how little readers notice of it."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.stage import control, new_token
from services.broadcasts import BroadcastState
from tests.bench.extent import Extent
from tests.bench.figures import Figure, percentile
from tests.bench.loops import MANNERS, TEXT
from tests.bench.rig import Rig
from tests.e2e import casting
from tests.e2e.harness import ROOT

LATENCY = 20, 80
"""Milliseconds added to every call, from and to; drawn for each run."""

ASKERS = 10
"""People who ask while a broadcast runs, and are not among its readers."""

LEARNED_AFTER = 0.25
"""Part of a run in which the limit, which nobody tells, is found out."""


@dataclass(frozen=True, slots=True)
class Speed:
    """A limit on sending, as it is drawn for each run: hidden from the bot."""

    scope: str
    about: float
    """Messages a second."""
    target: str

    def draw(self, dice: random.Random) -> dict[str, Any]:
        """The order to the sandbox."""
        rate = self.about * dice.uniform(0.85, 1.15)
        return {self.scope: {"rate": rate, "burst": rate * dice.uniform(0.5, 1.5)}}


FREE = Speed("bot", 30, "0.97")
PAID = Speed("paid", 1000, "0.95")


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out in a time."""

    used: float
    """Part of what was allowed in the whole of it."""
    learned: float
    """The same after the limit was found out."""
    refused: float
    """Part of the sends that were told to wait."""


async def rates(rig: Rig, extent: Extent) -> list[Figure]:
    """Send to many at a limit that is hidden, as we do and as simple bots do."""
    await gather_readers(rig, extent.readers_of_many)
    figures = []
    for speed, seconds in ((FREE, extent.broadcast_seconds), (PAID, extent.broadcast_seconds / 8)):
        await casting.pay(rig.ours.stage, on=speed is PAID)
        ours = [await _ours(rig, speed, seconds, f"{speed.scope} {run}") for run in range(extent.runs)]
        name = f"of an allowance of about {speed.about:g}/s"
        figures += [
            Figure(f"broadcast, part {name}, ours", "", [each.learned for each in ours], digits=3, target=speed.target),
            Figure("the same from the first message on", "", [each.used for each in ours], digits=3),
            Figure(
                "sends that were told to wait, ours", "%", [each.refused * 100 for each in ours], digits=3, target="0.1"
            ),
        ]
        for manner in MANNERS:
            theirs = [await _theirs(rig, speed, seconds / 4, manner, run) for run in range((extent.runs + 1) // 2)]
            figures += [
                Figure(f"broadcast, part {name}, {manner}", "", [each.used for each in theirs], digits=3),
                Figure(f"sends that were told to wait, {manner}", "%", [each.refused * 100 for each in theirs]),
            ]
    await calm(rig)
    return figures


async def readers(rig: Rig, extent: Extent) -> list[Figure]:
    """How long somebody waits for an answer while a broadcast goes out as fast as it may, and while none does."""
    await gather_readers(rig, extent.readers_of_many)
    quiet: list[float] = []
    busy: list[float] = []
    await casting.pay(rig.ours.stage, on=False)
    for run in range(extent.runs):
        await weather(rig, FREE, f"readers {run}")
        await fresh(rig)
        quiet.append(percentile(await _answers(rig, extent.meanwhile), 0.99) * 1000)
        async with sending(rig):
            busy.append(percentile(await _answers(rig, extent.meanwhile), 0.99) * 1000)
    await calm(rig)
    return [
        Figure("a reader's answer while nothing else goes out, p99", "ms", quiet),
        Figure("a reader's answer during a broadcast at 30/s, p99", "ms", busy),
        Figure(
            "one divided by the other", "", [b / q for b, q in zip(busy, quiet, strict=True)], digits=2, target="1.2"
        ),
    ]


async def gather_readers(rig: Rig, count: int) -> None:
    """Have so many people who have written to the bot."""
    await calm(rig)
    missing = count - len(rig.many)
    if missing > 0:
        made = (await control(rig.sandbox.info, "POST", "/people", count=missing))["ids"]
        await casting.meet(rig.ours.stage, made, 600)
        rig.many.extend(made)


async def weather(rig: Rig, speed: Speed, seed: str) -> dict[str, Any]:
    """Put a hidden limit and a latency in force."""
    dice = random.Random(seed)
    limits = speed.draw(dice)
    await control(rig.sandbox.info, "POST", "/limits", **limits)
    await rig.sandbox.latency(dice.uniform(*LATENCY))
    return limits


async def calm(rig: Rig) -> None:
    await control(rig.sandbox.info, "POST", "/limits")
    await rig.sandbox.latency(0)


async def fresh(rig: Rig) -> None:
    """Let our bot know nothing of limits."""
    await rig.ours.process.terminate()
    await rig.ours.process.start()


@asynccontextmanager
async def sending(rig: Rig) -> AsyncIterator[None]:
    """Have a broadcast go out."""
    stage = rig.ours.stage
    before = await rig.sends(rig.ours)
    await casting.start(stage, TEXT, f"bench {time.time()}")
    await rig.answered(rig.ours, 1, since=before)
    try:
        yield
    finally:
        await casting.stop_all(stage)
        await asyncio.sleep(2)


async def _ours(rig: Rig, speed: Speed, seconds: float, seed: str) -> Sent:
    await fresh(rig)
    limits = await weather(rig, speed, seed)
    async with sending(rig):
        sent = await _measured(rig, speed, limits, seconds)
        if (await casting.newest(rig.ours.stage)).state is not BroadcastState.RUNNING:
            rig.lost.append(f"a broadcast at {speed.about:g}/s was over before it was measured: too few readers")
        return sent


async def _theirs(rig: Rig, speed: Speed, seconds: float, manner: str, run: int) -> Sent:
    """Let a simple bot send to a part of the people, again and again."""
    info, token = rig.sandbox.info, new_token()
    username = f"loops_{token.partition(':')[0]}_bot"
    await control(info, "POST", "/bots", token=token, username=username)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.loops",
        json.dumps({"server": asdict(info), "token": token, "manner": manner}),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdin
        assert process.stdout
        await asyncio.wait_for(process.stdout.readline(), 30)
        await control(info, "POST", "/say", **{"from": rig.crowd}, to=username, texts=["hello"])
        for _ in rig.crowd:
            await asyncio.wait_for(process.stdout.readline(), 30)
        limits = await weather(rig, speed, f"{speed.scope} {run}")
        process.stdin.write(b"go\n")
        return await _measured(rig, speed, limits, seconds)
    finally:
        process.kill()
        await process.wait()


async def _measured(rig: Rig, speed: Speed, limits: dict[str, Any], seconds: float) -> Sent:
    """Look what passes in so many seconds."""
    allowed = limits[speed.scope]["rate"]
    counts = []
    for pause in (0.0, seconds * LEARNED_AFTER, seconds * (1 - LEARNED_AFTER)):
        await asyncio.sleep(pause)
        shown = (await control(rig.sandbox.info, "GET", "/limits"))[speed.scope]
        counts.append((time.monotonic(), shown["passed"], shown["refused"]))
    (began, first, _), (later, then, _), (ended, passed, refused) = counts
    return Sent(
        used=(passed - first) / (ended - began) / allowed,
        learned=(passed - then) / (ended - later) / allowed,
        refused=refused / max(1, passed + refused),
    )


async def _answers(rig: Rig, count: int) -> list[float]:
    """Let people ask who get no broadcast, one at a time. Returns the seconds until each answer."""
    made = (await control(rig.sandbox.info, "POST", "/people", count=ASKERS))["ids"]
    await rig.effects()
    for number in range(count):
        await rig.say(rig.ours, [made[number % ASKERS]], "hello")
        await asyncio.sleep(0.1)  # ten a second of thirty: who asks has to leave something over
    await asyncio.sleep(1)
    lines = [line for line in await rig.effects() if {line["peer_id"], line["from_id"]} & set(made)]
    return [each.seconds for each in rig.matched(lines, rig.ours, "during a broadcast") if each.answered]
