"""What a broadcast costs: calls, with crashes and without; memory, where it goes to a million; and when it begins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from database.connection import Database
from tests.bench.broadcasts import FREE, PAID, calm, fresh, gather_readers, weather
from tests.bench.extent import Extent
from tests.bench.figures import Figure
from tests.bench.loops import TEXT
from tests.bench.rig import Rig, resident
from tests.bench.searching import insert
from tests.e2e import casting
from tests.e2e.evidence import MIB, until

PATIENCE = 120.0

CRASHED = 10
"""Of a hundred readers: those of the broadcast in which the bot is killed, which takes its time at the free rate."""


async def cost(rig: Rig, extent: Extent) -> list[Figure]:
    """When the first message goes out, and the calls that a broadcast costs without a crash and with many."""
    await gather_readers(rig, extent.readers_of_many)
    stage = rig.ours.stage
    first = []
    arrivals = casting.Arrivals(stage, TEXT, besides=frozenset({stage.owner.id}))
    await casting.pay(stage, on=True)
    await weather(rig, PAID, "cost")
    for _ in range(extent.runs):
        await arrivals.look()
        known, pressed = len(arrivals.times), await casting.start_in_chat(stage, TEXT)
        await until(partial(_more, arrivals, known), PATIENCE, every=0.05)
        first.append(arrivals.times[known] - pressed)
        await casting.stop_all(stage)
        await asyncio.sleep(2)
    whole = await _calls_per_reader(rig, 100, 0)
    await casting.pay(stage, on=False)
    await weather(rig, FREE, "cost")
    crashing = await _calls_per_reader(rig, CRASHED, extent.crashes)
    await calm(rig)
    crashed = f"about {round(extent.readers_of_many * CRASHED / 100):,}, {extent.crashes} crashes"
    return [
        Figure("button pressed to the first message sent", "s", first, digits=2, target="1"),
        Figure(f"calls per reader of {extent.readers_of_many:,}, no crash", "", [whole], digits=3, target="1.02"),
        Figure(f"calls per reader of {crashed}", "", [crashing], digits=3, target="1.5"),
    ]


async def million(rig: Rig, extent: Extent) -> list[Figure]:
    """What a broadcast to very many takes of memory, and when its first message goes out."""
    await gather_readers(rig, extent.readers_of_many)
    stage, seconds = rig.ours.stage, extent.broadcast_seconds / 8
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        now = database.clock.now()
        await insert(database, "users", _strangers(rig, extent.audience - len(rig.many), now))
    await casting.pay(stage, on=True)
    await weather(rig, PAID, "million")
    await fresh(rig)
    arrivals = casting.Arrivals(stage, TEXT, besides=frozenset({stage.owner.id}))
    await arrivals.look()
    known, before = len(arrivals.times), resident(rig.ours.pid)
    pressed = await casting.start_in_chat(stage, TEXT)
    await until(partial(_more, arrivals, known), PATIENCE, every=0.05)
    first, most = arrivals.times[known] - pressed, 0
    for _ in range(20):
        await asyncio.sleep(seconds / 20)
        most = max(most, resident(rig.ours.pid))
    await arrivals.look()
    await casting.stop_all(stage)
    await calm(rig)
    many = f"a broadcast to {extent.audience:,}"
    return [
        Figure(f"{many}: button pressed to the first message", "s", [first], digits=2, target="1"),
        Figure(f"{many}: memory that it adds, the most of it", "MiB", [(most - before) / MIB], target="32"),
        Figure("messages sent meanwhile", "", [len(arrivals.times) - known], digits=0),
    ]


def _strangers(rig: Rig, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    """People who come after all those who can be written to."""
    bot_id, first = rig.ours.bot_id, max(rig.many) + 1
    for number in range(first, first + count):
        yield {
            "_id": f"{bot_id}:{number}", "bot_id": bot_id, "user_id": number, "first_name": "Somebody",
            "language_code": "en", "first_seen": now, "last_seen": now,
        }  # fmt: skip


async def _calls_per_reader(rig: Rig, sample: int, kills: int) -> float:
    stage, before = rig.ours.stage, await _all_calls(rig)
    sends = await rig.sends(rig.ours)
    code = await casting.start(stage, TEXT, f"bench cost {sample}", sample=sample)
    await rig.answered(rig.ours, 1, since=sends)
    for _ in range(kills):
        await asyncio.sleep(1)
        await rig.ours.process.kill()
        await rig.ours.process.start()
    done = await casting.over(stage, code, 1200)
    if done.counts.sent < 0.9 * len(rig.many) * sample / 100:
        rig.lost.append(f"a broadcast with {kills} crashes: {done.counts.sent} sent")
    return (await _all_calls(rig) - before) / done.counts.sent


async def _more(arrivals: casting.Arrivals, known: int) -> bool:
    await arrivals.look()
    return len(arrivals.times) > known


async def _all_calls(rig: Rig) -> int:
    return sum((await rig.sandbox.calls(rig.ours.bot_id)).values())
