"""Broadcasts as simple bots make them, on the library alone: a loop with a pause, batches with a pause, a bare loop.

Whoever writes to this bot is in the audience. A line on its standard input starts the sending, to all of them again and
again until it is killed; a wait that Telegram orders is slept through.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from itertools import cycle
from typing import Any

import uvloop
from pyrogram import Client, filters
from pyrogram.errors import FloodWait
from pyrogram.types import Message

from sandbox.network import ServerInfo
from tests.bench.bare import to_sandbox

TEXT = "News for everybody"

PAUSE = 0.05
"""Seconds between two messages of the loop."""

BATCH, BETWEEN = 10, 0.5
"""Messages that are sent together, and the seconds after them."""

People = Iterator[int]


async def send(bot: Client, person: int) -> None:
    """Send one message, however often it has to wait."""
    while True:
        try:
            await bot.send_message(person, TEXT, allow_paid_broadcast=True)
        except FloodWait as error:
            await asyncio.sleep(float(error.value) if isinstance(error.value, int) else 1.0)
        else:
            return


async def loop(bot: Client, people: People) -> None:
    """One after the other, with a pause after each."""
    for person in people:
        await send(bot, person)
        await asyncio.sleep(PAUSE)


async def batches(bot: Client, people: People) -> None:
    """Ten together, with a pause after them."""
    while True:
        await asyncio.gather(*(send(bot, next(people)) for _ in range(BATCH)))
        await asyncio.sleep(BETWEEN)


async def bare(bot: Client, people: People) -> None:
    """One after the other, as fast as the library goes."""
    for person in people:
        await send(bot, person)


MANNERS: dict[str, Callable[[Client, People], Coroutine[Any, Any, None]]] = {
    "a loop with 50 ms pauses": loop,
    "batches of 10 with 0.5 s between": batches,
    "the bare library": bare,
}
"""By the name that the table has for it."""


async def main(info: ServerInfo, token: str, manner: str) -> None:
    """Take in who writes, then send."""
    bot = Client(
        "loops", api_id=1, api_hash="0" * 32, bot_token=token, in_memory=True, workers=64,
        connection_factory=to_sandbox(info), sleep_threshold=0,
    )  # fmt: skip
    people: list[int] = []

    @bot.on_message(filters.text)  # type: ignore[misc]  # the library types it for the class
    async def take(_: Client, message: Message) -> None:
        assert message.chat
        people.append(int(message.chat.id or 0))
        print(len(people), flush=True)

    await bot.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await MANNERS[manner](bot, cycle(people))


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(ServerInfo(**given["server"]), given["token"], given["manner"]))
