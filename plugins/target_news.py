"""What the owner hears of the chats that drafts go to: one closes or opens again, a group has the bot from now on."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import Client, ContinuePropagation, raw, utils
from pyrogram.enums import ChatMemberStatus, ChatType
from pyrogram.types import ChatMemberUpdated

from client.bot import Bot
from client.cause import Cause
from client.filters import from_telegram, owner
from client.keyboard import Button
from locales.texts import Part
from plugins.storage import about_me, tell_owner
from plugins.users import FIRST
from services.targets import name_of

_GROUPS: Final = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_INSIDE: Final = frozenset({ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})


@Client.on_chat_member_updated(from_telegram & about_me, group=FIRST)
async def note_own_place(bot: Bot, change: ChatMemberUpdated) -> None:
    """Look anew at a target where the bot's place changed; ask about a group that the owner took it into."""
    chat = int(change.chat.id or 0)
    if not await look_again(bot, chat) and await is_offered(bot, change):
        yes = Button("button-target-yes", data=f"target-add:{chat}")
        await tell_owner(bot, change, "target-ask", keyboard=[[yes]], title=change.chat.title)
    raise ContinuePropagation


@Client.on_raw_update(from_telegram, group=FIRST)
async def note_rights(bot: Bot, update: Any, _users: Any, _chats: Any) -> None:
    """Look anew at a target that lets its members do something else from now on."""
    if isinstance(update, raw.types.UpdateChatDefaultBannedRights):
        await look_again(bot, utils.get_peer_id(update.peer))
    raise ContinuePropagation


async def look_again(bot: Bot, chat: int) -> bool:
    """Look at a chat anew, and tell the owner where it closed or opened; False where drafts do not go there.

    What was seen is written down last: the same update again, after a crash, tells again, which is once.
    """
    known = await bot.services.targets.find(chat)
    if known is None:
        return False
    seen = await bot.services.targets.look(chat, bot)
    if known.may_write == bool(seen.refusal):
        title, cause = name_of(known), Cause(f"target:{chat}:{known.checked_at.isoformat()}")
        key = "target-lost" if seen.refusal else "target-back"
        rows = (Part(seen.refusal, {"title": title}),) if seen.refusal else ()
        await bot.told(bot.services.access.owner_id, key, cause=cause, step=key, title=title, rows=rows)
    await bot.services.targets.see(seen)
    return True


async def is_offered(bot: Bot, change: ChatMemberUpdated) -> bool:
    """Whether the owner took the bot into a group where it was not, and which is for nothing else yet."""
    was, now = change.old_chat_member, change.new_chat_member
    came = bool(now and now.status in _INSIDE and not (was and was.status in _INSIDE))
    if not came or change.chat.type not in _GROUPS or not await owner(bot, change):
        return False
    return await bot.services.fsub.chats.find(int(change.chat.id or 0)) is None
