"""HTML of ours to what Telegram takes: a plain text with entities."""

from __future__ import annotations

import re
from typing import Any

from pyrogram import enums
from pyrogram.parser import Parser

_AMPERSAND_IN_TEXT = re.compile(r"&(?=[^<>]*(?:<|$))")


async def parsed(html: str, parser: Parser) -> dict[str, Any]:
    """Split HTML into `message` and `entities`.

    The library unescapes character references twice, so that a file named `&lt;b&gt;.txt` would show as
    `<b>.txt` (measured on 2.2.26): an ampersand in text is escaped once more before it sees it.
    """
    result = await parser.parse(_AMPERSAND_IN_TEXT.sub("&amp;", html), enums.ParseMode.HTML)
    return {"message": result["message"], "entities": result["entities"] or None}
