"""Answers readers who wait for a token of verification: several at once, as shorteners may be slow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from database.cause import Cause
from database.connection import is_unavailable
from database.tokens import Token
from scheduler.due import DueRunner
from scheduler.telling import Card, Serving
from services.errors import TryLater
from services.gate import TRIES, NoWay, Offered

log = logging.getLogger(__name__)

SLOTS: Final = 32
"""Readers that are answered at once: they wait for shorteners, not for us."""

AFTER_FAULT: Final = 5.0
"""Seconds before a reader whom Telegram would not show the answer is answered again."""


class Keeper(Serving, Protocol):
    """The bot, as far as it is needed here."""

    def link_url(self, code: str) -> str:
        """Return the address that brings a payload back to the bot."""


class GateRunner:
    """Hands tokens over. Who waits is in the database: what a crash leaves is answered by the next start."""

    def __init__(self, bot: Keeper, card_of: Callable[[Offered], Card]) -> None:
        """Take the bot, and the words of what is handed over."""
        self._bot = bot
        self._gate = bot.services.gate
        self._card_of = card_of
        self._tasks: dict[Cause, asyncio.Task[None]] = {}
        self._due = DueRunner("gate", self.look, now=bot.clock.now, hint=self._gate.asked)

    def start(self) -> None:
        """Begin; who waited when the last process ended is answered at once."""
        self._due.start()

    def wake(self) -> None:
        """Look at once: a wait that an answer obeys may be over before its time."""
        self._due.wake()

    async def stop(self, *, grace: float) -> None:
        """Stop within `grace` seconds; who waits is answered by the next start."""
        await self._due.stop(grace=grace, also=self._tasks.values())

    async def look(self) -> datetime | None:
        """Begin to answer whoever waits, as far as there is room. Returns when somebody is to be answered next."""
        for token in await self._gate.waiting(2 * SLOTS):  # those in hand wait as well
            if len(self._tasks) < SLOTS and token.cause not in self._tasks:
                self._begin(token)
        return await self._gate.next_waiting()

    def _begin(self, token: Token) -> None:
        task = self._tasks[token.cause] = asyncio.create_task(self._answer(token), name=f"gate {token.cause}")

        def over(_: asyncio.Task[None]) -> None:
            del self._tasks[token.cause]
            self._gate.asked.set()

        task.add_done_callback(over)

    async def _answer(self, token: Token) -> None:
        """Answer one reader; what is wrong with it keeps no other one waiting."""
        try:
            await self._hand_over(token)
        except TryLater as error:
            await self._gate.postpone(token, error.after)
        except Exception as error:  # one of the judges of a runner's failure: per reader
            if is_unavailable(error):
                log.warning("%s waits for the database: %s", token.cause, error)
                return
            log.exception("Nobody could be told how to be verified: %s", token.cause)
            await self._fail(token)

    async def _hand_over(self, token: Token) -> None:
        try:
            offered = await self._gate.offer(token, self._bot.link_url)
        except NoWay:
            await self._bot.told(token.user_id, "gate-unavailable", cause=token.cause, step="gate apology")
            await self._gate.give_up(token)
            return
        if offered is None:
            return
        card = self._card_of(offered)
        try:
            await self._bot.told(
                token.user_id, card.key, cause=token.cause, step="gate", keyboard=card.keyboard, **card.args
            )
        except TryLater:
            raise
        except Exception as error:
            if offered.shortener and not is_unavailable(error):
                await self._gate.shorteners.note_failure(offered.shortener)
            raise
        await self._gate.handed(token, offered)

    async def _fail(self, token: Token) -> None:
        """Try again a little later, as often as that makes sense."""
        if token.attempts >= TRIES:
            await self._gate.give_up(token)
        else:
            await self._gate.postpone(token, AFTER_FAULT)
