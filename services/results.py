"""Decides what /results shows: the last posts of a channel that contain a word, answered from what is kept.

An admin of the channel sees its posts as they come, are edited and deleted. What came before, and all of a channel
where the bot is none, is on the channel's public preview page, which is read in the background.
"""

import asyncio
import json
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from database.bots import BotDatabase
from database.clock import Clock
from database.result_posts import ResultPost as ResultPost  # noqa: PLC0414 - what callers of `note` make
from database.results import ResultsCopy
from services.children import Child
from services.options import BotOptions
from services.required import ChatFacts
from services.settings import SettingsService
from services.words import fold

log = logging.getLogger(__name__)

LAST: Final = 5
"""Posts that are shown."""

SEEN: Final = 50
"""Posts that are remembered: as many may be deleted one after the other before there are too few."""

PAGES: Final = 10
"""Pages that are looked through for them, with twenty posts each."""

AGAIN: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
"""When a channel that could not be read is tried again: after twice the time each time, up to the longest."""

MEMORY: Final = 512 * 1024**2
"""Bytes of address space for reading a page; 30 MB of them are used."""

SECONDS: Final = 5
"""Seconds of processor time for reading a page; it takes a tenth of one."""

_CHANNELS: Final = 10**12
"""What stands before a channel's own number in its id, which is negative."""

CLOSED: Final = "closed"
AWAY: Final = "away"
"""Why a channel cannot be read: the bot is no admin and there is no public page; or the page does not answer."""


class SourceAway(Exception):  # noqa: N818 - says what is the case
    """A channel cannot be read now; the text says why, for the log."""


class Paging(Protocol):
    """Who fetches preview pages; `client.previews` implements it."""

    async def page(self, name: str, before: int | None) -> bytes:
        """Return the page with a channel's last posts, or with those before a number.

        Raises:
            SourceAway: there is none, or it does not answer.
        """


class Looking(Protocol):
    """The bot, as far as channels are looked at."""

    async def chat_by_name(self, username: str) -> int | None:
        """Find the channel with a public name."""

    async def chat_facts(self, chat_id: int) -> ChatFacts:
        """Look at a channel."""

    def follow(self, chat_id: int) -> None:
        """Hear from now on what happens in a channel."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What /results says: posts, the newest first, and what their addresses begin with.

    `is_set`: a channel is named. `is_read`: it was read at least once. `old` is how many seconds ago that was, where it
    should have been read again and cannot be because of `reason`.
    """

    posts: tuple[ResultPost, ...] = ()
    base: str = ""
    is_set: bool = False
    is_read: bool = False
    old: int | None = None
    reason: str | None = None


class ResultsService:
    """One bot's results."""

    def __init__(self, database: BotDatabase, settings: SettingsService, paging: Paging, clock: Clock) -> None:
        """Take the collections, the settings, and who fetches pages."""
        self._posts = database.result_posts
        self._copies = database.results
        self._settings = settings
        self._paging = paging
        self._clock = clock
        self._wanted = False
        self.came = asyncio.Event()
        """Set when somebody waits for the channel to be read."""

    # What the bot sees

    async def note(self, chat: int, names: Collection[str], post: ResultPost) -> None:
        """Remember a post of the channel, new or edited, if it contains the word; else forget it."""
        options = await self._settings.current()
        if not _is_place(options.results_channel, chat, names):
            return
        if contains(post.text, options.results_word):
            await self._posts.keep(chat, post)
            await self._posts.keep_newest(chat, SEEN)
        else:
            await self.gone(chat, [post.number])

    async def gone(self, chat: int, numbers: Collection[int]) -> None:
        """Forget posts that were deleted, or that are none of these any more."""
        if (await self._settings.current()).results_channel is not None:
            await self._posts.forget(chat, numbers)
            await self._copies.drop(chat, numbers)

    # What is answered

    async def shown(self) -> Shown:
        """Return what there is at this moment; what is too old is read again after that."""
        options, now = await self._settings.current(), self._clock.now()
        if options.results_channel is None:
            return Shown()
        self._wanted = True
        copy = await self._copy(options)
        due = self._due(copy, options)
        if due is not None and due <= now:
            self.came.set()
        if copy is None:
            return Shown(is_set=True)
        posts = await self._merged(copy)
        base = f"https://t.me/{copy.name}" if copy.name else f"https://t.me/c/{-(copy.chat or 0) - _CHANNELS}"
        if copy.read_at is None:
            return Shown(posts, base, is_set=True, reason=copy.reason)
        old = int((now - copy.read_at).total_seconds()) if copy.failures else None
        return Shown(posts, base, is_set=True, is_read=True, old=old, reason=copy.reason)

    async def _copy(self, options: BotOptions) -> ResultsCopy | None:
        """Return what was read of the channel that is set now, by the word that is set now."""
        copy = await self._copies.get()
        same = copy and (copy.place, copy.word) == (options.results_channel, options.results_word)
        return copy if same else None

    async def _merged(self, copy: ResultsCopy) -> tuple[ResultPost, ...]:
        """Return the last posts: as the bot saw them, and else as the page had them."""
        seen = await self._seen(copy.chat, copy.word)
        known = {post.number: post for post in (*copy.posts, *seen)}
        return tuple(known[number] for number in sorted(known, reverse=True)[:LAST])

    async def _seen(self, chat: int | None, word: str | None) -> list[ResultPost]:
        """Return the posts that the bot saw, those of another word left out."""
        seen = [] if chat is None else await self._posts.newest(chat, SEEN)
        return [post for post in seen if contains(post.text, word)]

    # What is read in the background

    async def keep_up(self, bot: Looking) -> datetime | None:
        """Read the channel where that is due. Returns when it is the next time; None while nobody asks for it."""
        options = await self._settings.current()
        if options.results_channel is None:
            return None
        copy = await self._copy(options)
        due = self._due(copy, options)
        if due is not None and due <= self._clock.now():
            copy = await self._read(bot, options, copy)
            await self._copies.put(copy)
            self._wanted = False
            due = self._due(copy, options)
        return due

    def _due(self, copy: ResultsCopy | None, options: BotOptions) -> datetime | None:
        """Return when the channel is to be read again; None: once somebody asks, where nothing is to be kept."""
        if copy is None:
            return self._clock.now()
        if copy.failures:
            pause: timedelta = min(AGAIN * 2 ** min(copy.failures - 1, 10), LONGEST_PAUSE)
            return copy.tried_at + pause
        if options.results_cache_hours:
            return copy.tried_at + timedelta(hours=options.results_cache_hours)
        return copy.tried_at + AGAIN if self._wanted else None

    async def _read(self, bot: Looking, options: BotOptions, before: ResultsCopy | None) -> ResultsCopy:
        """Read the channel; where that fails, what is known of it stays."""
        place, word, now = str(options.results_channel), options.results_word, self._clock.now()
        before = before or ResultsCopy(place, word, now)
        chat = int(place) if place.startswith("-") else await bot.chat_by_name(place[1:])
        facts = ChatFacts(0, "") if chat is None else await bot.chat_facts(chat)
        name = facts.username if place.startswith("-") else place[1:]
        if facts.is_admin and chat is not None:
            bot.follow(chat)
        known = replace(before, tried_at=now, chat=chat or before.chat, name=name or before.name)
        known = replace(known, is_admin=facts.is_admin)
        try:
            posts = await self._from_source(known)
        except SourceAway as error:
            log.warning("The channel of /results cannot be read: %s", error)
            reason = AWAY if known.name else CLOSED
            return replace(known, failures=before.failures + 1, reason=reason)
        if not known.is_admin and known.chat is not None:
            await self._posts.forget_chat(known.chat)  # nobody tells the bot any more what becomes of them
        return replace(known, posts=posts, read_at=now, failures=0, reason=None)

    async def _from_source(self, known: ResultsCopy) -> tuple[ResultPost, ...]:
        """Return the posts of the page, as far as they are needed.

        Raises:
            SourceAway: they cannot be read.
        """
        if known.is_admin and (known.name is None or len(await self._seen(known.chat, known.word)) >= LAST):
            return ()
        if known.name is None:
            raise SourceAway("the bot is no administrator of it, and it has no public page")
        found: list[ResultPost] = []
        oldest: int | None = None
        for _ in range(PAGES):
            page = await posts_in(await self._paging.page(known.name, oldest))
            if not page and oldest is None:
                raise SourceAway("its page has no posts")
            found += [post for post in page if contains(post.text, known.word)]
            first = min((post.number for post in page), default=0)
            if len(found) >= LAST or first <= 1 or (oldest is not None and first >= oldest):
                break
            oldest = first
        return tuple(sorted(found, key=lambda post: -post.number)[:LAST])


async def posts_in(page: bytes) -> list[ResultPost]:
    """Read the posts of a preview page, those without a text too.

    Raises:
        SourceAway: it is no page that can be read.
    """
    child = Child(Path(__file__).with_name("preview_posts.py"), MEMORY, SECONDS)
    try:
        ended = await child.run(page)
        found = json.loads(ended.made) if ended.code == 0 else None
    except (OSError, ValueError) as error:
        raise SourceAway(f"its page was not read ({type(error).__name__})") from error
    if found is None:
        raise SourceAway(f"its page cannot be read ({ended.code})")
    return [post for each in found if (post := _post(each)) is not None]


def contains(text: str, word: str | None) -> bool:
    """Tell whether a post is meant: it has a text, and the word is in it, in whatever case; without a word all are."""
    return bool(text.strip()) and fold(word or "") in fold(text)


def _post(found: dict[str, object]) -> ResultPost | None:
    try:
        at = datetime.fromisoformat(str(found["at"]))
    except ValueError:
        return None
    text = "\n".join(line.strip() for line in str(found["text"]).splitlines()).strip()
    return ResultPost(int(str(found["number"])), at if at.tzinfo else at.replace(tzinfo=UTC), text)


def _is_place(place: str | None, chat: int, names: Iterable[str]) -> bool:
    """Tell whether a chat is the one that a setting names, by its id or by one of its names."""
    return place is not None and place.casefold() in {str(chat), *(f"@{name.casefold()}" for name in names)}
