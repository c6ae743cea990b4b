"""How what somebody sent is kept until it goes out: nothing of a draft is lost when they delete or change it."""

from __future__ import annotations

from dataclasses import replace

from client.bot import Bot
from client.cause import Cause
from services.broadcasts import Outgoing
from services.errors import UserError


async def keep(bot: Bot, out: Outgoing, *, cause: Cause) -> Outgoing:
    """Keep what a message says apart from it, once per cause: a text as it is now, media in the storage channel.

    Without a storage channel media stay where they are: `is_kept` tells.

    Raises:
        UserError: the storage channel does not take it (`storage-failed`), or it is gone (`sketch-gone`).
        TryLater: Telegram wants us to wait.
    """
    if out.chat is None or out.is_text:
        return Outgoing(None, (), out.html, out.buttons, is_text=True)
    storage = await bot.services.settings.storage_chat()
    if storage is None:
        return out
    copies = await bot.sender.copy_to_storage(storage, out.chat, out.message_ids, cause=cause)
    numbers = tuple(number for number in copies if number is not None)
    if len(numbers) < len(out.message_ids):
        raise UserError("sketch-gone")
    return replace(out, chat=storage, message_ids=numbers)


def is_kept(out: Outgoing, chat: int) -> bool:
    """Whether something is kept apart from the chat in which it was sent."""
    return out.chat != chat
