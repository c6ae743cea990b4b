"""A bot taken over from another one: its people are known, and its links go on working."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from base64 import urlsafe_b64encode
from contextlib import closing
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pyrogram.types import Message

from database.cause import Cause
from database.connection import Database
from database.sequences import Condition, Plan, Step
from database.task import Status
from tests.database.mongo import bot_of
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import ROOT, Stage
from tests.e2e.words import answer, make_file, said, shown


def payload_of(stage: Stage, *posts: Message) -> str:
    """What a link of the former bot carries."""
    numbers = (str(post.id * abs(stage.scene.channel_id)) for post in posts)
    return urlsafe_b64encode("-".join(["get", *numbers]).encode()).decode().rstrip("=")


async def bring(stage: Stage, *arguments: str, program: str = "import_links.py") -> str:
    """Run a command that imports, beside the running bot; returns what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / program), *arguments, cwd=stage.folder, env=stage.bots[0].environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, told.decode()
    return told.decode()


async def test_links_and_people_of_the_former_bot_go_on(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    channel, former = stage.scene.channel_id, f"old{stage.bot_id}"
    film = await stage.owner.send_file(make_file(tmp_path, "film", name="film.txt"), "document", "Caption", to=channel)
    await stage.owner.post(channel, "a text")
    album = await stage.owner.send_album([make_file(tmp_path, f"part {n}") for n in range(2)], to=channel)
    reader, citizen = await stage.reader("Rita"), await stage.reader("Rustam", "ru")
    await stage.bot(OLD_DATABASE_URL=stage.database_url, OLD_DATABASE_NAME=former).start()
    await stage.owner.send("/start")
    await answer(stage)
    last = f"https://t.me/c/{str(channel).removeprefix('-100')}/{album[1].id}"
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        await client[former].users.insert_many([{"_id": reader.id}, {"_id": 4_000_000_001}])
        await reader.start_bot(stage.scene.username, payload_of(stage, film))
        assert said(await stage.answer(reader)) == shown("en", "link-unknown")
        report = await bring(stage, "--last", last)
        await client.drop_database(former)
    assert "People: done, 1 were new." in report, "Rita has written meanwhile"
    assert "4 files and texts, 1 without one for readers" in report, "the channel's first message says that it was made"
    assert said(await answer(stage)) == shown("en", "import-done", files=4, others=1)

    await reader.start_bot(stage.scene.username, payload_of(stage, film))
    got = await stage.answer(reader)
    assert (said(got), (await reader.download(got)).read_bytes()) == ("Caption", (tmp_path / "film.txt").read_bytes())
    await citizen.start_bot(stage.scene.username, payload_of(stage, album[1], film))  # made from last to first
    arrived = [await stage.answer(citizen) for _ in range(4)]
    names = [each.document and each.document.file_name for each in arrived]
    assert names == ["film.txt", None, "part 0.bin", "part 1.bin"]
    assert said(arrived[1]) == "a text"
    for person, language in ((reader, "en"), (citizen, "ru")):
        await person.send(f"/start {urlsafe_b64encode(b'get-1001').decode()}==")  # padding that no link has
        assert said(await stage.answer(person)) == shown(language, "link-unknown")
    await stage.owner.send(f"/revoke https://t.me/{stage.scene.username}?start={payload_of(stage, film)}")
    assert said(await answer(stage)).startswith("🚫 Closed: the link to film.txt")
    await citizen.start_bot(stage.scene.username, payload_of(stage, film))
    assert said(await stage.answer(citizen)) == shown("ru", "link-revoked")


PLAN = Plan(
    "welcome",
    (Step("how", 180, html="How"), Step("reminder", 7200, html="Reminder", condition=Condition(not_clicked="joined"))),
)
TABLES = """
CREATE TABLE users (chat_id, user_id, username, first_name, last_name, start_payload, timestamp_utc);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, chat_id, task_type, send_at, status, retries, payload);
CREATE TABLE button_clicks (id INTEGER PRIMARY KEY, chat_id, button_type, timestamp);
"""


async def test_what_a_funnel_bot_had_begun_goes_on_for_each_as_they_pressed(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    readers = [await stage.reader("Rita"), await stage.reader("Rustam", "ru")]
    await stage.bot().start()
    for reader in readers:
        await reader.send("/start")
        await stage.answer(reader)
    now, file = int(time.time()), tmp_path / "bot.db"
    with closing(sqlite3.connect(file)) as old, old:
        old.executescript(TABLES)
        for number, reader in enumerate(readers):
            old.execute("INSERT INTO users VALUES (?, ?, NULL, 'x', NULL, NULL, ?)", (reader.id, reader.id, now - 7200))
            for place, (kind, at) in enumerate((("msg_3min", now - 10), ("msg_2h", now - 5))):
                row = (number * 2 + place, reader.id, kind, at)
                old.execute("INSERT INTO tasks VALUES (?, ?, ?, ?, 'pending', 0, '{}')", row)
        old.execute("INSERT INTO button_clicks VALUES (1, ?, 'joined_btn', ?)", (readers[0].id, now - 60))
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        room = bot_of(database, stage.bot_id)
        await room.sequences.put(PLAN, 1, Cause("plan"), database.clock.now())
        order = (str(file), "--button", "joined_btn=joined")
        report = await bring(stage, *order, program="import_funnel.py")
        assert "Tasks: 4 (4 pending), of which 4 are new here." in report
        assert [said(await stage.answer(reader)) for reader in readers] == ["How", "How"]
        assert said(await stage.answer(readers[1])) == "Reminder"

        async def are_done() -> bool:
            return Status.PENDING not in await room.tasks.by_status()

        await until(are_done, 60)
        again = await bring(stage, *order, program="import_funnel.py")
        assert "Tasks: 4 (4 pending), of which 0 are new here." in again
        assert await room.tasks.by_status() == {Status.SENT: 3, Status.SKIPPED: 1}
    assert [len(await reader.quiet(0.5)) for reader in readers] == [0, 0]
