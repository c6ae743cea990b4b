"""Too many updates fail: the owner is told once, in their language, and once when it is over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.stage import control
from tests.e2e.conftest import MakeStage
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import until
from tests.e2e.words import code_in, make_file, shown

FAILING = 4
LOOKS = 7.0
"""Seconds in which the watch looks again at least once."""


@pytest.mark.slow
async def test_the_owner_is_told_once_that_updates_fail_and_once_that_it_is_over(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make("ru")
    await stage.bot(LEASE_SECONDS="10").start()
    await stage.owner.send_file(make_file(tmp_path, "kept"))
    code = code_in(await stage.answer(stage.owner))
    crowd = await Crowd.of(stage, 12)
    odd = {"kind": "error", "code": 400, "name": "SOMETHING_ODD", "method": "messages.ForwardMessages"}
    await control(stage.sandbox.info, "POST", "/faults", **odd, account=stage.bot_id, count=FAILING)
    await asyncio.gather(*(crowd.ask(who, [code]) for who in crowd.people))
    await until(lambda: crowd.got(len(crowd.people)), 120)

    async def told() -> list[str]:
        """What the owner was told by itself; at the moment of looking some updates may still have been in hand."""
        every = [line["text"] for line in await stage.sent_by_bot(stage.owner.id)]
        return [text for text in every if text not in answers]

    answers = [line["text"] for line in await stage.sent_by_bot(stage.owner.id) if "t.me/" in line["text"]]
    many = {shown("ru", "failures-many", updates=u, failed=f) for u in range(10, 14) for f in range(3, FAILING + 1)}
    await until(told, 120)
    await asyncio.sleep(LOOKS)
    (first,) = await told()
    assert first in many
    more = await Crowd.of(stage, 200)
    await asyncio.gather(*(more.say(who, ["/start"]) for who in more.people))

    async def over() -> bool:
        return len(await told()) > 1

    await until(over, 120)
    await asyncio.sleep(LOOKS)
    assert await told() == [first, shown("ru", "failures-over")]
