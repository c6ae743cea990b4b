"""Everyone who talks to the bot is remembered, before anything else happens."""

from __future__ import annotations

from typing import Final

from pyrogram import Client, ContinuePropagation
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import everyone
from plugins.people import person_of, profile_of
from plugins.recognize import argument_of, command, person

FIRST: Final = -2
"""The group of these handlers: before those of every other file, and before answers to questions."""

_start: Final = command("start")


@Client.on_message(person & everyone, group=FIRST)
async def meet_writer(bot: Bot, message: Message) -> None:
    """Remember who writes, and which link first led here."""
    payload = argument_of(message) if await _start(bot, message) else ""
    await bot.services.users.seen(profile_of(person_of(message)), start_payload=payload or None)
    raise ContinuePropagation


@Client.on_callback_query(person & everyone, group=FIRST)
async def meet_presser(bot: Bot, query: CallbackQuery) -> None:
    """Remember who presses a button."""
    await bot.services.users.seen(profile_of(person_of(query)))
    raise ContinuePropagation
