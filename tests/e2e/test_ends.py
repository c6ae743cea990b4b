"""The process ends when it is told to: in time and in good order, whatever it is doing and whatever hangs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from database.embedded import EmbeddedMongo
from tests.e2e.conftest import MakeStage
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import ended, entries, lease_of, logins, sha256, until
from tests.e2e.harness import SLACK, BotProcess, Stage
from tests.e2e.words import make_file, store


@pytest.mark.slow
async def test_the_end_under_load_is_quick_and_loses_and_doubles_nothing(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    bot = await stage.bot(LEASE_SECONDS="60").start()
    files = [make_file(tmp_path, f"file {number}") for number in range(6)]
    codes = [await store(stage, path) for path in files]
    crowd = await Crowd.of(stage, 10)
    orders = crowd.orders(len(files), seed=7)
    everything = len(files) * len(orders)
    await stage.sandbox.latency(600)
    try:
        asking = [asyncio.create_task(crowd.ask(who, [codes[n] for n in order])) for who, order in orders.items()]
        for wanted in (6, 25):
            await until(partial(crowd.got, wanted), 120, every=0.05)
            assert await bot.terminate() < 10 + SLACK
            assert bot.process
            assert bot.process.returncode == 0
            assert not await crowd.got(everything)  # it ended in the midst of the work
            lease = await lease_of(stage)
            assert lease
            assert not lease.held
            await bot.start()
        await asyncio.gather(*asking)
    finally:
        await stage.sandbox.latency(0)
    await until(partial(crowd.got, everything), 120)
    await asyncio.sleep(1)
    sums = [sha256(path) for path in files]
    assert await crowd.files() == {who: [sums[number] for number in order] for who, order in orders.items()}
    assert await crowd.got(everything + 1) is False
    assert await logins(stage) == 1


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """The port of somebody who accepts and never says a word."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.close()


async def ends_soon(bot: BotProcess, *, hurried: bool = False) -> None:
    """Whether it ends in time and in good order, in a hurry if it has to."""
    assert await bot.terminate() < 10 + SLACK
    assert bot.process
    assert bot.process.returncode == 0, bot.text()
    assert "Traceback" not in bot.text()
    assert hurried or "leaving without it" not in bot.text()


def a_bot(stage: Stage, name: str, **settings: str) -> BotProcess:
    """One of several bots of a stage, none of which gets as far as the database that they would share."""
    folder = stage.folder / name
    folder.mkdir()
    bot = stage.bot(DATA_DIR=str(folder / "data"), **settings)
    bot.log = folder / "bot.log"
    return bot


async def test_it_ends_while_it_waits_for_the_database(make: MakeStage) -> None:
    stage = await make()

    async def ends(number: int, url: str, moment: float) -> None:
        bot = await a_bot(stage, f"bot {number}", DATABASE_URL=url).start(ready=False)
        await until(partial(says, bot, "waiting for MongoDB"), 60)
        await asyncio.sleep(moment)
        await ends_soon(bot)

    async with silent() as port:
        urls = (f"mongodb://127.0.0.1:{port}", "mongodb://127.0.0.1:1")
        cases = itertools.product(urls, (0.5, 4))
        await asyncio.gather(*(ends(number, url, moment) for number, (url, moment) in enumerate(cases)))


async def test_it_ends_while_its_own_database_starts(make: MakeStage) -> None:
    stage = await make()

    async def ends(moment: float) -> None:
        bot = await a_bot(stage, f"after {moment} s", DATABASE_URL="").start(ready=False)

        async def answers() -> bool:
            return (await bot.get("/healthz"))[0] == 200

        await until(answers, 60, every=0.01)
        await asyncio.sleep(moment)
        await ends_soon(bot)

    await asyncio.gather(*(ends(moment) for moment in (0.0, 0.05, 0.2, 0.4, 0.8)))


async def test_it_ends_while_it_starts(make: MakeStage) -> None:
    stage = await make()
    async with silent() as port:
        bot = await stage.bot(TELEGRAM_SERVER=f"127.0.0.1:{port}").start(ready=False)
        await until(partial(says, bot, "is there; our clock"), 60)
        await asyncio.sleep(2)
        await ends_soon(bot)
    lease = await lease_of(stage)
    assert lease
    assert not lease.held


@pytest.mark.parametrize("own", [True, False], ids=["its own", "another's"])
async def test_it_ends_though_the_database_hangs(make: MakeStage, tmp_path: Path, own: bool) -> None:
    """With somebody waiting for an answer, which the database keeps from being given."""
    stage = await make()
    mongo = EmbeddedMongo()
    url = "" if own else await mongo.start(tmp_path / "mongo")
    try:
        bot = await stage.bot(DATABASE_URL=url).start()
        pid = mongo.pid or mongod_of(bot)
        reader = await stage.reader()
        os.kill(pid, signal.SIGSTOP)
        try:
            await reader.send("/start")
            await asyncio.sleep(1)
            await ends_soon(bot, hurried=True)
            if own:
                await until(partial(gone, pid), 60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    finally:
        await mongo.stop()


def mongod_of(bot: BotProcess) -> int:
    """The process id of a bot's own database server."""
    assert bot.process
    (pid,) = Path(f"/proc/{bot.process.pid}/task/{bot.process.pid}/children").read_text("ascii").split()
    return int(pid)


async def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def says(bot: BotProcess, words: str) -> bool:
    return words in bot.text()


async def test_ctrl_c_ends_the_bot_as_gently(make: MakeStage) -> None:
    stage = await make()
    bot = await stage.bot().start()
    assert bot.process
    bot.process.send_signal(signal.SIGINT)
    code, text = await ended(bot)
    assert code == 0
    assert "Traceback" not in text
    assert entries(text)[-1]["message"] == "Stopped"
