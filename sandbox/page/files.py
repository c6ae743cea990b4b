"""What the page sends from a disk: files of any kind, alone and as albums, in the order they were chosen in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from pyrogram import raw

from sandbox.attachments import sent_again, upload
from sandbox.body import WrongError, word
from sandbox.member import answering, random_id
from sandbox.page.acts import CHAT
from sandbox.page.formatting import Formatted, formatted, units
from sandbox.page.kinds import WAYS, As, Item, albums, described
from sandbox.page.receiving import Form, received, while_connected
from sandbox.page.roster import ID_MAX, chat_of, seat_of
from sandbox.page.seat import Seat

CAPTION_MAX: Final = 1024
"""UTF-16 units, as Telegram takes them from people without Premium."""
UPLOAD_WITHIN: Final = 1800.0
"""Seconds for one file to go from the disk to the local Telegram: 2,000 MiB take minutes on a slow machine."""
KEPT_WITHIN: Final = 300.0
"""Seconds for the local Telegram to put a file together from its parts, and to send it."""
_FIELDS: Final = ("as", "caption", "reply_to", "silent", "spoiler")
_SPOILED: Final = frozenset({"photo", "video", "animation"})

routes = web.RouteTableDef()


@dataclass(slots=True, frozen=True)
class Order:
    """How files are to be sent."""

    way: As
    caption: Formatted
    reply_to: int | None
    silent: bool
    spoiler: bool


@routes.post(f"{CHAT}/files")
async def send_files(request: web.Request) -> web.Response:
    """Multipart: `file` once to ten times, `still` behind a film; `as`, `caption`, `reply_to`, `silent`, `spoiler`."""
    seat, chat_id = await seat_of(request), chat_of(request)
    await seat.peer(chat_id)
    async with received(request) as form:
        order = ordered(form)
        items = [await asyncio.to_thread(described, file, order.way) for file in form.files]
        messages = await while_connected(request, send(seat, chat_id, items, order))
    return web.json_response({"messages": messages})


def ordered(form: Form) -> Order:
    """What the fields of a form say.

    Raises:
        WrongError: one of them makes no sense.
    """
    unknown = set(form.fields) - set(_FIELDS)
    if unknown:
        raise WrongError(f"unknown here: {', '.join(sorted(unknown))}; known: file, {', '.join(_FIELDS)}")
    caption = formatted(form.fields.get("caption", ""))
    if (length := units(caption.text)) > CAPTION_MAX:
        raise WrongError(f"The caption has {length} characters, {CAPTION_MAX} are allowed: send the rest as a message.")
    reply_to = form.fields.get("reply_to", "")
    if reply_to and not (reply_to.isascii() and reply_to.isdigit() and 0 < int(reply_to) <= ID_MAX):
        raise WrongError("reply_to must be the id of a message")
    way: Any = word(form.fields.get("as", "auto"), "as", WAYS)
    return Order(
        way, caption, int(reply_to) if reply_to else None, _is_on(form, "silent"), _is_on(form, "spoiler")
    )  # fmt: skip


async def send(seat: Seat, chat_id: int, items: Sequence[Item], order: Order) -> list[dict[str, Any]]:
    """Send files as one message or several; the caption is the first one's, of files and music the last one's."""
    shown: list[dict[str, Any]] = []
    for number, album in enumerate(albums(items)):
        caption = order.caption if number == 0 else Formatted("", [])
        send_these = _send_one if len(album) == 1 else _send_album
        result = await send_these(seat, chat_id, album, caption, order)
        shown += await seat.sent(result, chat_id)
    return shown


async def _send_one(seat: Seat, chat_id: int, album: Sequence[Item], caption: Formatted, order: Order) -> Any:
    media = await _uploaded(seat, album[0], order)
    return await seat.call(
        raw.functions.messages.SendMedia(
            peer=await seat.peer(chat_id), media=media, message=caption.text, entities=caption.entities or None,
            random_id=random_id(), reply_to=answering(order.reply_to), silent=order.silent or None,
        ),
        timeout=KEPT_WITHIN,
    )  # fmt: skip


async def _send_album(seat: Seat, chat_id: int, album: Sequence[Item], caption: Formatted, order: Order) -> Any:
    peer = await seat.peer(chat_id)
    captioned = 0 if album[0].kind in _SPOILED else len(album) - 1
    singles: list[Any] = []
    for number, item in enumerate(album):
        media = await _uploaded(seat, item, order)
        kept = await seat.call(raw.functions.messages.UploadMedia(peer=peer, media=media), timeout=KEPT_WITHIN)
        said = caption if number == captioned else Formatted("", [])
        singles.append(
            raw.types.InputSingleMedia(
                media=sent_again(kept, spoiler=bool(media.spoiler)),
                random_id=random_id(),
                message=said.text,
                entities=said.entities or None,
            )
        )
    return await seat.call(
        raw.functions.messages.SendMultiMedia(
            peer=peer, multi_media=singles, reply_to=answering(order.reply_to), silent=order.silent or None
        )
    )


async def _uploaded(seat: Seat, item: Item, order: Order) -> Any:
    async with asyncio.timeout(UPLOAD_WITHIN):
        return await upload(
            seat.person.client,
            item.file.path,
            item.kind,
            item.file.still if item.kind == "video" else None,
            mime_type=item.mime_type,
            measures=item.measures,
            spoiler=order.spoiler and item.kind in _SPOILED,
        )


def _is_on(form: Form, name: str) -> bool:
    return word(form.fields.get(name, "false"), name, ("true", "false", "1", "0", "on")) in {"true", "1", "on"}
