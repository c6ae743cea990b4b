"""How a bot looks after what it cannot do without: the channels that it was given, and room on the disk."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pyrogram.errors import RPCError

from client.difference import Difference
from client.speech import Speech
from database.cause import Cause
from database.connection import is_unavailable
from services.errors import TryLater, UserError
from services.settings import ChannelFacts

log = logging.getLogger(__name__)

ROOM: Final = 512 * 1024**2
"""Bytes of the disk below which the owner is told: a database that cannot write stops everything."""


class Upkeep(Speech):
    """What a bot looks after by itself, at its start and every hour."""

    difference: Difference
    workdir: Path

    def follow(self, chat_id: int) -> None:
        """Hear from now on what happens in a channel that the bot is an administrator of."""
        self.difference.joined(chat_id)

    async def check_channels(self) -> int:
        """Look whether the storage channel and the source channel can be used; follow their posts from now on.

        Returns how many cannot, of which the owner is told once a day each.
        """
        settings = self.services.settings
        try:
            options = await settings.current()
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("The channels were not looked at, which is done again within the hour: %s", error)
            return 0
        storage, source = options.storage_chat, options.source_chat
        bad = [await self._check("storage", storage, settings.check_storage)]
        bad += [await self._check("source", source, settings.check_source)] if source != storage else []
        return sum(bad)

    async def _check(self, name: str, chat: int | None, check: Callable[[ChannelFacts], None]) -> bool:
        try:
            if chat is None:
                return False
            self.follow(chat)
            check(await self.channel_facts(chat))
        except UserError as error:
            log.warning("The %s channel cannot be used: %s", name, error.key)
            await self.tell_owner(error.key, cause=Cause(f"job:{error.key}"), **error.args_)
            return True
        except Exception as error:
            if not is_unavailable(error) and not isinstance(error, RPCError | TryLater):
                raise
            log.warning("The %s channel was not looked at, which is done again within the hour: %s", name, error)
        return False

    async def check_room(self) -> bool:
        """Look whether the disk has room for the bot's own files; returns whether not, of which the owner is told."""
        free = (await asyncio.to_thread(shutil.disk_usage, self.workdir)).free
        if free >= ROOM:
            return False
        log.warning("The disk of DATA_DIR has %d bytes left", free)
        await self.tell_owner("disk-low", cause=Cause("job:disk-low"), free=free)
        return True
