"""Decides how drafts are published: what is tried when, how often, and what is written down of it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, Final

from database.bots import BotDatabase
from database.clock import Clock
from database.codes import random_id
from database.draft import Draft, DraftTarget, TargetState
from database.draft_publishing import Due
from database.outgoing import Outgoing
from services.draft_meter import DraftMeter, Unmetered, note
from services.posted import Posted
from services.refusals import Refusal
from services.settings import SettingsService

__all__ = ["ATTEMPTS", "HAND", "PAUSES", "DraftWork", "Due"]

PAUSES: Final = (1.0, 2.0, 4.0)
"""Seconds after the first, the second and the third attempt that failed."""

ATTEMPTS: Final = len(PAUSES) + 1
"""Attempts after which a target waits for the next cycle, or, where nothing says that it passes, has failed."""

JITTER: Final = (0.8, 1.2)
"""By how much such a pause is drawn out or cut, so that what failed together comes apart."""

GIVEN_UP: Final = timedelta(hours=24)
"""How long a target fails in ways that pass before it has failed; then somebody has to say that it is tried again."""

HAND: Final = timedelta(seconds=60)
"""When what is in hand is looked at again, in case that nothing was ever written down of it."""

_RANDOM: Final = SystemRandom()

_TARGETS: Final = frozenset({Refusal.FORBIDDEN, Refusal.BLOCKED, Refusal.DEACTIVATED, Refusal.BAD_PEER})
"""Refusals that are of the chat, and not of the message: the owner has to do something about it."""


class DraftWork:
    """One bot's drafts as those who publish them see them.

    Everything that is written here holds only under the lease's epoch, which the callers name.
    """

    def __init__(self, database: BotDatabase, settings: SettingsService, clock: Clock) -> None:
        """Take the collections, the settings and the time."""
        self._drafts = database.drafts
        self._marks = database.marks
        self._settings = settings
        self._clock = clock
        self.meter: DraftMeter = Unmetered()
        """Who counts what becomes of them."""
        self.came = asyncio.Event()
        """Set when there is something to publish, or to take back."""
        self.news = asyncio.Event()
        """Set when something changed that reviewers should see."""
        self.noted = asyncio.Event()
        """Set when the owner is to be told of something."""

    # What is to be done

    async def take_over(self, epoch: int) -> None:
        """Go on with what was in hand before: a session that ended leaves it under the epoch that goes on."""
        await self._drafts.take_over(epoch, self._clock.now())

    async def due(self, limit: int) -> list[Due]:
        """Return drafts with something to do for them now, those that wait longest first."""
        return await self._drafts.due(self._clock.now(), limit)

    async def next_due(self) -> datetime | None:
        """Return when there is something to do next; None when nothing waits."""
        return await self._drafts.next_due()

    def to_do(self, draft: Draft, in_hand: Collection[int]) -> list[DraftTarget]:
        """Return the targets whose turn it is, those apart that are in hand."""
        now = self._clock.now()
        return [
            each for each in open_targets(draft) if (each.due_at is None or each.due_at <= now)
            and each.chat not in in_hand
        ]  # fmt: skip

    async def begin(self, due: Due, epoch: int, targets: Sequence[DraftTarget], *, busy: bool) -> Draft | None:
        """Take targets of a draft in hand; `busy`: others of it are already.

        None: somebody did something with it meanwhile: it is looked at again.
        """
        now, chats = self._clock.now(), [each.chat for each in targets]
        later = [each.due_at for each in open_targets(due.draft) if each.due_at is not None and each.due_at > now]
        again_at = min(later, default=now + HAND) if not targets and not busy else min([now + HAND, *later])
        begun = await self._drafts.begin(due, epoch, chats, again_at)
        self.news.set()
        return begun

    async def retry_waiting(self) -> int:
        """Try the targets again now that wait for the next cycle; returns of how many drafts: the cycle's job."""
        count = await self._drafts.let_go(self._clock.now(), ATTEMPTS)
        self.came.set()
        self.news.set()
        return count

    # What came of it

    async def progress(self, draft: Draft, target: DraftTarget) -> Draft | None:
        """Write down that a part is there and that there are more; the target is as it is then."""
        return await self._note(draft, target, {}, again_at=self._clock.now() + HAND)

    async def sent(self, draft: Draft, target: DraftTarget, unpinned: str = "") -> Draft | None:
        """Write down that all of it is there; `unpinned` is Telegram's word for why it could not be pinned."""
        values = {"state": TargetState.SENT, "sent_at": self._clock.now(), "reason": unpinned}
        return await self._note(draft, target, values | _DONE)

    async def deleted(self, draft: Draft, target: DraftTarget) -> Draft | None:
        """Write down that it is taken back, or that it never was there."""
        return await self._note(draft, target, {"state": TargetState.DELETED, "reason": ""} | _DONE)

    async def refused(self, draft: Draft, target: DraftTarget, posted: Posted) -> Draft | None:
        """Write down that something was refused for good: the message, or that it is deleted."""
        stands = target.state is TargetState.SENT
        values: dict[str, Any] = _DONE | {"refusal": posted.refusal, "reason": posted.reason}
        values |= {"state": TargetState.SENT if stands else TargetState.FAILED, "unsure": target.unsure}
        noted = await self._note(draft, target, values, untold=not stands and posted.refusal in _TARGETS)
        self.noted.set()
        return noted

    async def tried(self, draft: Draft, target: DraftTarget, posted: Posted, *, unsure: bool) -> Draft | None:
        """Count an attempt that failed; `unsure`: it may have succeeded all the same.

        After `ATTEMPTS` what passes waits for the next cycle, until it is `GIVEN_UP`, and everything else has failed.
        """
        attempts, now = target.attempts + 1, self._clock.now()
        since = target.failing_since or now
        passes = posted.refusal is Refusal.PASSING and now - since < GIVEN_UP
        if attempts >= ATTEMPTS and not passes:
            return await self.refused(draft, replace(target, unsure=unsure), posted)
        if attempts < ATTEMPTS:
            seconds = PAUSES[attempts - 1] * _RANDOM.uniform(*JITTER)
        else:
            seconds = 60.0 * (await self._settings.current()).draft_cycle
        again_at = now + timedelta(seconds=seconds)
        values: dict[str, Any] = {"refusal": posted.refusal, "reason": posted.reason, "attempts": attempts}
        values |= {"unsure": unsure, "failing_since": since}
        if target.state is TargetState.SENT:  # a refusal would say that it cannot be deleted
            values["refusal"] = None
        return await self._note(draft, target, values | {"due_at": again_at}, again_at=again_at)

    async def waits(self, draft: Draft, target: DraftTarget, posted: Posted) -> Draft | None:
        """Let a target wait as long as Telegram says: that is no attempt."""
        again_at = self._clock.now() + timedelta(seconds=posted.after)
        values: dict[str, Any] = {"reason": posted.reason, "due_at": again_at, "unsure": target.unsure}
        if target.state is not TargetState.SENT:
            values["refusal"] = Refusal.PASSING
        return await self._note(draft, target, values, again_at=again_at)

    async def put_back(self, draft: Draft, target: DraftTarget, *, unsure: bool) -> Draft | None:
        """Let a target have its turn again: nobody gets anything at the moment, which is not its fault."""
        now = self._clock.now()
        return await self._note(draft, target, {"unsure": unsure}, again_at=now, quietly=True)

    async def _note(
        self, draft: Draft, target: DraftTarget, values: dict[str, Any], *, again_at: datetime | None = None,
        untold: bool = False, quietly: bool = False,
    ) -> Draft | None:  # fmt: skip
        known = {"message_ids": target.message_ids, "parts": target.parts, "link": target.link}
        noted = await self._drafts.note(
            draft, target.chat, known | values, self._clock.now(), again_at=again_at, untold=untold, quietly=quietly
        )
        self.news.set()
        return note(self.meter, draft, noted)

    # What people are told of

    async def untold(self) -> list[tuple[Draft, DraftTarget]]:
        """Return what refused drafts, and that the owner does not know it, though they heard of every earlier time.

        Who refuses is told of once, until it takes something again.
        """
        found = []
        for draft, chats in await self._drafts.untold():
            for target in (each for each in draft.targets if each.chat in chats):
                told = await self._marks.get(_mark(target.chat))
                if told and not await self._drafts.took_since(target.chat, datetime.fromisoformat(told)):
                    await self._drafts.told(draft.code, target.chat)
                else:
                    found.append((draft, target))
        return found

    async def told(self, draft: Draft, target: DraftTarget) -> None:
        """Write down that the owner knows that a target refuses."""
        await self._marks.put(_mark(target.chat), self._clock.now().isoformat())
        await self._drafts.told(draft.code, target.chat)

    async def expire(self) -> None:
        """Let drafts expire that nobody decided on in time."""
        if await self._drafts.expire(self._clock.now()):
            self.news.set()

    async def reminder(self) -> tuple[str, int] | None:
        """Return what is to be reminded of, as a name of this reminder and how many drafts it is of; None: nothing.

        One that was begun comes again until it is over.
        """
        name = await self._drafts.reminder()
        if name is None:
            name = random_id()
            await self._drafts.remind(name, self._clock.now())
        count = await self._drafts.count_reminded(name)
        if not count:
            await self.reminded(name)
        return (name, count) if count else None

    async def reminded(self, name: str) -> None:
        """Write down that a reminder reached everybody."""
        await self._drafts.reminded(name, self._clock.now())

    async def next_wait(self) -> datetime | None:
        """Return when people are to be reminded of a draft next, or one expires; None: never."""
        return await self._drafts.next_wait()


_DONE: Final[dict[str, Any]] = {
    "refusal": None, "attempts": 0, "due_at": None, "unsure": False, "failing_since": None,
}  # fmt: skip


def open_targets(draft: Draft) -> list[DraftTarget]:
    """Return the targets with something to do for them: it is to be sent there, or taken back."""
    back = draft.taken_back_at is not None
    return [
        each
        for each in draft.targets
        if each.state is TargetState.WAITING or (back and each.state is TargetState.SENT and each.refusal is None)
    ]


def content_of(draft: Draft, part: int) -> Outgoing:
    """Return a part (from 1) of a draft as targets get it: with the options; what is taken back makes no sound."""
    out, options = draft.version.parts[part - 1], draft.options
    silent = out.silent or options.silent or draft.taken_back_at is not None
    return replace(out, protect=out.protect or options.protect, silent=silent)


def _mark(chat: int) -> str:
    return f"draft target {chat}"
