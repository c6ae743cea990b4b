"""The command that brings a former bot: what it says, what it refuses, and that the former database stays as it is."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from config import Settings
from database.bots import BotDatabase
from database.connection import Database
from database.users import Profile
from import_links import main, read_arguments, run
from tests.database.mongo import BOT_ID, NOW, bot_of

ROOT = Path(__file__).parents[1]
TOKEN = f"{BOT_ID}:{'a' * 35}"
FORMER = -1001234567890
FOREIGN = [{"_id": 101}, {"_id": 102.0, "verify_status": {"is_verified": False}}, {"_id": "x", "user_id": 103}]
NOBODY = [{"_id": "a name"}, {"_id": -5}, {"_id": 0}, {"_id": 2**60}, {"_id": True}, {"_id": 1.5}]


@dataclass
class Town:
    """A former bot's database and this bot's, on one server."""

    url: str
    old: Any
    database: Database
    room: BotDatabase
    capture: pytest.CaptureFixture[str]

    def environment(self, **settings: str) -> dict[str, str]:
        """What an operator sets."""
        environment = {
            "BOT_TOKEN": TOKEN, "API_ID": "1", "API_HASH": "a" * 32, "OWNER_ID": "1", "DATABASE_URL": self.url,
            "DATABASE_NAME": self.database._database.name, "OLD_DATABASE_URL": self.url,
            "OLD_DATABASE_NAME": self.old.name, **settings,
        }  # fmt: skip
        return {name: value for name, value in environment.items() if value}

    async def run(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run the command. Returns its exit code and what it said."""
        loaded = Settings.load(self.environment(**settings), None)
        self.capture.readouterr()
        code = await run(loaded, read_arguments(list(arguments)))
        return code, self.capture.readouterr().out

    async def run_program(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run the command in a process of its own."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "import_links.py"), *arguments, cwd="/", env=self.environment(**settings),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return process.returncode, said.decode()

    async def old_documents(self) -> list[dict[str, Any]]:
        return [document async for document in self.old.users.find(sort=[("_id", 1)])]


@pytest.fixture
async def town(
    mongo_url: str, database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    monkeypatch.setattr("import_links.LOOK_EVERY", 0.02)
    async with AsyncMongoClient[dict[str, Any]](mongo_url) as client:
        old = client[f"old_{uuid4().hex}"]
        yield Town(mongo_url, old, database, bot_of(database), capsys)
        await client.drop_database(old.name)


async def test_people_are_brought_once_and_those_known_stay_as_they_are(town: Town) -> None:
    await town.old.users.insert_many([*FOREIGN, *NOBODY])
    known = await town.room.users.seen(Profile(101, "rita", "Rita", None, "ru"), NOW)
    before = await town.old_documents()
    code, said = await town.run_program("--dry-run")
    assert code == 0, said
    assert "People: 3, of whom 2 are new here; 6 entries are nobody's id and are left out." in said
    assert "Nothing was changed" in said
    assert await town.room.users.count() == 1
    code, said = await town.run()
    assert (code, "People: done, 2 were new." in said) == (0, True), said
    assert await town.room.users.count() == 3
    assert await town.room.users.get(101) == known
    code, said = await town.run()
    assert (code, "done, 0 were new" in said) == (0, True), said
    assert await town.old_documents() == before
    assert await town.old.list_collection_names() == ["users"]


async def test_people_who_were_brought_are_not_taken_for_active_ones(town: Town) -> None:
    await town.old.users.insert_one({"_id": 101})
    await town.run()
    brought = await town.room.users.get(101)
    assert brought
    assert brought.last_seen.year == 1970
    seen = await town.room.users.seen(Profile(101, None, "Rita", None, "ru"), NOW)
    assert (seen.last_seen, seen.first_name) == (NOW, "Rita")


async def test_both_bots_may_share_a_database(town: Town) -> None:
    """Their settings have the same names: who keeps them has one database for both."""
    await town.room.users.seen(Profile(7, None, "Rita", None, "ru"), NOW)
    ours = town.database._database
    await ours.users.insert_many([{"_id": 101}, {"_id": 102}])
    code, said = await town.run(OLD_DATABASE_NAME=ours.name)
    assert (code, "People: 2, of whom 2 are new here." in said) == (0, True), said
    assert await town.room.users.count() == 3
    assert await ours.users.count_documents({"_id": {"$in": [101, 102]}}) == 2


async def test_what_is_not_there_is_named(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = await town.run()
    assert (code, f"there is no database '{town.old.name}'" in said) == (1, True), said
    await town.old.members.insert_one({"_id": 1})
    code, said = await town.run()
    assert (code, "no collection 'users'; it has: members" in said) == (1, True), said
    code, said = await town.run("--collection", "members")
    assert (code, "People: done, 1 were new." in said) == (0, True), said
    monkeypatch.setattr("database.oldbot._SECONDS", 0.1)
    code, said = await town.run(OLD_DATABASE_URL="mongodb://user:canary@127.0.0.1:1/")
    assert code == 1
    assert "127.0.0.1:1" in said
    assert "canary" not in said


async def test_nothing_named_is_nothing_to_do(town: Town) -> None:
    code, said = await town.run(OLD_DATABASE_URL="")
    assert (code, "Nothing to import" in said) == (2, True), said


def test_wrong_settings_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OLD_DATABASE_URL", "canary")
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "BOT_TOKEN: missing" in said
    assert "OLD_DATABASE_URL: not such an address" in said
    assert "canary" not in said


async def test_without_a_running_bot_the_order_waits_and_is_gone_on_with(town: Town) -> None:
    order = asyncio.create_task(town.run("--last", "https://t.me/c/1234567890/450", OLD_DATABASE_URL=""))
    async with asyncio.timeout(60):
        while await town.room.imports.get(FORMER) is None:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.02)
    while claimed := await town.room.imports.claim(1):
        await town.room.imports.advance(claimed, 1, min(claimed.next + 199, 450), claimed.found)
    code, said = await order
    assert code == 0, said
    assert "Messages: 1 to 450 of the channel -1001234567890, 450 numbers in 3 calls" in said
    assert "The bot does not run at this moment" in said
    assert "450 of 450 read: 0 files" in said


async def test_a_reading_that_is_refused_ends_the_command_with_the_reason(town: Town) -> None:
    order = asyncio.create_task(town.run("--channel", str(FORMER), "--last", "9", OLD_DATABASE_URL=""))
    async with asyncio.timeout(60):
        while (claimed := await town.room.imports.claim(1)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await town.room.imports.refuse(claimed, 1, "storage-not-admin", {"title": "Films & more"})
    code, said = await order
    assert code == 1, said
    assert "I am not an administrator of Films & more, so I cannot keep files there." in said


async def test_other_messages_of_a_channel_that_is_being_read_have_to_wait(town: Town) -> None:
    await town.room.imports.ask(FORMER, 1, 500, NOW)
    code, said = await town.run("--channel", str(FORMER), "--last", "9", OLD_DATABASE_URL="")
    assert (code, "messages 1 to 500 are being read" in said) == (1, True), said


async def test_the_database_of_its_own_is_reached_too(tmp_path: Path, town: Town) -> None:
    await town.old.users.insert_one({"_id": 101})
    code, said = await town.run("--dry-run", DATABASE_URL="", DATA_DIR=str(tmp_path))
    assert (code, "People: 1, of whom 1 are new here." in said) == (0, True), said


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("--channel -1001234567890", "--last"),
        ("--last 5", "--channel"),
        ("--last 5 --channel 1234567890", "--channel"),
        ("--last 5 --channel films", "--channel"),
        ("--last 0 --channel -1001234567890", "--last"),
        ("--last five --channel -1001234567890", "--last"),
        ("--last 2147483648 --channel -1001234567890", "--last"),
        ("--last 5 --first 6 --channel -1001234567890", "--first"),
        ("--last 5 --first x --channel -1001234567890", "--first"),
        ("--last https://t.me/films/5", "--channel"),
        ("--last https://t.me/c/1234567890/5 --channel -1009999999999", "--last"),
    ],
)
def test_wrong_arguments_are_named(given: str, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given.split())
    assert ended.value.code == 2
    assert f"error: {named}:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "link", ["https://t.me/c/1234567890/5", "t.me/c/1234567890/5/", "https://telegram.me/c/1234567890/5"]
)
def test_the_link_of_the_last_post_is_enough(link: str) -> None:
    wanted = read_arguments(["--last", link])
    assert (wanted.channel, wanted.first, wanted.last) == (FORMER, 1, 5)
