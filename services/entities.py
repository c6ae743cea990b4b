"""Decides how a text with marks beside it is written as Telegram's HTML, and which marks a program may give."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.templates import units

_PLAIN: Final = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "custom_emoji"}
)
"""What Telegram marks by itself, and what a bot may not send: it stays text."""

_TAGS: Final = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "text_mention": "a",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a text: where it is, in UTF-16 units, and the tag that makes it, as it closes and as it opens."""

    offset: int
    length: int
    tag: str
    opening: str


class BadEntity(ValueError):  # noqa: N818 - says what is wrong
    """An entity cannot be what it says; the text says why."""


def html_of(text: str, marks: Iterable[Mark]) -> str:
    """Write a text with marks on it as HTML. Marks that overlap are closed and opened again."""
    given = sorted((mark for mark in marks if mark.length > 0), key=lambda mark: (mark.offset, -mark.length))
    encoded = text.encode("utf-16-le")
    edges = {place for mark in given for place in (mark.offset, mark.offset + mark.length)}
    places = sorted({0, len(encoded) // 2} | {min(place, len(encoded) // 2) for place in edges})
    written: list[str] = []
    stack: list[Mark] = []
    for start, end in zip(places, [*places[1:], None], strict=True):
        last = end is None
        open_now = [one for one in given if one.offset <= start < one.offset + one.length and not last]
        kept = next((n for n, mark in enumerate(stack) if mark not in open_now), len(stack))
        written += [f"</{mark.tag}>" for mark in reversed(stack[kept:])]
        stack = stack[:kept] + [mark for mark in open_now if mark not in stack[:kept]]
        if end is None:
            continue
        written += [mark.opening for mark in stack[kept:]]
        written.append(html.escape(encoded[start * 2 : end * 2].decode("utf-16-le", "replace"), quote=False))
    return "".join(written)


def link_opening(address: str) -> str:
    """Write how a link to an address is opened."""
    return f'<a href="{html.escape(address)}">'


def person_opening(user_id: int) -> str:
    """Write how a link to a person is opened."""
    return f'<a href="tg://user?id={user_id}">'


def pre_opening(language: str) -> str:
    """Write how a piece of a program in a language is opened."""
    return f'<pre language="{html.escape(language)}">'


EXPANDABLE: Final = "<blockquote expandable>"
"""How a quotation is opened that shows its beginning only."""


def mark_of(entity: Mapping[str, Any], text: str) -> Mark | None:
    """Read a MessageEntity of the Bot API; None for one that makes no mark.

    Raises:
        BadEntity: there is no such type, it lies outside of the text or cuts a character, or lacks its address.
    """
    kind, offset, length = (entity.get(name) for name in ("type", "offset", "length"))
    if kind not in _TAGS and kind not in _PLAIN:
        raise BadEntity("there is no such type")
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 1:
        raise BadEntity("offset and length are whole numbers of UTF-16 units")
    if offset + length > units(text):
        raise BadEntity("it ends after the text")
    encoded = text.encode("utf-16-le")
    try:
        encoded[: offset * 2].decode("utf-16-le")
        encoded[: (offset + length) * 2].decode("utf-16-le")
    except UnicodeDecodeError:
        raise BadEntity("it begins or ends inside of a character: count in UTF-16 units") from None
    if kind in _PLAIN:
        return None
    return Mark(offset, length, _TAGS[kind], _opening(kind, entity))


def _opening(kind: str, entity: Mapping[str, Any]) -> str:
    match kind:
        case "text_link":
            address = entity.get("url")
            if not isinstance(address, str) or not address:
                raise BadEntity("a text_link has a url")
            return link_opening(address)
        case "text_mention":
            user = entity.get("user")
            number = user.get("id") if isinstance(user, Mapping) else None
            if type(number) is not int:
                raise BadEntity("a text_mention has a user with an id")
            return person_opening(number)
        case "pre" if isinstance(entity.get("language"), str) and entity["language"]:
            return pre_opening(entity["language"])
        case "expandable_blockquote":
            return EXPANDABLE
        case _:
            return f"<{_TAGS[kind]}>"
