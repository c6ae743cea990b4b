"""Who changed what is written down once, and does not grow without end."""

from datetime import timedelta

import pytest

from database import audit
from database.audit import Change
from database.bots import BotDatabase
from database.cause import Cause
from tests.database.mongo import NOW


def change(number: int, what: str = "setting", subject: str = "x") -> Change:
    return Change(what, subject, 1, NOW + timedelta(seconds=number), Cause(f"query:{number}"), number - 1, number)


async def test_changes_come_newest_first_in_pages(bot: BotDatabase) -> None:
    for number in (2, 1, 3):
        await bot.audit.note(change(number))
    assert await bot.audit.page(0, 2) == [change(3), change(2)]
    assert await bot.audit.page(1, 2) == [change(1)]
    assert await bot.audit.count() == 3


async def test_a_replay_is_written_down_once(bot: BotDatabase) -> None:
    for _ in range(2):
        await bot.audit.note(change(1))
    await bot.audit.note(change(1, "link-title", "fabc"))
    assert await bot.audit.count() == 2


async def test_the_oldest_go(bot: BotDatabase, other_bot: BotDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "KEPT", 3)
    await other_bot.audit.note(change(0))
    for number in range(6):
        await bot.audit.note(change(number))
    assert await bot.audit.page(0, 9) == [change(5), change(4), change(3)]
    assert await other_bot.audit.count() == 1
