"""Decides who may do what: the owner, admins with their permissions, readers, and those who are banned."""

import asyncio
from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from database.access import Standing, Standings
from database.cause import Cause
from database.clock import Clock
from services.audit import AuditLog
from services.errors import UserError

FRESH: Final = timedelta(seconds=2)
"""How old what is known of the database may be: what another process changed holds here from then on."""


class Role(StrEnum):
    """What a person is to the bot."""

    OWNER = "owner"
    ADMIN = "admin"
    READER = "reader"
    BANNED = "banned"


class Permission(StrEnum):
    """What an admin may be allowed to do; the owner may all of it."""

    UPLOAD = "upload"
    REVIEW = "review"
    BROADCAST = "broadcast"
    BAN = "ban"
    SETTINGS = "settings"


ALL: Final = frozenset(Permission)
"""What the owner may do."""

GIVEN: Final = ALL - {Permission.SETTINGS}
"""What those may do whom `ADMINS` of the environment names."""


DRAFTERS: Final = frozenset({Permission.UPLOAD, Permission.REVIEW, Permission.BROADCAST})
"""Who has one of these may make drafts; what becomes of a draft is for those who have REVIEW."""


@dataclass(frozen=True, slots=True)
class Rank:
    """What a person is, and what they may do."""

    role: Role
    permissions: frozenset[Permission] = frozenset()


READER: Final = Rank(Role.READER)
"""What everybody is of whom nothing else is known."""


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin as the owner sees them; `fixed` ones are named by the environment and are not changed in the chat."""

    user_id: int
    permissions: frozenset[Permission]
    fixed: bool


class Access:
    """One bot's roles: the owner and `ADMINS` as the environment names them, everybody else by the database.

    Asked when an update is handled, not when a button is drawn. Admins and bans are kept in memory, some 100 bytes
    each, at most `FRESH` old after `refresh`; what is changed through this object holds at once.
    """

    def __init__(
        self, owner_id: int, admin_ids: Collection[int], standings: Standings, audit: AuditLog, clock: Clock
    ) -> None:
        """Take the ids of `OWNER_ID` and `ADMINS`, where the others are kept, and the log of changes."""
        self.owner_id = owner_id
        self.admin_ids = frozenset(admin_ids) - {owner_id}
        self._standings = standings
        self._audit = audit
        self._clock = clock
        self._lock = asyncio.Lock()
        self._revision = 0
        self._read_at = clock.now() - FRESH
        self._once: frozenset[int] = frozenset()
        self._admins: dict[int, frozenset[Permission]] = {}
        self._banned: set[int] = set()

    # Asked of what is in memory

    def rank(self, user_id: int) -> Rank:
        """Return what a person is and may do; channels and unknown senders are readers."""
        if user_id == self.owner_id:
            return Rank(Role.OWNER, ALL)
        if user_id in self.admin_ids:
            return Rank(Role.ADMIN, GIVEN)
        if user_id in self._banned:
            return Rank(Role.BANNED)
        given = self._admins.get(user_id)
        return READER if given is None else Rank(Role.ADMIN, given)

    def role(self, user_id: int) -> Role:
        """Return what a person is."""
        return self.rank(user_id).role

    def may(self, user_id: int, permission: Permission) -> bool:
        """Tell whether a person has a permission."""
        return permission in self.rank(user_id).permissions

    def is_admin(self, user_id: int) -> bool:
        """Tell whether a person is the owner or an admin, whatever they may do."""
        return self.role(user_id) in {Role.OWNER, Role.ADMIN}

    def is_banned(self, user_id: int) -> bool:
        """Tell whether nothing is taken from a person."""
        return self.role(user_id) is Role.BANNED

    def banned_ids(self) -> frozenset[int]:
        """List those from whom nothing is taken."""
        return frozenset(self._banned) - self.admin_ids - {self.owner_id}

    def admins(self) -> list[Admin]:
        """List the admins, those of the environment first."""
        fixed = [Admin(person, GIVEN, fixed=True) for person in sorted(self.admin_ids)]
        others = sorted(self._admins.items())
        return fixed + [Admin(who, may, fixed=False) for who, may in others if who not in self.admin_ids]

    def admin(self, user_id: int) -> Admin:
        """Return an admin who can be changed in the chat.

        Raises:
            UserError: `admin-fixed`, or `admin-unknown` for somebody who is none.
        """
        self._refuse_fixed(user_id)
        if user_id not in self._admins:
            raise UserError("admin-unknown")
        return Admin(user_id, self._admins[user_id], fixed=False)

    def ranked(self) -> list[tuple[int, Rank]]:
        """List everybody whose menu of commands is or was not a reader's, each with what they are now."""
        people = {self.owner_id, *self.admin_ids, *self._admins, *self._once}
        return [(person, self.rank(person)) for person in sorted(people)]

    # What the database says

    async def refresh(self) -> None:
        """See to it that what is in memory is at most `FRESH` old."""
        if self._clock.now() - self._read_at < FRESH:
            return
        async with self._lock:
            now = self._clock.now()
            if now - self._read_at < FRESH:
                return
            revision = await self._standings.revision()  # before the rest, which is then no older
            if revision != self._revision:
                self._take(await self._standings.all())
            self._revision, self._read_at = revision, now

    async def appoint(self, user_id: int, permissions: Collection[Permission], *, by: int, cause: Cause) -> Admin:
        """Make somebody an admin with these permissions; who is one already keeps what they may.

        Raises:
            UserError: `admin-fixed` for the owner and for `ADMINS`, `admin-banned`.
        """
        self._refuse_fixed(user_id)
        now = self._clock.now()
        standing = await self._changed(self._standings.appoint(user_id, permissions, by=by, cause=cause, now=now))
        if standing is not None and standing.banned:
            raise UserError("admin-banned")
        return Admin(user_id, self._admins.get(user_id, frozenset()), fixed=False)  # at a replay perhaps none any more

    async def permit(self, user_id: int, permission: Permission, *, given: bool, by: int, cause: Cause) -> Admin:
        """Give an admin a permission or take it away.

        Raises:
            UserError: `admin-fixed`; `admin-unknown` for somebody who is no admin any more.
        """
        self._refuse_fixed(user_id)
        now = self._clock.now()
        await self._changed(self._standings.permit(user_id, permission, given=given, by=by, cause=cause, now=now))
        return self.admin(user_id)

    async def dismiss(self, user_id: int, *, by: int, cause: Cause) -> None:
        """Make an admin a reader again; a reader stays one.

        Raises:
            UserError: `admin-fixed`.
        """
        self._refuse_fixed(user_id)
        await self._changed(self._standings.dismiss(user_id, by=by, cause=cause, now=self._clock.now()))

    async def ban(self, user_id: int, *, by: int, cause: Cause) -> None:
        """Take nothing from a person any more.

        Raises:
            UserError: `ban-fixed` for the owner and for `ADMINS`, `ban-admin` for an admin.
        """
        if user_id == self.owner_id or user_id in self.admin_ids:
            raise UserError("ban-fixed")
        standing = await self._changed(self._standings.ban(user_id, by=by, cause=cause, now=self._clock.now()))
        if standing is not None and standing.admin:
            raise UserError("ban-admin")

    async def unban(self, user_id: int, *, by: int, cause: Cause) -> None:
        """Let a person in again."""
        await self._changed(self._standings.unban(user_id, by=by, cause=cause, now=self._clock.now()))

    async def banned(self, skip: int, size: int) -> list[Standing]:
        """Return a page of those who are banned, the latest first."""
        return await self._standings.banned(skip, size)

    async def ban_of(self, user_id: int) -> Standing:
        """Return who banned a person, and when.

        Raises:
            UserError: `ban-over`.
        """
        standing = await self._standings.get(user_id)
        if standing is None or not standing.banned:
            raise UserError("ban-over")
        return standing

    def _refuse_fixed(self, user_id: int) -> None:
        if user_id == self.owner_id or user_id in self.admin_ids:
            raise UserError("admin-fixed")

    async def _changed(self, change: Awaitable[Standing | None]) -> Standing | None:
        """Make a change, let it hold at once, and log it."""
        async with self._lock:
            standing = await change
            if standing is not None:
                self._admins.pop(standing.user_id, None)
                self._banned.discard(standing.user_id)
                if standing.admin:
                    self._admins[standing.user_id] = _permissions(standing)
                    self._once |= {standing.user_id}
                elif standing.banned:
                    self._banned.add(standing.user_id)
        await self._audit.catch_up()
        return standing

    def _take(self, standings: list[Standing]) -> None:
        self._admins = {each.user_id: _permissions(each) for each in standings if each.admin}
        self._banned = {each.user_id for each in standings if each.banned}
        self._once = frozenset(each.user_id for each in standings if not each.banned)


def _permissions(standing: Standing) -> frozenset[Permission]:
    """What an admin may; a permission of a newer version of the program says nothing here."""
    known = frozenset(Permission)
    return frozenset(each for each in known if each.value in standing.permissions)
