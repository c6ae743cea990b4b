"""One happening, one cause, however often and in whatever shape it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.enums import ChatMemberStatus, ChatType
from pyrogram.handlers import EditedMessageHandler, MessageHandler
from pyrogram.types import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, InlineQuery, Message, User

from client.cause import cause_of, cause_of_buttons
from client.guard import Guard
from client.inbox import Inbox
from client.intake import Update, Work
from tests.client.rig import Telegram
from tests.client.virtual import virtual
from tests.plugins.standing import Roles

ADA, BOB = User(id=5), User(id=6)
HERE, THERE = Chat(id=5, type=ChatType.PRIVATE), Chat(id=6, type=ChatType.PRIVATE)
THEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_buttons_of_a_message_are_one_cause_however_often_they_are_pressed() -> None:
    first, again = (
        CallbackQuery(id=number, from_user=ADA, chat_instance="1", message=Message(id=1, chat=HERE)) for number in "12"
    )
    other = CallbackQuery(id="3", from_user=ADA, chat_instance="1", message=Message(id=2, chat=HERE))
    assert cause_of_buttons(first) == cause_of_buttons(again) != cause_of_buttons(other)
    assert cause_of_buttons(first) != cause_of(first)


def test_different_happenings_have_different_causes() -> None:
    member = ChatMember(status=ChatMemberStatus.MEMBER, user=ADA)
    other = ChatMember(status=ChatMemberStatus.MEMBER, user=BOB)
    happenings: list[Any] = [
        Message(id=1, chat=HERE),
        Message(id=2, chat=HERE),
        Message(id=1, chat=THERE),
        Message(id=1, chat=HERE, edit_date=THEN),
        Message(id=1, chat=HERE, edit_date=THEN + timedelta(seconds=1)),
        CallbackQuery(id="1", from_user=ADA, chat_instance="1"),
        CallbackQuery(id="2", from_user=ADA, chat_instance="1"),
        ChatMemberUpdated(chat=HERE, from_user=ADA, date=THEN, old_chat_member=None, new_chat_member=member),
        ChatMemberUpdated(chat=HERE, from_user=ADA, date=THEN, old_chat_member=None, new_chat_member=other),
    ]
    assert len({cause_of(each) for each in happenings}) == len(happenings)
    assert cause_of(Message(id=1, chat=HERE)) == cause_of(Message(id=1, chat=HERE))


def test_an_inline_query_is_a_query() -> None:
    assert cause_of(InlineQuery(id="1", from_user=ADA, query="", offset="", chat_type=ChatType.PRIVATE)) == "query:1"


def test_anything_else_causes_nothing() -> None:
    with pytest.raises(TypeError):
        cause_of(ADA)  # type: ignore[arg-type]  # what it must refuse


@pytest.mark.parametrize(
    "kind, handler, cause",
    [
        (raw.types.UpdateNewMessage, MessageHandler, "message:5:1"),
        (raw.types.UpdateNewChannelMessage, MessageHandler, "message:5:1"),
        (raw.types.UpdateEditMessage, EditedMessageHandler, f"edit:5:1:{int(THEN.timestamp())}"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@virtual
async def test_a_message_that_was_edited_before_its_replay_keeps_its_cause(kind: Any, handler: Any, cause: str) -> None:
    """A difference tells a message as it is now; whoever was answered before the crash is not answered again."""
    causes = []

    async def note(_: Any, message: Message) -> None:
        causes.append(cause_of(message))

    async def parse(*_: Any) -> Any:
        return Message(id=1, chat=HERE, from_user=ADA, edit_date=THEN), handler

    class Bot:
        inbox: Inbox
        services = SimpleNamespace(access=Roles())

    bot = Bot()
    guard = Guard(bot)
    bot.inbox = Inbox(Telegram(), guard.run, on_finished=lambda: None)
    bot.inbox.parsers[kind] = parse
    bot.inbox.add_handler(handler(note), 0)
    update = kind(message=raw.types.MessageEmpty(id=1), pts=2, pts_count=1)
    assert await guard.run(Work(Update(update, {}, {}), None)) is None
    assert causes == [cause]
