"""How long it takes to find what is due among very much that waits, and what of it the database reads for that."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from database.bots import BotDatabase
from database.connection import Database
from database.deletions import Task
from tests.bench.extent import Extent
from tests.bench.figures import Figure, percentile
from tests.bench.rig import Rig
from tests.bench.searching import insert
from tests.database.mongo import bot_of, raw

FEW = 1_000

ASKED = 300
"""Times that each bot's collection is asked, per run."""

NAME = "bench_waiting"

SPREAD = timedelta(hours=47)
"""Over which what waits is due."""


async def waiting(rig: Rig, extent: Extent) -> list[Figure]:
    """Ask when the next deletion is due, of a bot that has a thousand waiting and of one that has a million."""
    many: list[float] = []
    few: list[float] = []
    async with await Database.connect(rig.database_url, NAME) as database:
        try:
            await database.prepare()
            rooms = {FEW: bot_of(database, 1), extent.waiting: bot_of(database, 2)}
            for count, room in rooms.items():
                await insert(database, "pending_deletions", _deletions(room, count, database.clock.now()))
            for run in range(extent.runs):
                times: dict[int, list[float]] = {count: [] for count in rooms}
                for number in range(ASKED):
                    for count, room in sorted(rooms.items(), reverse=bool((run + number) % 2)):
                        times[count].append(await _timed(partial(room.deletions.next_due, Task.DELETE)))
                many.append(percentile(times[extent.waiting], 0.5) * 1000)
                few.append(percentile(times[FEW], 0.5) * 1000)
            read = await _read(database, partial(rooms[extent.waiting].deletions.next_due, Task.DELETE))
        finally:
            await raw(database).client.drop_database(NAME)
    asking = "asking when the next deletion is due"
    return [
        Figure(f"{asking}, {extent.waiting:,} waiting, p50", "ms", many, digits=3),
        Figure(f"{asking}, {FEW:,} waiting, p50", "ms", few, digits=3),
        Figure("the same, one divided by the other", "", [a / b for a, b in zip(many, few, strict=True)],
               digits=2, target="1.2"),
        Figure(f"documents read for it, {extent.waiting:,} waiting", "", [read["docsExamined"]], digits=0, target="0"),
        Figure("keys of the index read for it", "", [read["keysExamined"]], digits=0, target="1"),
    ]  # fmt: skip


async def _timed(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    assert await ask() is not None
    return time.perf_counter() - began


async def _read(database: Database, ask: Callable[[], Awaitable[object]]) -> dict[str, Any]:
    """What the server's profiler notes of one question."""
    await raw(database).command({"profile": 2})
    await ask()
    await raw(database).command({"profile": 0})
    entry: dict[str, Any] = await raw(database)["system.profile"].find_one({"command.find": "pending_deletions"})
    return entry


def _deletions(room: BotDatabase, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = now + SPREAD * (number + 1) / count
        yield {
            "_id": f"{room.bot_id}:message:{number}:1:fCode", "bot_id": room.bot_id, "cause": f"message:{number}:1",
            "unique_id": "fCode", "user_id": number, "chat_id": number, "random_ids": [number], "seconds": 169_200,
            "begun_at": now, "delete_at": at, "due_at": at, "names": {}, "message_ids": [number], "notice_id": number,
            "is_known": True, "state": "pending", "task": "delete",
        }  # fmt: skip
