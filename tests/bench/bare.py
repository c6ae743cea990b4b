"""The least bot that does the same: the library alone, its session in memory, no database, one call per message.

It has the event loop and the number of workers of ours, so that the stack is what is compared.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import uvloop
from pyrogram import Client, filters, idle
from pyrogram.connection import Connection
from pyrogram.types import Message

from sandbox.network import ServerInfo, trust

ANSWER = "Hello! Files come here by link: open the one that you were given, and what is behind it is sent to you."

UPLOADS = 3
"""Files at once, as many as ours."""


def to_sandbox(info: ServerInfo) -> type[Connection]:
    """The library's own connection, which only goes to another place."""
    trust(Path(info.public_key))

    class ToSandbox(Connection):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**{**kwargs, "server_address": info.host, "port": info.port})

    return ToSandbox


async def main(info: ServerInfo, token: str, channel: int, links: dict[str, list[int]]) -> None:
    bot = Client(
        "bare", api_id=1, api_hash="0" * 32, bot_token=token, in_memory=True, workers=64,
        connection_factory=to_sandbox(info), max_concurrent_transmissions=UPLOADS,
    )  # fmt: skip

    @bot.on_message(filters.command("start"))  # type: ignore[misc]  # the library types it for the class
    async def deliver(_: Client, message: Message) -> None:
        assert message.chat
        assert message.command
        await bot.forward_messages(int(message.chat.id or 0), channel, links[message.command[1]], hide_sender_name=True)

    @bot.on_message(filters.command("upload"))  # type: ignore[misc]  # as above
    async def upload(_: Client, message: Message) -> None:
        assert message.text
        await bot.send_document(channel, message.text.partition(" ")[2])

    @bot.on_message(filters.text)  # type: ignore[misc]  # as above
    async def answer(_: Client, message: Message) -> None:
        assert message.chat
        await bot.send_message(int(message.chat.id or 0), ANSWER)

    await bot.start()
    print("ready", flush=True)
    await idle()


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(ServerInfo(**given["server"]), given["token"], given["channel"], given["links"]))
