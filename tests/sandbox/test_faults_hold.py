"""Calls that are held back until somebody lets them go, and who is told of it at that moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.sandbox.faults_rig import Bot, Scene, name_of, scene, until

SEND = "messages.SendMessage"


@pytest.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as stage:
        yield stage


async def held(stage: Scene, fault: int) -> int:
    (found,) = [each for each in (await stage.shown())["faults"] if each["id"] == fault]
    return int(found["held"])


async def struck(stage: Scene, fault: int) -> list[dict[str, object]]:
    status, strikes = await stage.ask("GET", f"/faults/strikes?fault={fault}&wait=60")
    assert status == 200
    return list(strikes)


def say(bot: Bot, to: int, text: str, *, lost: bool = False) -> asyncio.Task[str]:
    """Begin to say it; what will be lost is given up after a while."""
    return asyncio.create_task(name_of(bot.say(to, text, timeout=2 if lost else 60)))


@pytest.mark.parametrize(
    ("applied", "lost", "while_held", "in_the_end", "answer"),
    [
        (False, False, [], ["it"], "ok"),
        (False, True, [], [], "lost"),
        (True, False, ["it"], ["it"], "ok"),
        (True, True, ["it"], ["it"], "lost"),
    ],
)
async def test_a_held_call_goes_on_or_vanishes_when_the_fault_is_switched_off(
    stage: Scene, applied: bool, lost: bool, while_held: list[str], in_the_end: list[str], answer: str
) -> None:
    fault = await stage.order("hold", method=SEND, applied=applied, lost=lost, count=1)
    call = say(stage.bot, stage.ann, "it", lost=lost)
    (strike,) = await struck(stage, fault)
    assert (strike["kind"], strike["method"], strike["chat"]) == ("hold", SEND, stage.ann)
    assert stage.told() == while_held
    assert await held(stage, fault) == 1
    assert await name_of(stage.bot.state()) == "ok"  # nobody else is held
    assert lost or not call.done()
    await stage.ask("DELETE", f"/faults/{fault}")
    assert await call == answer
    assert stage.told() == in_the_end


async def test_as_many_are_held_as_were_ordered(stage: Scene) -> None:
    fault = await stage.order("hold", method=SEND, count=2)
    calls = [say(stage.bot, stage.ann, text) for text in ("one", "two")]
    while await held(stage, fault) < 2:  # noqa: ASYNC110 - the server is asked
        await asyncio.sleep(0.01)
    assert await name_of(stage.bot.say(stage.ann, "three")) == "ok"
    assert stage.told() == ["three"]
    await stage.ask("DELETE", "/faults")
    assert [await call for call in calls] == ["ok", "ok"]


async def test_a_held_call_of_somebody_who_is_gone_is_applied_all_the_same(stage: Scene) -> None:
    fault = await stage.order("hold", method=SEND, count=1)
    call = asyncio.create_task(stage.bot.say(stage.ann, "late", random_id=7, timeout=2))
    await struck(stage, fault)
    await stage.post("/connections/drop", account=stage.bot.number)
    await stage.ask("DELETE", f"/faults/{fault}")
    await until(lambda: stage.told() == ["late"])
    await asyncio.wait([call])


async def test_waiting_for_a_strike_ends_with_it_or_with_its_time(stage: Scene) -> None:
    other = await stage.order("delay", method="updates.GetState", milliseconds=0)
    fault = await stage.order("hold", method=SEND, count=1, lost=True)
    began = time.monotonic()
    waiting = asyncio.create_task(struck(stage, fault))
    await stage.bot.state()  # a strike of another fault, which must not end it
    await asyncio.sleep(0.1)
    assert not waiting.done()
    call = say(stage.bot, stage.ann, "it", lost=True)
    assert [strike["fault"] for strike in await waiting] == [fault]
    assert time.monotonic() - began < 60
    assert [strike["fault"] for strike in await struck(stage, other)] == [other]
    assert await stage.ask("GET", f"/faults/strikes?since=2&fault={fault}&wait=1") == (200, [])
    for wrong in ("wait=61", "wait=x", "fault=x"):
        assert (await stage.ask("GET", f"/faults/strikes?{wrong}"))[0] == 400
    await stage.ask("DELETE", "/faults")
    assert await call == "lost"


async def test_the_server_ends_while_it_holds_a_call() -> None:
    async with scene() as stage:
        fault = await stage.order("hold", method=SEND, applied=True)
        call = say(stage.bot, stage.ann, "it", lost=True)
        await struck(stage, fault)
    assert await call != "ok"


async def test_what_makes_no_sense_for_a_hold_is_refused(stage: Scene) -> None:
    for wrong in ({"lost": 1}, {"milliseconds": 5}, {"applied": "yes"}):
        status, _ = await stage.ask("POST", "/faults", {"kind": "hold", **wrong})
        assert status == 400
    assert (await stage.ask("POST", "/faults", {"kind": "delay", "milliseconds": 1, "lost": True}))[0] == 400
