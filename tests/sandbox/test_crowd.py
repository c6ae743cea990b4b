"""People without clients block bots as others do, and if it was long ago, no update tells of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import UserIsBlocked

from tests.sandbox.faults_rig import scene


async def test_people_who_sign_up_together_take_no_ones_number() -> None:
    async with scene() as stage:
        await stage.post("/latency", milliseconds=1)
        made = await asyncio.gather(*(stage.post("/people", count=5) for _ in range(3)))
        assert len({one for each in made for one in each["ids"]}) == 15


@pytest.mark.parametrize("told", [True, False])
async def test_somebody_without_a_client_blocks_a_bot(told: bool) -> None:
    async with scene() as stage:
        ids = (await stage.post("/people", count=2))["ids"]
        await stage.post("/say", **{"from": ids, "to": 777001, "texts": ["/start"]})
        before = await stage.bot.state()
        for _ in range(2):  # the same again changes nothing
            await stage.post("/blocks", **{"from": ids[0], "whom": "bot777001_bot", "told": told})
        with pytest.raises(UserIsBlocked):
            await stage.bot.say(ids[0], "hello?")
        await stage.bot.say(ids[1], "hello")
        assert [line["peer_id"] for line in stage.box.ledger.since(0) if line["kind"] == "block"] == [777001]
        missed: Any = await stage.bot.difference(before)
        updates = getattr(missed, "other_updates", [])
        stopped = [each.user_id for each in updates if isinstance(each, raw.types.UpdateBotStopped)]
        assert stopped == ([ids[0]] if told else [])


async def test_a_block_of_nobody_is_refused() -> None:
    async with scene() as stage:
        for body in (
            {"from": 1, "whom": 777001},
            {"from": stage.ann, "whom": 5},
            {"from": stage.ann, "whom": "nobody_bot"},
            {"from": stage.ann},
            {"from": stage.ann, "whom": 777001, "told": 1},
        ):
            status, answer = await stage.ask("POST", "/blocks", body)
            assert (status, bool(answer["error"])) == (400, True), body
