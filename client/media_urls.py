"""How the files of drafts are fetched from the internet: as shorteners are asked, with room and time for a file."""

from __future__ import annotations

from client.outside import Outside, Unreachable
from services.draft_desk import NotFetched
from services.draft_files import Arriving


class MediaUrls:
    """Fetches files (services.draft_desk.Fetching)."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def fetch(self, url: str, into: Arriving) -> None:
        """Write what an https address answers with.

        Raises:
            NotFetched: it may not be asked, does not answer in time, or not with a file.
            TooLarge: it is more than is taken; NoRoom: the disk is full.
        """
        try:
            await self._outside.save(url, into.write)
        except Unreachable as error:
            raise NotFetched(str(error)) from error
