"""The page's own files: which there are, under which type they are served, and for how long they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

from sandbox.page.missing import MissingError

SITE: Final = Path(__file__).with_name("site")
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
"""By the end of a name; the system's own table differs from machine to machine. Nothing else is served."""

routes = web.RouteTableDef()


class NoFile(MissingError):  # noqa: N818 - what is missing
    """The page has no such file."""

    name = "NO_FILE"

    def __init__(self, name: str) -> None:
        super().__init__(f"The page has no file {name!r}.")


@routes.get("/")
async def index(_request: web.Request) -> web.StreamResponse:
    """The page."""
    return served("index.html")


@routes.get("/site/{name:.+}")
async def file(request: web.Request) -> web.StreamResponse:
    """One of its files."""
    return served(request.match_info["name"])


def served(name: str) -> web.FileResponse:
    """A file that browsers ask about each time (it changes with the checkout) and fetch only when it changed.

    Raises:
        NoFile: there is none of this name, or it is of no type that the page is made of.
    """
    try:
        path = (SITE / name).resolve()
        known = path.suffix in TYPES and path.is_relative_to(SITE.resolve()) and path.is_file()
    except (OSError, ValueError):  # no file can have such a name: it is too long, or has a NUL in it
        raise NoFile(name) from None
    if not known:
        raise NoFile(name)
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix], "Cache-Control": "no-cache"})
