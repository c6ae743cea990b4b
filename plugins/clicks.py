"""Every press of a button is recorded, once; the owner's own buttons answer what their sequence says."""

from __future__ import annotations

from collections.abc import Mapping

from pyrogram import Client, ContinuePropagation
from pyrogram.types import CallbackQuery

from client.bot import Bot
from client.cause import cause_of
from client.filters import everyone
from plugins.people import person_of
from plugins.recognize import VERBS, person, pressed, verb_of
from plugins.users import FIRST
from services.clicks import CLICK, UNKNOWN, click_in
from services.errors import UserError
from services.joining import JOINED


@Client.on_callback_query(person & everyone, group=FIRST)
async def note_press(bot: Bot, query: CallbackQuery) -> None:
    """Record who pressed what; what a press of "I joined" counts for is looked into before it is recorded."""
    click = click_in(str(query.data))
    if click != JOINED:
        button = click or (verb_of(query) if verb_of(query) in VERBS else UNKNOWN)
        await bot.services.clicks.record(person_of(query).id, button, cause_of(query))
    raise ContinuePropagation


def named_in(counts: Mapping[str, int]) -> list[str]:
    """Return the names of the owner's own buttons among all that were pressed, those pressed most at the front."""
    names = [name for name in counts if name not in VERBS and name != UNKNOWN]
    return sorted(names, key=lambda name: (-counts[name], name))


@Client.on_callback_query(person & everyone & pressed(CLICK))
async def press_click(bot: Bot, query: CallbackQuery) -> None:
    """Answer what the owner wrote for this button, or that the press was noted."""
    click = click_in(str(query.data))
    if click is None:
        raise UserError("button-stale")
    await bot.services.sequences.clicked(person_of(query).id, click)
    if answer := await bot.services.sequences.answer_to(click):
        await bot.sender.answer_query(int(query.id), answer)
    else:
        await bot.toast(query, "click-noted")
