"""What /settings does: shows every setting in one message, and changes it at a press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.speech import chat_of
from plugins.captions import html_of
from plugins.cards import say, show
from plugins.changes import people_in
from plugins.people import names_by_id, person_of
from plugins.previews import preview
from plugins.recognize import command, person, pressed, pressed_argument
from plugins.setting_cards import group_card, log_card, menu_card, setting_card
from plugins.talk import CANCEL, TALKING, YES, Talk, answers, ask, chose, talking
from plugins.values import question
from services.access import Permission
from services.conversations import Question
from services.errors import UserError
from services.forms import Form, Picture, Text, Value, post_of
from services.options import Group
from services.settings import Shown

settler = may(Permission.SETTINGS)

TOPIC: Final = "setting"
SEEN: Final = Question("setting-save", {}, ((YES,), (CANCEL,)))
UNSEEN: Final = Question("setting-save-unseen", {}, ((YES,), (CANCEL,)))


@Client.on_message(command("settings") & settler)
async def settings(bot: Bot, message: Message) -> None:
    """Offer the pages of settings."""
    await say(bot, message, menu_card())


@Client.on_callback_query(person & settler & pressed("settings"))
async def press_page(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of settings, or all pages."""
    group = next((group for group in Group if group == pressed_argument(query)), None)
    if group is None:
        await show(bot, query, menu_card())
    else:
        settings = await bot.services.settings.group(group)
        await show(bot, query, group_card(group, settings, await titles_in(bot, settings)))


@Client.on_callback_query(person & settler & pressed("set"))
async def press_setting(bot: Bot, query: CallbackQuery) -> None:
    """Show one setting."""
    shown = await bot.services.settings.shown(pressed_argument(query))
    await show(bot, query, setting_card(shown, titles=await titles_in(bot, [shown])))


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


@Client.on_callback_query(person & settler & pressed("set-undo"))
async def press_undo(bot: Bot, query: CallbackQuery) -> None:
    """Take back the last change of a setting."""
    name, _, last = pressed_argument(query).partition(":")
    shown = await bot.services.settings.undo(name, last, by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, setting_card(shown))


@Client.on_callback_query(person & settler & pressed("set-type"))
async def press_type(bot: Bot, query: CallbackQuery) -> None:
    """Ask for a value in words."""
    declared = (await bot.services.settings.shown(pressed_argument(query))).declared
    bot.services.settings.check_right(declared.name, person_of(query).id)
    name = bot.texts.label(await bot.language_of(query.from_user), declared.key)
    await ask(bot, query, TOPIC, question(declared.form, name), data={"name": declared.name})


@Client.on_message(answers(TOPIC) & settler, group=TALKING)
async def take_words(bot: Bot, message: Message) -> None:
    """Take a value that a person wrote, or sent; first show what it makes, where that can be shown."""
    async with talking(bot, message) as talk:
        declared = (await bot.services.settings.shown(str(talk.data["name"]))).declared
        value = declared.form.read(await words_of(bot, message, declared.form))
        if declared.shows is None:
            await finish(bot, talk, message, value)
            return
        seen = await preview(bot, message, declared.shows, declared.name, value)
        await talk.next("save", SEEN if seen else UNSEEN, value=value)


@Client.on_callback_query(chose(TOPIC) & person & settler, group=TALKING)
async def press_save(bot: Bot, query: CallbackQuery) -> None:
    """Save what was shown."""
    async with talking(bot, query) as talk:
        await finish(bot, talk, query, talk.data["value"])


@Client.on_callback_query(person & settler & pressed("set-log"))
async def press_log(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of the log of changes."""
    number = pressed_argument(query)
    page = await bot.services.audit.page(int(number) if number.isascii() and number.isdigit() else 0)
    zone = (await bot.services.settings.current()).timezone
    await show(bot, query, log_card(page, await names_by_id(bot, people_in(page.changes)), zone))


async def finish(bot: Bot, talk: Talk, update: Message | CallbackQuery, value: Value) -> None:
    """Save a value, and show the setting as it is then."""
    name = str(talk.data["name"])
    await bot.services.settings.put(name, value, by=person_of(update).id, cause=cause_of(update))
    card = setting_card(await bot.services.settings.shown(name))
    await talk.finish(card.key, keyboard=card.keyboard, **card.args)


async def words_of(bot: Bot, message: Message, form: Form) -> str:
    """What a person wrote: with its markup where the value has some, or a picture that is kept from now on.

    Raises:
        UserError: a picture cannot be kept; it says why.
    """
    if isinstance(form, Picture) and message.photo:
        return await kept_picture(bot, message)
    return html_of(message) if isinstance(form, Text) else str(message.text or "")


async def kept_picture(bot: Bot, message: Message) -> str:
    """Keep a picture in the storage channel: its file id alone would not last.

    Raises:
        UserError: there is no storage channel, or it does not take it.
    """
    storage = await bot.services.settings.storage_chat()
    if storage is None:
        raise UserError("storage-missing")
    [number] = await bot.sender.copy_to_storage(storage, chat_of(message), [message.id], cause=cause_of(message))
    if number is None:
        raise UserError("upload-gone")
    return post_of(storage, number)


async def titles_in(bot: Bot, settings: Sequence[Shown]) -> dict[int, str]:
    """Find out what the chats among the values of settings are called; one that the bot cannot see is left out."""
    chats = [shown for shown in settings if type(shown.declared.form) is Form]
    ids = {value for shown in chats for value in (shown.value, shown.before and shown.before.value) if value}
    return {chat: title for chat in ids if (title := (await bot.channel_facts(chat)).title)}
