"""A second process waits while the owner lives, and takes over at once when it ends or soon after it died."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import logins, sha256, until
from tests.e2e.harness import SLACK, BotProcess, Stage
from tests.e2e.words import answered, make_file, store


async def standby(stage: Stage, folder: Path, **settings: str) -> BotProcess:
    """A second process, which has found out that the bot is taken."""
    other = stage.bot(**settings)
    other.log = folder / "standby.log"
    await other.start(ready=False)

    async def stands_by() -> bool:
        return "standing by" in other.text()

    await until(stands_by, 60)
    return other


@pytest.mark.slow
async def test_a_standby_waits_while_the_owner_lives_and_takes_over_when_it_dies(
    make: MakeStage, tmp_path: Path
) -> None:
    lease = 4
    stage = await make()
    first = await stage.bot(LEASE_SECONDS=str(lease)).start()
    second = await standby(stage, tmp_path, LEASE_SECONDS=str(lease))
    for _ in range(4):  # longer than its lease lasts if it is not renewed
        await asyncio.sleep(lease / 2)
        assert (await second.get("/healthz"))[0] == 200
        status, text = await second.get("/readyz")
        assert status == 503
        assert "another process owns the bot" in json.loads(text)["checks"]["lease"]
    await first.ready()
    reader = await stage.reader("Rita")
    await first.kill()
    assert await answered(stage, reader) < 1.2 * lease + SLACK
    await second.ready()
    await standby(stage, tmp_path, LEASE_SECONDS=str(lease))  # the first one, started again, has to wait in its turn
    await second.ready()
    assert await logins(stage) == 1


async def test_a_standby_takes_over_at_once_from_an_owner_that_was_told_to_end(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    first = await stage.bot(LEASE_SECONDS="60").start()
    second = await standby(stage, tmp_path, LEASE_SECONDS="60")
    reader = await stage.reader("Rita")
    await first.terminate()
    assert await answered(stage, reader) < 60 / 20 + SLACK  # it looks twenty times per lease
    await second.ready()
    assert await logins(stage) == 1


@pytest.mark.slow
async def test_a_standby_takes_over_the_database_as_well_where_the_bot_runs_its_own(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    first = await stage.bot(DATABASE_URL="").start()
    code = await store(stage, make_file(tmp_path, "kept"))
    second = await standby(stage, tmp_path, DATABASE_URL="")
    await first.kill()
    await second.ready()
    reader = await stage.reader()
    await reader.send(f"/start {code}")
    got = await stage.answer(reader)
    assert sha256(await reader.download(got, tmp_path / "copy")) == sha256(tmp_path / "kept.bin")
    assert await logins(stage) == 1
