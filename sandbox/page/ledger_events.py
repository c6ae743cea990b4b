"""The ledger for people who watch: as it is written, in handfuls, with the names of those whom it speaks of."""

from __future__ import annotations

import asyncio
import json
from itertools import islice
from typing import Any, Final

from aiohttp import web

from sandbox.body import WrongError
from sandbox.faults.routes import TROUBLE
from sandbox.page.events import EVENTS, HEARTBEAT, streamed, write
from sandbox.page.names import names_of

AT_ONCE: Final = 500
"""Lines in one handful."""
EVERY: Final = 0.1
"""Seconds between two handfuls at least."""
BEFORE: Final = 1_000
"""Lines that are told of those written before somebody began to watch."""
_IDS: Final = ("from_id", "peer_id", "user_id", "via_bot", "forwarded_from")

routes = web.RouteTableDef()


@routes.get("/api/ledger/events")
async def stream(request: web.Request) -> web.StreamResponse:
    """`?since=N` or Last-Event-ID: `{"lines": […], "names": {id: name}}` of what came after, at most ten a second.

    Without a number it begins `BEFORE` lines ago.
    """
    ledger = request.app[TROUBLE].api.world.ledger
    seq = _number(request, "since", _number_in(request.headers.get("Last-Event-ID"), ledger.last_seq - BEFORE))
    if seq > ledger.last_seq:  # of a server that kept nothing
        seq = 0
    return await streamed(request, lambda response: _tell(request, response, seq))


@routes.get("/api/ledger")
async def page(request: web.Request) -> web.Response:
    """`?before=N`: the `AT_ONCE` lines before this number, oldest first, and names, as in the stream."""
    before = _number(request, "before", 0)
    since = max(0, before - 1 - AT_ONCE)
    return web.json_response(_handful(request, since, before - 1 - since) or {"lines": [], "names": {}})


async def _tell(request: web.Request, response: web.StreamResponse, seq: int) -> None:
    """Write what comes after this number, until the server ends or the reader is gone."""
    loop = asyncio.get_running_loop()
    last = loop.time()
    while not request.app[EVENTS].over:
        if handful := _handful(request, seq):
            seq = handful["lines"][-1]["seq"]
            await write(response, f"id: {seq}\ndata: {json.dumps(handful, ensure_ascii=False)}\n\n".encode())
            last = loop.time()
        elif loop.time() - last > HEARTBEAT:
            await write(response, b": alive\n\n")
            last = loop.time()
        await asyncio.sleep(EVERY)


def _handful(request: web.Request, since: int, most: int = AT_ONCE) -> dict[str, Any] | None:
    world = request.app[TROUBLE].api.world
    lines = [json.loads(line) for line in islice(world.ledger.lines(since), max(0, most))]
    if not lines:
        return None
    ids = {line[name] for line in lines for name in _IDS if isinstance(line.get(name), int)}
    return {"lines": lines, "names": names_of(world, ids)}


def _number(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name)
    found = _number_in(given, -1) if given is not None else max(0, default)
    if found < 0:
        raise WrongError(f"{name} must be a whole number")
    return found


def _number_in(given: str | None, default: int) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 18 else default
