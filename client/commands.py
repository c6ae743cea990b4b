"""Which commands Telegram shows to whom: per role and language, told to Telegram when they change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from database.cause import hash64
from database.connection import is_unavailable
from database.marks import Marks
from locales.texts import Texts
from services.access import READER, Rank
from services.errors import TryLater

log = logging.getLogger(__name__)

CommandsFor = Callable[[Rank, Texts, str], Sequence[tuple[str, str]]]
"""The commands that somebody of a rank may use, each with its description in a language."""


async def announce(bot: Any, commands_for: CommandsFor, marks: Marks) -> None:
    """Announce the commands of readers to everyone, and those of each rank to the people who have it.

    Whoever has lost a rank is shown a reader's. Somebody who has not started the bot yet cannot be told; the next
    time tries again.
    """
    try:
        await bot.services.access.refresh()
        await _announce(bot, commands_for, marks)
    except Exception as error:
        if not is_unavailable(error):
            raise
        log.warning("The commands are announced at the next start, the database is away: %s", error)


class Announcer:
    """Announces the commands whenever it is told that they may have changed, one time after the other."""

    def __init__(self, bot: Any, commands_for: CommandsFor, marks: Marks) -> None:
        self._bot = bot
        self._commands_for = commands_for
        self._marks = marks
        self._wanted = asyncio.Event()

    def again(self) -> None:
        """Announce soon what Telegram does not know yet; whoever could not be told is tried again."""
        self._wanted.set()

    async def run(self) -> None:
        """Announce until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await announce(self._bot, self._commands_for, self._marks)


async def _announce(bot: Any, commands_for: CommandsFor, marks: Marks) -> None:
    wanted = [(READER, None), *((rank, person) for person, rank in bot.services.access.ranked())]
    for rank, person in wanted:
        for language in ("", *bot.texts.languages):
            pairs = commands_for(rank, bot.texts, language or "en")
            mark = str(hash64(*(part for pair in pairs for part in pair)))
            name = f"commands announced to {person or 'all'} in {language or 'any language'}"
            if await marks.get(name) != mark and await _set(bot, pairs, person, language):
                await marks.put(name, mark)


async def _set(bot: Any, pairs: Sequence[tuple[str, str]], person: int | None, language: str) -> bool:
    commands: list[Any] = [raw.types.BotCommand(command=name, description=text) for name, text in pairs]
    while True:
        try:
            scope: Any = (
                raw.types.BotCommandScopeDefault()
                if person is None
                else raw.types.BotCommandScopePeer(peer=await bot.resolve_peer(person))
            )
            await bot.invoke(raw.functions.bots.SetBotCommands(scope=scope, lang_code=language, commands=commands))
        except TryLater as error:
            await asyncio.sleep(error.after)
        except RPCError as error:
            log.info("Commands for %s wait until that person starts the bot: %s", person or "everyone", error)
            return False
        else:
            return True
