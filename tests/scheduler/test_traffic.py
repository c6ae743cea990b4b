"""What a bot sent is written down while it runs and at a gentle end, and keeps no end waiting."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from client.traffic import TrafficCounter
from database.bots import BotDatabase
from scheduler.traffic import TrafficRunner
from services.traffic import Traffic, TrafficService
from tests.client.virtual import elapsed, virtual
from tests.database.mongo import NOW, StillClock


def bot_with(traffic: Any, clock: StillClock, sent: int) -> Any:
    counter = TrafficCounter()
    counter.counted = Traffic(sent)
    services, calls = SimpleNamespace(traffic=traffic), SimpleNamespace(traffic=counter)
    return SimpleNamespace(services=services, calls=calls, clock=clock)


async def test_an_end_writes_what_came_last(room: BotDatabase, clock: StillClock) -> None:
    traffic = TrafficService(room.traffic, clock)
    await traffic.write(Traffic(1))
    running = bot_with(traffic, clock, 5)
    runner = TrafficRunner(running)
    runner.start()
    await runner.stop(grace=20)
    assert await TrafficService(room.traffic, clock).since(NOW) == {NOW: Traffic(5)}


@virtual
async def test_a_database_that_hangs_keeps_no_end_waiting() -> None:
    class Hanging:
        async def write(self, _: Traffic) -> None:
            await asyncio.sleep(60)

        keep_up = write

    runner = TrafficRunner(bot_with(Hanging(), StillClock(), 5))
    runner.start()
    await asyncio.sleep(0.1)
    began = elapsed()
    await runner.stop(grace=1)
    assert elapsed() - began <= 1
