"""The proof of broadcasts in small, with its controls; and what its plan is worth."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from tests.proof.broadcasts import CONTROLS, SENT_BY, Plan, control, prove
from tests.proof.ground import Ground
from tests.proof.killing import SERVING, STARTING
from tests.proof.sends import FIRST, LAST, SENDING

SAMPLE = (
    "before a chunk is written",
    "a send arrives late",
    "after a send, before its reply",
    "before outcomes are written",
    "before the end is written",
)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_a_broadcast_reaches_everybody_once_through_five_kills_and_not_without_its_protections(
    place: Ground,
) -> None:
    plan = Plan(150, len(SAMPLE), len(SAMPLE), SAMPLE, spread=False, stormy=False)
    finding, *controls = await asyncio.gather(
        prove(place, 1, plan), *(prove(place, 1, control(weaken, 1)) for weaken in CONTROLS)
    )
    struck = {name.removeprefix("killed ") for name in finding.outcomes if name.startswith("killed ")}
    assert struck == set(SAMPLE), finding.told()
    assert finding.holds, finding.told()
    for broken in controls:
        assert not broken.holds, broken.told()


def test_a_plan_has_every_point_as_often_and_the_end_at_the_end() -> None:
    plan = Plan()
    kills = plan.drawn(random.Random(1))
    assert kills == plan.drawn(random.Random(1)) != plan.drawn(random.Random(2))
    counts = Counter(kill for _, kill in kills)
    assert counts.total() == plan.kills
    assert counts[SERVING] + counts[STARTING] == plan.kills - plan.named
    often = {counts[point] for point in SENDING}
    assert max(often) - min(often) <= 1
    assert [kill for _, kill in kills][: len(FIRST)] == list(FIRST)
    assert [kill for _, kill in kills][-len(LAST) :] == list(LAST)
    assert [share for share, _ in kills] == sorted(share for share, _ in kills)
    assert all(0 <= share <= SENT_BY for share, _ in kills)
