"""Decides what the log of changes has: each change of anything once, whenever its process died."""

import asyncio
from dataclasses import dataclass
from typing import Final

from database.audit import Audited
from database.audit import Change as Change  # noqa: PLC0414 - what a page of the log has
from database.bots import BotDatabase

PAGE: Final = 8
"""Changes on a page of the log."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log of changes, the newest first; pages are numbered from 0."""

    changes: list[Change]
    number: int
    pages: int


class AuditLog:
    """One bot's log of changes: of settings, roles, links, and whatever else somebody changes in the chat."""

    def __init__(self, database: BotDatabase) -> None:
        """Take the log, and the collections whose documents carry changes until it has them."""
        self._audit = database.audit
        self._carriers: tuple[Audited, ...] = (
            database.settings,
            database.standings,
            database.links,
            database.required_chats,
            database.shorteners,
            database.premiums,
            database.sequences,
            database.reply_chats,
            database.targets,
        )

    async def catch_up(self) -> None:
        """Take over changes that are made and not logged; a process may have died between the two."""
        await asyncio.gather(*(self._take_over(carrier) for carrier in self._carriers))

    async def page(self, number: int, size: int = PAGE) -> AuditPage:
        """Return a page of the log; the last one where there are not so many."""
        await self.catch_up()
        pages = max(1, -(-await self._audit.count() // size))
        number = min(max(0, number), pages - 1)
        return AuditPage(await self._audit.page(number, size), number, pages)

    async def _take_over(self, carrier: Audited) -> None:
        for change in await carrier.unlogged():
            await self._audit.note(change)
            await carrier.logged(change)
