"""Decides which of Telegram's HTML a text of the owner may have: tags that are known, closed and in each other."""

import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from services.errors import UserError

TAGS: Final = frozenset(
    {
        *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "spoiler", "tg-spoiler"),
        *("code", "pre", "blockquote", "a"),
    }
)
"""What Telegram knows."""

_BROKEN: Final = re.compile(r"</?([a-zA-Z]++)[^<>]*+$")
"""A tag without its `>`, which versions of the parser take differently: as text, or as nothing."""

_VANISHING: Final = re.compile(r"<(!|\?|/(?![a-zA-Z]))")
"""How comments and declarations begin, which would not be shown."""

_SCHEMES: Final = frozenset({"http", "https", "tg", "mailto", "tel"})


def check_markup(html: str) -> None:
    """Refuse HTML that would not be shown as it is meant.

    Raises:
        UserError: `markup-unknown`, `markup-unclosed`, `markup-unopened` or `markup-address`, each with its `tag`.
    """
    if broken := _BROKEN.search(html):
        raise UserError("markup-unclosed", tag=broken[1].lower())
    if vanishing := _VANISHING.search(html):
        raise UserError("markup-unknown", tag=vanishing[1])
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.opened:
        raise UserError("markup-unclosed", tag=reader.opened[-1])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise UserError("markup-unknown", tag=tag)
        if tag == "a" and not _leads_somewhere(dict(attrs).get("href")):
            raise UserError("markup-address", tag=tag)
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            raise UserError("markup-unopened", tag=tag)


def _leads_somewhere(address: str | None) -> bool:
    try:
        return urlsplit(address or "").scheme in _SCHEMES
    except ValueError:
        return False
