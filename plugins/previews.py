"""What readers would get, shown to an admin before a setting is saved: a file, a greeting, a page of the owner's."""

from __future__ import annotations

from dataclasses import replace

from pyrogram.errors import BadRequest
from pyrogram.types import Message

from client.bot import Bot
from client.cause import cause_of
from client.keyboard import Keyboard
from client.speech import chat_of
from locales.texts import Html
from plugins.people import first_of, names_of, person_of
from services.errors import UserError
from services.forms import Value
from services.options import BotOptions, Shows
from services.templates import LONGEST, Template


async def preview(bot: Bot, message: Message, shows: Shows, name: str, value: Value) -> bool:
    """Show what a setting would make of what readers get; False while there is no file to show it with.

    Raises:
        UserError: `setting-refused`: Telegram does not take it.
    """
    options = replace(await bot.services.settings.current(), **{name: value})
    try:
        if shows is Shows.FILE:
            return await _file(bot, message, options)
        if shows is Shows.PAGE:
            return await show_page(bot, message, value, step="preview")
        if not await greet(bot, message, options, step="preview"):
            raise UserError("setting-picture-refused")
    except BadRequest as error:
        raise UserError("setting-refused", reason=str(error.ID or type(error).__name__)) from error
    return True


async def greet(bot: Bot, message: Message, options: BotOptions, *, step: str = "answer") -> bool:
    """Greet somebody, in the owner's own words and over a picture where there are any; False where it was refused."""
    picture = options.greeting_picture
    if options.greeting:
        return await show_page(bot, message, options.greeting, picture=picture, step=step)
    return await bot.answer(message, "greeting", picture=picture, step=step, first=first_of(person_of(message)))


async def show_page(
    bot: Bot, message: Message, words: str, *, picture: str | None = None, step: str = "answer",
    keyboard: Keyboard | None = None,
) -> bool:  # fmt: skip
    """Answer with words of the owner's, filled in for whoever reads them; False where the picture was refused."""
    text = Html(Template(words).fill(names_of(person_of(message)), LONGEST))
    return await bot.answer(message, "page", picture=picture, step=step, keyboard=keyboard, text=text)


async def _file(bot: Bot, message: Message, options: BotOptions) -> bool:
    delivery = await bot.services.links.example(options, names_of(person_of(message)))
    if delivery is None:
        return False
    await bot.deliver(chat_of(message), delivery, cause=cause_of(message))
    return True
