"""What /settings does: shows every setting in one message, and changes it at a press."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from plugins.cards import say, show
from plugins.people import names_by_id, person_of
from plugins.recognize import command, person, pressed, pressed_argument
from plugins.setting_cards import group_card, log_card, menu_card, setting_card
from services.access import Permission
from services.options import Group

settler = may(Permission.SETTINGS)


@Client.on_message(command("settings") & settler)
async def settings(bot: Bot, message: Message) -> None:
    """Offer the pages of settings."""
    await say(bot, message, menu_card())


@Client.on_callback_query(person & settler & pressed("settings"))
async def press_page(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of settings, or all pages."""
    group = next((group for group in Group if group == pressed_argument(query)), None)
    card = group_card(group, await bot.services.settings.group(group)) if group else menu_card()
    await show(bot, query, card)


@Client.on_callback_query(person & settler & pressed("set"))
async def press_setting(bot: Bot, query: CallbackQuery) -> None:
    """Show one setting."""
    await show(bot, query, setting_card(await bot.services.settings.shown(pressed_argument(query))))


@Client.on_callback_query(person & settler & pressed("set-to"))
async def press_value(bot: Bot, query: CallbackQuery) -> None:
    """Give a setting the value that the button carries."""
    name, _, data = pressed_argument(query).partition(":")
    shown = await bot.services.settings.press(name, data, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, setting_card(shown))


@Client.on_callback_query(person & settler & pressed("set-reset"))
async def press_reset(bot: Bot, query: CallbackQuery) -> None:
    """Let a setting be as the environment has it."""
    name = pressed_argument(query)
    await bot.services.settings.reset(name, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, setting_card(await bot.services.settings.shown(name)))


@Client.on_callback_query(person & settler & pressed("set-log"))
async def press_log(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of the log of changes."""
    number = pressed_argument(query)
    page = await bot.services.settings.log(int(number) if number.isascii() and number.isdigit() else 0)
    zone = (await bot.services.settings.current()).timezone
    await show(bot, query, log_card(page, await names_by_id(bot, {change.by for change in page.changes}), zone))
