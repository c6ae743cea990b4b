"""How long it takes to be well again: after each fault, and after a `kill -9` with and without a standby."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial

from tests.bench.extent import Extent
from tests.bench.figures import Figure
from tests.bench.rig import Rig
from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess, Stage
from tests.proof.arena import arena
from tests.proof.faults import PACE, READERS, trials
from tests.proof.kills import links_of
from tests.proof.lease import stands_by
from tests.proof.readers import Readers
from tests.proof.trouble import FAULTS

LEASE = 10
"""Seconds: the setting's first value."""

PATIENCE = 60.0
"""Seconds for which the next delivery is waited for."""


async def faults(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds until every reader is served again, for each fault of the proof alone."""
    made = await trials([(fault,) for fault in FAULTS] * extent.faults, seed=1)
    rig.lost += [str(trial) for trial in made if trial.seconds is None or not trial.verdict.holds]
    return [
        Figure(
            f"healed: {fault.name}",
            "s",
            [trial.seconds for trial in made if trial.faults == (fault,) and trial.seconds is not None],
            target=f"{fault.within:g}",
        )
        for fault in FAULTS
    ]


async def kills(rig: Rig, extent: Extent) -> list[Figure]:
    """From a `kill -9` to the delivery of what every reader asked for first after it, in leases."""
    cases = {"a standby waiting": True, "the same process started again": False}
    times = await asyncio.gather(*(_kill(rig, extent.runs, standby=standby) for standby in cases.values()))
    return [
        Figure(f"kill -9 to the next delivery, {case}", f"leases of {LEASE} s", took, target="1.2", digits=2)
        for case, took in zip(cases, times, strict=True)
    ]


async def _kill(rig: Rig, rounds: int, *, standby: bool) -> list[float]:
    """Kill whoever has the lease, again and again. Returns the leases that passed each time."""
    dice = random.Random(f"kills {standby}")
    took: list[float] = []
    async with arena() as place:
        stage = await place.stage()
        try:
            owner = await _process(stage).start()
            links = dict(await links_of(stage, 4, seed=1))
            for number in range(rounds):
                other = await _process(stage).start(ready=False) if standby else None
                if other:
                    await until(partial(stands_by, other), 60)
                readers = await Readers.of(stage, READERS, links, seed=f"{standby} {number}", pace=PACE)
                seconds = await _until_served(readers, owner, other, dice)
                if seconds is None or not readers.verdict().holds:
                    rig.lost.append(f"after a kill -9: {readers.verdict()}")
                else:
                    took.append(seconds / LEASE)
                owner = other or owner
                await owner.ready()
        finally:
            await stage.close()
    return took


async def _until_served(
    readers: Readers, owner: BotProcess, other: BotProcess | None, dice: random.Random
) -> float | None:
    """Kill the owner at any moment of its lease. Returns the seconds until each reader had what they asked for next."""
    async with readers:
        await asyncio.sleep(dice.uniform(1, 1 + LEASE / 3))  # it is renewed three times per period
        killed = time.time()
        await owner.kill()
        if not other:
            await owner.start(ready=False)
        while not readers.served_since(killed) and time.time() < killed + PATIENCE:
            await asyncio.sleep(0.1)
            await readers.look()
    await readers.settle(10)
    served = readers.served_since(killed)
    return None if served is None else served - killed


def _process(stage: Stage) -> BotProcess:
    return stage.bot(LEASE_SECONDS=str(LEASE))
