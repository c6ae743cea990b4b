"""What /stop does: ends what the bot sends by itself; and what begins it again, which /start asks about."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import everyone
from client.keyboard import Button, Keyboard
from plugins.people import person_of
from plugins.recognize import command, person, pressed, pressed_argument

AGAIN: Final[Keyboard] = [[Button("button-again-yes", data="again:yes"), Button("button-again-no", data="again:no")]]


@Client.on_message(command("stop") & everyone)
async def stop(bot: Bot, message: Message) -> None:
    """Cancel what is still to come of the sequences, and say what comes all the same."""
    count = await bot.services.sequences.stop(person_of(message).id)
    await bot.answer(message, "stopped", count=count)


@Client.on_callback_query(person & everyone & pressed("again"))
async def press_again(bot: Bot, query: CallbackQuery) -> None:
    """Begin again, or leave it at that."""
    if pressed_argument(query) == "yes":
        begun = await bot.services.sequences.begin_again(person_of(query).id, cause_of(query))
        await bot.edit_answer(query, "again-begun" if begun else "again-not-stopped")
    else:
        await bot.edit_answer(query, "again-left")
    await bot.toast(query)


async def offer_again(bot: Bot, message: Message) -> None:
    """Ask somebody who had stopped whether to begin again."""
    if await bot.services.sequences.may_begin_again(person_of(message).id):
        await bot.answer(message, "again-ask", step="again", keyboard=AGAIN)
