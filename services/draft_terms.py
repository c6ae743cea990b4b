"""Decides how a draft's terms are changed: where it goes, when, and how; once per cause, whoever does so at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.draft import Draft, DraftOptions, DraftState, DraftTarget
from services.access import Access
from services.draft_checks import CHANGEABLE, TARGETS, checked_targets, refusal, too_many_targets
from services.draft_work import DraftWork
from services.errors import UserError
from services.settings import SettingsService


class DraftTerms:
    """Where, when and how one bot's drafts go out; and what all that is done with drafts has in common."""

    def __init__(self, database: BotDatabase, settings: SettingsService, access: Access, clock: Clock) -> None:
        """Take the collections, the settings, who may decide, and the time."""
        self._drafts = database.drafts
        self._settings = settings
        self._access = access
        self._clock = clock
        self.work = DraftWork(database, settings, clock)
        """What those use who publish them, and who remind people of them."""
        self.came = self.work.came
        """Set when there is something to publish, or to take back."""
        self.news = self.work.news
        """Set when something changed that reviewers should see."""

    async def get(self, code: str) -> Draft:
        """Return a draft.

        Raises:
            UserError: `draft-unknown`.
        """
        draft = await self._drafts.get(code)
        if draft is None:
            raise UserError("draft-unknown")
        return draft

    # Where, when, how

    async def aim(self, code: str, target: DraftTarget, by: int, cause: Cause) -> Draft:  # noqa: ARG002
        """Let a draft go to one more chat; what is scheduled stays so, and what goes there already does.

        Raises:
            UserError: `draft-unknown`, `draft-decided`, or `draft-too-many-targets`.
        """
        [aimed] = checked_targets([target])
        changed = await self._drafts.aim(code, cause, CHANGEABLE, aimed, TARGETS)
        if changed is None:
            known = await self.get(code)
            if known.state in CHANGEABLE and target.chat in {each.chat for each in known.targets}:
                return known
            raise refusal(known, CHANGEABLE) if known.state not in CHANGEABLE else too_many_targets()
        self._heard()
        return changed

    async def leave_out(self, code: str, chat: int, by: int, cause: Cause) -> Draft:  # noqa: ARG002
        """Let a draft not go to a chat; what is scheduled stays so.

        Raises:
            UserError: `draft-unknown`, `draft-decided`, or `draft-no-targets` where it is scheduled, and for no other.
        """
        changed = await self._drafts.leave_out(code, cause, (DraftState.PENDING,), chat, 0)
        changed = changed or await self._drafts.leave_out(code, cause, (DraftState.SCHEDULED,), chat, 1)
        if changed is None:
            known = await self.get(code)
            if known.state in CHANGEABLE and chat not in {each.chat for each in known.targets}:
                return known
            raise refusal(known, CHANGEABLE)
        self._heard()
        return changed

    async def set_option(self, code: str, name: str, by: int, cause: Cause, *, on: bool) -> Draft:  # noqa: ARG002
        """Let a draft come in one of the ways that `DraftOptions` names, or not; what is scheduled stays so.

        Raises:
            UserError: `draft-unknown` or `draft-decided`.
            ValueError: there is no such way.
        """
        if name not in {each.name for each in fields(DraftOptions)}:
            raise ValueError(name)
        changed = await self._drafts.set_terms(code, cause, CHANGEABLE, **{f"options.{name}": on})
        return await self._seen(changed, code, CHANGEABLE)

    async def unschedule(self, code: str, by: int, cause: Cause) -> Draft:  # noqa: ARG002 - each verb takes who
        """Let a draft have no time: one that was scheduled waits for a decision again.

        Raises:
            UserError: `draft-unknown` or `draft-decided`.
        """
        values = await self._undecided() | {"send_at": None}
        changed = await self._drafts.set_terms(code, cause, CHANGEABLE, **values)
        return await self._seen(changed, code, CHANGEABLE)

    # What all of it has in common

    async def _seen(
        self, changed: Draft | None, code: str, states: Collection[DraftState], version: int | None = None,
        terms: int | None = None,
    ) -> Draft:  # fmt: skip
        """Let reviewers see a draft that was changed; say why one was not."""
        if changed is None:
            raise refusal(await self.get(code), states, version, terms)
        self._heard()
        return changed

    async def _undecided(self) -> dict[str, Any]:
        """Return what makes a draft wait for a decision, from now on."""
        nobody = {"decided_by": None, "decided_at": None, "due_at": None}
        return {"state": DraftState.PENDING, **nobody, **await self._times(self._clock.now())}

    async def _times(self, now: datetime) -> dict[str, Any]:
        options = await self._settings.current()
        remind, expire = options.draft_reminder, options.draft_expiry
        return {
            "remind_at": now + timedelta(seconds=remind) if remind else None,
            "expire_at": now + timedelta(seconds=expire) if expire else None,
        }

    def _heard(self) -> None:
        self.came.set()
        self.news.set()
