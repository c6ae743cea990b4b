"""Decides what is remembered of people, and which language to speak with them."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from database.cause import Cause
from database.clock import Clock
from database.users import Profile as Profile  # noqa: PLC0414 - what callers of `seen` make
from database.users import User, Users
from services.errors import UserError
from services.times import zone_called

REMEMBERED = 10_000
"""People kept in memory, about 1 KB each."""
_FRESH = timedelta(seconds=60)
_DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")

PickLanguage = Callable[[str | None], str]
"""Finds the supported language nearest to Telegram's code."""


@dataclass(frozen=True, slots=True)
class UserCounts:
    """How many people there are: ever, in the last day, in the last week; with the bot blocked, and gone for good."""

    total: int
    today: int
    week: int
    blocked: int
    gone: int


class UserService:
    """One bot's people.

    What is remembered here is at most a minute old, and only the process that owns the bot writes it. So `last_seen` is
    exact to a minute, and an update of a person just seen costs no query.
    """

    def __init__(self, users: Users, clock: Clock, pick: PickLanguage) -> None:
        """Take how to find a supported language."""
        self._users = users
        self._clock = clock
        self._pick = pick
        self._known: OrderedDict[int, tuple[User | None, datetime]] = OrderedDict()

    async def seen(self, profile: Profile, start_payload: str | None = None) -> User:
        """Record that a person wrote, and return them. A payload that no deep link can carry is not recorded.

        May run beside the rest of an update's work: nothing waits for it and it waits for nothing.
        """
        now = self._clock.now()
        if start_payload is not None and not _DEEP_LINK.fullmatch(start_payload):
            start_payload = None
        known = self._remembered(profile.user_id, now)
        if (
            known
            and now - known.last_seen < _FRESH
            and known.blocked_at is None
            and known.gone_at is None
            and (start_payload is None or known.start_payload is not None)
            and _profile(known) == profile
        ):
            return known
        return self._remember(await self._users.seen(profile, now, start_payload), now)

    async def get(self, user_id: int) -> User | None:
        """Return a person; None when they never wrote."""
        now = self._clock.now()
        known = self._known.get(user_id)
        if known is not None and now - known[1] < _FRESH:
            return known[0]
        user = await self._users.get(user_id)
        self._keep(user_id, user, now)
        return user

    async def language_of(self, user_id: int, telegram_code: str | None = None) -> str:
        """Return the supported language to speak with a person: the chosen one, else Telegram's, else English."""
        user = await self.get(user_id)
        if user is None:
            return self._pick(telegram_code)
        return user.language or self._pick(telegram_code or user.language_code)

    async def choose_language(self, user_id: int, language: str | None) -> User:
        """Speak this language with a person from now on; None: Telegram's again."""
        now = self._clock.now()
        return self._remember(await self._users.set_language(user_id, language, now), now)

    async def choose_timezone(self, user_id: int, timezone: str | None) -> User:
        """Go by this time zone for a person from now on; None: the bot's again.

        Raises:
            UserError: `setting-timezone-wrong`.
        """
        zone = zone_called(timezone) if timezone else None
        if timezone and zone is None:
            raise UserError("setting-timezone-wrong")
        return self._remember(await self._users.set_timezone(user_id, zone, self._clock.now()), self._clock.now())

    async def begun(self, user_id: int) -> User:
        """Record that the sequences for newcomers were begun for a person."""
        now = self._clock.now()
        return self._remember(await self._users.begin(user_id, now), now)

    async def stop(self, user_id: int) -> User:
        """Record that a person wants no more of the sequences."""
        now = self._clock.now()
        return self._remember(await self._users.stop(user_id, now), now)

    async def go_on(self, user_id: int, cause: Cause) -> bool:
        """Record that a person wants them again; False where they had not stopped, or another cause did this."""
        user = await self._users.go_on(user_id, cause)
        if user is not None:
            self._remember(user, self._clock.now())
        return user is not None

    async def verify(self, user_id: int, until: datetime) -> User:
        """Let a person pass the gate until then."""
        now = self._clock.now()
        return self._remember(await self._users.verify(user_id, until, now), now)

    async def note_bypass(self, user_id: int, cause: Cause, most: int, lock: timedelta) -> User:
        """Count a bypass of the gate; so many in a row lock a person out for a time. Once per cause."""
        now = self._clock.now()
        return self._remember(await self._users.note_bypass(user_id, cause, now, most, lock), now)

    async def page(self, skip: int, size: int) -> list[User]:
        """Return a page of people, those who wrote last first."""
        return await self._users.page(skip, size)

    async def counts(self) -> UserCounts:
        """Count the people."""
        now = self._clock.now()
        total, today, week, blocked, gone = await asyncio.gather(
            self._users.count(),
            self._users.count(since=now - timedelta(days=1)),
            self._users.count(since=now - timedelta(days=7)),
            self._users.count_blocked(),
            self._users.count_gone(),
        )
        return UserCounts(total, today, week, blocked, gone)

    async def mark_blocked(self, user_id: int) -> None:
        """Record that a person blocked the bot."""
        await self.mark(blocked=[user_id])

    async def mark(
        self, *, blocked: Collection[int] = (), gone: Collection[int] = (), unseen: datetime | None = None
    ) -> None:
        """Record who blocked the bot, and whose account is gone; who writes again (since `unseen`) is neither."""
        await self._users.mark(self._clock.now(), blocked=blocked, gone=gone, unseen=unseen)
        for user_id in (*blocked, *gone):
            self._known.pop(user_id, None)

    async def unblocked(self, user_id: int) -> None:
        """Record that a person lets the bot write again."""
        await self._users.unblocked(user_id, self._clock.now())
        self._known.pop(user_id, None)

    def _remembered(self, user_id: int, now: datetime) -> User | None:
        user, read_at = self._known.get(user_id, (None, now))
        return user if now - read_at < _FRESH else None

    def _remember(self, user: User, now: datetime) -> User:
        self._keep(user.user_id, user, now)
        return user

    def _keep(self, user_id: int, user: User | None, now: datetime) -> None:
        self._known[user_id] = (user, now)
        self._known.move_to_end(user_id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def called(person: Profile | User) -> str:
    """Name a person as lists do: the whole name, and the public one where there is one."""
    name = " ".join(part for part in (person.first_name, person.last_name) if part)
    return " ".join(part for part in (name, f"@{person.username}" if person.username else "") if part) or str(
        person.user_id
    )


def _profile(user: User) -> Profile:
    return Profile(user.user_id, user.username, user.first_name, user.last_name, user.language_code)
