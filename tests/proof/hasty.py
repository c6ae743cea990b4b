"""A bot that publishes drafts as simple bots do: a press sends one to its targets, and then it is marked as published.

Whoever writes `/draft <code> <text>` makes a draft; the reviewers get a card of it. Nothing outlives the process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import uvloop
from pyrogram import Client, filters, idle
from pyrogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from sandbox.network import ServerInfo
from tests.bench.bare import to_sandbox


def make(info: ServerInfo, token: str, reviewers: list[int], targets: list[int]) -> Client:
    """Make the bot."""
    bot = Client(
        "hasty", api_id=1, api_hash="0" * 32, bot_token=token, in_memory=True, workers=64,
        connection_factory=to_sandbox(info),
    )  # fmt: skip
    drafts: dict[str, str] = {}
    published: set[str] = set()

    @bot.on_message(filters.command("start"))  # type: ignore[misc]  # the library types it for the class
    async def greet(_: Client, message: Message) -> None:
        assert message.chat
        await bot.send_message(int(message.chat.id or 0), "hello")

    @bot.on_message(filters.command("draft"))  # type: ignore[misc]  # as above
    async def take(_: Client, message: Message) -> None:
        assert message.command
        code = message.command[1]
        drafts[code] = " ".join(message.command[2:])
        button = InlineKeyboardButton("SEND", callback_data=f"draft-send:{code}:1")
        for reviewer in reviewers:
            await bot.send_message(reviewer, drafts[code], reply_markup=InlineKeyboardMarkup([[button]]))

    @bot.on_callback_query()  # type: ignore[misc]  # as above
    async def publish(_: Client, query: CallbackQuery) -> None:
        code = str(query.data).split(":")[1]
        if code not in published:
            for target in targets:
                await bot.send_message(target, drafts[code])
            published.add(code)
        await query.answer("published")

    return bot


async def main(given: dict[str, Any]) -> None:
    """Serve until killed."""
    bot = make(ServerInfo(**given["server"]), given["token"], given["reviewers"], given["targets"])
    await bot.start()
    print("ready", flush=True)
    await idle()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(json.loads(sys.argv[1])))
