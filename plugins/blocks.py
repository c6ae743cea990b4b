"""Who has blocked the bot, or lets it write again, as Telegram tells it."""

from __future__ import annotations

from typing import Any

from pyrogram import Client, ContinuePropagation, raw

from client.bot import Bot
from client.filters import from_telegram
from plugins.users import FIRST
from services.refusals import Refusal


@Client.on_raw_update(from_telegram, group=FIRST)
async def note_block(bot: Bot, update: Any, _users: Any, _chats: Any) -> None:
    """Remember who blocked the bot, so that nobody writes there in vain: what waits for them is cancelled."""
    if isinstance(update, raw.types.UpdateBotStopped):
        if update.stopped:
            await bot.services.step_work.lost(update.user_id, Refusal.BLOCKED)
        else:
            await bot.services.users.unblocked(update.user_id)
            await bot.services.letters.heard_of(update.user_id)
    raise ContinuePropagation
