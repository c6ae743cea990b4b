"""What the posts of a channel are, read by their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pyrogram.errors import ChannelInvalid, ChannelPrivate, PeerIdInvalid

from plugins.recognize import text_of, upload_of
from services.errors import UserError
from services.imports import PostsRead

if TYPE_CHECKING:
    from client.bot import Bot

PER_CALL: Final = 200
"""Posts that are read with one call (Telegram's limit)."""


async def missing_posts(bot: Bot, chat: int, numbers: Sequence[int]) -> list[int]:
    """Return those of these posts of a channel that are not there, or that the bot cannot see; at most 1,000."""
    missing: list[int] = []
    for start in range(0, len(numbers), PER_CALL):
        part = list(numbers[start : start + PER_CALL])
        try:
            found = await bot.get_messages(chat, part, replies=0)
        except (ChannelInvalid, ChannelPrivate, PeerIdInvalid):
            return list(numbers)
        there = {message.id for message in found if not message.empty}
        missing += [number for number in part if number not in there]
    return missing


async def read_posts(bot: Bot, chat: int, numbers: Sequence[int]) -> PostsRead:
    """Read posts of a channel, at most 200.

    Raises:
        UserError: `storage-not-admin`.
    """
    try:
        found = await bot.get_messages(chat, list(numbers), replies=0)
    except (ChannelInvalid, ChannelPrivate, PeerIdInvalid) as error:
        raise UserError("storage-not-admin", title=str(chat)) from error
    there = [message for message in found if not message.empty]
    uploads = [upload for message in there if (upload := upload_of(message) or text_of(message)) is not None]
    return PostsRead(uploads, len(there) - len(uploads))
