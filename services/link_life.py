"""Decides what a link's maker sees of it and may change: until when, how often, for whom, under which words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from database.audit import Change
from database.cause import Cause
from database.clock import Clock
from database.files import Files, StoredFile
from database.links import Link, Links
from database.uses import Statistics as Statistics  # noqa: PLC0414 - what `uses` returns
from services.access import Access, Role
from services.audit import AuditLog
from services.errors import UserError
from services.forms import Duration, Form, Line, Number, Value, YesNo
from services.links import LinkService, in_order
from services.losses import lost_places
from services.names import LONGEST_TITLE
from services.options import AUTO_DELETE, BotOptions
from services.settings import SettingsService
from services.times import moment_in

DAYS: Final = 14
"""Days that the statistics of a link show."""

READERS: Final = 10
"""Last readers that they name."""

_DAY: Final = 86400
_YEAR: Final = 366 * _DAY


class LinkState(StrEnum):
    """What a link is good for."""

    OPEN = "open"
    REVOKED = "revoked"
    EXPIRED = "expired"
    USED_UP = "used-up"


class Property(StrEnum):
    """What can be set of a link; its texts are `link-<property>` and `link-<property>-about`."""

    EXPIRY = "expiry"
    LIMIT = "limit"
    PROTECT = "protect"
    DELETE = "delete"
    TITLE = "title"
    LISTED = "listed"


FORMS: Final[Mapping[Property, Form]] = {
    Property.EXPIRY: Duration(
        least=60,
        most=10 * _YEAR,
        unclear="link-expiry-unclear",
        presets=(3600, _DAY, 7 * _DAY, 30 * _DAY),
        optional=True,
    ),
    Property.LIMIT: Number(least=1, most=1_000_000_000, presets=(1, 10, 100, 1000), optional=True),
    Property.PROTECT: YesNo(optional=True),
    Property.DELETE: replace(AUTO_DELETE, optional=True),
    Property.TITLE: Line(longest=LONGEST_TITLE),
    Property.LISTED: YesNo(),
}
"""Which values each takes. None is: never, no limit, as the bot has it, the file's own name."""

_FIELDS: Final[Mapping[Property, str]] = {
    Property.EXPIRY: "expires_at",
    Property.LIMIT: "use_limit",
    Property.PROTECT: "protect",
    Property.DELETE: "auto_delete",
    Property.TITLE: "title",
    Property.LISTED: "listed",
}


def property_called(name: str) -> Property:
    """Return the property that a button names.

    Raises:
        UserError: `button-stale`: this version has none of this name.
    """
    found = next((each for each in Property if each == name), None)
    if found is None:
        raise UserError("button-stale")
    return found


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link as the people who made it see it; `options` are what holds where the link itself says nothing."""

    link: Link
    files: list[StoredFile]
    uses: int
    state: LinkState
    options: BotOptions = field(default_factory=BotOptions)

    @property
    def gone(self) -> list[int]:
        """The places of the files behind the link that are gone, from 1."""
        return lost_places(self.link, {file.unique_id: file for file in self.files})

    @property
    def size(self) -> int:
        """Bytes behind the link."""
        return sum(file.size or 0 for file in self.files)

    @property
    def by_default(self) -> dict[Property, Value]:
        """What the bot's settings say where the link itself says nothing."""
        here = {Property.PROTECT: self.options.protect_content, Property.DELETE: self.options.auto_delete_time}
        return {each: value for each, value in here.items() if self.value(each) is None}

    def value(self, of: Property) -> Value:
        """Return what a property is set to."""
        return getattr(self.link, _FIELDS[of])


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A page of links, the newest first; `next_after` asks for the following one, None on the last.

    `mine` tells that it lists one person's links, and `others` that this person may see those of others as well. The
    cards know the first file of each link.
    """

    cards: list[LinkCard]
    total: int
    next_after: str | None
    mine: bool = False
    others: bool = False
    newest: bool = False


class LinkLife:
    """One bot's links as their makers see them. An admin has their own, the owner everybody's."""

    def __init__(
        self,
        links: Links,
        files: Files,
        audit: AuditLog,
        opening: LinkService,
        settings: SettingsService,
        access: Access,
        clock: Clock,
    ) -> None:
        """Take the collections, who finds files and reads codes, and who is who."""
        self._links = links
        self._files = files
        self._audit = audit
        self._opening = opening
        self._settings = settings
        self._access = access
        self._clock = clock

    async def card(self, code_or_url: str, *, by: int) -> LinkCard:
        """Return a link as its maker sees it.

        Raises:
            UserError: `link-malformed`, `link-unknown`, or `link-not-yours` for one that another admin made.
        """
        return await self._card(await self._mine(code_or_url, by))

    async def page(self, after: str | None = None, size: int = 8, *, by: int, mine: bool = False) -> LinkPage:
        """Return a page of links, the newest first, those after the code `after`; the owner's has everybody's."""
        others = self._access.role(by) is Role.OWNER
        maker = None if others and not mine else by
        links, total = await asyncio.gather(self._links.page(after, size + 1, maker), self._links.count(maker))
        shown = links[:size]
        firsts = {link.code: link.items[:1] for link in shown}  # a list names the first: bundles have a thousand
        wanted = {item.unique_id for items in firsts.values() for item in items}
        uses = asyncio.gather(*(self._links.uses(link.code) for link in shown))
        found, counts = await asyncio.gather(self._files.get_many(wanted), uses)
        now, options = self._clock.now(), await self._settings.current()
        cards = [
            LinkCard(link, in_order(firsts[link.code], found), count, state_of(link, count, now), options)
            for link, count in zip(shown, counts, strict=True)
        ]
        more = shown[-1].code if len(links) > size else None
        return LinkPage(cards, total, more, maker is not None, others, newest=after is None)

    async def uses(self, code: str, *, by: int) -> tuple[LinkCard, Statistics]:
        """Return a link with how it was used in the last `DAYS` days, and by whom last.

        Raises:
            UserError: as `card` does.
        """
        card = await self.card(code, by=by)
        since = self._clock.now() - timedelta(days=DAYS)
        return card, await self._links.statistics(card.link.code, since, card.options.timezone, READERS)

    async def revoke(self, code_or_url: str, *, by: int, cause: Cause) -> LinkCard:
        """Close a link; closing a closed one changes nothing, and neither does a replay after it was opened again.

        Raises:
            UserError: as `card` does.
        """
        link = await self._mine(code_or_url, by)
        revoked = await self._links.revoke(link.code, by, cause, self._clock.now())
        await self._audit.catch_up()
        return await self._card(revoked)

    async def restore(self, code_or_url: str, *, by: int, cause: Cause) -> LinkCard:
        """Open a revoked link again, once per cause.

        Raises:
            UserError: as `card` does.
        """
        link = await self._mine(code_or_url, by)
        restored = await self._links.restore(link.code, by, cause, self._clock.now())
        await self._audit.catch_up()
        return await self._card(restored)

    async def press(self, code: str, what: Property, data: str, *, by: int, cause: Cause) -> LinkCard:
        """Set a property to what a button carries, once per cause.

        Raises:
            UserError: `button-stale`, or as `card` does.
        """
        return await self._set(code, what, FORMS[what].pressed(data), by=by, cause=cause)

    async def write(self, code: str, what: Property, words: str, *, by: int, cause: Cause) -> LinkCard:
        """Set a property to what a person wrote, once per cause; an expiry may be a time from now, or a date.

        Raises:
            UserError: The words mean no value, and what would; or as `card` does.
        """
        if what is Property.EXPIRY:
            zone = (await self._settings.current()).timezone
            at = moment_in(words, zone)
            if at is not None:
                return await self._set_expiry(code, at, by=by, cause=cause)
        return await self._set(code, what, FORMS[what].read(words), by=by, cause=cause)

    async def _set(self, code: str, what: Property, value: Value, *, by: int, cause: Cause) -> LinkCard:
        link = await self._mine(code, by)
        if what is Property.EXPIRY:
            value = self._clock.now() + timedelta(seconds=value) if value else None
        return await self._amend(link, what, value, by=by, cause=cause)

    async def _set_expiry(self, code: str, at: datetime, *, by: int, cause: Cause) -> LinkCard:
        now = self._clock.now()
        if not now < at <= now + timedelta(days=3660):
            raise UserError("link-expiry-past")
        return await self._amend(await self._mine(code, by), Property.EXPIRY, at, by=by, cause=cause)

    async def _amend(self, link: Link, what: Property, value: Value, *, by: int, cause: Cause) -> LinkCard:
        change = Change(f"link-{what}", link.code, by, self._clock.now(), cause, new=value)
        if what is Property.LIMIT:
            await self._links.limit(change)
        else:
            await self._links.amend(change, _FIELDS[what])
        await self._audit.catch_up()
        return await self._card(await self._links.get(link.code))

    async def _mine(self, code_or_url: str, by: int) -> Link:
        link = await self._links.get(await self._opening.code_of(code_or_url))
        if link is None:
            raise UserError("link-unknown")
        if link.created_by != by and self._access.role(by) is not Role.OWNER:
            raise UserError("link-not-yours")
        return link

    async def _card(self, link: Link | None) -> LinkCard:
        if link is None:
            raise UserError("link-unknown")
        files, uses = await asyncio.gather(self._opening.files_of(link.items), self._links.uses(link.code))
        options = await self._settings.current()
        return LinkCard(link, files, uses, state_of(link, uses, self._clock.now()), options)


def state_of(link: Link, uses: int, now: datetime) -> LinkState:
    """Return what a link is good for that was used so often."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.is_expired(now):
        return LinkState.EXPIRED
    return LinkState.USED_UP if link.use_limit is not None and uses >= link.use_limit else LinkState.OPEN
