"""Telegram ends the bot's session: it is tried three times more, then one login; nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from sandbox.stage import control
from tests.e2e.conftest import MakeStage
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import entries, errors, logins, sha256, until
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import make_file, store

LOSSES: dict[str, tuple[str, dict[str, Any]]] = {
    "forgotten": ("/sessions/forget", {}),
    "signed out": ("/sessions/revoke", {"every_call": False}),
    "revoked": ("/sessions/revoke", {"name": "SESSION_REVOKED"}),
}


async def lose(stage: Stage, how: str) -> None:
    path, more = LOSSES[how]
    await control(stage.sandbox.info, "POST", path, account=stage.bot_id, **more)


async def age_logins(stage: Stage) -> None:
    """Let the last login be an hour ago, for the limit of one in twenty minutes."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        past = {"$set": {"logins": [datetime.now(UTC) - timedelta(hours=1)]}}
        await client[stage.database_name]["sessions"].update_one({}, past)


async def recoveries(bot: BotProcess, kind: str) -> float:
    """How often the metrics say that something of this kind healed."""
    _, text = await bot.get("/metrics")
    found = re.search(rf'^draftkeep_recoveries_total{{kind="{kind}"}} (\S+)', text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.slow
async def test_what_becomes_of_a_session_that_telegram_ended(make: MakeStage, tmp_path: Path) -> None:
    """Each on a stage of its own, side by side: most of it is waiting."""
    stages = [await make() for _ in range(4)]
    async with asyncio.TaskGroup() as trials:
        trials.create_task(is_tried_three_times_and_then_made_anew_once(stages[0], tmp_path, "forgotten"))
        trials.create_task(is_tried_three_times_and_then_made_anew_once(stages[1], tmp_path, "signed out"))
        trials.create_task(costs_no_login_where_the_refusal_passes(stages[2], tmp_path))
        trials.create_task(is_not_made_anew_twice_in_twenty_minutes_and_it_is_said_why(stages[3]))


async def is_tried_three_times_and_then_made_anew_once(stage: Stage, folder: Path, how: str) -> None:
    bot = await stage.bot().start()
    path = make_file(folder, how)
    code = await store(stage, path)
    crowd = await Crowd.of(stage, 3)
    await asyncio.gather(*(crowd.ask(who, [code]) for who in crowd.people))
    await until(lambda: crowd.got(3), 120)
    await age_logins(stage)
    await lose(stage, how)
    await asyncio.gather(*(crowd.ask(who, [code]) for who in crowd.people))

    async def healed() -> bool:
        return await recoveries(bot, "session") == 1

    await until(healed, 120)
    await bot.ready()
    await until(lambda: crowd.got(6), 120)
    await asyncio.sleep(1)
    assert await crowd.files() == {who: [sha256(path)] * 2 for who in crowd.people}
    assert await crowd.texts() == {who: [] for who in crowd.people}
    assert await logins(stage) == 2, "one at the start, one after the loss"
    said = [entry["message"] for entry in entries(bot.text())]
    tried = [line for line in said if line.startswith("The session is tried again")]
    assert [line[-6:] for line in tried] == ["1 of 3", "2 of 3", "3 of 3"]
    status = json.loads((await bot.get("/"))[1])["bots"][0]
    assert status["recovered"]["session"]["count"] == 1
    assert 7 * 0.75 <= status["recovered"]["session"]["last_seconds"] < 120
    assert errors(bot.text()) == []


async def costs_no_login_where_the_refusal_passes(stage: Stage, folder: Path) -> None:
    bot = await stage.bot().start()
    path = make_file(folder, "kept")
    code = await store(stage, path)
    crowd = await Crowd.of(stage, 3)
    refusal = {"kind": "error", "code": 401, "name": "AUTH_KEY_UNREGISTERED", "account": stage.bot_id, "count": 2}
    await control(stage.sandbox.info, "POST", "/faults", **refusal)
    await asyncio.gather(*(crowd.ask(who, [code]) for who in crowd.people))
    await until(lambda: crowd.got(3), 120)
    await asyncio.sleep(1)
    assert await crowd.files() == {who: [sha256(path)] for who in crowd.people}
    assert await recoveries(bot, "session") == 1
    assert await logins(stage) == 1
    assert errors(bot.text()) == []


async def is_not_made_anew_twice_in_twenty_minutes_and_it_is_said_why(stage: Stage) -> None:
    bot = await stage.bot().start()
    await lose(stage, "revoked")
    await stage.owner.send("/help")

    async def told() -> str:
        status, text = await bot.get("/readyz")
        reason = str(json.loads(text)["checks"]["telegram"]) if text else ""
        return reason if status == 503 and "login" in reason else ""

    assert re.fullmatch(r"a new login has to wait for (1[5-9]|20) minutes; for \d+ s now", await until(told, 120))
    assert (await bot.get("/healthz"))[0] == 200
    assert "the bot logs in by itself in" in bot.text(), "what to do"
    _, metrics = await bot.get("/metrics")
    assert re.search(r"^draftkeep_trouble_seconds [1-9]", metrics, re.MULTILINE)
    assert await logins(stage) == 1
    await bot.terminate()
    await bot.start(ready=False)
    await until(told, 120)
    assert await logins(stage) == 1, "not after a restart either"
