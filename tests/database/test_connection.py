"""The database away at the start and in mid-run, another's schema, and words that never name a password."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteError,
    WTimeoutError,
)

from database.cause import Cause
from database.connection import Database, DatabaseUnavailable, is_unavailable, without_credentials
from database.embedded import EmbeddedMongo
from database.schema import SCHEMA_VERSION, SchemaTooNew
from tests.database.mongo import NOW, bot_of, raw
from tests.ports import closed_port

T = TypeVar("T")

QUICK: dict[str, Any] = {"timeoutMS": 1000}


async def test_a_database_that_is_away_is_waited_for_visibly_and_not_forever(caplog: pytest.LogCaptureFixture) -> None:
    with closed_port() as port, pytest.raises(DatabaseUnavailable, match=f"127.0.0.1:{port}") as caught:
        await Database.connect(
            f"mongodb://root:p%40ssw0rd@127.0.0.1:{port}/",
            "x",
            attempts=3,
            pause=0.05,
        )
    lines = [record.message for record in caplog.records if record.name == "database.connection"]
    assert len(lines) == 3
    assert lines[0].startswith(f"waiting for MongoDB at 127.0.0.1:{port} (1 of 3)")
    for text in (*lines, str(caught.value), repr(caught.value.__cause__)):
        assert "p%40ssw0rd" not in text
        assert "p@ssw0rd" not in text


async def test_a_database_that_comes_late_is_found(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mongo = EmbeddedMongo()
    url = await mongo.start(tmp_path)
    await mongo.stop()
    later = EmbeddedMongo()

    async def start_late() -> None:
        await asyncio.sleep(0.4)
        await later.start(tmp_path)

    starting = asyncio.create_task(start_late())
    try:
        async with await Database.connect(url, "x", attempts=2000, pause=0.05) as database:
            await database.ping()
        waited = [record for record in caplog.records if record.message.startswith("waiting for MongoDB")]
        assert 0 < len(waited) < 2000
    finally:
        await starting
        await later.stop()


async def test_an_outage_in_mid_run_is_told_as_such_and_passes(tmp_path: Path) -> None:
    mongo = EmbeddedMongo()
    url = await mongo.start(tmp_path)
    async with await Database.connect(url, "x") as database:
        await database.prepare()
        await bot_of(database).settings.put("x", 1, 1, NOW, cause=Cause("query:1"))
    async with await Database.connect(url, "x", **QUICK) as database:
        bot = bot_of(database)
        await mongo.stop()
        began = time.monotonic()
        put = bot.settings.put("x", 2, 1, NOW, cause=Cause("query:2"))
        works = [bot.settings.all(), put, bot.lease.acquire("me", 1), database.ping()]
        for outcome in await asyncio.gather(*works, return_exceptions=True):
            assert isinstance(outcome, Exception)
            assert is_unavailable(outcome)
        assert 1 < time.monotonic() - began < 30
        mongo = EmbeddedMongo()
        try:
            await mongo.start(tmp_path)
            assert await when_it_answers(bot.settings.all) == {"x": 1}
            await when_it_answers(database.ping)
        finally:
            await mongo.stop()


async def when_it_answers(ask: Callable[[], Awaitable[T]]) -> T:
    """What a database says that has just come back: a busy machine may need several tries for a quick answer."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await ask()
            except PyMongoError as error:
                if not is_unavailable(error):
                    raise


async def test_a_server_that_is_silent_is_not_waited_for(mongo_url: str) -> None:
    """A peer that accepts and never answers, as a stopped or half-dead server."""

    async def never(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await Database.connect(f"mongodb://127.0.0.1:{port}/?directConnection=true", "x", attempts=2, pause=0.2)
    assert time.monotonic() - began < 25, "the peer alone would take 30 s"
    server.close()


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("gone"),
        NetworkTimeout("gone"),
        NotPrimaryError("gone"),
        ServerSelectionTimeoutError("gone"),
        WaitQueueTimeoutError("full"),
        ExecutionTimeout("slow", 50),
        WTimeoutError("slow", 64),
        OperationFailure("going down", 91),
        OperationFailure("interrupted", 11600),
        OperationFailure("no space", 14031),
        WriteError("WiredTigerIdIndex::_insert: 28: No space left on device", 8),
        BulkWriteError({"writeErrors": [{"code": 11000, "errmsg": "twice"}, {"code": 91, "errmsg": "going down"}]}),
    ],
)
def test_the_same_work_is_taken_again_after(error: Exception) -> None:
    assert is_unavailable(error)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("twice"),
        OperationFailure("bad query", 2),
        ValueError("ours"),
        asyncio.CancelledError(),
        BulkWriteError({"writeErrors": [{"code": 11000, "errmsg": "twice"}]}),
    ],
)
def test_the_same_work_would_fail_again_after(error: BaseException) -> None:
    assert not is_unavailable(error)


async def test_a_newer_schema_is_refused(database: Database) -> None:
    await raw(database)["meta"].update_one({"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION + 1}})
    with pytest.raises(SchemaTooNew, match="newer version"):
        await database.prepare()
    assert (await raw(database)["meta"].find_one())["version"] == SCHEMA_VERSION + 1


async def test_a_database_that_goes_away_while_it_is_prepared_is_told_in_one_line(tmp_path: Path) -> None:
    mongo = EmbeddedMongo()
    url = await mongo.start(tmp_path)
    async with await Database.connect(url, "x", **QUICK) as database:
        await mongo.stop()
        with pytest.raises(DatabaseUnavailable, match=r"went away") as caught:
            await database.prepare()
    assert database.where in str(caught.value)
    assert caught.value.__suppress_context__


async def test_preparing_again_changes_nothing(database: Database) -> None:
    before = {
        name: await raw(database)[name].index_information() for name in await raw(database).list_collection_names()
    }
    await asyncio.gather(database.prepare(), database.prepare())
    for name, indexes in before.items():
        assert await raw(database)[name].index_information() == indexes
    assert (await raw(database)["meta"].find_one())["version"] == SCHEMA_VERSION


async def test_an_unusable_url_is_told_without_its_password() -> None:
    for url in (
        "mongodb://root:secret@[bad",
        "mongodb://ro:ot:secret@host/",
        "postgres://root:secret@host/",
        "mongodb://root:secret/word@host/",
        "nothing",
    ):
        with pytest.raises(DatabaseUnavailable, match="DATABASE_URL") as caught:
            await Database.connect(url, "x", attempts=1, pause=0.1)
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mongodb://u:p@a.example:27017,b.example/x?replicaSet=r", "a.example:27017,b.example"),
        ("mongodb+srv://u:p%40@cluster.example/?appName=x", "cluster.example"),
        ("mongodb://%2Frun%2Fmongo.sock/?w=1", "/run/mongo.sock"),
        ("mongodb://u:p@", "an unnamed host"),
        ("mongodb://dbuser:Hunter2/xyzzy@db.example:27017/x?w=1", "db.example:27017"),
        ("mongodb://dbuser:2@3/4?5#6@db.example?w=1", "db.example"),
    ],
)
def test_a_place_is_named_without_credentials(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


async def test_times_come_back_as_utc(database: Database) -> None:
    bot = bot_of(database)
    await bot.settings.put("x", 1, 1, NOW, cause=Cause("query:1"))
    at = (await bot.settings.unlogged())[0].at
    assert at.utcoffset() == timedelta(0)


async def test_writes_are_acknowledged_by_the_journal(mongo_url: str) -> None:
    async with await Database.connect(mongo_url, "x") as database:
        assert raw(database).write_concern.document == {"w": 1, "j": True}
    async with await Database.connect(mongo_url.partition("?")[0] + "?directConnection=true", "x") as database:
        assert raw(database).write_concern.document == {"w": "majority", "j": True}


async def test_closing_does_not_wait_for_a_server_that_is_away(tmp_path: Path) -> None:
    mongo = EmbeddedMongo()
    database = await Database.connect(await mongo.start(tmp_path), "x")
    await mongo.stop()
    began = time.monotonic()
    await database.close()
    assert time.monotonic() - began < 20, "the driver alone would wait for 30 s"


async def test_closing_leaves_nothing_behind(mongo_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "asyncio")
    database = await Database.connect(mongo_url, "x")
    await database.close()
    await database.close()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "database clock"] == []
