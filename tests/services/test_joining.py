"""What a press of "I joined" counts for: seen membership, or the word of whoever presses where nobody can be seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from services.audit import AuditLog
from services.errors import TryLater
from services.fsub import Place
from services.joining import EARLY, JOINED, JoiningService
from services.registry import ServiceOptions, build_services
from services.required import FirstChat, RequiredService, first_chats
from tests.database.mongo import StillClock
from tests.services.channel import Channel
from tests.services.test_fsub import ANN, ENV, NEWS, OWNER, Telegram

EVER = datetime.fromtimestamp(0, UTC)


def make(bot: BotDatabase, clock: StillClock, *first: FirstChat) -> JoiningService:
    return build_services(bot, clock, Channel(), ServiceOptions(OWNER, required=first)).joining


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def joining(bot: BotDatabase, clock: StillClock) -> JoiningService:
    return make(bot, clock, *first_chats([NEWS], ENV, "https://t.me/env"))


def test_the_target_is_the_chat_that_the_environment_names_as_such(bot: BotDatabase, clock: StillClock) -> None:
    def target(*first: FirstChat) -> int | None:
        return RequiredService(bot.required_chats, AuditLog(bot), clock, first).target

    assert target(*first_chats([NEWS, ENV], ENV, None)) == ENV
    assert target(*first_chats([NEWS], None, None)) is None


async def test_who_is_in_the_channel_has_joined_and_who_is_not_is_recorded_as_early(
    joining: JoiningService, telegram: Telegram, bot: BotDatabase
) -> None:
    assert await joining.look(ANN, telegram) is Place.OUTSIDE
    assert not await joining.press(ANN, Place.OUTSIDE, Cause("query:1"))
    telegram.members.add((ENV, ANN))
    assert await joining.look(ANN, telegram) is Place.INSIDE
    for _ in range(2):
        assert await joining.press(ANN, Place.INSIDE, Cause("query:2"))
    assert await bot.button_clicks.by_button(EVER) == {EARLY: 1, JOINED: 1}


async def test_who_asked_to_join_has_joined(
    joining: JoiningService, telegram: Telegram, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.join_requests.seen(ENV, ANN, clock.now())
    assert await joining.look(ANN, telegram) is Place.INSIDE
    assert telegram.asked == []


async def test_without_a_channel_or_sight_of_it_their_word_counts(
    joining: JoiningService, telegram: Telegram, bot: BotDatabase, clock: StillClock
) -> None:
    assert await make(bot, clock).look(ANN, telegram) is Place.HIDDEN
    telegram.lost.add(ENV)
    assert await joining.look(ANN, telegram) is Place.HIDDEN
    assert await joining.press(ANN, Place.HIDDEN, Cause("query:1"))
    assert await bot.button_clicks.by_button(EVER) == {JOINED: 1}


async def test_while_telegram_does_not_say_nobody_has_joined_yet(
    joining: JoiningService, telegram: Telegram, bot: BotDatabase
) -> None:
    telegram.trouble = TryLater(30, "flood")
    assert await joining.look(ANN, telegram) is Place.UNKNOWN
    assert not await joining.press(ANN, Place.UNKNOWN, Cause("query:1"))
    assert await bot.button_clicks.by_button(EVER) == {EARLY: 1}
