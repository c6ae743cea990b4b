"""The proof of drafts in small, with its control; and what its plan is worth."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from tests.proof.draft_plans import FULL, Plan, control
from tests.proof.drafts import prove
from tests.proof.killing import SERVING, STARTING
from tests.proof.publishing import NAMED
from tests.proof.sessions import FAILURES, Failure, away

SAMPLE = ("a draft arrives late",)

AWAY = Failure("Telegram is away for a moment", 60, "connection", away(3))
"""The other failures have a test of their own, from end to end."""


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_drafts_arrive_once_through_kills_and_failures_and_not_without_protection() -> None:
    plan = Plan(10, len(SAMPLE), len(SAMPLE), 1, (AWAY,), 0.4, stormy=False, points=SAMPLE)
    finding, broken = await asyncio.gather(prove(1, plan), prove(1, control(1)))
    assert finding.holds, finding.told()
    assert not broken.holds, broken.told()


def test_a_plan_has_every_failure_as_often() -> None:
    plan = FULL
    drawn = plan.drawn(random.Random(1))
    assert drawn == plan.drawn(random.Random(1)) != plan.drawn(random.Random(2))
    assert [share for share, _ in drawn] == sorted(share for share, _ in drawn)
    assert all(0 <= share <= plan.until for share, _ in drawn)
    failures = Counter(what.name for _, what in drawn if isinstance(what, Failure))
    assert failures == {each.name: plan.each for each in FAILURES}
    kills = Counter(what for _, what in drawn if isinstance(what, str))
    assert kills[SERVING] + kills[STARTING] == plan.kills - plan.named
    often = {kills[point] for point in NAMED}
    assert max(often) - min(often) <= 1
