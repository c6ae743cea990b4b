"""A bot and people to try the composer with: commands, results for words, keyboards of answers, a channel to join."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyrogram import Client, filters
from pyrogram.enums import ParseMode
from pyrogram.types import (
    BotCommand,
    ForceReply,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)

from sandbox.network import ServerInfo, connection_factory
from sandbox.person import Person
from sandbox.server import Sandbox

BOT = "companion_bot"
TOKEN = "7001:companion"
WRITER, GUEST = "Wanda", "Gus"
PAGE = 8
"""Results that the bot gives at once."""
RESULTS = 11


@dataclass(slots=True, frozen=True)
class Company:
    """Where they are, and who made the channels."""

    url: str
    writer: Person
    channel: str
    """The public channel's user name."""


@asynccontextmanager
async def company(folder: Path) -> AsyncIterator[Company]:
    """A sandbox with its page, two people and the bot; the first of them has a channel."""
    async with Sandbox(folder, bots=[(TOKEN, BOT)]) as box:
        bot = _bot(box.info)
        await bot.start()
        try:
            await bot.set_bot_commands([BotCommand("keys", "Answers to choose"), BotCommand("ask", "A question")])
            writer = (await box.page.roster.include("9996607001", WRITER, knows=(BOT,))).person
            await box.page.roster.include("9996607002", GUEST)
            channel = await writer.create_channel("Wanda's news")
            await writer.make_public(channel, "wandas_news")
            await writer.post(channel, "The first news")
            yield Company(box.info.control, writer, "wandas_news")
        finally:
            await bot.stop()


def _bot(info: ServerInfo) -> Client:
    bot = Client(
        BOT, api_id=1, api_hash="0" * 32, bot_token=TOKEN, in_memory=True, parse_mode=ParseMode.DISABLED,
        connection_factory=connection_factory(info),
    )  # fmt: skip
    handlers: Any = bot
    handlers.on_message(filters.private)(_answer)
    handlers.on_inline_query()(_offer)
    return bot


async def _answer(_bot: Client, message: Message) -> None:
    match (message.text or "").split():
        case ["/start", parameter]:
            await message.reply(f"Started with {parameter}")
        case ["/keys"]:
            rows: list[list[KeyboardButton | str]] = [["Tea", "Coffee"]]
            await message.reply("What do you drink?", reply_markup=ReplyKeyboardMarkup(rows, one_time_keyboard=True))
        case ["/ask"]:
            await message.reply("What is your name?", reply_markup=ForceReply(placeholder="Your name"))
        case _:
            await message.reply(f"Heard: {message.text or message.caption or message.media}")


async def _offer(_bot: Client, query: InlineQuery) -> None:
    first = int(query.offset or 0)
    last = min(first + PAGE, RESULTS)
    results: list[InlineQueryResult] = [
        InlineQueryResultArticle(
            title=f"{query.query} {number}", input_message_content=InputTextMessageContent(f"Chosen {number}")
        )
        for number in range(first, last)
    ]
    await query.answer(
        results, cache_time=0, next_offset=str(last) if last < RESULTS else "", switch_pm_text="Settle it first",
        switch_pm_parameter="settle",
    )  # fmt: skip
