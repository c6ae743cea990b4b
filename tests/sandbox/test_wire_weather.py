"""The seam for faults: a request, a reply and an update can be lost, refused, delayed and doubled on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from sandbox.errors import RpcError
from sandbox.wire.weather import LostError, Weather
from sandbox.world.api import Caller
from tests.sandbox.wire_rig import rig

NEAREST = functions.help.GetNearestDc()


class Storm(Weather):
    """Bad weather as a test orders it."""

    def __init__(self) -> None:
        self.coming: list[Exception | None] = []
        self.going: list[Exception | None] = []
        self.echoes = 1

    async def before(self, caller: Caller, query: TLObject[Any]) -> None:
        await _strike(self.coming)

    async def after(self, caller: Caller, query: TLObject[Any]) -> None:
        await _strike(self.going)

    def updates(self, auth_key_id: int, updates: TLObject[Any]) -> Sequence[TLObject[Any]]:
        return [updates] * self.echoes


async def _strike(faults: list[Exception | None]) -> None:
    fault = faults.pop(0) if faults else None
    await asyncio.sleep(0)
    if fault is not None:
        raise fault


async def test_a_lost_request_is_not_applied_and_a_lost_reply_is() -> None:
    storm = Storm()
    async with rig(weather=storm) as server:
        peer = await server.agree()
        storm.coming = [LostError()]
        await peer.send(NEAREST)
        await peer.settle()
        assert server.world.asked == []
        storm.going = [LostError()]
        await peer.send(NEAREST)
        assert [type(body) for body in await peer.settle()] == []
        assert len(server.world.asked) == 1
        assert (await peer.call(NEAREST)).country == "UZ"


async def test_a_fault_is_told_before_or_after_the_effect() -> None:
    storm = Storm()
    async with rig(weather=storm) as server:
        peer = await server.agree()
        storm.coming, storm.going = [RpcError(420, "FLOOD_WAIT_5"), None], [RpcError(500, "WORKER_BUSY")]
        first = await peer.call(NEAREST)
        assert (first.error_code, first.error_message, server.world.asked) == (420, "FLOOD_WAIT_5", [])
        second = await peer.call(NEAREST)
        assert (second.error_code, second.error_message, len(server.world.asked)) == (500, "WORKER_BUSY", 1)


async def test_updates_can_be_skipped_and_doubled() -> None:
    storm = Storm()
    async with rig(weather=storm) as server:
        peer = await server.agree()
        await peer.call(NEAREST)
        for storm.echoes in (0, 1, 3):
            server.hub.push(peer.key.id, types.UpdatesTooLong())
            assert await peer.settle() == [types.UpdatesTooLong()] * storm.echoes
