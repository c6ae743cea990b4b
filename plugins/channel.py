"""What happens in the storage channel itself: posted files get links, which the owner is told; what goes is noted."""

from __future__ import annotations

from typing import Any

from pyrogram import Client, ContinuePropagation, filters, raw, utils
from pyrogram.types import Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import from_telegram
from plugins.cards import stored_card
from plugins.channel_posts import chat_post
from plugins.recognize import file, upload_of
from plugins.users import FIRST


@Client.on_message(from_telegram & filters.channel & file & ~filters.outgoing & ~chat_post)
async def record_post(bot: Bot, message: Message) -> None:
    """Record a post of the storage channel and tell the owner its link; the post itself is never touched."""
    upload = upload_of(message)
    if upload is None or upload.chat_id != await bot.services.settings.storage_chat():
        return
    owner, cause = bot.services.access.owner_id, cause_of(message)
    if upload.group_id is not None:
        await bot.services.albums.collect(upload, by=owner, cause=cause)
        return
    stored = await bot.services.files.record_posts([upload], cause=cause)
    card = stored_card(bot, stored, posted=True)
    await bot.told(owner, card.key, cause=cause, step="posted", keyboard=card.keyboard, **card.args)


@Client.on_raw_update(from_telegram, group=FIRST)
async def note_deleted(bot: Bot, update: Any, _users: Any, _chats: Any) -> None:
    """Note which stored files are gone, so that they are stored anew when somebody sends them again."""
    if isinstance(update, raw.types.UpdateDeleteChannelMessages):
        await bot.services.losses.mark_gone(utils.get_channel_id(update.channel_id), update.messages)
    raise ContinuePropagation
