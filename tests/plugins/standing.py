"""Roles without a database: the owner, an admin of the environment, and whoever a test appoints or bans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from database.access import Standings
from services.access import Access, Permission
from services.audit import AuditLog
from tests.database.mongo import StillClock
from tests.plugins.messages import ADMIN, OWNER


class Roles(Access):
    """What `services.access` decides of people who are what a test says; nobody is what it does not say."""

    def __init__(
        self, admins: Mapping[int, Iterable[Permission]] | None = None, banned: Iterable[int] = (), owner: int = OWNER
    ) -> None:
        super().__init__(owner, {ADMIN}, cast("Standings", None), cast("AuditLog", None), StillClock())
        self._admins = {person: frozenset(given) for person, given in (admins or {}).items()}
        self._banned = set(banned)

    async def refresh(self) -> None:
        """Nothing: there is no database."""
