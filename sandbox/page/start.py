"""What a page asks for first: who is here, what there is to try, what the process offers; and how people are added."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web

from sandbox.body import WrongError, only, read_body
from sandbox.faults.routes import TROUBLE
from sandbox.page.events import EVENTS
from sandbox.page.offers import OFFERS
from sandbox.page.roster import ROSTER
from sandbox.page.tries import SUGGESTIONS

NAME_MAX: Final = 64


TITLE: Final = "Local Telegram"
"""What the page is called, unless the suggestions say otherwise."""

routes = web.RouteTableDef()


@routes.get("/api/start")
async def start(request: web.Request) -> web.Response:
    """Everything that a page needs before it shows anything; events go on from its `seq`."""
    events, offers, suggestions = request.app[EVENTS], request.app[OFFERS], request.app[SUGGESTIONS]
    return web.json_response(
        {
            "epoch": events.epoch,
            "seq": events.seq,
            "title": suggestions.title or TITLE,
            "people": request.app[ROSTER].people(),
            "tries": suggestions.shown(request.app[TROUBLE].api.world),
            "links": suggestions.links,
            "offers": offers.shown(),
            "told": offers.told(),
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
