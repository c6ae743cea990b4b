"""The proof of orders over HTTP, once and short, with its control; and that its plan is what it says."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from tests.proof.drafts_http import POINTS, QUICK, Fed, Plan, control_plan, prove
from tests.proof.ground import Ground
from tests.proof.killing import SERVING, STARTING
from tests.proof.orders import Order
from tests.proof.points import Fuel, reached

SAMPLE = Plan(40, 2, ("after a draft is written, before its reply", "before a draft is written"), 2)


class Trap:
    """One into which the bot has gone, or never goes."""

    def __init__(self, *, sprung: bool) -> None:
        self.sprung = asyncio.Event()
        if sprung:
            self.sprung.set()

    async def struck(self) -> None:
        await self.sprung.wait()

    async def over(self) -> None: ...


def test_a_plan_has_every_point_as_often() -> None:
    kills = Counter(Plan().drawn(random.Random(1)))
    assert kills.total() == Plan().kills
    assert {kills[point] for point in POINTS} == {2}
    assert kills[SERVING] + kills[STARTING] == Plan().kills - Plan().named


@pytest.mark.parametrize("plan", [SAMPLE, QUICK, Plan(), control_plan(1)], ids=lambda plan: plan.name)
def test_up_to_every_kill_there_are_orders_that_lead_there(plan: Plan) -> None:
    for seed in range(20):
        dice = random.Random(seed)
        kills = plan.drawn(dice)
        *before, afterwards = plan.asked(kills, dice)
        for kill, orders in zip(kills, before, strict=True):
            files = kill in POINTS and POINTS[kill].fuel is Fuel.FILE
            assert any((order.with_file or not files) and not order.once for order in orders)
        every = [order.number for orders in (*before, afterwards) for order in orders]
        assert every == list(range(plan.orders))


@pytest.mark.asyncio
async def test_a_point_that_nothing_leads_to_any_more_is_given_up() -> None:
    asked: asyncio.Queue[Order] = asyncio.Queue()
    async with asyncio.timeout(30):
        assert not await reached(Fed(Trap(sprung=False), asked, under_way=0.01), 60)
        assert await reached(Fed(Trap(sprung=True), asked, under_way=0.01), 60)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_what_was_answered_for_is_there_once_and_what_is_answered_too_early_is_not(place: Ground) -> None:
    finding = await prove(place, 1, SAMPLE)
    assert finding.holds, finding.told()
    control = await prove(place, 1, control_plan(1))
    assert control.missing, control.told()
