"""Somebody who writes far more than a person can: at a rate, from inside the server, while others go on as ever."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiohttp import web

from sandbox.body import WrongError, number, only, read_body, whole
from sandbox.crowd import Crowd
from sandbox.errors import RpcError

MOST = 10_000_000
"""Messages of one flood."""
FASTEST = 100_000
"""Messages a second that one may ask for; the server makes some thousands."""
_AT_ONCE = 25
_TICK = 0.005

routes = web.RouteTableDef()


class Flood:
    """One person's messages to one chat, one after the other, as many a second as are asked for."""

    def __init__(self, crowd: Crowd, who: int, to: int | str, text: str, count: int, rate: float | None) -> None:
        self._write = crowd.writer(who, to)
        self._text = text
        self._count = count
        self._rate = rate
        self.sent = 0
        self.error = ""
        self._began = time.monotonic()
        self._ended: float | None = None
        self.task = asyncio.create_task(self._run())

    def shown(self) -> dict[str, Any]:
        """How far it is."""
        seconds = (self._ended or time.monotonic()) - self._began
        running = not self.task.done()
        return {"sent": self.sent, "count": self._count, "running": running, "seconds": seconds, "error": self.error}

    async def _run(self) -> None:
        try:
            while self.sent < self._count:
                due = self._due()
                if due:  # together, as latency would make each wait for the one before it
                    await asyncio.gather(*(self._write(self._text) for _ in range(due)))
                    self.sent += due
                await asyncio.sleep(0 if self._rate is None else _TICK)
        except RpcError as error:
            self.error = str(error)
        finally:
            self._ended = time.monotonic()

    def _due(self) -> int:
        """Messages that should have been sent by now; few at a time, so that others get their turn."""
        left = self._count - self.sent
        if self._rate is None:
            return min(left, _AT_ONCE)
        return min(left, _AT_ONCE, int((time.monotonic() - self._began) * self._rate) - self.sent)


class Floods:
    """All of them, by number."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._all: dict[int, Flood] = {}

    def begin(self, who: int, to: int | str, text: str, count: int, rate: float | None) -> int:
        """Let somebody begin; returns the flood's number.

        Raises:
            ValueError: there is no such person, or nobody of that name.
        """
        known = len(self._all) + 1
        self._all[known] = Flood(self._crowd, who, to, text, count, rate)
        return known

    def find(self, known: str) -> Flood:
        """The flood with this number.

        Raises:
            WrongError: there is none.
        """
        flood = self._all.get(int(known)) if known.isdecimal() else None
        if flood is None:
            raise WrongError(f"there is no flood {known}")
        return flood

    async def end(self) -> None:
        """Stop all of them."""
        for flood in self._all.values():
            flood.task.cancel()
        await asyncio.gather(*(flood.task for flood in self._all.values()), return_exceptions=True)


FLOODS = web.AppKey("floods", Floods)


@routes.post("/floods")
async def begin(request: web.Request) -> web.Response:
    """`{"from": user id, "to": id or name, "text": "…", "count": n, "per_second": n or null}`; answers its `id`."""
    body = await read_body(request)
    only(body, ("from", "to", "text", "count", "per_second"))
    who, to, text = body.get("from"), body.get("to"), body.get("text")
    if not isinstance(to, int | str) or isinstance(to, bool):
        raise WrongError("to must be an id or a user name")
    if not isinstance(text, str) or not text:
        raise WrongError("text must be a text")
    count = whole(body.get("count"), "count", 1, MOST)
    rate = None if body.get("per_second") is None else number(body["per_second"], "per_second", 0.1, FASTEST)
    try:
        known = request.app[FLOODS].begin(whole(who, "from", 1, 2**63 - 1), to, text, count, rate)
    except ValueError as error:
        raise WrongError(str(error)) from None
    return web.json_response({"id": known})


@routes.get("/floods/{id}")
async def show(request: web.Request) -> web.Response:
    """How many were `sent`, in how many `seconds`, whether it is still `running`, and the `error` that ended it."""
    return web.json_response(request.app[FLOODS].find(request.match_info["id"]).shown())


@routes.delete("/floods/{id}")
async def stop(request: web.Request) -> web.Response:
    """Stop it."""
    flood = request.app[FLOODS].find(request.match_info["id"])
    flood.task.cancel()
    await asyncio.gather(flood.task, return_exceptions=True)
    return web.json_response(flood.shown())
