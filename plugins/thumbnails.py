"""What an admin does with thumbnails: set the one that all their files get, look at it, take it away."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import Message

from client.bot import Bot
from client.filters import may
from client.pictures import picture_in
from plugins.people import person_of
from plugins.recognize import command
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from services.access import Permission
from services.conversations import Question

uploader = may(Permission.UPLOAD)


@Client.on_message(command("set_thumb") & uploader)
async def set_thumb(bot: Bot, message: Message) -> None:
    """Take the picture of the message that this one answers, or ask for one."""
    replied = await bot.replied(message)
    if replied is None or picture_in(replied) is None:
        await ask(bot, message, "thumbnail", Question("thumb-ask", choices=((CANCEL,),)))
        return
    await bot.services.thumbnails.set_default(await bot.picture(replied), by=person_of(message).id)
    await bot.answer(message, "thumb-set")


@Client.on_message(answers("thumbnail") & uploader, group=TALKING)
async def take_picture(bot: Bot, message: Message) -> None:
    """Take the picture that was asked for."""
    async with talking(bot, message) as talk:
        await bot.services.thumbnails.set_default(await bot.picture(message), by=person_of(message).id)
        await talk.finish("thumb-set")


@Client.on_message(command("show_thumb") & uploader)
async def show_thumb(bot: Bot, message: Message) -> None:
    """Show the thumbnail as it is attached."""
    jpeg = await bot.services.thumbnails.default_of(person_of(message).id)
    if jpeg is None:
        await bot.answer(message, "thumb-none")
    else:
        await bot.show_thumbnail(message, jpeg, "thumb-shown")


@Client.on_message(command("del_thumb") & uploader)
async def del_thumb(bot: Bot, message: Message) -> None:
    """Give new files no thumbnail any more."""
    await bot.services.thumbnails.drop_default(person_of(message).id)
    await bot.answer(message, "thumb-deleted")
