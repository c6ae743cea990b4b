"""The process as an operator meets it: wrong settings, a wrong token, a standby, the end under load, a taken port."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from database.connection import Database
from database.embedded import EmbeddedMongo
from sandbox.person import Person
from sandbox.stage import control
from tests.database.mongo import Holder, bot_of, holder_of
from tests.e2e.conftest import MakeStage
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import entries, logins, sha256, until
from tests.e2e.harness import ROOT, SLACK, BotProcess, Stage
from tests.e2e.words import make_file, said, shown, store

NOT_NOW, WRONG_SETTINGS, CANNOT_RUN = 1, 2, 3


async def ended(bot: BotProcess, timeout: float = 60) -> tuple[int, str]:
    """How a process ended by itself: its exit code and everything that it said."""
    assert bot.process
    return await asyncio.wait_for(bot.process.wait(), timeout), bot.text()


async def last_words(bot: BotProcess) -> tuple[int, str]:
    """How a process ended that cannot run: its exit code and its one line for the operator."""
    code, text = await ended(bot)
    assert "Traceback" not in text, text
    (line,) = [entry["message"] for entry in entries(text) if entry["level"] == "ERROR"]
    return code, line


async def lease_of(stage: Stage) -> Holder | None:
    """Who owns the bot, by the database."""
    async with await Database.connect(stage.database_url, f"e2e{stage.bot_id}") as database:
        return await holder_of(bot_of(database, stage.bot_id))


async def test_wrong_settings_are_named_all_at_once_without_their_values(tmp_path: Path) -> None:
    wrong = {"BOT_TOKEN": "wrong-one", "API_ID": "wrong-two", "PROTECT_CONTENT": "wrong-three", "PORT": "wrong-four"}
    bot = await BotProcess({**wrong, "DATA_DIR": str(tmp_path / "data")}, tmp_path / "bot.log").start(ready=False)
    code, text = await ended(bot)
    assert code == WRONG_SETTINGS
    named = [line.strip().partition(":")[0] for line in text.splitlines() if line.startswith("  ")]
    assert sorted(named) == sorted([*wrong, "API_HASH", "OWNER_ID"])
    assert "wrong-" not in text
    assert not (tmp_path / "data").exists()


async def test_a_wrong_token_ends_the_bot_after_one_try(make: MakeStage) -> None:
    stage = await make()
    before = (await stage.sandbox.calls(0)).get("auth.ImportBotAuthorization", 0)
    number, _, secret = stage.scene.token.partition(":")
    bot = await stage.bot(BOT_TOKEN=f"{number}:{secret[::-1]}").start(ready=False)
    code, line = await last_words(bot)
    assert code == CANNOT_RUN
    assert "ACCESS_TOKEN_" in line
    assert "BOT_TOKEN" in line
    assert await logins(stage) == 0
    assert (await stage.sandbox.calls(0))["auth.ImportBotAuthorization"] - before == 1
    lease = await lease_of(stage)
    assert lease
    assert not lease.held


@pytest.mark.parametrize("secret", ["", "a secret key of the operator's own"], ids=["token", "secret key"])
async def test_a_corrected_token_works_at_once(make: MakeStage, secret: str) -> None:
    stage = await make()
    number, _, rest = stage.scene.token.partition(":")
    wrong = await stage.bot(BOT_TOKEN=f"{number}:{rest[::-1]}", SECRET_KEY=secret).start(ready=False)
    assert (await last_words(wrong))[0] == CANNOT_RUN
    bot = await stage.bot(SECRET_KEY=secret).start()
    reader = await stage.reader("Rita")
    await answered(stage, reader)
    await bot.terminate()
    mistyped = stage.bot(BOT_TOKEN=f"{number}:{rest[::-1]}", SECRET_KEY="")
    mistyped.log = stage.folder / "mistyped.log"
    if not secret:
        assert (await last_words(await mistyped.start(ready=False)))[0] == CANNOT_RUN
    await bot.start()
    assert await logins(stage) == 1, "the session is still there"


@pytest.mark.parametrize("secret", ["", "a secret key of the operator's own"], ids=["token", "secret key"])
async def test_a_token_made_anew_logs_in_by_itself(make: MakeStage, secret: str) -> None:
    stage = await make()
    old = await stage.bot(SECRET_KEY=secret).start()
    await old.terminate()
    token = f"{stage.bot_id}:{'n' * 35}"
    await control(stage.sandbox.info, "POST", "/bots", token=token, username=stage.scene.username)
    bot = await stage.bot(BOT_TOKEN=token, SECRET_KEY=secret).start()
    await answered(stage, await stage.reader("Rita"))
    if not secret:
        assert "made with another BOT_TOKEN: logging in" in bot.text()
        assert await logins(stage) == 2
    assert token.partition(":")[2] not in bot.text()


async def test_a_taken_port_is_said_in_one_line(stage: Stage, tmp_path: Path) -> None:
    other = stage.bot(PORT=str(stage.bots[0].port), LEASE_SECONDS="60")
    other.log = tmp_path / "bot.log"
    await other.start(ready=False)
    code, line = await last_words(other)
    assert code == CANNOT_RUN
    assert f"PORT ({stage.bots[0].port})" in line
    assert "in use" in line


async def test_a_data_dir_that_cannot_be_used_is_said_in_one_line(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    bot = stage.bot(DATABASE_URL="", DATA_DIR=str(tmp_path / "file" / "data"))
    bot.log = tmp_path / "bot.log"
    await bot.start(ready=False)
    code, line = await last_words(bot)
    assert code == NOT_NOW
    assert f"DATA_DIR ({tmp_path / 'file' / 'data'})" in line


async def test_plugins_are_found_from_any_working_directory(stage: Stage) -> None:
    process = stage.bots[0].process
    assert process
    assert Path(f"/proc/{process.pid}/cwd").readlink() != ROOT
    reader = await stage.reader("Rita")
    await reader.send("/start")
    assert said(await stage.answer(reader)) == shown("en", "greeting", first="Rita")


async def standby(stage: Stage, folder: Path, **settings: str) -> BotProcess:
    """A second process, which has found out that the bot is taken."""
    other = stage.bot(**settings)
    other.log = folder / "standby.log"
    await other.start(ready=False)

    async def stands_by() -> bool:
        return "standing by" in other.text()

    await until(stands_by, 60)
    return other


async def answered(stage: Stage, reader: Person) -> float:
    """Write to the bot now. Returns after how many seconds the one answer came."""
    began = time.monotonic()
    await reader.send("/start")
    assert said(await stage.answer(reader)) == shown("en", "greeting", first="Rita")
    taken = time.monotonic() - began
    assert await reader.quiet(0.5) == []
    return taken


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


@pytest.mark.parametrize("moment", [0.5, 4])
async def test_it_ends_while_it_waits_for_the_database(make: MakeStage, moment: float) -> None:
    stage = await make()
    async with silent() as port:
        for url in (f"mongodb://127.0.0.1:{port}", "mongodb://127.0.0.1:1"):
            bot = await stage.bot(DATABASE_URL=url).start(ready=False)
            await until(partial(says, bot, "waiting for MongoDB"), 60)
            await asyncio.sleep(moment)
            await ends_soon(bot)
            bot.log.unlink()


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.2, 0.4, 0.8])
async def test_it_ends_while_its_own_database_starts(make: MakeStage, moment: float) -> None:
    stage = await make()
    bot = await stage.bot(DATABASE_URL="").start(ready=False)

    async def answers() -> bool:
        return (await bot.get("/healthz"))[0] == 200

    await until(answers, 60, every=0.01)
    await asyncio.sleep(moment)
    await ends_soon(bot)


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
