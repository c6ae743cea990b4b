"""Decides what may be done with a draft, and when: made, approved, edited, skipped, taken back; once per cause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from database.cause import Cause
from database.codes import random_id
from database.draft import BY_ITSELF, PARTS, DraftState, Version
from database.draft import Draft as Draft  # noqa: PLC0414 - what callers name drafts by
from database.draft import DraftOptions as DraftOptions  # noqa: PLC0414 - what callers make drafts of
from database.draft import DraftSource as DraftSource  # noqa: PLC0414 - what callers make drafts of
from database.draft import DraftTarget as DraftTarget  # noqa: PLC0414 - what callers make drafts of
from database.draft import Origin as Origin  # noqa: PLC0414 - what callers make drafts of
from database.draft import TargetState as TargetState  # noqa: PLC0414 - what results are told by
from database.outgoing import Outgoing as Outgoing  # noqa: PLC0414 - what callers make drafts of
from services.access import Permission
from services.draft_checks import (
    CHANGEABLE,
    REOPENED,
    SAID,
    TARGETS,
    UNDO,
    VERSIONS,
    approved_for,
    checked_parts,
    checked_targets,
    refusal,
)  # fmt: skip
from services.draft_meter import note
from services.draft_terms import DraftTerms
from services.errors import UserError

__all__ = [
    "BY_ITSELF", "CHANGEABLE", "PARTS", "SAID", "TARGETS", "UNDO", "VERSIONS", "Draft", "DraftOptions", "DraftService",
    "DraftSource", "DraftState", "DraftTarget", "Origin", "Outgoing", "TargetState", "Version",
]  # fmt: skip


class DraftService(DraftTerms):
    """One bot's drafts.

    Each verb takes who says so and the cause, does it once per cause, and returns the draft as it is then. Whether
    somebody may do it is asked before (`Permission.REVIEW`). Of two who decide at the same moment one does, and the
    other is told so. An approval holds: that whoever gave it may not do so any more, later, does not take it back.
    """

    def reviewers(self) -> list[int]:
        """Return who may decide on drafts: the owner and the admins with that right."""
        owner = self._access.owner_id
        return [owner, *(each.user_id for each in self._access.admins() if Permission.REVIEW in each.permissions)]

    # Made and found

    async def add(
        self,
        parts: Sequence[Outgoing],
        targets: Sequence[DraftTarget],
        origin: Origin,
        cause: Cause,
        *,
        options: DraftOptions = DraftOptions(),  # noqa: B008 - frozen
        send_at: datetime | None = None,
        approved: bool = False,
    ) -> Draft:
        """Write a draft down, to be decided on; once per cause: a second one with the same cause is the first.

        It is journalled when this returns. With `send_at` (UTC), approving it lets it wait for that time. An `approved`
        one goes out without anybody's decision.

        Raises:
            UserError: `draft-too-many-targets`; `draft-no-targets` for an approved one without any.
        """
        now, state = self._clock.now(), DraftState.PENDING
        version = Version(1, checked_parts(parts), origin.by if origin.source is DraftSource.PERSON else None, now)
        where = checked_targets(targets)
        draft = Draft(
            random_id(), cause, replace(origin, said=origin.said[:SAID]), (version,), where, now, options,
            send_at=send_at, **await self._times(now),
        )  # fmt: skip
        if approved:
            if not where:
                raise UserError("draft-no-targets")
            state = approved_for(send_at, now)
            draft = replace(draft, state=state, decided_by=BY_ITSELF, decided_at=now, remind_at=None, expire_at=None)
        added = await self._drafts.add(draft, (send_at or now) if approved else None)
        self._heard()
        return added

    async def of_cause(self, cause: Cause) -> Draft | None:
        """Return the draft that a cause made, where there is one."""
        return await self._drafts.of_cause(cause)

    async def page(self, state: DraftState | None, skip: int, size: int) -> list[Draft]:
        """Return a page of the drafts in a state, or of all, the newest first."""
        return await self._drafts.page(state, skip, size)

    async def counts(self) -> dict[DraftState, int]:
        """Return how many drafts are in each state; those without any are missing."""
        return await self._drafts.counts()

    # Decided

    async def approve(self, code: str, version: int, by: int, cause: Cause, *, terms: int | None = None) -> Draft:
        """Publish a draft that waits, in this version of it: now, or at its time where that is to come.

        `terms` are those that whoever approves it saw; None: they need not have.

        Raises:
            UserError: `draft-unknown`, `draft-decided`, `draft-old-version`, `draft-no-targets`, or
                `draft-terms-changed` where somebody let it go elsewhere, at another time or in another way meanwhile.
        """
        known, now = await self.get(code), self._clock.now()
        state = approved_for(known.send_at, now)
        due_at = known.send_at if state is DraftState.SCHEDULED else now
        return await self._decided(
            known, version, cause, terms=terms,
            state=state, decided_by=by, decided_at=now, due_at=due_at, send_at=known.send_at,
        )  # fmt: skip

    async def skip(self, code: str, version: int, by: int, cause: Cause) -> Draft:
        """Do not publish a draft that waits; `reopen` takes that back.

        Raises:
            UserError: `draft-unknown`, `draft-decided`, or `draft-old-version`.
        """
        known, now = await self.get(code), self._clock.now()
        return await self._decided(known, version, cause, state=DraftState.SKIPPED, decided_by=by, decided_at=now)

    async def schedule(
        self, code: str, version: int, at: datetime, by: int, cause: Cause, *, terms: int | None = None
    ) -> Draft:
        """Publish a draft at a time (UTC): that is an approval. Of `terms` holds what `approve` says.

        Raises:
            UserError: what `approve` does, or `draft-past` for a time that is over.
        """
        known, now = await self.get(code), self._clock.now()
        if at <= now and not (known.state is DraftState.SCHEDULED and known.send_at == at):
            raise UserError("draft-past")
        return await self._decided(
            known, version, cause, CHANGEABLE, terms=terms,
            state=DraftState.SCHEDULED, decided_by=by, decided_at=now, send_at=at, due_at=at,
        )  # fmt: skip

    async def reopen(self, code: str, by: int, cause: Cause) -> Draft:  # noqa: ARG002 - each verb takes who
        """Let what was skipped, or expired, wait for a decision again.

        Raises:
            UserError: `draft-unknown` or `draft-decided`.
        """
        changed = await self._drafts.change(code, cause, REOPENED, **await self._undecided())
        return await self._seen(changed, code, REOPENED)

    async def edit(
        self, code: str, parts: Sequence[Outgoing], by: int, cause: Cause, *, version: int | None = None
    ) -> Draft:
        """Put something else in a draft's place: a new version, to be decided on; the old ones are kept.

        Raises:
            UserError: `draft-unknown`, `draft-decided`, `draft-too-many-versions`, or `draft-old-version` where
                `version` is given and somebody edited it since.
        """
        while True:
            known = await self.get(code)
            number = known.version.number
            if number >= VERSIONS:
                raise UserError("draft-too-many-versions", most=VERSIONS)
            new = Version(number + 1, checked_parts(parts), by, self._clock.now())
            expected, values = version or number, await self._undecided()
            changed = await self._drafts.change(code, cause, CHANGEABLE, version=expected, new=new, **values)
            if changed is not None:
                self._heard()
                return changed
            why = refusal(await self.get(code), CHANGEABLE, expected)
            if version is not None or why.key != "draft-old-version":
                raise why

    # Published

    async def retry(self, code: str, by: int, cause: Cause) -> Draft:  # noqa: ARG002 - each verb takes who
        """Try the targets again that failed.

        Raises:
            UserError: `draft-unknown`, or `draft-nothing-failed`.
        """
        found = await self._drafts.retry(code, cause, self._clock.now())
        if found is None:
            await self.get(code)
            raise UserError("draft-nothing-failed")
        self._heard()
        return found

    async def take_back(self, code: str, by: int, cause: Cause) -> Draft:
        """Delete it everywhere: within `UNDO` of when it was through for the first time, or until then.

        Raises:
            UserError: `draft-unknown`, `draft-undo-over`, `draft-taken-back` where somebody did so already, or
                `draft-not-published`.
        """
        now = self._clock.now()
        found = await self._drafts.take_back(code, by, cause, now, now - UNDO)
        if found is None:
            known = await self.get(code)
            if known.taken_back_at is not None:
                raise UserError("draft-taken-back")
            raise UserError("draft-undo-over" if known.published_at else "draft-not-published")
        self._heard()
        return found

    # How

    async def _decided(
        self, known: Draft, version: int, cause: Cause, states: Collection[DraftState] = (DraftState.PENDING,),
        *, terms: int | None = None, **values: Any,
    ) -> Draft:  # fmt: skip
        values |= {"remind_at": None, "expire_at": None}
        changed = await self._drafts.change(known.code, cause, states, version=version, terms=terms, **values)
        return note(self.work.meter, known, await self._seen(changed, known.code, states, version, terms))
