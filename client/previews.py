"""How the public preview page of a channel is fetched: as shorteners are asked, with room for a page."""

from __future__ import annotations

from typing import Final

from yarl import URL

from client.outside import Outside, Unreachable
from services.results import SourceAway

LONGEST: Final = 1024 * 1024
"""Bytes of a page, at most: twenty posts on it are 100 to 300 KB, and twenty of the longest ones half of this."""


class Previews:
    """Fetches preview pages (services.results.Paging)."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def page(self, name: str, before: int | None) -> bytes:
        """Return the page with a channel's last posts, or with those before a number.

        Raises:
            SourceAway: there is none, or it does not answer; the text says why.
        """
        url = URL(f"https://t.me/s/{name}")
        try:
            return await self._outside.get(str(url if before is None else url % {"before": before}), longest=LONGEST)
        except Unreachable as error:
            raise SourceAway(str(error)) from error
