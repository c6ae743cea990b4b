"""HTML to what Telegram takes, a plain text with entities, and back."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from pyrogram import enums
from pyrogram.enums import MessageEntityType as Entity
from pyrogram.parser import Parser
from pyrogram.types import MessageEntity

MARKS: Final = {
    Entity.BOLD: "b",
    Entity.ITALIC: "i",
    Entity.UNDERLINE: "u",
    Entity.STRIKETHROUGH: "s",
    Entity.SPOILER: "spoiler",
    Entity.CODE: "code",
    Entity.PRE: "pre",
    Entity.BLOCKQUOTE: "blockquote",
    Entity.TEXT_LINK: "a",
    Entity.TEXT_MENTION: "a",
}
"""What a person makes a text, and a bot may: each with its tag."""

_AMPERSAND_IN_TEXT = re.compile(r"&(?=[^<>]*(?:<|$))")


async def parsed(markup: str, parser: Parser) -> dict[str, Any]:
    """Split HTML into `message` and `entities`.

    The library unescapes character references twice, so that a file named `&lt;b&gt;.txt` would show as
    `<b>.txt` (measured on 2.2.26): an ampersand in text is escaped once more before it sees it.
    """
    result = await parser.parse(_AMPERSAND_IN_TEXT.sub("&amp;", markup), enums.ParseMode.HTML)
    return {"message": result["message"], "entities": result["entities"] or None}


def to_html(text: str, entities: list[MessageEntity] | None) -> str:
    """Write a text with its entities as HTML.

    The library's own way leaves what is outside of the entities unescaped (2.2.26). What a client marks by
    itself (addresses, hashtags) and what a bot may not send (custom emoji) stays plain.
    """
    marked = [entity for entity in entities or () if entity.type in MARKS and entity.length > 0]
    marked.sort(key=lambda entity: (entity.offset, -entity.length))
    units = text.encode("utf-16-le")
    edges = {place for entity in marked for place in (entity.offset, entity.offset + entity.length)}
    places = sorted({0, len(units) // 2} | {min(place, len(units) // 2) for place in edges})
    written: list[str] = []
    stack: list[MessageEntity] = []
    for start, end in zip(places, [*places[1:], None], strict=True):
        last = end is None
        open_now = [one for one in marked if one.offset <= start < one.offset + one.length and not last]
        kept = next((n for n, entity in enumerate(stack) if entity not in open_now), len(stack))
        written += [f"</{MARKS[entity.type]}>" for entity in reversed(stack[kept:])]
        stack = stack[:kept] + [entity for entity in open_now if entity not in stack[:kept]]
        if end is None:
            continue
        written += [_opening(entity) for entity in stack[kept:]]
        written.append(html.escape(units[start * 2 : end * 2].decode("utf-16-le", "replace"), quote=False))
    return "".join(written)


def _opening(entity: MessageEntity) -> str:
    if entity.type == Entity.TEXT_LINK:
        return f'<a href="{html.escape(entity.url or "")}">'
    if entity.type == Entity.TEXT_MENTION:
        return f'<a href="tg://user?id={entity.user.id if entity.user else 0}">'
    if entity.type == Entity.PRE and entity.language:
        return f'<pre language="{html.escape(entity.language)}">'
    if entity.type == Entity.BLOCKQUOTE and entity.expandable:
        return "<blockquote expandable>"
    return f"<{MARKS[entity.type]}>"
