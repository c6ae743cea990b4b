"""All that is on at the moment, in one answer for who watches, and one way to switch all of it off."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.faults.routes import TROUBLE, Trouble
from sandbox.page.names import bots_of

routes = web.RouteTableDef()


@routes.get("/api/weather")
async def weather(request: web.Request) -> web.Response:
    """Faults, silences, absence, latency and limits that are on, keys that ended, and the `bots` to aim at."""
    return web.json_response(_shown(request.app[TROUBLE]))


@routes.delete("/api/weather")
async def clear(request: web.Request) -> web.Response:
    """Everything is as at the start, at once; what a key lost stays lost. Answers what `GET` does."""
    trouble = request.app[TROUBLE]
    faults = trouble.faults
    faults.cancel_all()
    faults.silences.end()
    faults.keys.exclusive = False
    faults.allowance.order({})
    trouble.api.latency = 0.0
    if trouble.listener.away is not None:
        trouble.listener.leave(0)
    return web.json_response(_shown(trouble))


def _shown(trouble: Trouble) -> dict[str, Any]:
    faults = trouble.faults
    return {
        "faults": faults.shown(),
        "silences": faults.silences.shown(),
        "away": trouble.listener.away,
        "exclusive": faults.keys.exclusive,
        "revoked": faults.keys.shown(),
        "limits": faults.allowance.shown(),
        "latency": round(trouble.api.latency * 1000),
        "bots": bots_of(trouble.api.world),
    }
