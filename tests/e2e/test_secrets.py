"""Secrets stay secret: canaries in every setting show in no log, page, message, traceback or database."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient
from pyrogram.types import Message

from database.connection import Database
from database.secrets import Vault
from sandbox.people import People
from tests.database.mongo import BOT_ID, dump, fresh_database, raw
from tests.e2e.evidence import entries, errors, listening, until
from tests.e2e.harness import BotProcess, SandboxProcess, Stage, make_stage
from tests.e2e.secrets import Secrets, leaks, shapes
from tests.e2e.words import code_in, make_file, said, shown

PAGES = ("/", "/healthz", "/readyz", "/metrics", "/nothing-here", "/?token=1")
HTML = {"Accept": "text/html"}
REFUSES_CANARIES = {"first_name": {"$not": {"$regex": "canary"}}}
PLANTED = "canary-that-is-no-secret"


def canary(name: str) -> str:
    """A value that occurs nowhere by chance."""
    return f"canary-{name}-{secrets.token_hex(8)}"


@dataclass
class Guarded:
    """A bot with a canary in every setting that is a secret."""

    stage: Stage
    secrets: dict[str, bytes]
    settings: dict[str, str]
    state: Path
    alerts: list[dict[str, Any]]
    """What ALERT_URL was told."""

    def auth_keys(self) -> Secrets:
        """The bot's session key, as the server has it."""
        with tempfile.TemporaryDirectory() as copy:  # the server keeps the file itself to itself
            for part in self.state.glob("world.sqlite*"):
                shutil.copy(part, copy)
            with closing(sqlite3.connect(Path(copy) / "world.sqlite")) as world:
                rows = world.execute(
                    "SELECT key FROM auth_keys JOIN sessions USING (key_id) WHERE account = ?", (self.stage.bot_id,)
                ).fetchall()
        return {f"auth key {number}": bytes(key) for number, (key,) in enumerate(rows)}

    def all(self) -> Secrets:
        """Everything that may show nowhere."""
        return {**self.secrets, **self.auth_keys()}

    async def pages(self, bot: BotProcess) -> dict[str, str]:
        """What the bot answers over HTTP."""
        told = {path: (await bot.get(path))[1] for path in PAGES}
        told |= {f"{path} as a page": (await bot.get(path, **HTML))[1] for path in PAGES}
        assert all(told.values())
        return told

    async def messages(self) -> str:
        """Everything that the bot said and did, by the ledger."""
        return "\n".join(
            str(line) for line in await self.stage.sandbox.ledger() if line["from_id"] == self.stage.bot_id
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guarded(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    folder = tmp_path_factory.mktemp("secrets")
    sandbox = SandboxProcess("--state", str(folder / "telegram"))
    await sandbox.start()
    password = canary("password") + "/@:%"
    user = f"user{secrets.token_hex(4)}"
    client: AsyncMongoClient[Any] = AsyncMongoClient(database_url)
    await client.admin.command("createUser", user, pwd=password, roles=["root"])
    try:
        async with People(sandbox.info) as people, listening(canary("alert")) as (alert_url, alerts):
            url = database_url.replace("mongodb://", f"mongodb://{user}:{quote(password, safe='')}@")
            stage = await make_stage(sandbox, people, folder, url)
            settings = {
                "API_HASH": canary("api-hash"),
                "SECRET_KEY": canary("secret-key"),
                "ADMIN_TOKEN": canary("admin-token"),
                "SHORTLINK_API": canary("shortlink"),
                "AI_API_KEY": canary("ai"),
                "ALERT_URL": alert_url,
            }
            known = {name: value.encode() for name, value in settings.items()}
            known["ALERT_URL"] = alert_url.rpartition("/")[2].encode()
            known["BOT_TOKEN"] = stage.scene.token.partition(":")[2].encode()
            known["DATABASE_URL"] = password.encode()
            yield Guarded(stage, known, settings, folder / "telegram", alerts)
            await stage.close()
    finally:
        await client.admin.command("dropUser", user)
        await client.close()
        await sandbox.stop()


async def answer(stage: Stage) -> Message:
    """What the bot answers the owner, who may be told of the failures of a day before at any time."""
    told = shown("en", "failures-many", updates=0, failed=0).partition(":")[0]
    over = shown("en", "failures-over")
    got: Message = await stage.answer(stage.owner, predicate=lambda message: not said(message).startswith((told, over)))
    return got


async def a_day(guarded: Guarded, folder: Path) -> None:
    """What happens to a bot: files, links, wrong links, buttons, commands, an album."""
    stage = guarded.stage
    reader = await stage.reader("Rita")
    await stage.owner.send_file(make_file(folder, f"file {secrets.token_hex(4)}"))
    code = code_in(await answer(stage))
    for words in (f"/start {code}", "/start", "/start nonsense", "/about", "hello", "/language"):
        await reader.send(words)
        await stage.answer(reader)
    await reader.press(reader.mailbox.recent[-1], data="language:ru")
    for words in ("/links", f"/revoke {code}", "/help", "/about"):
        await stage.owner.send(words)
        await answer(stage)
    await stage.owner.send_album([make_file(folder, f"part {secrets.token_hex(4)}") for _ in range(2)])
    await answer(stage)


async def provoke(guarded: Guarded) -> None:
    """Let a handler fail unforeseen on each secret: the database refuses the document and quotes it in the error."""
    stage = guarded.stage
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await raw(database).command("collMod", "users", validator=REFUSES_CANARIES)
    for word in (PLANTED, *(secret.decode() for name, secret in guarded.secrets.items() if name != "BOT_TOKEN")):
        reader = await stage.reader(word)
        await reader.send("/start")
        assert said(await stage.answer(reader)) == shown("en", "apology")


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_no_secret_shows_in_logs_pages_messages_tracebacks_or_the_database(
    guarded: Guarded, tmp_path: Path, level: str
) -> None:
    stage = guarded.stage
    bot = stage.bot(**guarded.settings, LOG_LEVEL=level)
    bot.log = tmp_path / "bot.log"
    await bot.start()
    await a_day(guarded, tmp_path)
    await provoke(guarded)
    pages = await guarded.pages(bot)
    await bot.kill()
    await bot.start()  # the session is taken up, not made: its key passes through other hands
    pages |= {f"{path} again": text for path, text in (await guarded.pages(bot)).items()}
    await bot.terminate()

    async with await Database.connect(stage.database_url, stage.database_name) as database:
        stored = await dump(database)
    log = bot.text()
    assert (level == "DEBUG") == any(entry["level"] == "DEBUG" for entry in entries(log))
    assert len(guarded.auth_keys()) == 1
    told = {"messages": await guarded.messages(), "alerts": json.dumps(guarded.alerts)}
    assert leaks({"log": log, "database": stored, **told, **pages}, guarded.all()) == []

    # the search has something to find: what is no secret shows in the very places where the secrets would
    traces = "\n".join(
        text for entry in errors(log) if "Document failed validation" in (text := entry.get("error", ""))
    )
    assert traces.count("[secret]") >= len(guarded.secrets) - 1
    places: dict[str, bytes | str] = {
        "log": traces,
        "database": stored,
        "messages": await guarded.messages(),
        "/metrics": pages["/metrics"],
    }
    no_secrets = {"log": PLANTED, "database": "Rita", "messages": "Draftkeep", "/metrics": "draftkeep_"}
    for place, word in no_secrets.items():
        assert leaks({place: places[place]}, {word: word.encode()}) == [f"{word} in {place}"]


async def test_no_secret_shows_where_the_start_fails(guarded: Guarded, tmp_path: Path) -> None:
    stage = guarded.stage
    wrong = {
        "another password": {"DATABASE_URL": stage.database_url.replace("canary-password", "canary-passwort")},
        "nobody there": {
            "DATABASE_URL": "mongodb://somebody:canary-password-two@127.0.0.1:9/?serverSelectionTimeoutMS=50"
        },
        "no address": {"DATABASE_URL": "mongodb://somebody:canary-password-two@127.0.0.1:9/?nonsense=canary-option"},
        "wrong settings": {name: f"canary-wrong {name}" for name in ("BOT_TOKEN", "OWNER_ID", "ADMIN_TOKEN", "PORT")},
        "another key": {"SECRET_KEY": "canary-wrong secret key"},
    }
    known = {**guarded.secrets, "wrong": b"canary-wrong", "password": b"canary-password", "other": b"canary-passwort"}
    bots = {name: stage.bot(**{**guarded.settings, "LOG_LEVEL": "DEBUG", **given}) for name, given in wrong.items()}
    for number, bot in enumerate(bots.values()):
        (tmp_path / f"{number}").mkdir()
        bot.log = tmp_path / f"{number}" / "bot.log"
        await bot.start(ready=False)

    async def all_spoke() -> bool:
        ended = [bot.process is not None and bot.process.returncode is not None for bot in bots.values()]
        waiting = ["waiting for MongoDB" in bot.text() for bot in bots.values()]
        return all(one or other for one, other in zip(ended, waiting, strict=True))

    await until(all_spoke, 180)
    for bot in bots.values():
        await bot.kill()
    said_there = {name: bot.text() for name, bot in bots.items()}
    assert all(said_there.values())
    assert "crash" in {alert["event"] for alert in guarded.alerts}
    assert leaks({**said_there, "alerts": json.dumps(guarded.alerts)}, known) == []
    assert leaks(said_there, {"hosts": b"127.0.0.1:9"}) == ["hosts in nobody there", "hosts in no address"]


async def test_control_an_unsealed_session_key_would_show_in_the_database(database_url: str) -> None:
    class Open(Vault):
        def seal(self, plain: bytes, *, context: str) -> bytes:
            return plain

    key = secrets.token_bytes(256)
    for vault, found in ((Vault.from_secret("a secret", BOT_ID), []), (Open(bytes(32), BOT_ID), ["key in database"])):
        async with fresh_database(database_url) as database:
            room = database.bot(BOT_ID, vault)
            await room.session.open(1)
            assert await room.session.save({"auth_key": key, "dc_id": 2}, 1)
            assert leaks({"database": await dump(database)}, {"key": key}) == found


async def test_control_the_search_knows_a_secret_in_every_shape() -> None:
    secret = b"canary-\xff-and/more+than;that"
    for place in range(4):
        around = b"x" * place + secret + b"y" * (3 - place)
        for shape in (
            around,
            around.hex().encode(),
            repr(around).encode(),
            base64.b64encode(around),
            base64.urlsafe_b64encode(around),
            quote(around).encode(),
        ):
            assert leaks({"log": b"before " + shape + b" after"}, {"it": secret}) == ["it in log"], shape
    assert leaks({"log": b"canary-\xff-and/more"}, {"it": secret}) == []
    assert min(len(shape) for shape in shapes(secret)) > 20
