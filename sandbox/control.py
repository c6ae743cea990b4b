"""What a test or an operator may ask of a running sandbox over HTTP, on loopback: look at it, and set it."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from sandbox.ledger import Ledger
from sandbox.world.api import Api

_API = web.AppKey("api", Api)
_LEDGER = web.AppKey("ledger", Ledger)
_MAX_LATENCY = 60_000

routes = web.RouteTableDef()


class Control:
    """The control server's life."""

    def __init__(self, api: Api, ledger: Ledger) -> None:
        app = web.Application(middlewares=[_explain])
        app[_API] = api
        app[_LEDGER] = ledger
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def start(self, host: str, port: int) -> str:
        """Serve; returns the URL. Port 0 takes any that is free."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        return f"http://{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """Stop serving."""
        await self._runner.cleanup()


class _WrongError(Exception):
    """A request that cannot be understood: 400 with these words."""


@web.middleware
async def _explain(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer a wrong request with the reason, in JSON."""
    try:
        response: web.StreamResponse = await handler(request)
    except _WrongError as error:
        return web.json_response({"error": str(error)}, status=400)
    return response


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise _WrongError("the body is no JSON") from None
    if not isinstance(body, dict):
        raise _WrongError("the body is no JSON object")
    return body


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _WrongError(f"{name} must be a number from {low:g} to {high:g}")
    return float(value)


@routes.get("/health")
async def health(_request: web.Request) -> web.Response:
    """`{"ok": true}` while the server lives."""
    return web.json_response({"ok": True})


@routes.get("/ledger")
async def ledger(request: web.Request) -> web.StreamResponse:
    """`?since=N`: every applied effect with a number above N, one JSON object per line."""
    try:
        since = int(request.query.get("since", "0"))
    except ValueError:
        raise _WrongError("since must be a whole number") from None
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    lines: list[bytes] = []
    for line in request.app[_LEDGER].lines(since):
        lines.append(line)
        if len(lines) == 500:
            await response.write(b"".join(lines))
            lines.clear()
    if lines:
        await response.write(b"".join(lines))
    await response.write_eof()
    return response


@routes.get("/calls")
async def calls(request: web.Request) -> web.Response:
    """`{account id: {method: how often}}`; account 0 is whoever had not signed in."""
    counted: dict[str, dict[str, int]] = {}
    for (account, method), count in request.app[_API].calls.items():
        counted.setdefault(str(account), {})[method] = count
    return web.json_response(counted)


@routes.post("/latency")
async def latency(request: web.Request) -> web.Response:
    """`{"milliseconds": n}`: added to every call from now on."""
    milliseconds = _number((await _body(request)).get("milliseconds"), "milliseconds", 0, _MAX_LATENCY)
    request.app[_API].latency = milliseconds / 1000
    return web.json_response({"milliseconds": milliseconds})


@routes.post("/file_references")
async def file_references(request: web.Request) -> web.Response:
    """`{"ttl": seconds or null}`: after how long a file reference expires; null is never."""
    ttl = (await _body(request)).get("ttl")
    request.app[_API].file_reference_ttl = None if ttl is None else _number(ttl, "ttl", 0, float("inf"))
    return web.json_response({"ttl": ttl})


@routes.post("/bots")
async def bots(request: web.Request) -> web.Response:
    """`{"token": "123:abc", "username": "name"}`: make a bot known, as BotFather would."""
    body = await _body(request)
    token, username = body.get("token"), body.get("username")
    if not isinstance(token, str) or not isinstance(username, str) or not token.partition(":")[0].isdigit():
        raise _WrongError("token must be like 123:abc, and username a name")
    try:
        request.app[_API].add_bot(token, username)
    except ValueError as error:
        raise _WrongError(str(error)) from None
    return web.json_response({"id": int(token.partition(":")[0]), "username": username})
