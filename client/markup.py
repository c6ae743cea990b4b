"""HTML to what Telegram takes, a plain text with entities, and back."""

from __future__ import annotations

import re
from typing import Any, Final

from pyrogram import enums
from pyrogram.enums import MessageEntityType as Entity
from pyrogram.parser import Parser
from pyrogram.types import MessageEntity

from services.entities import EXPANDABLE, Mark, html_of, link_opening, person_opening, pre_opening

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
    marks = [
        Mark(entity.offset, entity.length, MARKS[entity.type], _opening(entity))
        for entity in entities or ()
        if entity.type in MARKS
    ]
    return html_of(text, marks)


def _opening(entity: MessageEntity) -> str:
    if entity.type == Entity.TEXT_LINK:
        return link_opening(entity.url or "")
    if entity.type == Entity.TEXT_MENTION:
        return person_opening(entity.user.id if entity.user else 0)
    if entity.type == Entity.PRE and entity.language:
        return pre_opening(entity.language)
    if entity.type == Entity.BLOCKQUOTE and entity.expandable:
        return EXPANDABLE
    return f"<{MARKS[entity.type]}>"
