"""What is said to whatever no other file answers: a reader's file or text, an unknown command, an old button."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of_album
from client.filters import admin, everyone
from plugins.commands import commands_of
from plugins.people import person_of
from plugins.recognize import VERBS, album, any_command, person, text, verb_of
from services.access import ALL, Permission, Rank, Role

EVERYTHING: Final = Rank(Role.OWNER, ALL)

LAST: Final = 100
"""The group of these handlers: after those of every other file, whatever its name."""


@Client.on_message(any_command & everyone, group=LAST)
async def answer_unknown_command(bot: Bot, message: Message) -> None:
    """Say that there is no such command for this person; an admin may know of those that others have."""
    name = str(message.text).split(maxsplit=1)[0].removeprefix("/").partition("@")[0].lower()
    withheld = name in commands_of(EVERYTHING) and await admin(bot, message)
    await bot.answer(message, "command-withheld" if withheld else "unknown-command")


@Client.on_message(person & admin, group=LAST)
async def answer_admin(bot: Bot, message: Message) -> None:
    """Say to an admin what to send, or that storing files is not theirs to do."""
    stores = bot.services.access.may(person_of(message).id, Permission.UPLOAD)
    cause = cause_of_album(message)
    await bot.answer(message, "admin-text" if stores else "admin-not-permitted", cause=cause)


@Client.on_message(person & everyone & text, group=LAST)
async def answer_text(bot: Bot, message: Message) -> None:
    """Say to a reader where files come from."""
    await bot.answer(message, "reader-text")


@Client.on_message(person & everyone & album, group=LAST)
async def answer_album(bot: Bot, message: Message) -> None:
    """Say once to a reader who sends an album that files are taken from admins only."""
    await bot.tell(person_of(message).id, "reader-file", cause=cause_of_album(message), step="answer")


@Client.on_message(person & everyone, group=LAST)
async def answer_media(bot: Bot, message: Message) -> None:
    """Say to a reader that files are taken from admins only."""
    await bot.answer(message, "reader-file")


@Client.on_callback_query(everyone, group=LAST)
async def answer_button(bot: Bot, query: CallbackQuery) -> None:
    """Say that a button leads nowhere any more, or is not for this person."""
    rank = bot.services.access.rank(person_of(query).id)
    key = "no-authority" if rank.role is Role.READER else "button-stale"
    if rank.role is Role.ADMIN and verb_of(query) in VERBS:
        key = "command-withheld"
    await bot.toast(query, key, alert=True)
