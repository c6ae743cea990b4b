"""What a page asks for first: who is here, what there is to try, what the process offers; and how people are added."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from sandbox.body import WrongError, only, read_body
from sandbox.page.events import EVENTS
from sandbox.page.roster import ROSTER

NAME_MAX: Final = 64


@dataclass(slots=True)
class Start:
    """What the page begins with besides its people; who runs the sandbox fills it."""

    title: str = "Local Telegram"
    tries: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)


START: Final = web.AppKey("start", Start)

routes = web.RouteTableDef()


@routes.get("/api/start")
async def start(request: web.Request) -> web.Response:
    """Everything that a page needs before it shows anything; events go on from its `seq`."""
    events, begin = request.app[EVENTS], request.app[START]
    return web.json_response(
        {
            "epoch": events.epoch,
            "seq": events.seq,
            "title": begin.title,
            "people": request.app[ROSTER].people(),
            "tries": begin.tries,
            "offers": begin.offers,
        }
    )


@routes.post("/api/people")
async def add_person(request: web.Request) -> web.Response:
    """`{"first_name", "last_name"?, "language_code"}`: somebody new."""
    body = await read_body(request)
    only(body, ("first_name", "last_name", "language_code"))
    first, last = _name(body, "first_name", 1), _name(body, "last_name", 0)
    language = body.get("language_code", "en")
    if not isinstance(language, str) or not language.isascii() or not language.isalpha() or len(language) not in (2, 3):
        raise WrongError("language_code must be like en")
    seat = await request.app[ROSTER].add(first, last, language)
    return web.json_response(seat.record.shown())


def _name(body: dict[str, Any], field_name: str, low: int) -> str:
    name = body.get(field_name, "")
    if not isinstance(name, str) or not low <= len(name.strip()) <= NAME_MAX:
        raise WrongError(f"{field_name} must be a text of {low} to {NAME_MAX} characters")
    return name.strip()
