"""How messages are read by their ids, where the server does not list them: in slices, for as long as that takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from pyrogram import raw

from services.errors import TryLater

log = logging.getLogger(__name__)

SLICE = 200
"""Messages per getMessages call (Telegram's limit)."""

FURTHEST = 20_000
"""Messages that are looked for one by one after a difference that was too long."""

EMPTY_SLICES = 10
"""Slices without any message after which none is expected: a bot deletes many of its own at once."""

AFTER_FAILURE = 5.0
"""Seconds before what failed is asked for again, and at most before it is seen whether a wait is over."""

Found = tuple[list[Any], list[Any], list[Any]]
"""Messages, users and chats."""


class Reading:
    """Reads messages of private chats, or of a channel, as one bot."""

    def __init__(self, bot: Any) -> None:
        self._bot = bot
        self._closed = False

    def close(self) -> None:
        """Read no more: whoever still waits for messages is cancelled, though its own cancellation went unheard."""
        self._closed = True

    async def after(self, first: int, last: int | None = None, channel: Any = None) -> Found:
        """Read messages by id after `first`, up to `last` or until `EMPTY_SLICES` in a row are empty.

        None are read where neither end is known: they would be the oldest ones, answered long ago.
        """
        found: list[Any] = []
        users: list[Any] = []
        chats: list[Any] = []
        if not first and last is None:
            log.error("It is not known which messages were seen last: what was missed cannot be looked for")
            return found, users, chats
        end = min(last or first + FURTHEST, first + FURTHEST)
        if last and last > end:
            log.error("%d messages are too many to look for: the newest %d are given up", last - first, last - end)
        empty = 0
        for start in range(first + 1, end + 1, SLICE):
            answer = await self._read(range(start, min(start + SLICE, end + 1)), channel)
            real = [message for message in answer.messages if not isinstance(message, raw.types.MessageEmpty)]
            found += real
            users += answer.users
            chats += answer.chats
            empty = 0 if real else empty + 1
            if last is None and empty >= EMPTY_SLICES:
                break
        return found, users, chats

    async def these(self, numbers: list[int]) -> Found:
        """Read messages of private chats by their ids (at most `SLICE`), however often that takes."""
        while True:
            try:
                answer = await self._read(numbers, None)
            except Exception:  # the one judge of this wait: messages that nobody reads any more are worse
                log.exception("Messages that were set aside cannot be read, and are asked for again")
                await asyncio.sleep(AFTER_FAILURE)
            else:
                return list(answer.messages), list(answer.users), list(answer.chats)

    async def _read(self, numbers: Iterable[int], channel: Any) -> Any:
        """Read messages by id, waiting as long as Telegram orders: what was read before is not read again."""
        ids: list[Any] = [raw.types.InputMessageID(id=number) for number in numbers]
        while not self._closed:
            try:
                return await self._bot.invoke(
                    raw.functions.messages.GetMessages(id=ids)
                    if channel is None
                    else raw.functions.channels.GetMessages(channel=channel, id=ids)
                )
            except TryLater as error:
                await asyncio.sleep(pause(error))
        raise asyncio.CancelledError


def pause(error: TryLater) -> float:
    """Seconds until it is asked whether a wait is over: what was taken for closed wrongly opens before its time."""
    return min(error.after, AFTER_FAILURE)
