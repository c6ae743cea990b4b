"""What a person wrote, as HTML that gives the same entities again."""

from __future__ import annotations

import re
from typing import Final

from pyrogram.types import Message

from client.markup import MARKS
from client.markup import to_html as to_html  # noqa: PLC0414 - what others write texts with

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")


def html_of(message: Message) -> str:
    """Read what a person wrote as HTML: what they made bold, and tags that they typed where they made nothing so.

    Without any tag a text is taken as it looks, so that `a < b` and `R&D` need no thought.
    """
    text = str(message.text or "")
    marked = any(entity.type in MARKS for entity in message.entities or ())
    return text if _TAG.search(text) and not marked else to_html(text, message.entities)
