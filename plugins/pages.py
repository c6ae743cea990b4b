"""What /faq and /about say: the owner's own pages, and what stands there while there are none."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from client.filters import everyone
from client.keyboard import Button, Keyboard
from locales.texts import Part
from plugins.people import person_of
from plugins.previews import show_page
from plugins.recognize import command
from services.access import Permission


@Client.on_message(command("faq") & everyone)
async def faq(bot: Bot, message: Message) -> None:
    """Say what the owner wrote for readers' questions; where that is nothing, say who can write it."""
    words, keyboard = (await bot.services.settings.current()).faq, pen(bot, message, "faq")
    if words:
        await show_page(bot, message, words, keyboard=keyboard)
    else:
        await bot.answer(message, "faq-unwritten" if keyboard else "faq-none", keyboard=keyboard)


@Client.on_message(command("about") & everyone)
async def about(bot: Bot, message: Message) -> None:
    """Say what the owner wrote of this bot; else what it is, in which version, and where its source is."""
    words, keyboard = (await bot.services.settings.current()).about, pen(bot, message, "about")
    if words:
        await show_page(bot, message, words, keyboard=keyboard)
    else:
        source = Part("about-source", {"url": bot.source}) if bot.source else None
        await bot.answer(message, "about", keyboard=keyboard, version=bot.version, source=source)


def pen(bot: Bot, message: Message, name: str) -> Keyboard:
    """A button that writes this page, for those who may; empty for everybody else."""
    may = bot.services.access.may(person_of(message).id, Permission.SETTINGS)
    return [[Button("button-write", data=f"set-type:{name}")]] if may else []
