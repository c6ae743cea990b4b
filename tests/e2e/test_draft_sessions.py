"""The session fails while a draft is published: it arrives once, and that it healed is in the log, `/`, the metrics."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter

import pytest

from services.drafts import DraftState
from tests.e2e import drafting
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import entries, errors, logins, until
from tests.e2e.harness import BotProcess, Stage
from tests.proof.faults import age_logins
from tests.proof.sessions import FAILURES, Failure, strike

TEXT = "It goes out once"

TARGETS = 2

ALONE = [failure for failure in FAILURES if not failure.name.startswith("Telegram is away")]
"""Those that befall one bot; where Telegram is away it is so for everybody: the proof of drafts has that in small."""


@pytest.mark.slow
async def test_a_draft_arrives_once_whatever_becomes_of_the_session(make: MakeStage) -> None:
    """Each failure on a stage of its own, side by side: most of it is waiting."""
    stages = [await make() for _ in ALONE]
    async with asyncio.TaskGroup() as trials:
        for stage, failure in zip(stages, ALONE, strict=True):
            trials.create_task(arrives_once_through(stage, failure))


async def arrives_once_through(stage: Stage, failure: Failure) -> None:
    bot = await stage.bot(LEASE_SECONDS="10").start()
    targets = await drafting.channels(stage, TARGETS)

    async def publish() -> None:
        (code,) = await drafting.add(stage, [TEXT], targets, approved=True)
        codes.append(code)

    codes: list[str] = []
    if failure.ends_session:
        await age_logins(stage)  # soon after a login another one has to wait, as test_lost_sessions.py has it
        assert failure.strike
        await failure.strike(stage)  # the first call that meets it is the one that sends the draft
        await publish()
    else:
        await strike(stage, failure, targets, publish)

    async def published() -> bool:
        return (await drafting.look_up(stage, codes[0])).state is DraftState.PUBLISHED

    await until(published, 120)
    await bot.ready()
    await asyncio.sleep(1)  # for what comes too much
    got = drafting.sends(await stage.sandbox.ledger(), stage.bot_id, targets)
    assert got == Counter((TEXT, target.chat) for target in targets), failure.name
    assert await logins(stage) == 1 + failure.ends_session, failure.name
    assert errors(bot.text()) == [], failure.name
    if failure.recovery:
        await it_is_told(bot, failure.recovery)
    else:
        said = [str(entry["message"]) for entry in entries(bot.text())]
        assert any("failure 1" in line for line in said), "that the call was made again is in the log"


async def it_is_told(bot: BotProcess, kind: str) -> None:
    """What healed is told everywhere, with its time."""

    async def counted() -> bool:
        return kind in json.loads((await bot.get("/"))[1])["bots"][0]["recovered"]

    await until(counted, 60)
    recovered = json.loads((await bot.get("/"))[1])["bots"][0]["recovered"][kind]
    assert recovered["count"] >= 1
    assert 0 < recovered["last_seconds"] < 120
    _, metrics = await bot.get("/metrics")
    assert re.search(rf'^draftkeep_recoveries_total{{kind="{kind}"}} [1-9]', metrics, re.MULTILINE)
    assert re.search(rf'^draftkeep_recovery_duration_seconds_sum{{kind="{kind}"}} [0-9.]+', metrics, re.MULTILINE)
    said = [str(entry["message"]) for entry in entries(bot.text())]
    assert any(re.fullmatch(rf"Recovered: {kind}, after [0-9.]+ s", line) for line in said)
