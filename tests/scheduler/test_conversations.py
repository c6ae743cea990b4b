"""What is asked again after a start, and when: not before what was sent meanwhile is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.conversation import NewConversation, Question
from scheduler.conversations import keep_conversations
from scheduler.telling import CATCHING_UP
from services.conversations import PATIENCE, Conversation
from services.errors import TryLater
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import Channel, make_services

ANN, BOB = 11, 12


@dataclass
class Teller:
    """A bot of which some people are gone, and with some of whom it has to wait."""

    services: Services
    clock: Any
    lease: Any
    caught_up: bool = True
    gone: set[int] = field(default_factory=set)
    slow: set[int] = field(default_factory=set)
    said: list[tuple[int, str]] = field(default_factory=list)

    async def told(self, user_id: int, key: str, **_: Any) -> bool:
        return await self.ask_for(user_id, key)

    async def ask_for(self, user_id: int, words: str) -> bool:
        if user_id in self.slow:
            raise TryLater(3, "wait")
        if user_id not in self.gone:
            self.said.append((user_id, words))
        return user_id not in self.gone

    async def ask(self, conversation: Conversation, step: str, epoch: int) -> bool:
        if not await self.ask_for(conversation.user_id, step):
            return False
        await self.services.conversations.asked(conversation, 30, epoch=epoch)
        return True


@pytest.fixture
def bot(room: BotDatabase) -> Teller:
    clock = StillClock()
    return Teller(make_services(room, clock, Channel()), clock, type("Lease", (), {"epoch": 1})())


async def begun(bot: Teller, who: int) -> Conversation:
    new = NewConversation(who, who, "upload", Question("x"))
    return (await bot.services.conversations.begin(new, cause=Cause(f"message:{who}:5"), since=5, epoch=1)).conversation


async def keep(bot: Teller) -> Any:
    return await keep_conversations(bot, bot.ask)


async def test_what_was_asked_before_a_start_is_asked_once_more(bot: Teller) -> None:
    await begun(bot, ANN)
    assert await keep(bot) == bot.clock.now() + PATIENCE
    assert bot.said == []
    bot.lease.epoch = 2
    await keep(bot)
    await keep(bot)
    assert bot.said == [(ANN, "question again 2")]


async def test_nothing_is_asked_while_answers_may_be_on_their_way(bot: Teller) -> None:
    await begun(bot, ANN)
    bot.lease.epoch = 2
    bot.caught_up = False
    assert await keep(bot) == bot.clock.now() + CATCHING_UP
    assert bot.said == []


async def test_who_is_gone_is_waited_for_no_longer(bot: Teller) -> None:
    await begun(bot, ANN)
    bot.lease.epoch = 2
    bot.gone = {ANN}
    assert await keep(bot) is None


async def test_a_day_without_an_answer_ends_it_and_is_told_once(bot: Teller) -> None:
    await begun(bot, ANN)
    bot.clock.move(PATIENCE)
    assert await keep(bot) is None
    await keep(bot)
    assert bot.said == [(ANN, "conversation-expired")]


async def test_who_must_wait_keeps_nobody_else_waiting(bot: Teller) -> None:
    await begun(bot, ANN)
    await begun(bot, BOB)
    bot.lease.epoch = 2
    bot.slow = {ANN}
    with pytest.raises(TryLater):
        await keep(bot)
    assert [who for who, _ in bot.said] == [BOB]
    bot.slow = set()
    await keep(bot)
    assert [who for who, _ in bot.said] == [BOB, ANN]
