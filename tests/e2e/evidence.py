"""What the proofs look at: files of any size and their sums, the most memory a process took, its log's errors."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from database.cause import Cause
from database.connection import Database
from database.secrets import Vault
from tests.database.mongo import Holder, bot_of, holder_of
from tests.e2e.harness import BotProcess, Stage

T = TypeVar("T")

MIB = 1024 * 1024


def random_file(path: Path, size: int, seed: int) -> Path:
    """A file of so many bytes that nothing compresses, the same for the same seed."""
    dice = random.Random(seed)
    with path.open("wb") as file:
        while size > 0:
            file.write(dice.randbytes(min(size, MIB)))
            size -= MIB
    return path


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def forget_peak(pid: int) -> int:
    """Begin to watch how much memory a process takes at most. Returns what it has now, in bytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    return peak(pid)


def peak(pid: int) -> int:
    """The most bytes of memory that a process had resident at once since `forget_peak`, however short."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def entries(log: str) -> list[dict[str, Any]]:
    """The lines of a bot's log; what is no JSON (the interpreter's own words) is an error."""
    found: list[dict[str, Any]] = []
    for line in log.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            found.append({"level": "ERROR", "message": line})
    return found


def errors(log: str) -> list[dict[str, Any]]:
    """What in a bot's log nobody had foreseen: errors, and tracebacks at any level."""
    return [entry for entry in entries(log) if entry["level"] in {"ERROR", "CRITICAL"} or "error" in entry]


async def ended(bot: BotProcess, timeout: float = 60) -> tuple[int, str]:
    """How a process ended by itself: its exit code and everything that it said."""
    assert bot.process
    return await asyncio.wait_for(bot.process.wait(), timeout), bot.text()


@asynccontextmanager
async def listening(path: str) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """An address for ALERT_URL, and what it is told."""
    got: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post(f"/{path}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/{path}", got
    finally:
        await runner.cleanup()


async def until(look: Callable[[], Awaitable[T]], timeout: float, every: float = 0.2) -> T:
    """Look again and again until there is something to see; returns it.

    Raises:
        AssertionError: nothing was there within `timeout` seconds; the text has what was seen last.
    """
    deadline = time.monotonic() + timeout
    while not (seen := await look()):
        assert time.monotonic() < deadline, f"not within {timeout:g} s: {look}, last seen: {seen!r}"
        await asyncio.sleep(every)
    return seen


async def logins(stage: Stage) -> int:
    """How often the bot logged in, by the ledger."""
    ledger = await stage.sandbox.ledger()
    return sum(line["kind"] == "login" and line["from_id"] == stage.bot_id for line in ledger)


async def lease_of(stage: Stage) -> Holder | None:
    """Who owns the bot, by the database."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        return await holder_of(bot_of(database, stage.bot_id))


async def set_up(stage: Stage, **settings: Any) -> None:
    """Change settings as the chat would, before the bot starts."""
    vault = Vault.from_secret(stage.scene.token, stage.bot_id)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        bot = database.bot(stage.bot_id, vault)
        for name, value in settings.items():
            await bot.settings.put(name, value, 1, database.clock.now(), cause=Cause(f"test:{name}"), first=None)
