"""Decides what may be done with a broadcast, and when: made, started, stopped, taken back, changed; once per cause."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from database.bots import BotDatabase
from database.broadcast import OPEN, Broadcast, BroadcastState, Pass, PassKind, Reason
from database.broadcast import Audience as Audience  # noqa: PLC0414 - what callers name an audience by
from database.broadcast import BroadcastOptions as BroadcastOptions  # noqa: PLC0414 - what callers name options by
from database.broadcast_chunk import Counts as Counts  # noqa: PLC0414 - what a broadcast's progress is told by
from database.cause import Cause
from database.clock import Clock
from database.codes import random_id
from database.outgoing import ALBUM, Buttons
from database.outgoing import OutButton as OutButton  # noqa: PLC0414 - what callers make messages of
from database.outgoing import Outgoing as Outgoing  # noqa: PLC0414 - what callers make messages of
from services.access import Access
from services.audience import AudienceService
from services.broadcast_recalls import BroadcastRecalls
from services.broadcast_work import BroadcastWork
from services.errors import UserError
from services.refusals import Refusal

__all__ = [
    "ALBUM", "OPEN", "Audience", "Broadcast", "BroadcastOptions", "BroadcastService", "BroadcastState", "Buttons",
    "Counts", "OutButton", "Outgoing", "PassKind", "Reason",
]  # fmt: skip

DELETABLE: Final = timedelta(hours=48)
"""How long Telegram lets a bot delete a message of a private chat."""

LONGEST_STAY: Final = 47 * 3600
"""Seconds after which a broadcast may delete itself at most: an hour is kept for outages."""

_UNSENT: Final = (*OPEN, BroadcastState.RUNNING, BroadcastState.PAUSED)
_RATE_OVER: Final = timedelta(seconds=30)
_BEGUN: Final = (
    BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE, BroadcastState.CANCELLED,
)  # fmt: skip


class BroadcastService:
    """One bot's broadcasts.

    Each verb takes who says so and the cause, does it once per cause, and returns the broadcast as it is then. Whether
    somebody may do it is asked before (`Permission.BROADCAST`); that whoever started one still may is asked as long as
    it runs. Two that are started are sent one after the other, the one started first first: only while all that is
    left of it has to wait does the other one go on.
    """

    def __init__(self, database: BotDatabase, audience: AudienceService, access: Access, clock: Clock) -> None:
        """Take the collections, who knows the readers and who may write to them, and the time."""
        self._broadcasts = database.broadcasts
        self._chunks = database.broadcast_chunks
        self._audience = audience
        self._clock = clock
        self.work = BroadcastWork(database, audience, access, clock)
        """What those use who carry them out."""
        self.recalls = BroadcastRecalls(database, clock)
        """What those use who delete or change what readers have."""
        self._pace: dict[str, deque[tuple[datetime, int]]] = {}
        self.came = asyncio.Event()
        """Set when there is something to send, or it is to stop."""
        self.news = asyncio.Event()
        """Set when somebody changed one: its progress is to be shown."""
        self.recalled = asyncio.Event()
        """Set when what readers have is to be deleted or edited."""

    # Before the start

    async def draft(
        self,
        out: Outgoing,
        by: int,
        cause: Cause,
        *,
        options: BroadcastOptions = BroadcastOptions(),  # noqa: B008 - frozen
        audience: Audience = Audience(),  # noqa: B008 - frozen
    ) -> Broadcast:
        """Write down a message for many, to be looked at before it is sent; once per cause."""
        now = self._clock.now()
        new = Broadcast(random_id(), cause, by, out, now, options=_checked(options), audience=audience)
        return await self._broadcasts.add(new)

    async def get(self, code: str) -> Broadcast:
        """Return a broadcast.

        Raises:
            UserError: `broadcast-unknown`.
        """
        broadcast = await self._broadcasts.get(code)
        if broadcast is None:
            raise UserError("broadcast-unknown")
        return broadcast

    async def change(
        self,
        code: str,
        by: int,
        cause: Cause,
        *,
        out: Outgoing | None = None,
        options: BroadcastOptions | None = None,
        audience: Audience | None = None,
    ) -> Broadcast:
        """Change what is not started yet; what is None stays.

        Raises:
            UserError: `broadcast-unknown`, `broadcast-state`, or `auto-delete-too-long`.
        """
        values: dict[str, Any] = {"out": out, "options": options and _checked(options), "audience": audience}
        return await self._changed(code, cause, OPEN, by=by, **{n: v for n, v in values.items() if v is not None})

    async def count(self, audience: Audience) -> int:
        """Return how many it would go to if it were started now, counted a minute ago at most: that takes its time."""
        return await self._audience.about(audience, self._clock.now())

    async def has_anybody(self, broadcast: Broadcast) -> bool:
        """Whether it would go to anybody if it were started now; that is known sooner than how many they are."""
        return await self._audience.has_anybody(broadcast.audience, self._clock.now(), broadcast.code)

    async def start(self, code: str, by: int, cause: Cause) -> Broadcast:
        """Send it now, to those who wrote to the bot before this moment.

        Raises:
            UserError: `broadcast-unknown` or `broadcast-state`.
        """
        state, now = BroadcastState.RUNNING, self._clock.now()
        started = await self._changed(code, cause, OPEN, by=by, state=state, started_at=now, start_at=None)
        self.came.set()
        self.work.noted.set()
        return started

    async def schedule(self, code: str, by: int, cause: Cause, at: datetime) -> Broadcast:
        """Send it at a time (UTC), to those who wrote to the bot before that.

        Raises:
            UserError: `broadcast-unknown`, `broadcast-state`, or `broadcast-past` for a time that is over.
        """
        known = await self.get(code)
        if at <= self._clock.now() and not (known.state is BroadcastState.SCHEDULED and known.start_at == at):
            raise UserError("broadcast-past")
        scheduled = await self._changed(code, cause, OPEN, by=by, state=BroadcastState.SCHEDULED, start_at=at)
        self.came.set()
        return scheduled

    # While it is sent

    async def pause(self, code: str, by: int, cause: Cause) -> Broadcast:  # noqa: ARG002 - each verb takes who
        """Stop sending until it is resumed.

        Raises:
            UserError: `broadcast-unknown` or `broadcast-state`.
        """
        state = BroadcastState.PAUSED
        paused = await self._changed(code, cause, (BroadcastState.RUNNING,), state=state, reason=None, detail=None)
        self.came.set()
        return paused

    async def resume(self, code: str, by: int, cause: Cause) -> Broadcast:
        """Go on where it was; whoever says so is the one who has to have the right from now on.

        Raises:
            UserError: `broadcast-unknown` or `broadcast-state`.
        """
        values: dict[str, Any] = {"by": by, "reason": None, "detail": None, "told": True}
        resumed = await self._changed(code, cause, (BroadcastState.PAUSED,), state=BroadcastState.RUNNING, **values)
        self.came.set()
        return resumed

    async def cancel(self, code: str, by: int, cause: Cause) -> Broadcast:  # noqa: ARG002 - each verb takes who
        """Send it to nobody, or to nobody else; who has it keeps it.

        Raises:
            UserError: `broadcast-unknown` or `broadcast-state`.
        """
        state, now = BroadcastState.CANCELLED, self._clock.now()
        cancelled = await self._changed(code, cause, _UNSENT, state=state, ended_at=now, start_at=None, told=True)
        self.came.set()
        return cancelled

    # What readers have

    async def delete_everywhere(self, code: str, by: int, cause: Cause) -> Broadcast:
        """Take it away from everybody who has it; what is still being sent is cancelled.

        What is older than 48 hours stays, and is counted (`Counts.too_old`).

        Raises:
            UserError: `broadcast-unknown`, `broadcast-state`, or `broadcast-too-old` where all of it is.
        """
        known = await self.get(code)
        if known.ended_at and known.ended_at + DELETABLE < self._clock.now():
            raise UserError("broadcast-too-old")
        over = {"state": BroadcastState.CANCELLED, "ended_at": self._clock.now()} if known.ended_at is None else {}
        return await self._begin_pass(known, PassKind.DELETE, by, cause, **over)

    async def edit_everywhere(self, code: str, by: int, cause: Cause, out: Outgoing) -> Broadcast:
        """Put another text, or caption, in the place of what everybody has; who is still to get it gets the new one.

        Of `out` its text counts, and its buttons where it has any. While it is being sent, what readers have is changed
        once that is over, or paused.

        Raises:
            UserError: `broadcast-unknown`, `broadcast-state`, or `broadcast-no-text` for what has no text.
        """
        if not out.html:
            raise UserError("broadcast-no-text")
        known = await self.get(code)
        old, buttons = known.out, out.buttons or known.out.buttons
        if old.is_text or old.chat is None:
            new = Outgoing(None, (), out.html, buttons, old.protect, old.silent)
        else:
            new = replace(old, html=out.html, buttons=buttons)
        return await self._begin_pass(known, PassKind.EDIT, by, cause, out=new)

    async def page(self, skip: int, size: int) -> list[Broadcast]:
        """Return a page of broadcasts, the newest first."""
        return await self._broadcasts.page(skip, size)

    async def unshown(self) -> list[Broadcast]:
        """Return those whose progress is not shown as it is: all that go on are among them."""
        return await self._broadcasts.unshown()

    async def shown(self, broadcast: Broadcast) -> None:
        """Write down that a broadcast's progress is shown like this, unless it is not like this any more."""
        await self._broadcasts.shown(broadcast)

    async def total(self) -> int:
        """Return how many broadcasts there are."""
        return await self._broadcasts.count()

    async def ahead_of(self, broadcast: Broadcast) -> int:
        """Return how many that were started before it are still being sent."""
        running = await self._broadcasts.running()
        return next((place for place, each in enumerate(running) if each.code == broadcast.code), 0)

    async def failures(self, code: str) -> AsyncIterator[tuple[int, Refusal, str]]:
        """Yield every reader who did not get it, why, and Telegram's word for that; for 30 days."""
        async for user_id, result in self._chunks.failures(code):
            yield user_id, Refusal(result.refusal or Refusal.UNKNOWN), result.reason

    def rate(self, broadcast: Broadcast) -> float:
        """Readers a second whose turn was, over the last half minute in which this was asked."""
        looks = self._pace.setdefault(broadcast.code, deque(maxlen=64))
        now = self._clock.now()
        looks.append((now, broadcast.counts.finished))
        while now - looks[0][0] > _RATE_OVER:
            looks.popleft()
        if broadcast.state is not BroadcastState.RUNNING:
            del self._pace[broadcast.code]
        (then, before), seconds = looks[0], (now - looks[0][0]).total_seconds()
        return max(0, broadcast.counts.finished - before) / seconds if seconds > 0 and then < now else 0.0

    async def _begin_pass(self, known: Broadcast, kind: PassKind, by: int, cause: Cause, **values: Any) -> Broadcast:
        number = known.last_pass.number + 1 if known.last_pass else 1
        begun = await self._changed(
            known.code, cause, _BEGUN, last_pass=Pass(number, kind, by, self._clock.now()), **values
        )
        self.came.set()
        self.recalled.set()
        return begun

    async def _changed(self, code: str, cause: Cause, states: Collection[BroadcastState], **values: Any) -> Broadcast:
        changed = await self._broadcasts.change(code, cause, states, **values)
        if changed is None:
            raise UserError("broadcast-state", state=(await self.get(code)).state.value)
        self.news.set()
        return changed


def _checked(options: BroadcastOptions) -> BroadcastOptions:
    """Refuse options that cannot be kept; no time at all is none.

    Raises:
        UserError: `auto-delete-too-long`.
    """
    if options.delete_after is not None and options.delete_after > LONGEST_STAY:
        raise UserError("auto-delete-too-long")
    return options if options.delete_after and options.delete_after > 0 else replace(options, delete_after=None)
