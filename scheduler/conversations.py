"""Keeps conversations going: asks again after a restart, and ends what nobody answers for a day."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from scheduler.telling import CATCHING_UP, Leased, Listening
from services.conversations import Conversation, End
from services.errors import TryLater

log = logging.getLogger(__name__)


class Asker(Listening, Leased, Protocol):
    """The bot, as far as it is needed here."""


Ask = Callable[[Conversation, str, int], Awaitable[bool]]
"""Asks the present question of a conversation, once per turn and step, in an epoch; False: nobody is there."""


async def keep_conversations(bot: Asker, ask: Ask) -> datetime | None:
    """Ask again what was asked before this start, and end what is over. Returns when the next one is.

    Nothing is asked again while answers that came meanwhile are still on their way.
    """
    if not bot.caught_up:
        return bot.clock.now() + CATCHING_UP
    conversations = bot.services.conversations
    later: TryLater | None = None
    for conversation in await conversations.expired():
        later = await _take(_end(bot, conversation)) or later
    for conversation in await conversations.unasked(bot.lease.epoch):
        later = await _take(_ask(bot, conversation, ask)) or later
    if later:
        raise later
    return await conversations.next_expiry()


async def _take(work: Awaitable[None]) -> TryLater | None:
    """Do one conversation's work; who must wait keeps nobody else waiting."""
    try:
        await work
    except TryLater as error:
        return error
    return None


async def _ask(bot: Asker, conversation: Conversation, ask: Ask) -> None:
    """Ask again what was asked, or was about to be, before this start."""
    epoch = bot.lease.epoch
    if not await ask(conversation, f"question again {epoch}", epoch):
        await bot.services.conversations.end(conversation, End.GONE)


async def _end(bot: Asker, conversation: Conversation) -> None:
    """Say that nobody waits for the answer any more, and end; a crash in between says it again, which sends nothing."""
    cause, topic = conversation.asking, conversation.topic
    if not await bot.told(conversation.user_id, "conversation-expired", cause=cause, step="expired", topic=topic):
        log.info("Nobody is there to be told of the conversation that began at %s", conversation.begun_at)
    await bot.services.conversations.end(conversation, End.EXPIRED)
