"""The proof of the outages, once and short; and that it would see a bot that does not tell the truth of itself."""

from __future__ import annotations

import pytest

from tests.proof.outages import Health, Plan, prove


def test_only_answers_that_must_know_of_the_outage_are_judged() -> None:
    health = Health(
        ready=[(9, 9.1, 200), (11, 11.1, 200), (11.6, 13.6, 503), (16, 18, 200), (19, 21, 503), (22, 22, 200)]
    )
    assert health.during([(10, 20)]) == [503, 200]


@pytest.mark.slow
async def test_while_the_database_is_dead_nothing_is_lost_doubled_or_miscounted() -> None:
    finding = await prove(3, Plan(1, away=7, lease=2, up=(1, 2), readers=4, links=3, use_limit=4, back_within=40))
    assert finding.holds, finding.told()
