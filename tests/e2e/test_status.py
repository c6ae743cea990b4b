"""The status page of the running bot: today's numbers are there after a kill, and what is inside asks for the token."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

from database.connection import Database
from tests.database.mongo import bot_of
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess
from tests.e2e.words import make_file, store

TOKEN = "a token of this test"


def noon() -> str:
    """A time zone in which it is about noon: today must not end while this runs."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


async def today(bot: BotProcess, name: str) -> int:
    """What the page's JSON has of today, all hours together."""
    _, text = await bot.get("/")
    seen = json.loads(text)["bots"][0]["overview"]
    return sum(hour[name] for hour in seen["hours"]) if seen else 0


async def test_what_today_had_is_there_after_a_kill(make: MakeStage, tmp_path: Path) -> None:
    stage, zone = await make("en"), noon()
    bot = await stage.bot(ADMIN_TOKEN=TOKEN, TIMEZONE=zone).start()
    code = await store(stage, make_file(tmp_path, "x", name="x.txt"))
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    await stage.answer(reader)

    async def counted() -> bool:
        return await today(bot, "deliveries") == 1 and await today(bot, "sent") > 0

    assert await until(counted, 60)
    page = {"Accept": "text/html"}
    status, text = await bot.get("/", **page)
    assert status == 200
    assert f"@{stage.scene.username}" in text
    assert (await bot.get("/admin", **page))[0] == 401
    shows = "Basic " + b64encode(f"me:{TOKEN}".encode()).decode()
    assert (await bot.get("/admin", Authorization=shows, **page))[0] == 200

    async def written() -> bool:
        async with await Database.connect(stage.database_url, stage.database_name) as database:
            return bool(await bot_of(database, stage.bot_id).traffic.since(datetime.now(UTC) - timedelta(hours=1)))

    assert await until(written, 60)
    await bot.kill()
    bot = await stage.bot(ADMIN_TOKEN=TOKEN, TIMEZONE=zone).start()
    assert await until(counted, 60)
