"""The proof of a server that fails, once and short; and its own judgement of how evenly all goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from client.breaker import PROBE_EVERY
from tests.proof import breaker
from tests.proof.breaker import Failing, unevenness
from tests.proof.ground import Ground


def test_calls_before_it_was_found_out_are_no_probes() -> None:
    failing = Failing(0, 60, [1, 2, 3, 3.1, 8.2, 13.3, 18], opened=3.05)
    assert failing.probes == [3.1, 8.2, 13.3, 18]
    assert failing.closest == pytest.approx(4.7)
    assert failing.closest < PROBE_EVERY, "which is one too many"
    assert Failing(0, 60, [1, 2], opened=None).probes == []


def test_a_second_that_is_fuller_than_the_others_is_seen() -> None:
    assert unevenness([]) == 0
    assert unevenness([0.5, 1.5, 2.5, 3.5]) == 1
    assert unevenness([0.1] * 9 + [9.2]) == 9


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_nothing_is_lost_while_everything_fails_and_the_owner_is_told_once(place: Ground) -> None:
    # How often it was asked is judged by clocks, which a busy machine bends: that is left to the whole proof.
    finding = await breaker.prove(place, 3, replace(breaker.SAMPLE, fails=6.0, calm=1.0, audience=60))
    assert finding.expected > 0
    assert (finding.missing, finding.doubled) == (0, 0), finding.told()
    assert finding.outcomes["owner told"] == 1, finding.told()
