"""The proof of orders over HTTP, once and short, with its control; and that its plan is what it says."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.proof.drafts_http import POINTS, Plan, control_plan, prove
from tests.proof.ground import Ground
from tests.proof.killing import SERVING, STARTING

SAMPLE = Plan(40, 2, ("after a draft is written, before its reply", "before a draft is written"), 2)


def test_a_plan_has_every_point_as_often() -> None:
    kills = Counter(Plan().drawn(random.Random(1)))
    assert kills.total() == Plan().kills
    assert {kills[point] for point in POINTS} == {2}
    assert kills[SERVING] + kills[STARTING] == Plan().kills - Plan().named


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_what_was_answered_for_is_there_once_and_what_is_answered_too_early_is_not(place: Ground) -> None:
    finding = await prove(place, 1, SAMPLE)
    assert finding.holds, finding.told()
    control = await prove(place, 1, control_plan(1))
    assert control.missing, control.told()
