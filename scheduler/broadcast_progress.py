"""Tells those who started broadcasts how they go: one message for each, kept up to date, and who did not get it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from database.cause import Cause
from scheduler.progress import CHANGE_EVERY, ProgressTeller
from scheduler.telling import Card, Serving
from services.broadcasts import Broadcast, BroadcastState


class Reporter(Serving, Protocol):
    """The bot, as far as it is needed here."""

    async def noted(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> int | None:
        """Write to a person, once per cause and step; returns the message's id, None when they cannot be written to."""

    async def retell(self, user_id: int, message_id: int, key: str, *, keyboard: Any = None, **args: object) -> None:
        """Change a message that was told."""

    async def send_lines(
        self, user_id: int, lines: AsyncIterator[str], name: str, key: str, *, cause: Cause, step: str, **args: object
    ) -> bool:
        """Send a person a text file of these lines, once per cause and step."""


class ProgressCard(Protocol):
    """What the words are (plugins.broadcast_cards)."""

    def __call__(self, broadcast: Broadcast, zone: str, *, rate: float, behind: bool) -> Card:
        """Say how it goes, or how it went."""


@dataclass
class _Shown:
    """What a person sees of a broadcast: the message, what it says, and since when."""

    message_id: int
    args: dict[str, Any]
    state: BroadcastState
    since: datetime


class BroadcastProgress:
    """Keeps the messages of one bot's broadcasts up to date.

    Nothing of it has to be remembered: which message it is comes from the broadcast, what it is to say from its
    document, and that its last word was said is written there.
    """

    def __init__(self, bot: Reporter, progress: ProgressCard) -> None:
        """Take who tells, and the words."""
        self._bot = bot
        self._progress = progress
        self._began = bot.clock.now()
        self._shown: dict[tuple[str, int], _Shown] = {}
        self._teller = ProgressTeller()

    async def look(self) -> datetime | None:
        """Tell what is new. Returns when to look again."""
        now = self._bot.clock.now()
        unshown = await self._bot.services.broadcasts.unshown()
        jobs = {f"broadcast {each.code}": partial(self._tell, each, now) for each in unshown}
        return await self._teller.tell(jobs, now)

    async def _tell(self, broadcast: Broadcast, now: datetime) -> None:
        steady = is_steady(broadcast)
        if broadcast.started_at is not None:  # what was given up before has no progress
            await self._show(broadcast, now, last=steady)
            if broadcast.ended_at is not None and steady:
                await self._list_failures(broadcast)
        if steady:
            await self._bot.services.broadcasts.shown(broadcast)

    async def _show(self, broadcast: Broadcast, now: datetime, *, last: bool) -> None:
        """Write the message, or change it: not more often than `CHANGE_EVERY`, what was done to it apart."""
        shown = self._shown.get((broadcast.code, broadcast.by))
        changed = shown is None or shown.state is not broadcast.state
        if shown and not last and not changed and now < shown.since + CHANGE_EVERY:
            return
        casts = self._bot.services.broadcasts
        behind = broadcast.state is BroadcastState.RUNNING and await casts.ahead_of(broadcast) > 0
        zone = (await self._bot.services.settings.current()).timezone
        card = self._progress(broadcast, zone, rate=casts.rate(broadcast), behind=behind)
        if changed or (shown and shown.args != card.args):
            number = await self._say(broadcast, card, shown)
            if number is not None:
                seen = _Shown(number, card.args, broadcast.state, now)
                self._shown[broadcast.code, broadcast.by] = seen

    async def _say(self, broadcast: Broadcast, card: Card, shown: _Shown | None) -> int | None:
        """Write the message, or change the one that there is, also one of another process; None: nobody is there."""
        cause = Cause(f"broadcast:{broadcast.code}")
        number = None if shown is None else shown.message_id
        fresh = shown is None and broadcast.started_at is not None and broadcast.started_at >= self._began
        if number is None:
            number = await self._bot.noted(
                broadcast.by, card.key, cause=cause, step="progress", keyboard=card.keyboard, **card.args
            )
        if number is not None and not fresh:
            await self._bot.retell(broadcast.by, number, card.key, keyboard=card.keyboard, **card.args)
        return number

    async def _list_failures(self, broadcast: Broadcast) -> None:
        """Send who did not get it, and why, as a file."""
        failed = broadcast.counts.blocked + broadcast.counts.deactivated + broadcast.counts.failed
        if failed:
            lines = self._failures(broadcast.code)
            cause, name = Cause(f"broadcast:{broadcast.code}"), f"broadcast-{broadcast.code}.csv"
            await self._bot.send_lines(
                broadcast.by, lines, name, "cast-failures", cause=cause, step="failures", count=failed
            )

    async def _failures(self, code: str) -> AsyncIterator[str]:
        yield "user_id,kind,reason"
        async for user_id, refusal, reason in self._bot.services.broadcasts.failures(code):
            yield f"{user_id},{refusal.value},{reason}"


def is_steady(broadcast: Broadcast) -> bool:
    """Whether nothing is being done to a broadcast, so that what was said of it stays true."""
    going = broadcast.last_pass is not None and not broadcast.last_pass.over
    return broadcast.state is not BroadcastState.RUNNING and not going
