"""Decides when an album is complete, and stores it as one."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from database.albums import Album, AlbumItem, Albums
from database.cause import Cause
from database.clock import Clock
from services.errors import TryLater, UserError
from services.files import FileService, Stored, Upload

SILENCE = timedelta(seconds=1)
"""An album is complete when no message of it came for this long; Telegram sends them within a few milliseconds."""
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class AlbumReady:
    """A complete album: stored, or refused, or failed. It is handed out again until it is `finished`.

    `posted` tells that it was posted in the storage channel itself. `failure` is for the log: what was not foreseen;
    such an album needs no answer, it comes again by itself.
    """

    album: Album
    posted: bool
    stored: Stored | None = None
    refusal: UserError | None = None
    failure: BaseException | None = None

    @property
    def by(self) -> int:
        """Who sent it."""
        return self.album.by

    @property
    def cause(self) -> Cause:
        """The cause of the answer."""
        return self.album.cause


class AlbumService:
    """One bot's albums on their way in."""

    def __init__(self, albums: Albums, files: FileService, clock: Clock) -> None:
        """Take the collection, and who stores what is complete."""
        self._albums = albums
        self._files = files
        self._clock = clock
        self.arrived = asyncio.Event()
        """Set when a message came, for whoever waits for `next_due`."""

    async def collect(self, upload: Upload, *, by: int, cause: Cause) -> None:
        """Take a message of an album, once: one that a person sent, or a post of the storage channel.

        Raises:
            ValueError: The upload is not part of an album.
        """
        if upload.group_id is None:
            raise ValueError("a message of an album has a group id")
        values = asdict(upload)
        chat_id, group_id = values.pop("chat_id"), values.pop("group_id")
        item = AlbumItem(**values, cause=cause)
        await self._albums.collect(chat_id, group_id, item, self._clock.now(), SILENCE, by)
        self.arrived.set()

    async def complete_due(self, now: datetime | None = None) -> list[AlbumReady]:
        """Store the albums that are complete and return what came of each, for the answers.

        Call `finished` with each when its answer went out. What is not finished comes again, the same messages, after a
        pause that doubles from 2 seconds to 4 minutes; so does what failed.
        """
        albums = await self._albums.due(now or self._clock.now(), _AT_ONCE)
        tasks = [self._complete(album) for album in albums]
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        ready: list[AlbumReady] = []
        for album, outcome in zip(albums, outcomes, strict=True):
            match outcome:
                case AlbumReady():
                    ready.append(outcome)
                case TryLater():
                    await self._albums.postpone(album, self._clock.now() + timedelta(seconds=outcome.after))
                case BaseException():
                    ready.append(AlbumReady(album, _posted(album), failure=outcome))
        return ready

    async def postponed(self, ready: AlbumReady, seconds: float) -> None:
        """Put off an album whose answer has to wait; nobody else's waits with it."""
        await self._albums.postpone(ready.album, self._clock.now() + timedelta(seconds=seconds))

    async def finished(self, ready: AlbumReady) -> None:
        """Put an album away whose answer went out; what came late is another one."""
        await self._albums.finish(ready.album, self._clock.now())

    async def next_due(self) -> datetime | None:
        """Return when to call `complete_due` next; None when no album is on its way."""
        return await self._albums.next_due()

    async def _complete(self, album: Album) -> AlbumReady:
        posted = _posted(album)
        uploads = [_upload(album, item) for item in album.items]
        try:
            if posted:
                stored = await self._files.record_posts(uploads, cause=album.cause)
            else:
                stored = await self._files.store(uploads, by=album.by, cause=album.cause)
        except UserError as refusal:
            return AlbumReady(album, posted, refusal=refusal)
        return AlbumReady(album, posted, stored=stored)


def _posted(album: Album) -> bool:
    # Only a person's messages (their id is positive) and posts of what was the storage channel then are collected.
    return album.chat_id < 0


def _upload(album: Album, item: AlbumItem) -> Upload:
    values = asdict(item)
    del values["cause"]
    return Upload(chat_id=album.chat_id, group_id=album.group_id, **values)
