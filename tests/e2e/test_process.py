"""The process as an operator meets it: wrong settings, a wrong token, a taken port, an unusable folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.stage import control
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import ended, entries, lease_of, logins
from tests.e2e.harness import CANNOT_RUN, NOT_NOW, ROOT, WRONG_SETTINGS, BotProcess, Stage
from tests.e2e.nursery import forking
from tests.e2e.words import answered, said, shown


async def last_words(bot: BotProcess) -> tuple[int, str]:
    """How a process ended that cannot run: its exit code and its one line for the operator."""
    code, text = await ended(bot)
    assert "Traceback" not in text, text
    (line,) = [entry["message"] for entry in entries(text) if entry["level"] == "ERROR"]
    return code, line


async def test_wrong_settings_are_named_all_at_once_without_their_values(tmp_path: Path) -> None:
    wrong = {"BOT_TOKEN": "wrong-one", "API_ID": "wrong-two", "PROTECT_CONTENT": "wrong-three", "PORT": "wrong-four"}
    with forking(on=False):
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


async def test_executed_from_another_working_directory_it_finds_its_plugins(make: MakeStage) -> None:
    stage = await make()
    with forking(on=False):
        bot = await stage.bot().start()
    assert bot.process
    assert b"bot.py" in Path(f"/proc/{bot.process.pid}/cmdline").read_bytes()
    assert Path(f"/proc/{bot.process.pid}/cwd").readlink() != ROOT
    reader = await stage.reader("Rita")
    await reader.send("/start")
    assert said(await stage.answer(reader)) == shown("en", "greeting", first="Rita")
