"""How drafts come over HTTP: POST /drafts orders one, files and all, once per key; GET /drafts/<id> tells of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any, Final, Protocol

from aiohttp import BodyPartReader, web

from services.draft_desk import DraftDesk, KeyTaken, Telegram
from services.draft_files import Arrived, NoRoom, TooLarge
from services.draft_media import LARGEST
from services.draft_orders import KEY, DraftOrder, OrderRefused, Problem, is_key, order_in
from services.drafts import Draft, DraftTarget
from services.errors import TryLater, UserError
from web.admin import AdminGate
from web.jobs import stamp
from web.reaching import Pace, reached, served, too_many, unavailable

log = logging.getLogger(__name__)

AT_MOST: Final = 1200
PER_SECONDS: Final = 60.0
"""Drafts that are taken in so many seconds."""

WITH_FILES: Final = 4
"""Orders with files that are carried out at the same time: what they bring lies on the disk meanwhile."""

UPLOADS: Final = 10
"""Files that one order brings."""

LARGEST_ORDER: Final = 512 * 1024
"""Bytes of an order as JSON: 40,960 characters, each as `\\uXXXX` or in a tag of its own."""

PIECE: Final = 64 * 1024
"""Bytes that are taken from a connection at once."""

WITHIN: Final = 300.0
"""Seconds that an order may take, with its files."""

FULL: Final = 60
"""Seconds after which a caller may come again where the disk is full."""

ORDER: Final = "draft"
"""The field of a form that has the order."""

_NOWHERE: Final = ("storage-missing", "storage-failed")
"""Why files cannot be kept: no order changes that."""

Say = Callable[[UserError], str]
"""Who puts a refusal into words."""


class DeskSource(Protocol):
    """Who knows the bot that this process serves."""

    def desk(self) -> tuple[DraftDesk, Telegram] | None:
        """Where orders are taken, and the bot; None while this process does not serve the bot."""


class Drafts:
    """/drafts and /drafts/<id>, for whoever may make admin calls."""

    def __init__(self, source: DeskSource, gate: AdminGate, say: Say, pace: Pace | None = None) -> None:
        self._source = source
        self._gate = gate
        self._say = say
        self._pace = pace or Pace(AT_MOST, PER_SECONDS)
        self._with_files = 0

    def routes(self) -> list[web.RouteDef]:
        """The addresses that it serves."""
        return [web.post("/drafts", self.order), web.get(r"/drafts/{id:[A-Za-z0-9_-]{22}}", self.draft)]

    async def order(self, request: web.Request) -> web.Response:
        """Make the draft that is asked for. Answers 201, or 200 where its key made it before; it is kept by then."""
        self._gate.require(request, or_local=True)
        self._pace.take()
        desk, bot = served(self._source.desk())
        try:
            async with AsyncExitStack() as stack:
                body, names, uploads = await self._read(request, desk, stack)
                order = await self._order(_with_key(body, request.headers.get("Idempotency-Key")), names, desk, bot)
                if order.media and not uploads:
                    stack.enter_context(self._turn())
                taken = await reached(desk.take(order, uploads, bot))
        except OrderRefused as error:
            return self._refused(422, "This cannot be done.", error.fields)
        except KeyTaken as error:
            words = "The key was used before, for another draft. Use a new key, or send the same again."
            return web.json_response({"error": words, "fields": {"key": words}, "id": error.code}, status=409)
        except UserError as error:
            return self._refused(409 if error.key in _NOWHERE else 422, self._say(error), {})
        except TooLarge:
            raise web.HTTPRequestEntityTooLarge(
                max_size=LARGEST, actual_size=0, text=f"A file has {LARGEST >> 20} MiB at most."
            ) from None
        except NoRoom as error:
            log.warning("A file for a draft could not be written: %s", error.__cause__)
            raise unavailable("There is no room for the file on the disk.", FULL) from error
        except TryLater as error:
            log.info("A draft has to wait: %s", error)
            raise unavailable("Telegram wants us to wait.", error.after) from error
        code = taken.draft.code
        answer = {"id": code, "state": taken.draft.state, "status": f"/drafts/{code}"}
        return web.json_response(answer, status=201 if taken.made else 200, headers={"Location": f"/drafts/{code}"})

    async def draft(self, request: web.Request) -> web.Response:
        """Tell how a draft is doing that came this way."""
        self._gate.require(request, or_local=True)
        desk, _ = served(self._source.desk())
        try:
            draft = await reached(desk.told(request.match_info["id"]))
        except UserError:
            raise web.HTTPNotFound(text="No draft with this id came over HTTP.") from None
        return web.json_response(told(draft))

    async def _order(self, body: object, names: Mapping[str, str], desk: DraftDesk, bot: Telegram) -> DraftOrder:
        """Read an order; where it cannot be, all that is wrong with it is said at once."""
        try:
            return order_in(body, names)
        except OrderRefused as error:
            more = await reached(desk.problems(error.rest, bot)) if error.rest else {}
            raise OrderRefused({**error.fields, **more}) from None

    def _refused(self, status: int, words: str, problems: Mapping[str, Problem]) -> web.Response:
        fields = {name: self._say(each) if isinstance(each, UserError) else each for name, each in problems.items()}
        return web.json_response({"error": words, "fields": fields}, status=status)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let so many orders with files in at once, and no more."""
        if self._with_files >= WITH_FILES:
            raise too_many(f"{WITH_FILES} orders with files are carried out at the same time.", 1)
        self._with_files += 1
        try:
            yield
        finally:
            self._with_files -= 1

    # What was sent

    async def _read(
        self, request: web.Request, desk: DraftDesk, stack: AsyncExitStack
    ) -> tuple[object, dict[str, str], dict[str, Arrived]]:
        """Return the order as JSON has it, and the names and the contents of the files that came along."""
        if request.content_type == "application/json":
            return _json(await _whole(request.content.readany)), {}, {}
        if request.content_type != "multipart/form-data":
            raise web.HTTPUnsupportedMediaType(text="Send application/json, or multipart/form-data with files.")
        stack.enter_context(self._turn())
        try:
            return await self._form(request, desk, stack)
        except (ValueError, AssertionError, web.RequestPayloadError) as error:  # what the parser says of nonsense
            raise web.HTTPBadRequest(text="This is no multipart/form-data.") from error

    async def _form(
        self, request: web.Request, desk: DraftDesk, stack: AsyncExitStack
    ) -> tuple[object, dict[str, str], dict[str, Arrived]]:
        body: object = None
        names: dict[str, str] = {}
        uploads: dict[str, Arrived] = {}
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.name:
                raise web.HTTPBadRequest(text="Each part of the form has a name, and no parts of its own.")
            if part.name == ORDER:
                body = _json(await _whole(lambda part=part: part.read_chunk(PIECE)))  # type: ignore[misc]  # a default names the part
                continue
            if part.name in uploads or len(uploads) == UPLOADS:
                raise web.HTTPBadRequest(text=f"A form has {UPLOADS} files at most, each in a field of its own.")
            names[part.name] = part.filename or part.name
            arriving = await stack.enter_async_context(desk.arriving())
            while piece := await part.read_chunk(PIECE):
                await arriving.write(part.decode(piece))
            uploads[part.name] = await arriving.arrived()
        if body is None:
            raise web.HTTPBadRequest(text=f"The order is missing: JSON, in the field {ORDER}.")
        return body, names, uploads


async def _whole(read: Callable[[], Any]) -> bytes:
    """Read an order to its end."""
    body = bytearray()
    while piece := await read():
        body += piece
        if len(body) > LARGEST_ORDER:
            raise web.HTTPRequestEntityTooLarge(
                max_size=LARGEST_ORDER, actual_size=len(body), text=f"An order has {LARGEST_ORDER >> 10} KiB at most."
            )
    return bytes(body)


def _json(body: bytes) -> object:
    try:
        read = json.loads(body)
        json.dumps(read, ensure_ascii=False, allow_nan=False).encode()  # half a character is none
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest(text="This is no JSON.") from error
    return read


def _with_key(body: object, header: str | None) -> object:
    """Put the key of the header into the order."""
    if header is None or not isinstance(body, Mapping):
        return body
    if not is_key(header):
        raise web.HTTPBadRequest(text=f"Idempotency-Key has 1 to {KEY} printable ASCII characters.")
    if body.get("key", header) != header:
        raise web.HTTPBadRequest(text="Idempotency-Key and the key of the order differ.")
    return {**body, "key": header}


def told(draft: Draft) -> dict[str, object]:
    """A draft as JSON has it: nothing about who decided."""
    return {
        "id": draft.code,
        "state": draft.state,
        "created": stamp(draft.created_at),
        "send_at": stamp(draft.send_at),
        "decided": stamp(draft.decided_at),
        "published": stamp(draft.published_at),
        "taken_back": stamp(draft.taken_back_at),
        "options": {"silent": draft.options.silent, "pin": draft.options.pin, "protect": draft.options.protect},
        "versions": [
            {"number": each.number, "created": stamp(each.at), "messages": len(each.parts)} for each in draft.versions
        ],
        "targets": [_told_target(each) for each in draft.targets],
    }


def _told_target(target: DraftTarget) -> dict[str, object]:
    return {
        "chat": target.chat,
        "title": target.title if target.chat < 0 else None,  # a person's name is theirs
        "state": target.state,
        "messages": list(target.message_ids),
        "link": target.link,
        "reason": target.reason or None,
        "failed_attempts": target.attempts,
        "next_attempt": stamp(target.due_at),
        "sent": stamp(target.sent_at),
    }
