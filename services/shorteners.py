"""Decides which link shortener a reader is sent through: in turns, those that fail left out for a while."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

from database.cause import Cause
from database.clock import Clock
from database.shorteners import Failing, Shorteners
from database.shorteners import Shortener as Shortener  # noqa: PLC0414 - what callers of `all` get
from services.audit import AuditLog
from services.errors import UserError
from services.forms import is_https

log = logging.getLogger(__name__)

FRESH: Final = timedelta(seconds=2)
"""How old the list may be: another process of the installation may have changed it."""

AT_MOST: Final = 20
"""Shorteners of one bot."""

LONGEST: Final = 512
"""Characters of an address and of a key."""

_HOST = re.compile(r"[a-z0-9.-]{4,40}")  # what buttons have room for

PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=5)
"""How long a shortener is left out after it failed: twice as long after each failure in a row, up to the longest."""

TRIAL: Final = timedelta(seconds=10)
"""How long the first request after a pause may take before another one is let through to it."""


class ShortenerFailed(Exception):  # noqa: N818 - says what is the case
    """A shortener did not give a short address; the text says why, and has nothing of the address that was asked."""


class NoneAnswers(Exception):  # noqa: N818 - says what is the case
    """No shortener gave a short address. `failed` are those that were asked."""

    def __init__(self, failed: Sequence[str]) -> None:
        super().__init__("no shortener answers")
        self.failed = failed


class Shortening(Protocol):
    """Who asks shorteners over the network; `client.shortening` implements it."""

    async def shorten(self, shortener: Shortener, url: str) -> str:
        """Return a short address that leads to this one.

        Raises:
            ShortenerFailed: there is none.
        """


@dataclass(frozen=True, slots=True)
class Shortened:
    """A short address, by which shortener it was made, and those that were asked before in vain."""

    url: str
    shortener: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How often a shortener failed in a row, and until when it is left out; `trial`: while one request tries it."""

    failures: int
    until: datetime
    trial: bool = False


class Secret(Protocol):
    """A key that shows itself to nobody who does not ask for it."""

    def get_secret_value(self) -> str:
        """Return it."""


def first_shortener(url: str | None, key: Secret | None) -> Shortener | None:
    """Return the shortener that the environment names; None where it names none."""
    if not url:
        return None
    return Shortener(urlsplit(url).hostname or "", url, key.get_secret_value() if key else "")


class ShortenerService:
    """One bot's shorteners: the environment's, and those named in the chat.

    Which of them fail is written down for the next process; two at once learn it each for itself.
    """

    def __init__(
        self, kept: Shorteners, audit: AuditLog, clock: Clock, asking: Shortening, first: Shortener | None = None
    ) -> None:
        """Take who asks them, and the one that the environment names."""
        self._kept = kept
        self._audit = audit
        self._clock = clock
        self._asking = asking
        self._first = first
        self._known: list[Shortener] | None = None
        self._read_at = clock.now()
        self._health: dict[str, Health] = {}
        self._remembered = False
        self._turn = 0

    async def all(self) -> list[Shortener]:
        """Return the shorteners, used or not, in the order in which they were named."""
        now = self._clock.now()
        if self._known is None or now - self._read_at >= FRESH:
            kept, first = await self._kept.read(), self._first
            named = kept.named
            if not self._remembered:
                failed = {host: Health(each.failures, each.until) for host, each in kept.failing.items()}
                self._health, self._remembered = failed | self._health, True
            if first and all(each.host != first.host for each in named):
                named = [replace(first, enabled=kept.switched.get(first.host, True)), *named]
            self._known, self._read_at = named, now
        return self._known

    async def get(self, host: str) -> Shortener:
        """Return one of them.

        Raises:
            UserError: `shortener-gone`.
        """
        found = next((each for each in await self.all() if each.host == host), None)
        if found is None:
            raise UserError("shortener-gone")
        return found

    def is_fixed(self, shortener: Shortener) -> bool:
        """Tell whether the environment names this one: it is switched off in the chat, not removed."""
        return self._first is not None and shortener.url == self._first.url

    async def are_set(self) -> bool:
        """Tell whether readers can be sent through any."""
        return any(each.is_usable for each in await self.all())

    def paused_until(self, host: str) -> datetime | None:
        """Return until when a shortener is left out because it failed; None: it is asked."""
        health = self._health.get(host)
        return health.until if health and health.until > self._clock.now() else None

    async def add(self, words: str, *, by: int, cause: Cause) -> Shortener:
        """Take the address of a shortener's API and its key, as a person writes them; once per cause.

        What was known of that host before is replaced.

        Raises:
            UserError: `shortener-words`, `shortener-long` or `shortener-many`.
        """
        url, _, key = words.strip().partition(" ")
        url, key = url if "://" in url else f"https://{url}", key.strip()
        if not is_https(url) or urlsplit(url).username or not key or " " in key:
            raise UserError("shortener-words")
        host = urlsplit(url).hostname or ""
        if max(len(url), len(key)) > LONGEST or not _HOST.fullmatch(host):
            raise UserError("shortener-long", longest=LONGEST)
        if len({each.host for each in await self.all()} | {host}) > AT_MOST:
            raise UserError("shortener-many", most=AT_MOST)
        await self._kept.put(Shortener(host, url, key), by, cause, self._clock.now())
        await self._changed(host)
        return Shortener(host, url, key)

    async def switch(self, host: str, *, enabled: bool, by: int, cause: Cause) -> Shortener:
        """Use a shortener or leave it out.

        Raises:
            UserError: `shortener-gone`.
        """
        await self.get(host)
        await self._kept.switch(host, enabled=enabled, by=by, cause=cause, now=self._clock.now())
        await self._changed(host)
        return await self.get(host)

    async def remove(self, host: str, *, by: int, cause: Cause) -> None:
        """Forget a shortener that was named in the chat; one that is gone already is no error."""
        if any(each.host == host and not self.is_fixed(each) for each in await self.all()):
            await self._kept.remove(host, by=by, cause=cause, now=self._clock.now())
            await self._changed(host)

    async def _changed(self, host: str) -> None:
        """Let a change hold at once."""
        await self._audit.catch_up()
        await self._answers(host)
        self._known = None

    async def shorten(self, url: str) -> Shortened:
        """Return a short address by the shortener whose turn it is, or by the next that answers.

        Raises:
            NoneAnswers: none does.
        """
        usable = [each for each in await self.all() if each.is_usable and not self.paused_until(each.host)]
        first, self._turn = self._turn % max(1, len(usable)), self._turn + 1
        failed: list[str] = []
        for each in usable[first:] + usable[:first]:
            if self.paused_until(each.host):
                continue  # it failed, or is tried, since this began
            self._try(each.host)
            try:
                short = await self._asking.shorten(each, url)
            except ShortenerFailed as error:
                log.warning("The shortener %s is left out for a while: %s", each.host, error)
                await self.note_failure(each.host)
                failed.append(each.host)
                continue
            await self._answers(each.host)
            return Shortened(short, each.host, tuple(failed))
        raise NoneAnswers(failed)

    async def note_failure(self, host: str) -> None:
        """Leave a shortener out for a while."""
        now = self._clock.now()
        before = self._health.get(host)
        if before and before.until > now and not before.trial:
            return  # asked at the same time as the one that failed first
        failures = before.failures + 1 if before else 1
        until = now + min(PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        self._health[host] = Health(failures, until)
        await self._kept.note_failing(host, Failing(failures, until))

    async def _answers(self, host: str) -> None:
        """Ask a shortener as the others from now on."""
        if self._health.pop(host, None):
            await self._kept.note_failing(host, None)

    def _try(self, host: str) -> None:
        """Let nobody else wait for a shortener that may still fail."""
        if health := self._health.get(host):
            self._health[host] = Health(health.failures, self._clock.now() + TRIAL, trial=True)
