"""How an answer looks: a page for people, JSON for programs, by what the request accepts; and the headers of all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "Draftkeep",  # not which library of which version
}
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def prepare(app: web.Application) -> None:
    """Give an application its pages, in which everything filled in is escaped, and its answers their headers."""
    aiohttp_jinja2.setup(
        app,
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        filters=FILTERS,
    )
    app.on_response_prepare.append(_add_headers)


def moment(at: str) -> str:
    """A time that programs read (ISO, UTC), as people do."""
    return f"{at[:10]} {at[11:19]} UTC"


def age(seconds: float | None) -> str:
    """Say a duration in its two largest units: `3 d 4 h`, `12 s`; a dash for None."""
    if seconds is None:
        return "–"
    rest = int(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def since(at: str, now: datetime) -> str:
    """How long ago, or how far ahead, a time that programs read is: `12 min ago`, `in 3 h`."""
    seconds = (datetime.fromisoformat(at) - now).total_seconds()
    if abs(seconds) < 1:
        return "now"
    words = re.sub(r" 0 (h|min|s)$", "", age(abs(seconds)))
    return f"in {words}" if seconds > 0 else f"{words} ago"


def count(number: float, at_most: int | None = None) -> str:
    """A number as people read it: `12,345`; with a `+` where it was counted no further."""
    return f"{number:,}{'+' if at_most is not None and number >= at_most else ''}"


FILTERS: Mapping[str, Callable[..., str]] = {"moment": moment, "age": age, "since": since, "count": count}
"""How pages say times and numbers."""


def wants_page(request: web.Request) -> bool:
    """Whether the request prefers HTML to JSON; one that says nothing gets JSON, as scripts expect."""
    best = {"text/html": 0.0, "application/json": 0.0}
    for part in ",".join(request.headers.getall("Accept", [])).split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if kind in best:
            best[kind] = max(best[kind], weight)
    return best["text/html"] > best["application/json"]


def page(request: web.Request, template: str, facts: Mapping[str, object], *, status: int = 200) -> web.Response:
    """Render a page; its style is allowed by a nonce, anything else that a page could load is not."""
    nonce = secrets.token_urlsafe(16)
    response = aiohttp_jinja2.render_template(template, request, {**facts, "nonce": nonce}, status=status)
    response.headers["Content-Security-Policy"] = f"{POLICY}; style-src 'nonce-{nonce}'"
    return response


def refusal(request: web.Request, status: int, words: str) -> web.Response:
    """Say in the form that the request prefers why it was not served."""
    if wants_page(request):
        return page(request, "refusal.html", {"status": status, "words": words}, status=status)
    return web.json_response({"error": words}, status=status)


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = HEADERS["Server"]
    response.headers.setdefault("Content-Security-Policy", POLICY)
