"""What /help says: what this bot does for whoever asks."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from client.filters import everyone
from locales.texts import Part
from plugins.cards import Card
from plugins.commands import sections_of
from plugins.people import person_of
from plugins.recognize import command
from services.access import Permission, Rank, Role


@Client.on_message(command("help") & everyone)
async def help_(bot: Bot, message: Message) -> None:
    """Say what the bot does for somebody who may do what this person may."""
    card = help_card(bot.services.access.rank(person_of(message).id))
    await bot.answer(message, card.key, **card.args)


def help_card(rank: Rank) -> Card:
    """Say what the bot does for somebody of a rank: how it works, and their commands, by what they are about."""
    sections = tuple(
        Part(
            "help-section",
            {"title": Part(title), "lines": tuple(Part(each.help) for each in words.values() if each.help)},
        )
        for title, words in sections_of(rank).items()
    )
    if Permission.UPLOAD in rank.permissions:
        intro = Part("help-upload", {})
    else:
        intro = Part("help-admin" if rank.role is Role.ADMIN else "help-reader", {})
    return Card("help-owner" if rank.role is Role.OWNER else "help", {"intro": intro, "commands": sections}, [])
