"""Which handlers want an update, asked without Telegram and without a database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pyrogram.handlers import CallbackQueryHandler, ChatMemberUpdatedHandler, InlineQueryHandler, MessageHandler
from pyrogram.types import CallbackQuery, ChatMemberUpdated, InlineQuery, Message

import plugins
from client.plugins import find_handlers
from database.cause import Cause
from plugins.users import FIRST
from services.access import Access
from services.conversations import Choice, Conversation, Question
from services.options import BotOptions
from tests.plugins.messages import GROUP, NOW, SOURCE, STORAGE, user
from tests.plugins.standing import Roles

KINDS = {
    Message: MessageHandler,
    CallbackQuery: CallbackQueryHandler,
    ChatMemberUpdated: ChatMemberUpdatedHandler,
    InlineQuery: InlineQueryHandler,
}


def a_bot(storage: int | None = STORAGE, access: Access | None = None) -> Any:
    """A bot, as far as filters ask for it."""

    async def storage_chat() -> int | None:
        return storage

    async def no_conversation(*_: int | str) -> None:
        return None

    async def current() -> BotOptions:
        return BotOptions(storage_chat=storage, source_chat=SOURCE)

    async def answers(chat: int, _: int) -> bool:
        return chat == GROUP

    settings = SimpleNamespace(storage_chat=storage_chat, current=current)
    conversations = SimpleNamespace(of_message=no_conversation, get=no_conversation)
    replies = SimpleNamespace(answers=answers)
    services = SimpleNamespace(
        access=access or Roles(), settings=settings, conversations=conversations, replies=replies
    )
    me = user(777, is_bot=True, username="keeper_bot")
    return SimpleNamespace(services=services, me=me, username="keeper_bot")


async def takers(update: Any, bot: Any) -> list[str]:
    """The handlers that want an update, in the order in which they are asked; those that only take note of it, too."""
    found = sorted(find_handlers(plugins), key=lambda pair: pair[1])
    kind: Any = KINDS[type(update)]
    asked: list[Any] = [handler for handler, _ in found if isinstance(handler, kind)]
    return [name_of(handler) for handler in asked if await handler.check(bot, update)]


def in_conversation(update: Any, topic: str, *choices: str, last: int = 0) -> Any:
    """An update that belongs to a conversation of this topic, whose question offers these choices."""
    question = Question("x", {}, (tuple(Choice(name, "x") for name in choices),))
    at = NOW, NOW, Cause("c")
    vars(update)["_conversation"] = Conversation("code", 1, 1, topic, "", {}, question, 0, *at, since=1, last=last)
    return update


def name_of(handler: Any) -> str:
    """A handler's file and name."""
    return f"{handler.callback.__module__.removeprefix('plugins.')}.{handler.callback.__name__}"


def is_note(name: str) -> bool:
    """Whether a handler only takes note, and leaves the update to the others."""
    return name in {name_of(handler) for handler, group in find_handlers(plugins) if group == FIRST}
