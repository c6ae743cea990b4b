"""What /errors says: what went wrong between the bot and Telegram, by kind; and how the counts are set back."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.filters import owner
from client.keyboard import Button
from client.mishaps import Mishaps
from locales.texts import Part
from plugins.cards import Card, say, show
from plugins.recognize import command, person, pressed


@Client.on_message(command("errors") & owner)
async def errors(bot: Bot, message: Message) -> None:
    """Show what went wrong since the counts began."""
    await say(bot, message, errors_card(bot))


@Client.on_callback_query(person & owner & pressed("errors"))
async def press_errors(bot: Bot, query: CallbackQuery) -> None:
    """Show the counts as they are now."""
    await show(bot, query, errors_card(bot))


@Client.on_callback_query(person & owner & pressed("errors-reset"))
async def press_reset(bot: Bot, query: CallbackQuery) -> None:
    """Begin the counts anew."""
    bot.calls.mishaps.reset()
    await show(bot, query, errors_card(bot))


def errors_card(bot: Bot) -> Card:
    """Say what went wrong, and whether Telegram's server answers."""
    breaker = bot.calls.breaker
    fails = breaker is not None and breaker.opened_at is not None
    args = {
        "rows": rows_of(bot.calls.mishaps),
        "seconds": round(bot.calls.mishaps.seconds),
        "server": Part("errors-server-fails" if fails else "errors-server-answers"),
    }
    buttons = [Button("button-refresh", data="errors"), Button("button-errors-reset", data="errors-reset")]
    return Card("errors", args, [buttons])


def rows_of(mishaps: Mishaps) -> tuple[Part, ...]:
    """A line for each kind that happened."""
    counted = mishaps.counted().items()
    rows = tuple(Part("errors-row", {"kind": kind, "count": count}) for kind, count in counted)
    return rows or (Part("errors-none"),)
