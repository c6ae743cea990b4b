"""Who may talk to the control server: programs of this machine and the page itself, no other site in a browser.

A name that a stranger points at 127.0.0.1 (DNS rebinding) comes with that name as its Host. A form or a script of
another site comes with its Origin, or with Sec-Fetch-Site. Programs send neither, and are let in.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import web
from pyrogram.errors import BotResponseTimeout, RPCError

from sandbox.body import WrongError
from sandbox.errors import RpcError
from sandbox.page.missing import MissingError

log = logging.getLogger(__name__)

HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names under which this machine is itself."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NO_ANSWER: Final = "The local Telegram does not answer. Try again in a moment."


@web.middleware
async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse what another site sends through somebody's browser."""
    reason = refusal(request)
    if reason is not None:
        return _wrong(403, reason, "FORBIDDEN")
    response: web.StreamResponse = await handler(request)
    return response


def refusal(request: web.Request) -> str | None:
    """Why a request is refused; None when it may pass."""
    if _name_of(request.host) not in HERE:
        return "This server answers to 127.0.0.1 and localhost only: open the page by one of these."
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return "Another site may not ask here: open the page itself."
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in ("same-origin", "none") or _is_a_visit(request):
        return None
    return "Another site may not ask here: open the page itself."


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_a_visit(request: web.Request) -> bool:
    """Whether somebody follows a link to the page; everything else is not for other sites to point at."""
    return (
        request.method == "GET"
        and request.path == "/"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on that protect the page, where a handler has none of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def explain(request: web.Request, handler: Any) -> web.StreamResponse:
    """Answer what went wrong with the reason, in JSON."""
    try:
        response: web.StreamResponse = await handler(request)
    except (WrongError, RpcError) as error:
        return _wrong(400, str(error), getattr(error, "name", None))
    except MissingError as error:
        return _wrong(404, str(error), error.name)
    except BotResponseTimeout:
        return _wrong(504, "The bot does not answer. Press again in a moment.", "BOT_RESPONSE_TIMEOUT")
    except RPCError as error:
        return _wrong(400, words_of(error), name_of(error))
    except (TimeoutError, ConnectionError) as error:
        log.info("%s %s: %r", request.method, request.path, error)
        return _wrong(504, NO_ANSWER, None)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _wrong(error.status, error.text or error.reason, None)
    except Exception:  # this is where errors of HTTP are judged
        log.exception("%s %s broke", request.method, request.path)
        return _wrong(500, "Something broke here; the reason is in the log of the local Telegram.", None)
    return response


def name_of(error: RPCError) -> str:
    """What Telegram called it: `FLOOD_WAIT_5`."""
    name = error.ID or error.NAME or type(error).__name__
    return name.replace("_X", f"_{error.value}", 1) if name.endswith("_X") else name


def words_of(error: RPCError) -> str:
    """What Telegram means by it."""
    return f"Telegram refuses: {error.MESSAGE.format(**{error.VALUE_NAME: error.value})} ({name_of(error)})"


def _wrong(status: int, reason: str, name: str | None) -> web.Response:
    return web.json_response({"error": reason, "name": name}, status=status)
