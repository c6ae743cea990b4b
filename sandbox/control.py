"""What a test or an operator may ask of a running sandbox over HTTP, on loopback: look at it, and set it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.body import WrongError, number, read_body, truth
from sandbox.crowd import MAX_AT_ONCE, Crowd
from sandbox.faults.routes import TROUBLE, Trouble
from sandbox.faults.routes import routes as trouble_routes
from sandbox.flood import FLOODS, Floods
from sandbox.flood import routes as flood_routes
from sandbox.ledger import Ledger
from sandbox.page.app import Page
from sandbox.page.guard import explain, guard, harden
from sandbox.page.offers import Offers
from sandbox.page.tries import Suggestions
from sandbox.world.api import Api
from sandbox.world.centres import ALL

_API = web.AppKey("api", Api)
_LEDGER = web.AppKey("ledger", Ledger)
_CROWD = web.AppKey("crowd", Crowd)
_MAX_LATENCY = 60_000
_MAX_BODY = 64 * 1024 * 1024

routes = web.RouteTableDef()


class Control:
    """The control server's life."""

    def __init__(
        self, api: Api, ledger: Ledger, trouble: Trouble, folder: Path, suggestions: Suggestions, offers: Offers
    ) -> None:
        """`folder` is the state's, where the page keeps who is on it."""
        app = web.Application(middlewares=[guard, explain], client_max_size=_MAX_BODY)
        app.on_response_prepare.append(harden)
        app[_API] = api
        app[_LEDGER] = ledger
        app[_CROWD] = crowd = Crowd(api)
        app[FLOODS] = self._floods = Floods(crowd)
        app[TROUBLE] = trouble
        app.add_routes(routes)
        app.add_routes(trouble_routes)
        app.add_routes(flood_routes)
        taken = lambda phone: api.world.accounts.by_phone(phone) is not None  # noqa: E731 - one question
        self.page = Page(app, folder, taken, suggestions, offers)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def start(self, host: str, port: int) -> str:
        """Serve; returns the URL. Port 0 takes any that is free."""
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        return f"http://{bound[0]}:{bound[1]}"

    async def stop(self) -> None:
        """Stop serving."""
        await self._floods.end()
        await self.page.stop()
        await self._runner.cleanup()


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
        raise WrongError("since must be a whole number") from None
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
    milliseconds = number((await read_body(request)).get("milliseconds"), "milliseconds", 0, _MAX_LATENCY)
    request.app[_API].latency = milliseconds / 1000
    return web.json_response({"milliseconds": milliseconds})


@routes.post("/file_references")
async def file_references(request: web.Request) -> web.Response:
    """`{"ttl": seconds or null}`: after how long a file reference expires; null is never."""
    ttl = (await read_body(request)).get("ttl")
    request.app[_API].file_reference_ttl = None if ttl is None else number(ttl, "ttl", 0, float("inf"))
    return web.json_response({"ttl": ttl})


@routes.post("/file_references/expire")
async def expire_file_references(request: web.Request) -> web.Response:
    """Every file reference that was given out until now expires."""
    request.app[_API].expire_file_references()
    return web.json_response({})


@routes.post("/data_centre")
async def data_centre(request: web.Request) -> web.Response:
    """`{"id": 2 or 4}`: the data centre that all files are in; 2 is that of everything else."""
    centre = int(number((await read_body(request)).get("id"), "id", min(ALL), max(ALL)))
    if centre not in ALL:
        raise WrongError(f"id must be one of {', '.join(map(str, ALL))}")
    request.app[_API].world.centres.of_files = centre
    return web.json_response({"id": centre})


@routes.post("/bots")
async def bots(request: web.Request) -> web.Response:
    """`{"token": "123:abc", "username": "name"}`: make a bot known, as BotFather would."""
    body = await read_body(request)
    token, username = body.get("token"), body.get("username")
    if not isinstance(token, str) or not isinstance(username, str) or not token.partition(":")[0].isdigit():
        raise WrongError("token must be like 123:abc, and username a name")
    try:
        request.app[_API].add_bot(token, username)
    except ValueError as error:
        raise WrongError(str(error)) from None
    return web.json_response({"id": int(token.partition(":")[0]), "username": username})


@routes.post("/people")
async def people(request: web.Request) -> web.Response:
    """`{"count": n, "first_name": "…", "language_code": "en"}`: make people without clients; answers their `ids`."""
    body = await read_body(request)
    count = int(number(body.get("count"), "count", 1, MAX_AT_ONCE))
    first_name, language_code = body.get("first_name", "Somebody"), body.get("language_code", "en")
    if not isinstance(first_name, str) or not isinstance(language_code, str):
        raise WrongError("first_name and language_code must be texts")
    try:
        ids = await request.app[_CROWD].sign_up(count, first_name=first_name, language_code=language_code)
    except ValueError as error:
        raise WrongError(str(error)) from None
    return web.json_response({"ids": ids})


@routes.post("/say")
async def say(request: web.Request) -> web.Response:
    """`{"from": user id or a list of them, "to": id or user name, "texts": ["…"]}`: let people send texts.

    Answers `{"message_ids": [...]}` in the order of the texts, person after person.
    """
    body = await read_body(request)
    senders, to = _senders(body), _whom(body, "to")
    texts = body.get("texts")
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise WrongError("texts must be a list of texts")
    if len(senders) * len(texts) > MAX_AT_ONCE:
        raise WrongError(f"at most {MAX_AT_ONCE} messages at once")
    ids: list[int] = []
    try:
        for sender in senders:
            ids += await request.app[_CROWD].say(sender, to, texts)
    except ValueError as error:
        raise WrongError(str(error)) from None
    return web.json_response({"message_ids": ids})


@routes.post("/blocks")
async def blocks(request: web.Request) -> web.Response:
    """`{"from": user id or a list of them, "whom": id or user name, "told": true}`: let people block somebody."""
    body = await read_body(request)
    senders, whom, told = _senders(body), _whom(body, "whom"), truth(body.get("told", True), "told")
    try:
        for sender in senders:
            await request.app[_CROWD].block(sender, whom, told=told)
    except ValueError as error:
        raise WrongError(str(error)) from None
    return web.json_response({})


def _senders(body: dict[str, Any]) -> list[int]:
    senders: list[Any] = body["from"] if isinstance(body.get("from"), list) else [body.get("from")]
    if not senders or not all(isinstance(each, int) and not isinstance(each, bool) for each in senders):
        raise WrongError("from must be a user id or a list of them")
    return senders


def _whom(body: dict[str, Any], name: str) -> int | str:
    whom = body.get(name)
    if not isinstance(whom, int | str) or isinstance(whom, bool):
        raise WrongError(f"{name} must be an id or a user name")
    return whom
