"""The database or Telegram goes away in mid-run: the process lives, nothing is lost, nothing doubled, order is kept."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.people import People
from services.access import Role
from tests.database.mongo import Away, Mongod, mortal_mongo
from tests.e2e.conftest import MakeStage
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import errors, logins, sha256, until
from tests.e2e.harness import SLACK, BotProcess, SandboxProcess, make_stage
from tests.e2e.words import code_in, helped, make_file, said, store
from tests.ports import free_port

BACK_WITHIN = 5.0
"""Seconds after the database's return in which all goes on (the promise; 0.2 to 2.4 were measured)."""

AWAY = 1.5
"""Seconds that the database stays away after the bot noticed it, which takes the two of a ping."""


@pytest_asyncio.fixture(loop_scope="session")
async def mongod() -> AsyncIterator[Mongod]:
    async with mortal_mongo() as server:
        yield server


async def checks(bot: BotProcess) -> tuple[int, dict[str, str]]:
    """What /readyz says."""
    status, text = await bot.get("/readyz")
    return status, json.loads(text)["checks"] if text else {}


@pytest.mark.slow
@pytest.mark.parametrize(("how", "lease"), [("stopped", "60"), ("killed", "2")])
async def test_while_the_database_is_away_updates_wait_and_then_are_answered_once_and_in_order(
    sandbox: SandboxProcess, people: People, mongod: Mongod, tmp_path: Path, how: Away, lease: str
) -> None:
    stage = await make_stage(sandbox, people, tmp_path, mongod.url)
    bot = await stage.bot(LEASE_SECONDS=lease).start()
    try:
        files = [make_file(tmp_path, f"file {number}") for number in range(6)]
        codes = [await store(stage, path) for path in files]
        crowd = await Crowd.of(stage, 5)
        orders = crowd.orders(len(files), seed=len(how) + int(lease))
        asking = [asyncio.create_task(crowd.ask(who, [codes[n] for n in order], 1.0)) for who, order in orders.items()]
        await asyncio.sleep(1.5)
        await mongod.go(how)
        late = make_file(tmp_path, "late")
        await stage.owner.send_file(late)
        await stage.owner.send("/help")

        async def noticed() -> bool:
            assert (await bot.get("/healthz"))[0] == 200
            status, told = await checks(bot)
            return status == 503 and told.get("database", "ok") != "ok"

        await until(noticed, 60)
        await asyncio.sleep(AWAY)
        assert (await bot.get("/healthz"))[0] == 200
        assert (await checks(bot))[0] == 503
        await mongod.come(how)
        came = time.monotonic()
        await bot.ready()
        assert time.monotonic() - came < BACK_WITHIN + SLACK
        await asyncio.gather(*asking)

        stored, menu = await stage.answer(stage.owner), await stage.answer(stage.owner)
        assert code_in(stored)
        assert said(menu) == helped("en", Role.OWNER)
        await until(partial(crowd.got, len(files) * len(orders)), 120)
        await asyncio.sleep(1)
        sums = [sha256(path) for path in files]
        assert await crowd.files() == {who: [sums[number] for number in order] for who, order in orders.items()}
        assert await crowd.texts() == {who: [] for who in orders}
        assert len(await stage.sent_by_bot(stage.owner.id)) == len(files) + 2
        assert await logins(stage) == 1
        assert errors(bot.text()) == []
    finally:
        await stage.close()


@pytest.mark.slow
async def test_the_bot_ends_in_time_though_the_database_hangs(
    sandbox: SandboxProcess, people: People, mongod: Mongod, tmp_path: Path
) -> None:
    stage = await make_stage(sandbox, people, tmp_path, mongod.url)
    bot = await stage.bot(LEASE_SECONDS="12").start()
    try:
        path = make_file(tmp_path, "kept")
        code = await store(stage, path)
        crowd = await Crowd.of(stage, 5)
        await mongod.go("stopped")
        await asyncio.gather(*(crowd.ask(who, [code]) for who in crowd.people))
        await asyncio.sleep(0.5)
        assert await bot.terminate() < 10 + SLACK
        await mongod.come("stopped")
        await bot.start(ready=False)  # it has to wait: the lease could not be given back
        await bot.ready()
        await until(partial(crowd.got, len(crowd.people)), 120)
        await asyncio.sleep(1)
        assert await crowd.files() == {who: [sha256(path)] for who in crowd.people}
        assert await crowd.texts() == {who: [] for who in crowd.people}
        assert await logins(stage) == 1
    finally:
        await mongod.come("stopped")
        await stage.close()


async def test_the_bots_own_database_is_started_again_when_it_dies(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    bot = await stage.bot(DATABASE_URL="", LEASE_SECONDS="10").start()
    assert bot.process
    path = make_file(tmp_path, "kept")
    code = await store(stage, path)
    crowd = await Crowd.of(stage, 3)
    (server,) = map(int, Path(f"/proc/{bot.process.pid}/task/{bot.process.pid}/children").read_text("ascii").split())
    os.kill(server, signal.SIGKILL)
    await asyncio.gather(*(crowd.ask(who, [code]) for who in crowd.people))
    await until(partial(crowd.got, len(crowd.people)), 120)
    await bot.ready()
    await asyncio.sleep(1)
    assert await crowd.files() == {who: [sha256(path)] for who in crowd.people}
    assert await crowd.texts() == {who: [] for who in crowd.people}
    assert ["MongoDB died" in entry["message"] for entry in errors(bot.text())] == [True]


@pytest.mark.slow
async def test_after_a_restart_of_telegram_the_bot_is_back_by_itself_and_answers_everything_once(
    database_url: str, tmp_path: Path
) -> None:
    ports = ("--port", str(free_port()), "--control-port", str(free_port()))
    sandbox = SandboxProcess("--state", str(tmp_path / "telegram"), *ports)
    await sandbox.start()
    async with People(sandbox.info) as people:
        stage = await make_stage(sandbox, people, tmp_path, database_url)
        bot = await stage.bot().start()
        try:
            files = [make_file(tmp_path, f"file {number}") for number in range(6)]
            codes = [await store(stage, path) for path in files]
            crowd = await Crowd.of(stage, 5)
            orders = crowd.orders(len(files), seed=3)
            await sandbox.latency(300)  # so that it goes while calls are under way
            await asyncio.gather(*(crowd.ask(who, [codes[n] for n in order[:3]]) for who, order in orders.items()))
            await sandbox.stop(signal.SIGKILL)
            await until(partial(unready, bot), 60)
            await sandbox.start()
            await asyncio.gather(*(crowd.ask(who, [codes[n] for n in order[3:]]) for who, order in orders.items()))
            await bot.ready()
            await until(partial(crowd.got, len(files) * len(orders)), 120)
            await asyncio.sleep(1)
            sums = [sha256(path) for path in files]
            assert await crowd.files() == {who: [sums[number] for number in order] for who, order in orders.items()}
            assert await crowd.texts() == {who: [] for who in orders}
            assert await logins(stage) == 1
            assert {entry["logger"] for entry in errors(bot.text())} <= {"pyrogram.connection.transport.tcp.tcp"}
        finally:
            await stage.close()
            await sandbox.stop()


async def unready(bot: BotProcess) -> bool:
    """Whether the bot lives and says that Telegram is away."""
    assert (await bot.get("/healthz"))[0] == 200
    status, told = await checks(bot)
    return status == 503 and told["telegram"] != "ok"
