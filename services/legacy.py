"""Decides what links of the bot before this one open: what an import recorded of the channel named there, nothing else.

Such a link is base64 of `get-<number>`, or of `get-<first>-<last>` for a range, where each number is a message id times
the channel's id without its sign. So whoever holds two of them can work out all the others.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Final

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.codes import LinkKind
from database.links import Link, LinkItem, NewLink
from database.posts import Post
from services.content import content_of
from services.errors import UserError
from services.settings import SettingsService

LONGEST: Final = 1000
"""Files that one such link hands out at most; a bundle has as many."""

MESSAGE_IDS: Final = range(1, 2**31)
"""What Telegram numbers messages with."""

# Of such a text base64 has no + and no /, so both of its alphabets write it alike.
_PAYLOAD = re.compile(r"(?P<body>[A-Za-z0-9_-]{6,})={0,3}")
_WORDS = re.compile(r"get-([1-9][0-9]{0,24})(?:-([1-9][0-9]{0,24}))?")


def numbers_in(payload: str) -> tuple[int, ...] | None:
    """Read the one or two numbers of such a link; None for any other text.

    Padding may be missing, or too much of it be there; everything else must be exactly what encoding it again gives.
    """
    if not (shaped := _PAYLOAD.fullmatch(payload)):
        return None
    body = shaped["body"]
    try:
        words = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except ValueError:
        return None
    found = _WORDS.fullmatch(words.decode("ascii", "replace"))
    if found is None or urlsafe_b64encode(words).decode().rstrip("=") != body:
        return None
    return tuple(int(number) for number in found.groups() if number is not None)


def messages_in(numbers: Sequence[int], chat: int) -> tuple[int, int] | None:
    """Return the first and the last message that numbers mean in a channel, None where they mean none in it."""
    ids = sorted(number // abs(chat) for number in numbers if number % abs(chat) == 0)
    return (ids[0], ids[-1]) if len(ids) == len(numbers) and all(each in MESSAGE_IDS for each in ids) else None


class LegacyService:
    """The links of the bot that was here before."""

    def __init__(self, database: BotDatabase, settings: SettingsService, clock: Clock, owner_id: int) -> None:
        """Take what imports recorded, and whose links these are."""
        self._settings = settings
        self._imports = database.imports
        self._posts = database.posts
        self._links = database.links
        self._clock = clock
        self._owner_id = owner_id

    async def code_of(self, payload: str) -> str | None:
        """Return the code of the link that such a payload stands for; None where it is none of that kind.

        The first time that one is opened it becomes a link like any other: counted, listed, and closed on its own.

        Raises:
            UserError: `link-unknown` for what no import recorded, and for all of them where they are switched off;
                `link-too-many` for a range with more than `LONGEST` files.
        """
        numbers = numbers_in(payload)
        if numbers is None:
            return None
        honoured = (await self._settings.current()).former_links
        for chat in await self._imports.chats() if honoured else ():
            if (span := messages_in(numbers, chat)) and (link := await self._link(chat, *span)):
                return link.code
        raise UserError("link-unknown")

    async def _link(self, chat: int, first: int, last: int) -> Link | None:
        """Return the link to the recorded posts of a channel from one number to another, None where there are none."""
        cause = Cause(f"legacy:{chat}:{first}:{last}")
        if known := await self._links.made_for(cause):
            return known
        posts = await self._posts.between(chat, first, last, LONGEST + 1)
        if not posts:
            return None
        if len(posts) > LONGEST:
            raise UserError("link-too-many", most=LONGEST)
        new = NewLink(
            kind=LinkKind.FILE if len(posts) == 1 else LinkKind.ALBUM,
            items=_items(posts),
            storage_chat=chat,
            content=content_of(posts),
        )
        return await self._links.create(new, by=self._owner_id, cause=cause, now=self._clock.now())


def _items(posts: Iterable[Post]) -> tuple[LinkItem, ...]:
    albums: dict[int, int] = {}
    return tuple(
        LinkItem(
            post.unique_id,
            post.message_id,
            None if post.album is None else albums.setdefault(post.album, len(albums) + 1),
        )
        for post in posts
    )
