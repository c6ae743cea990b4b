"""ALERT_URL hears of what the bot cannot heal, from the running process; nothing secret is in it."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import ended, listening
from tests.e2e.harness import CANNOT_RUN, WRONG_SETTINGS, BotProcess

CANARY = "services/a-canary-that-nobody-may-read"


async def test_a_token_that_telegram_refuses_is_told_once(make: MakeStage) -> None:
    stage = await make()
    number, _, secret = stage.scene.token.partition(":")
    async with listening(CANARY) as (url, got):
        bot = await stage.bot(BOT_TOKEN=f"{number}:{secret[::-1]}", ALERT_URL=url).start(ready=False)
        code, text = await ended(bot)
    assert code == CANNOT_RUN
    (body,) = got
    assert (body["bot"], body["event"]) == (number, "crash")
    assert "ACCESS_TOKEN_" in body["what"]
    assert "BOT_TOKEN" in body["what"]
    assert secret[::-1] not in str(got)
    assert CANARY.partition("/")[2] not in text


async def test_wrong_settings_are_told_by_name(tmp_path: Path) -> None:
    async with listening(CANARY) as (url, got):
        wrong = {"BOT_TOKEN": "wrong-one", "API_ID": "wrong-two", "OWNER_ID": "1", "ALERT_URL": url}
        bot = await BotProcess(wrong, tmp_path / "bot.log").start(ready=False)
        code, text = await ended(bot)
    assert code == WRONG_SETTINGS
    (body,) = got
    assert body["what"] == "settings are wrong or missing: API_HASH, API_ID, BOT_TOKEN"
    assert "wrong-" not in str(got)
    assert CANARY.partition("/")[2] not in text
