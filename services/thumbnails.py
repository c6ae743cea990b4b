"""Decides whose files get which thumbnail by default: what each admin has set, until it is taken away."""

from database.cause import Cause
from database.clock import Clock
from database.files import StoredFile
from database.thumbnails import Thumbnails
from services.pictures import Pictures
from services.processing import ProcessingService


class ThumbnailService:
    """One bot's thumbnails, made of pictures that people send."""

    def __init__(self, thumbnails: Thumbnails, processing: ProcessingService, clock: Clock) -> None:
        """Take the collection, who makes files anew, and the time."""
        self._thumbnails = thumbnails
        self._processing = processing
        self._clock = clock
        self._pictures = Pictures()

    async def set_default(self, picture: bytes, *, by: int) -> None:
        """Give a person's files this thumbnail from now on.

        Raises:
            UserError: `thumb-no-picture` or `thumb-too-large`.
        """
        jpeg = await self._pictures.thumbnail(picture)
        await self._thumbnails.set_default(by, jpeg, self._clock.now())

    async def default_of(self, person: int) -> bytes | None:
        """Return a person's thumbnail as it is attached, a JPEG; None when there is none."""
        return await self._thumbnails.default_of(person)

    async def drop_default(self, person: int) -> None:
        """Give a person's files no thumbnail any more; those that have one keep it."""
        await self._thumbnails.drop_default(person)

    async def dress(self, unique_id: str, picture: bytes, *, by: int, cause: Cause) -> StoredFile:
        """Give one stored file a thumbnail of its own.

        Raises:
            UserError: as `set_default`, and as `ProcessingService.dress`.
        """
        await self._processing.wearer(unique_id)
        jpeg = await self._pictures.thumbnail(picture)
        return await self._processing.dress(unique_id, jpeg, by=by, cause=cause)
