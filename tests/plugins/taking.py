"""Which handlers want an update, asked without Telegram and without a database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pyrogram.handlers import CallbackQueryHandler, ChatMemberUpdatedHandler, MessageHandler
from pyrogram.types import CallbackQuery, ChatMemberUpdated, Message

import plugins
from client.plugins import find_handlers
from plugins.users import FIRST
from services.access import Access
from tests.plugins.messages import STORAGE, user
from tests.plugins.standing import Roles

KINDS = {Message: MessageHandler, CallbackQuery: CallbackQueryHandler, ChatMemberUpdated: ChatMemberUpdatedHandler}


def a_bot(storage: int | None = STORAGE, access: Access | None = None) -> Any:
    """A bot, as far as filters ask for it."""

    async def storage_chat() -> int | None:
        return storage

    settings = SimpleNamespace(storage_chat=storage_chat)
    services = SimpleNamespace(access=access or Roles(), settings=settings)
    return SimpleNamespace(services=services, me=user(777, is_bot=True, username="keeper_bot"))


async def takers(update: Any, bot: Any) -> list[str]:
    """The handlers that want an update, in the order in which they are asked; those that only take note of it, too."""
    found = sorted(find_handlers(plugins), key=lambda pair: pair[1])
    kind: Any = KINDS[type(update)]
    asked: list[Any] = [handler for handler, _ in found if isinstance(handler, kind)]
    return [name_of(handler) for handler in asked if await handler.check(bot, update)]


def name_of(handler: Any) -> str:
    """A handler's file and name."""
    return f"{handler.callback.__module__.removeprefix('plugins.')}.{handler.callback.__name__}"


def is_note(name: str) -> bool:
    """Whether a handler only takes note, and leaves the update to the others."""
    return name in {name_of(handler) for handler, group in find_handlers(plugins) if group == FIRST}
