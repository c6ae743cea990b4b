"""What "I joined" does: looks whether it is so, turns into "verify" while it is not, and then into a success text."""

from __future__ import annotations

import asyncio
import html
from typing import TYPE_CHECKING, Any, Final

from pyrogram import Client, filters
from pyrogram.filters import Filter
from pyrogram.types import CallbackQuery

from client.cause import cause_of, cause_of_buttons
from client.filters import everyone
from client.keyboard import Button, Keyboard, render
from client.speech import chat_of
from locales.texts import Html
from plugins.people import person_of
from plugins.recognize import person
from plugins.talk import TALKING
from services.clicks import click_in
from services.fsub import Place
from services.joining import JOINED

if TYPE_CHECKING:
    from client.bot import Bot

AT_ONCE: Final = 0.6
"""Seconds for which the answer to a press waits for Telegram's word: a press is answered within one second."""

_REFUSALS: Final = {Place.OUTSIDE: "joined-not-yet", Place.UNKNOWN: "joined-unknown"}


async def _is_joined(_: Filter, __: Bot, query: CallbackQuery) -> bool:
    return isinstance(query.data, str) and click_in(query.data) == JOINED


@Client.on_callback_query(person & everyone & filters.create(_is_joined, "joined"), group=TALKING)
async def press_joined(bot: Bot, query: CallbackQuery) -> None:
    """Record the press for what it is, and say what came of it."""
    place, answered = await look(bot, query)
    if await bot.services.joining.press(person_of(query).id, place, cause_of(query)):
        await welcome(bot, query, answered=answered)
    else:
        await refuse(bot, query, _REFUSALS[place], answered=answered)


async def look(bot: Bot, query: CallbackQuery) -> tuple[Place, bool]:
    """Find out where somebody is, and whether the press was answered meanwhile, as that took too long."""
    looking = asyncio.ensure_future(bot.services.joining.look(person_of(query).id, bot))
    try:
        seen, _ = await asyncio.wait({looking}, timeout=AT_ONCE)
        if not seen:
            await bot.toast(query, "joined-looking")
        return await looking, not seen
    finally:
        looking.cancel()


async def welcome(bot: Bot, query: CallbackQuery, *, answered: bool) -> None:
    """Take the buttons away, and say in their place that it worked; once for each message that had them."""
    if query.message:
        await bot.sender.edit_keyboard(chat_of(query), query.message.id)
    own = await bot.services.joining.success_text()
    key, text = ("joined-own", Html(html.escape(own))) if own else ("joined-success", None)
    await bot.tell(person_of(query).id, key, cause=cause_of_buttons(query), step="success", text=text)
    if not answered:
        await bot.toast(query)


async def refuse(bot: Bot, query: CallbackQuery, key: str, *, answered: bool) -> None:
    """Say why a press does not count, and let the button ask to verify from now on."""
    if answered:
        await bot.answer(query, key)
    else:
        await bot.toast(query, key, alert=True)
    if query.message and (rows := verifying(query)):
        markup = render(rows, bot.texts, await bot.language_of(query.from_user))
        await bot.sender.edit_keyboard(chat_of(query), query.message.id, markup)


def verifying(query: CallbackQuery) -> Keyboard:
    """The buttons of a message, of which the one that was pressed says "verify"."""
    markup = query.message.reply_markup if query.message else None
    rows: Any = getattr(markup, "inline_keyboard", None) or []
    return [[_again(each, query) for each in row if each.url or isinstance(each.callback_data, str)] for row in rows]


def _again(button: Any, query: CallbackQuery) -> Button:
    if button.url:
        return Button(text=button.text, url=button.url)
    if button.callback_data == query.data:
        return Button("button-joined-verify", data=button.callback_data)
    return Button(text=button.text, data=button.callback_data)
