"""What the owner says about what readers keep: for how long, and whether they may pass it on; and closing a notice."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import everyone, may
from locales.texts import Part
from plugins.cards import say
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed
from plugins.setting_cards import setting_card
from services.access import Permission
from services.options import DECLARED

settler = may(Permission.SETTINGS)


@Client.on_message(command("autodelete") & settler)
async def autodelete(bot: Bot, message: Message) -> None:
    """Show, or set, after what time readers lose what they got."""
    await answer_setting(bot, message, "auto_delete_time", Part("auto-delete-hint"))


@Client.on_message(command("protect") & settler)
async def protect(bot: Bot, message: Message) -> None:
    """Show, or set, whether readers are kept from saving and forwarding what they get."""
    await answer_setting(bot, message, "protect_content", Part("protect-hint"))


@Client.on_callback_query(person & everyone & pressed("notice-close"))
async def close_notice(bot: Bot, query: CallbackQuery) -> None:
    """Delete a notice that has said what it had to say."""
    await bot.put_away(query)


async def answer_setting(bot: Bot, message: Message, name: str, hint: Part) -> None:
    """Show a setting; before that, give it the value that stands after the command, if one does.

    Raises:
        UserError: it takes no such value; the text says what to write.
    """
    if words := argument_of(message):
        value = DECLARED[name].form.read(words)
        await bot.services.settings.put(name, value, by=person_of(message).id, cause=cause_of(message))
    await say(bot, message, setting_card(await bot.services.settings.shown(name), hint))
