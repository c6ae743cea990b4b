"""Decides which chats drafts may go to, which are chosen for every new one, and whether the bot may write there."""

import asyncio
import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Protocol

from database.cause import Cause
from database.clock import Clock
from database.targets import Target as Target  # noqa: PLC0414 - what callers of `all` get
from database.targets import TargetFacts, TargetKind, Targets
from database.users import Users
from services.audit import AuditLog
from services.errors import TryLater, UserError

__all__ = ["SIGHT", "Target", "TargetFacts", "TargetKind", "TargetService", "Telegram"]

log = logging.getLogger(__name__)

SIGHT: Final = timedelta(minutes=1)
"""For how long what was seen of a chat is shown without a new look at it; choosing one always looks."""

MOST: Final = 24
"""Chats that drafts may go to: a list of more, with what is to be said of each, need not fit into one message."""

_ID: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NAME: Final = re.compile(r"(?:@|(?:https?://)?t\.me/)?([A-Za-z][A-Za-z0-9_]{3,31})/?")


class Telegram(Protocol):
    """What the rules need of Telegram; `client.targets` implements it."""

    async def target_facts(self, name: int | str) -> TargetFacts | None:
        """Look at a chat by its id or its public name (without the @); None where that name is nobody's.

        Raises:
            TryLater: it has to wait.
        """


class TargetService:
    """One bot's targets. Drafts go to chats that the owner named, and to no other."""

    def __init__(self, targets: Targets, users: Users, audit: AuditLog, clock: Clock) -> None:
        """Take the collection, who writes to the bot, and the log of changes."""
        self._targets = targets
        self._users = users
        self._audit = audit
        self._clock = clock

    async def all(self) -> list[Target]:
        """Return them in the order in which they were named, as they were seen last."""
        return await self._targets.all()

    async def defaults(self) -> list[Target]:
        """Return those that are chosen for every new draft."""
        return [each for each in await self.all() if each.is_default]

    async def get(self, chat: int) -> Target:
        """Return one.

        Raises:
            UserError: `target-none`: drafts do not go there.
        """
        found = await self._targets.get(chat)
        if found is None:
            raise UserError("target-none")
        return found

    async def find(self, name: int | str) -> Target | None:
        """Return the target with this id or this public name, in any case; None where drafts do not go there."""
        words = str(name).strip()
        if _ID.fullmatch(words):
            return await self._targets.get(int(words))
        wanted = _NAME.fullmatch(words)
        if wanted is None:
            return None
        lower = wanted[1].lower()
        return next((each for each in await self.all() if (each.username or "").lower() == lower), None)

    async def look(self, name: int | str, telegram: Telegram) -> TargetFacts:
        """Look at a chat that is named by its id, its public name or its address.

        Raises:
            UserError: `target-unknown`: nobody has this name, or it is none.
            TryLater: it has to wait.
        """
        words = str(name).strip()
        by_name = _NAME.fullmatch(words)
        given = int(words) if _ID.fullmatch(words) else by_name[1] if by_name else None
        facts = None if given is None else await telegram.target_facts(given)
        if facts is None:
            raise UserError("target-unknown", name=words)
        return await self._of_person(facts) if facts.kind is TargetKind.PRIVATE else facts

    async def add(self, name: int | str, telegram: Telegram, *, by: int, cause: Cause) -> Target:
        """Let drafts go to a chat from now on; the first one is chosen for every new draft.

        One that the bot sees and may not write to is taken, and says so: what is missing can be given later.

        Raises:
            UserError: `target-unknown`, `targets-many`, or why the bot cannot even see it.
            TryLater: it has to wait.
        """
        facts = await self.look(name, telegram)
        if not facts.title:
            raise UserError(facts.refusal, title=str(facts.chat))
        known = await self.all()
        if facts.chat not in {each.chat for each in known} and len(known) >= MOST:
            raise UserError("targets-many", most=MOST)
        first, now = not known, self._clock.now()
        await self._targets.add(facts, default=first, by=by, cause=cause, now=now)
        await self._audit.catch_up()
        return await self.get(facts.chat)

    async def remove(self, chat: int, *, by: int, cause: Cause) -> None:
        """Let no new draft go to a chat; those that are made already still do."""
        await self._targets.remove(chat, by=by, cause=cause, now=self._clock.now())
        await self._audit.catch_up()

    async def set_default(self, chat: int, *, default: bool, by: int, cause: Cause) -> Target:
        """Choose a chat for every new draft, or no longer.

        Raises:
            UserError: `target-none`.
        """
        await self._targets.set_default(chat, default=default, by=by, cause=cause, now=self._clock.now())
        await self._audit.catch_up()
        return await self.get(chat)

    async def refresh(self, chat: int, telegram: Telegram) -> Target:
        """Look at a target anew.

        Raises:
            UserError: `target-none`.
            TryLater: it has to wait.
        """
        await self.get(chat)
        await self.see(await self.look(chat, telegram))
        return await self.get(chat)

    async def see(self, facts: TargetFacts) -> None:
        """Write down what was seen of a target just now."""
        await self._targets.see(facts, self._clock.now())

    async def fresh(self, telegram: Telegram) -> list[Target]:
        """Return all of them, none seen longer than `SIGHT` ago; while Telegram wants us to wait, as they were seen."""
        now = self._clock.now()
        known = await self.all()
        old = [each.chat for each in known if now - each.checked_at >= SIGHT]
        try:
            for seen in await asyncio.gather(*(self.look(chat, telegram) for chat in old)):
                await self.see(seen)
        except TryLater as error:
            log.info("Targets are shown as they were seen before: %s", error)
        return await self.all() if old else known

    async def open_to(self, chat: int, telegram: Telegram) -> Target:
        """Return a target that is being chosen, looked at anew.

        Raises:
            UserError: `target-none`, or why the bot may not write there and what to do.
            TryLater: it has to wait.
        """
        found = await self.refresh(chat, telegram)
        if not found.may_write:
            raise UserError(found.reason, title=name_of(found))
        return found

    async def _of_person(self, facts: TargetFacts) -> TargetFacts:
        """Judge a person by what the bot knows of them: Telegram does not say whom a bot may write to."""
        user = await self._users.get(facts.chat)
        refusal = facts.refusal
        if not refusal and user is None:
            refusal = "target-stranger"
        elif not refusal and user is not None and user.blocked_at is not None:
            refusal = "target-blocked"
        return TargetFacts(facts.chat, facts.title, facts.kind, facts.username, refusal, facts.lacks)


def name_of(target: Target) -> str:
    """Return what a target is called: its title, else its public name, else its number."""
    return target.title or (f"@{target.username}" if target.username else str(target.chat))


def unwritable(targets: Iterable[Target]) -> list[Target]:
    """Return those that the bot may not write to."""
    return [each for each in targets if not each.may_write]
