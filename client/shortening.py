"""How shorteners are asked: `<address>?api=<key>&url=<long>`, as nearly all of them take it."""

from __future__ import annotations

import json
from typing import Any, Final

from yarl import URL

from client.outside import Outside, Unreachable
from services.forms import LONGEST_ADDRESS, is_https
from services.shorteners import Shortener, ShortenerFailed

_ANSWERS: Final = ("shortenedUrl", "shortened_url", "short_url", "shorturl", "shortUrl", "short", "url")
"""What the short address is called in an answer of JSON, the usual name first."""


class QueryShortening:
    """Asks shorteners by the API that they have in common (services.shorteners.Shortening)."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def shorten(self, shortener: Shortener, url: str) -> str:
        """Return a short address that leads to this one.

        Raises:
            ShortenerFailed: there is none; the text has neither the key nor the address.
        """
        try:
            answer = await self._outside.get(question(shortener, url))
        except Unreachable as error:
            raise ShortenerFailed(str(error)) from error
        short = short_in(answer)
        if short is None or short == url:
            raise ShortenerFailed("its answer has no short address")
        return short


def question(shortener: Shortener, url: str) -> str:
    """Make the address that asks a shortener; a bare host has its API at /api."""
    base = URL(shortener.url)
    if base.path in {"", "/"}:
        base = base.with_path("/api", keep_query=True)
    return str(base.update_query(api=shortener.key or "", url=url))


def short_in(answer: bytes) -> str | None:
    """Read the short address in an answer, JSON or nothing but the address; None where there is none that opens."""
    text = answer.decode("utf-8", "replace").strip()
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = text
    if isinstance(found, dict):
        if str(found.get("status", "")).lower() == "error":
            return None
        found = next((found[name] for name in _ANSWERS if isinstance(found.get(name), str)), None)
    return found if isinstance(found, str) and len(found) <= LONGEST_ADDRESS and is_https(found) else None
