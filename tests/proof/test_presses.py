"""The proof of presses in small, with its controls; and what its plan is worth."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from tests.proof.ground import Ground
from tests.proof.killing import SERVING
from tests.proof.presses import Plan, control_plan, prove, prove_hasty
from tests.proof.publishing import NAMED

SAMPLE = ("an approval is written late", "after a draft is sent, before its reply")


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_what_many_press_at_once_is_published_once_through_kills_and_not_without_protections(
    place: Ground,
) -> None:
    finding, weak, hasty = await asyncio.gather(
        prove(place, 1, Plan(len(SAMPLE), 20, SAMPLE, len(SAMPLE))),
        prove(place, 1, control_plan(1)),
        prove_hasty(place, 1, 1, 20),
    )
    struck = {name.removeprefix("killed ") for name in finding.outcomes if name.startswith("killed ")}
    assert struck == set(SAMPLE), finding.told()
    assert finding.holds, finding.told()
    for broken in (weak, hasty):
        assert not broken.holds, broken.told()


def test_a_plan_has_every_point_as_often() -> None:
    plan = Plan()
    kills = plan.drawn(random.Random(1))
    assert kills == plan.drawn(random.Random(1)) != plan.drawn(random.Random(2))
    counts = Counter(kills)
    assert counts[SERVING] == plan.rounds - plan.named
    often = {counts[point] for point in NAMED}
    assert max(often) - min(often) <= 1
