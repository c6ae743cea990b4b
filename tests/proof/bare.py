"""The least bot that answers as ours does, on the library alone, its updates kept as well as the library keeps them."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import uvloop
from pyrogram import Client, filters, idle
from pyrogram.types import ChatMemberUpdated, Message

from sandbox.network import ServerInfo
from tests.bench.bare import to_sandbox


def make(info: ServerInfo, token: str, folder: Path, owner: int, channel: int, links: dict[str, int]) -> Client:
    """Make the bot, its session in a file, told to take up what came while it was away (which is not the default)."""
    bot = Client(
        "bare", api_id=1, api_hash="0" * 32, bot_token=token, workdir=folder, skip_updates=False,
        connection_factory=to_sandbox(info),
    )  # fmt: skip
    private: Any = filters.private

    @bot.on_message(private & filters.command("start"))  # type: ignore[misc]  # the library types it for the class
    async def deliver(_: Client, message: Message) -> None:
        assert message.chat
        assert message.command
        chat = int(message.chat.id or 0)
        if len(message.command) > 1:
            await bot.forward_messages(chat, channel, links[message.command[1]], hide_sender_name=True)
        else:
            await bot.send_message(chat, "greeting")

    @bot.on_message(private & filters.text)  # type: ignore[misc]  # as above
    async def answer(_: Client, message: Message) -> None:
        assert message.chat
        known = {"/help": "help"}.get(str(message.text), "unknown" if str(message.text).startswith("/") else "text")
        await bot.send_message(int(message.chat.id or 0), known)

    @bot.on_message(filters.channel & filters.document)  # type: ignore[misc]  # as above
    async def posted(_: Client, message: Message) -> None:
        assert message.document
        if message.chat and message.chat.id == channel:
            await bot.send_message(owner, f"posted {message.document.file_name}")

    @bot.on_chat_member_updated()  # type: ignore[misc]  # as above
    async def changed(_: Client, change: ChatMemberUpdated) -> None:
        member = change.new_chat_member
        if member and member.user and member.user.is_self:
            await bot.send_message(owner, f"let into {change.chat.title}")

    return bot


async def main(given: dict[str, Any]) -> None:
    """Serve until killed or told to end."""
    bot = make(
        ServerInfo(**given["server"]), given["token"], Path(given["folder"]), given["owner"], given["channel"],
        given["links"],
    )  # fmt: skip
    await bot.start()
    print("ready", flush=True)
    await idle()
    await bot.stop()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(json.loads(sys.argv[1])))
