"""What /help and /about say: what this bot does for whoever asks, and what it is."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from locales.texts import Part
from plugins.people import person_of
from plugins.recognize import command
from services.access import Role

HELP: Final = {Role.OWNER: "help-owner", Role.ADMIN: "help-admin", Role.READER: "help-reader"}


@Client.on_message(command("help"))
async def help_(bot: Bot, message: Message) -> None:
    """Say what the bot does for a person of this role."""
    await bot.answer(message, HELP[bot.services.access.role(person_of(message).id)])


@Client.on_message(command("about"))
async def about(bot: Bot, message: Message) -> None:
    """Say what this is, in which version, and where its source is."""
    source = Part("about-source", {"url": bot.source}) if bot.source else None
    await bot.answer(message, "about", version=bot.version, source=source)
