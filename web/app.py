"""How HTTP is served: one judge of errors, a time limit for each request, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from types import MappingProxyType

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from web.admin import AdminGate
from web.answers import prepare, refusal
from web.health import Health
from web.home import Home
from web.metrics import Metrics
from web.status import KEEP, Checks, Probe, StatusSource

log = logging.getLogger(__name__)

REQUEST_TIMEOUT = 10.0
"""Seconds that a request may take."""

LARGEST_BODY = 64 * 1024
"""Bytes of a request's body."""

TICK = 1.0
"""Seconds between two measurements of the event loop's lag."""


GLANCE = 1.0
"""Seconds that a check may take of the status page: who looks at it wants to see at once that nobody answers."""


class PortUnusable(OSError):  # noqa: N818 - says what is wrong
    """Nobody can be answered on this port; the text says why, for the operator."""


def judge(request_timeout: float, longer: Mapping[str, float]) -> Middleware:
    """Make the one place where a request's failure becomes an answer, none of them with anything internal in it."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        seconds = longer.get(_route(request), request_timeout)
        try:
            async with asyncio.timeout(seconds):
                return await handler(request)
        except web.HTTPRedirection:
            raise
        except web.HTTPException as error:
            told = error.text if error.text and error.text != f"{error.status}: {error.reason}" else error.reason
            response = refusal(request, error.status, told)
            for name in ("Allow", "WWW-Authenticate", "Retry-After"):
                if name in error.headers:
                    response.headers[name] = error.headers[name]
            return response
        except TimeoutError:
            log.warning("%s %s took longer than %g s", request.method, _route(request), seconds)
            return refusal(request, 504, "This took too long.")
        except Exception:
            log.exception("%s %s failed", request.method, _route(request))
            return refusal(request, 500, "Something went wrong here; it is in the log.")

    return middleware


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "(no route)"


def make_app(
    status: StatusSource,
    probes: Sequence[Probe],
    metrics: Metrics,
    *,
    gate: AdminGate | None = None,
    routes: Iterable[web.RouteDef] = (),
    request_timeout: float = REQUEST_TIMEOUT,
    longer: Mapping[str, float] = MappingProxyType({}),
) -> web.Application:
    """Make the application.

    Args:
        status: who knows how the bot is doing.
        probes: what must be well for /readyz to say so.
        metrics: what /metrics shows.
        gate: who may make admin calls; without one, nobody from outside.
        routes: what other rooms serve besides.
        request_timeout: seconds that a request may take.
        longer: addresses at which it may take more, each with its seconds.
    """
    app = web.Application(middlewares=[judge(request_timeout, longer)], client_max_size=LARGEST_BODY)
    prepare(app)
    checks = Checks(probes)
    glance = Checks(probes, timeout=GLANCE, keep_failure=KEEP)
    app.add_routes(
        [*Home(status, glance, gate or AdminGate(None)).routes(), *Health(checks, metrics).routes(), *routes]
    )

    async def measure_lag(_app: web.Application) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(TICK)
            metrics.loop_lag.set(max(0.0, loop.time() - before - TICK))

    async def measured(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(measure_lag(app))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(measured)
    return app


class WebServer:
    """Serves an application on a port from `start` to `stop`."""

    def __init__(self, app: web.Application, *, port: int, host: str = "0.0.0.0") -> None:  # noqa: S104 - a platform's proxy calls from outside
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=20, shutdown_timeout=2)
        self._host = host
        self._wanted = port
        self.port = port
        """The port it listens on; known after `start` when 0 was asked for."""

    async def start(self) -> None:
        """Listen.

        Raises:
            PortUnusable: the port is taken, or not allowed to this user.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._wanted).start()
        except OSError as error:
            await self._runner.cleanup()
            why = os.strerror(error.errno).lower() if error.errno else str(error)
            raise PortUnusable(f"PORT ({self._wanted}) cannot be used: {why}. Set PORT to another one.") from error
        self.port = int(self._runner.addresses[0][1])
        log.info("Serving status, health and metrics on port %d", self.port)

    async def stop(self) -> None:
        """Finish what is being answered, for 2 seconds at most, and close."""
        await self._runner.cleanup()
