"""How the storage channel is chosen: the owner names a channel, the bot looks at it and asks, the owner says yes."""

from __future__ import annotations

import re
from dataclasses import replace

from pyrogram import Client, filters
from pyrogram.enums import ChatMemberStatus, ChatType
from pyrogram.filters import Filter
from pyrogram.types import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
)

from client.bot import Bot
from client.cause import cause_of, cause_of_album
from client.filters import from_telegram, owner
from client.keyboard import Button, Keyboard
from plugins.people import person_of
from plugins.recognize import file, person, pressed, pressed_argument
from services.errors import UserError


def forwarded_from(message: Message) -> Chat | None:
    """The channel or group that a forwarded message was posted in, not the person who wrote it."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        return origin.chat
    return origin.sender_chat if isinstance(origin, MessageOriginChat) else None


async def _names_storage(_: Filter, bot: Bot, message: Message) -> bool:
    """Whether a forwarded post names a channel; once there is one, a forwarded file is a file to be stored."""
    if forwarded_from(message) is None:
        return False
    return not await file(bot, message) or await bot.services.settings.storage_chat() is None


async def _is_about_me(_: Filter, __: Bot, change: ChatMemberUpdated) -> bool:
    member = change.new_chat_member or change.old_chat_member
    return bool(member and member.user and member.user.is_self and change.chat.type != ChatType.PRIVATE)


async def _names_chat(_: Filter, __: Bot, query: CallbackQuery) -> bool:
    """Whether a button carries the id of a chat: what is pressed comes from a person's program, which may be any."""
    return re.fullmatch(r"-[0-9]{1,15}", pressed_argument(query)) is not None


about_me: Filter = filters.create(_is_about_me, "about_me")
names_storage: Filter = filters.create(_names_storage, "names_storage")
names_chat: Filter = filters.create(_names_chat, "names_chat")


@Client.on_message(person & owner & names_storage)
async def ask_about_post(bot: Bot, message: Message) -> None:
    """Ask whether to keep files in the channel of the forwarded post."""
    if chat := forwarded_from(message):
        key, title = await question(bot, chat)
        await bot.answer(message, key, cause=cause_of_album(message), keyboard=yes_or_no(chat), title=title)


@Client.on_chat_member_updated(from_telegram & about_me)
async def ask_about_channel(bot: Bot, change: ChatMemberUpdated) -> None:
    """Ask about a channel where the owner let the bot post; say when the storage channel is lost, or there again."""
    storage = await bot.services.settings.storage_chat()
    if change.chat.id == storage:
        had, has = may_post(change.old_chat_member), may_post(change.new_chat_member)
        if had != has:
            await tell_owner(bot, change, "storage-back" if has else "storage-lost", title=change.chat.title)
    elif await owner(bot, change) and is_promotion(change):
        try:
            key, title = await question(bot, change.chat)
            await tell_owner(bot, change, key, keyboard=yes_or_no(change.chat), title=title)
        except UserError as refusal:
            elsewhere = change.chat.type != ChatType.CHANNEL or refusal.key == "storage-no-post-right"
            if storage is None or not elsewhere:  # what cannot be meant for files may be one that readers must join
                await tell_owner(bot, change, refusal.key, title=refusal.args_.get("title"))


@Client.on_callback_query(person & owner & pressed("storage") & names_chat)
async def use_channel(bot: Bot, query: CallbackQuery) -> None:
    """Keep files in this channel from now on; what it allows is looked at again."""
    facts = await bot.channel_facts(int(pressed_argument(query)))
    await bot.services.settings.choose_storage(facts, by=person_of(query).id, cause=cause_of(query))
    await bot.edit_answer(query, "storage-set", title=facts.title)
    await bot.toast(query)


@Client.on_callback_query(person & owner & pressed("storage-no"))
async def leave_channel_out(bot: Bot, query: CallbackQuery) -> None:
    """Change nothing."""
    await bot.edit_answer(query, "storage-unchanged")
    await bot.toast(query)


async def question(bot: Bot, chat: Chat) -> tuple[str, str]:
    """Look at a channel and choose the question to ask about it. Returns the text's key and the title.

    Raises:
        UserError: files cannot be kept there; it says why and what to do.
    """
    title = chat.title or ""
    if chat.type != ChatType.CHANNEL:
        raise UserError("storage-not-channel", title=title)
    facts = await bot.channel_facts(int(chat.id or 0))
    bot.services.settings.check_storage(replace(facts, title=facts.title or title))
    used = await bot.services.settings.storage_chat()
    return "storage-ask" if used in {None, chat.id} else "storage-ask-change", facts.title or title


def yes_or_no(chat: Chat) -> Keyboard:
    """The buttons under the question; the channel may be for `/chat` posts or for drafts instead."""
    yes, source = (
        Button("button-storage-yes", data=f"storage:{chat.id}"),
        Button("button-source", data=f"source:{chat.id}"),
    )
    drafts = Button("button-target-drafts", data=f"target-add:{chat.id}")
    return [[yes, Button("button-storage-no", data="storage-no")], [source], [drafts]]


def may_post(member: ChatMember | None) -> bool:
    """Whether a member of a channel may post there."""
    return bool(member and member.privileges and member.privileges.can_post_messages)


def is_promotion(change: ChatMemberUpdated) -> bool:
    """Whether the bot was made an administrator, or was let post as one."""
    was, now = change.old_chat_member, change.new_chat_member
    if not now or now.status != ChatMemberStatus.ADMINISTRATOR:
        return False
    return not was or was.status != ChatMemberStatus.ADMINISTRATOR or (may_post(now) and not may_post(was))


async def tell_owner(
    bot: Bot, change: ChatMemberUpdated, key: str, *, keyboard: Keyboard | None = None, **args: object
) -> None:
    """Write to the owner about a change in a channel; an owner who cannot be written to gets it later."""
    await bot.told(bot.services.access.owner_id, key, cause=cause_of(change), step=key, keyboard=keyboard, **args)
