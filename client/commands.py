"""Which commands Telegram shows to whom: per role and language, told to Telegram when they change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from pyrogram import raw
from pyrogram.errors import RPCError

from database.cause import hash64
from database.marks import Marks
from locales.texts import Texts
from services.access import READER, Rank
from services.errors import TryLater

log = logging.getLogger(__name__)

CommandsFor = Callable[[Rank, Texts, str], Sequence[tuple[str, str]]]
"""The commands that somebody of a rank may use, each with its description in a language."""


class Announcer:
    """Announces the commands of readers to everyone, and those of each rank to the people who have it.

    Beside the answers, which it never delays. What Telegram knows already is not told again, also not by the next
    process. Whoever has lost a rank is shown a reader's.
    """

    def __init__(self, bot: Any, commands_for: CommandsFor, marks: Marks) -> None:
        self._bot = bot
        self._commands_for = commands_for
        self._marks = marks
        self._wanted = True
        self.hint = asyncio.Event()
        """Set when there may be something to announce."""

    def again(self) -> None:
        """Announce soon what Telegram does not know yet; whoever could not be told is tried again."""
        self._wanted = True
        self.hint.set()

    async def announce(self) -> None:
        """Announce, if it is wanted. Somebody who has not started the bot yet cannot be told; `again` tries again.

        Raises:
            TryLater: Telegram wants us to wait; nobody else waits with those whom that is about.
        """
        if not self._wanted:
            return
        self._wanted = False
        later: TryLater | None = None
        try:
            await self._bot.services.access.refresh()
            people = self._bot.services.access.ranked()
            for person, rank in [(None, READER), *people]:
                try:
                    await self._tell(person, rank)
                except TryLater as error:
                    later = error
            if later:
                raise later
        except BaseException:
            self._wanted = True
            raise

    async def _tell(self, person: int | None, rank: Rank) -> None:
        """Announce the commands of a rank to a person, or to everyone."""
        for language in ("", *self._bot.texts.languages):
            pairs = self._commands_for(rank, self._bot.texts, language or "en")
            mark = str(hash64(*(part for pair in pairs for part in pair)))
            name = f"commands announced to {person or 'all'} in {language or 'any language'}"
            if await self._marks.get(name) == mark:
                continue
            try:
                await self._set(pairs, person, language)
            except RPCError as error:
                log.info("Commands for %s wait until that person starts the bot: %s", person or "everyone", error)
                return
            await self._marks.put(name, mark)

    async def _set(self, pairs: Sequence[tuple[str, str]], person: int | None, language: str) -> None:
        commands: list[Any] = [raw.types.BotCommand(command=name, description=text) for name, text in pairs]
        scope: Any = (
            raw.types.BotCommandScopeDefault()
            if person is None
            else raw.types.BotCommandScopePeer(peer=await self._bot.resolve_peer(person))
        )
        await self._bot.invoke(raw.functions.bots.SetBotCommands(scope=scope, lang_code=language, commands=commands))
