"""What counts as sent: each message that Telegram took, once; and each wait that it ordered."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait, RPCError, UserIsBlocked

from services.errors import TryLater
from services.traffic import Traffic
from tests.client.test_calls import Telegram, message, telegram_says, user
from tests.client.virtual import virtual

FORWARD: Any = raw.functions.messages.ForwardMessages(
    from_peer=user(2), to_peer=user(1), id=[1, 2, 3], random_id=[1, 2, 3]
)
EDIT: Any = raw.functions.messages.EditMessage(peer=user(1), id=5, message="new")
ASK: Any = raw.functions.users.GetFullUser(id=raw.types.InputUserSelf())


@virtual
async def test_messages_are_counted_and_nothing_else() -> None:
    telegram = Telegram()
    for query in (message(), FORWARD, EDIT, ASK):
        await telegram.make(query)
    assert telegram.calls.traffic.counted == Traffic(sent=4)


@virtual
async def test_what_was_refused_was_not_sent() -> None:
    telegram = Telegram(UserIsBlocked())
    with pytest.raises(RPCError):
        await telegram.make()
    assert telegram.calls.traffic.counted == Traffic()


@virtual
async def test_a_wait_is_counted_with_its_seconds_and_the_message_once_it_went() -> None:
    telegram = Telegram(telegram_says(420, "FLOOD_WAIT_2"), "done", FloodWait(900))
    await telegram.make()
    assert telegram.calls.traffic.counted == Traffic(sent=1, waits=1, waited=2.0)
    with pytest.raises(TryLater):
        await telegram.make()
    assert telegram.calls.traffic.counted == Traffic(sent=1, waits=2, waited=902.0)
