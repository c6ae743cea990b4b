"""The proof of the lease, once and short; without the epoch it has to break."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.e2e.evidence import until
from tests.proof.frozen import frozen, state_of
from tests.proof.ground import ground
from tests.proof.lease import Plan, prove

SHORT = partial(Plan, leases=(1.3, 1.3), readers=8, links=3, takeover=30.0)
"""How soon the other one takes over is for the proof itself to judge: this machine may be busy."""


@pytest.mark.slow
async def test_an_owner_that_was_stopped_harms_nothing_when_it_goes_on() -> None:
    async with ground() as place:
        finding = await prove(place, 5, SHORT(1))
        assert finding.holds, finding.told()
        assert finding.outcomes["takeovers"], finding.told()
        control = await prove(place, 5, SHORT(8, weaken="epoch"))
        assert not control.holds, control.told()
        assert control.outcomes["stale writes"], control.told()


async def test_a_process_stands_still_as_long_as_it_is_frozen() -> None:
    process = await asyncio.create_subprocess_exec("sleep", "60")

    async def goes_on() -> bool:
        return state_of(process.pid) == "S"

    await until(goes_on, 60)
    async with frozen(process.pid):
        assert state_of(process.pid) == "T"
    await until(goes_on, 60)
    process.kill()
    await process.wait()
    assert state_of(process.pid) == ""
