"""What is said where the AI answers: it waits for the next cycle; what is edited or deleted before it is so then."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import Client, ContinuePropagation, filters, raw, utils
from pyrogram.filters import Filter
from pyrogram.types import Message

from client.bot import Bot
from client.filters import everyone, from_telegram
from client.speech import chat_of
from locales.arguments import clean
from plugins.people import first_of, person_of
from plugins.recognize import speaks
from plugins.users import FIRST
from services.replies import Heard

LATE: Final = 50
"""The group of these handlers: after those of every other file, but for who answers what nobody else does."""


async def _is_answered(_: Filter, bot: Bot, message: Message) -> bool:
    """Whether a message has words, is no command, and stands where the AI answers its author."""
    words = words_of(message)
    if not words or words.startswith("/"):
        return False
    return await bot.services.replies.answers(chat_of(message), int(person_of(message).id or 0))


answered: Filter = speaks & filters.create(_is_answered, "answered")
"""Messages that the AI is asked about."""


@Client.on_message(filters.private & everyone & answered, group=LATE)
async def hear_person(bot: Bot, message: Message) -> None:
    """Let a message to the bot wait for an answer; its author is told so, once for all that wait together."""
    if await bot.services.replies.hear(heard_in(message)):
        await bot.answer(message, "replies-heard")


@Client.on_message(filters.group & everyone & answered, group=LATE)
async def hear_group(bot: Bot, message: Message) -> None:
    """Let a message in a group wait for an answer; what an admin answers waits no more."""
    answers = message.reply_to_message_id
    if answers and bot.services.access.is_admin(person_of(message).id):
        await bot.services.replies.forget(chat_of(message), [answers])
    else:
        await bot.services.replies.hear(heard_in(message))


@Client.on_edited_message(everyone & answered, group=LATE)
async def hear_edit(bot: Bot, message: Message) -> None:
    """Let a message that waits say what it says now."""
    await bot.services.replies.reword(heard_in(message))


@Client.on_raw_update(from_telegram, group=FIRST)
async def note_deleted(bot: Bot, update: Any, _users: Any, _chats: Any) -> None:
    """Let messages of a group wait no more that are deleted."""
    if isinstance(update, raw.types.UpdateDeleteChannelMessages):
        await bot.services.replies.forget(utils.get_channel_id(update.channel_id), update.messages)
    raise ContinuePropagation


def words_of(message: Message) -> str:
    """What a message says."""
    return str(message.text or message.caption or "").strip()


def heard_in(message: Message) -> Heard:
    """Read a message as it is heard."""
    person, chat = person_of(message), message.chat
    who = first_of(person)
    title = clean((chat.title if chat else None) or "") or who
    return Heard(chat_of(message), int(person.id or 0), message.id, words_of(message), who, title)
