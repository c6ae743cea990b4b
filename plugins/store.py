"""What happens to what an admin sends: a file is stored and answered with its link, an album once it is whole."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from client.cause import cause_of, cause_of_album
from client.filters import may
from plugins.cards import stored_card
from plugins.people import person_of
from plugins.recognize import album, command, file, kind_of_no_file, person, text, text_of, upload_of, yaml
from services.access import Permission
from services.files import Upload

uploader = may(Permission.UPLOAD)

plain = file & ~(yaml & may(Permission.BROADCAST))
"""Files that are nothing else: a YAML file may be a sequence, see plugins/sequence_drafts.py."""


@Client.on_message(person & uploader & plain & ~album)
async def store(bot: Bot, message: Message) -> None:
    """Store one file and answer with its link."""
    if upload := upload_of(message):
        await answer_stored(bot, message, upload)


@Client.on_message(person & uploader & file & album)
async def collect(bot: Bot, message: Message) -> None:
    """Put a part of an album aside; the whole is stored once no more parts come."""
    if upload := upload_of(message):
        await bot.services.albums.collect(upload, by=person_of(message).id, cause=cause_of(message))


@Client.on_message(person & uploader & ~file & ~text)
async def refuse(bot: Bot, message: Message) -> None:
    """Say what cannot be stored, and what can."""
    await bot.answer(message, "not-a-file", cause=cause_of_album(message), kind=kind_of_no_file(message))


@Client.on_message(command("genlink") & uploader)
async def genlink(bot: Bot, message: Message) -> None:
    """Make a link to the file or the text of the message that this one answers, also to one part of an album."""
    replied = await bot.replied(message)
    if replied is None:
        await bot.answer(message, "genlink-usage")
    elif upload := upload_of(replied) or text_of(replied):
        await answer_stored(bot, message, upload)
    else:
        await bot.answer(message, "genlink-no-file")


async def answer_stored(bot: Bot, message: Message, upload: Upload) -> None:
    """Store one file and answer a message with its link."""
    stored = await bot.services.files.store([upload], by=person_of(message).id, cause=cause_of(message))
    card = stored_card(bot, stored)
    await bot.answer(message, card.key, keyboard=card.keyboard, **card.args)
