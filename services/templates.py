"""Decides what the owner's own texts say once names are filled in: as typed, and never longer than Telegram takes."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 4096
"""A message's length in UTF-16 units, without markup (Telegram's limit)."""

PLACEHOLDERS: Final = ("first", "last", "username", "mention", "id")
"""What stands for the person who reads a text."""

_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_TAG = re.compile(r"</?([a-zA-Z]+)[^>]*>")
_PIECE = re.compile(rf"{_TAG.pattern}|&#?\w+;|.", re.DOTALL)
_GIVE_WAY = ("caption", "filename", "last", "first")
"""What is shortened where a text is too long, in this order; then the text loses its end."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text in Telegram's HTML with placeholders such as `{first}`."""

    text: str

    def fill(self, values: Mapping[str, str], longest: int) -> str:
        """Put values, which are HTML, in their places; what else is in braces stays as it is written.

        The text shows at most `longest` UTF-16 units. Where it would be longer, the values of `_GIVE_WAY` lose their
        markup and their ends first.
        """
        values = dict(values)
        filled = self._filled(values)
        for name in _GIVE_WAY:
            over = shown_units(filled) - longest
            places = self.text.count(f"{{{name}}}")
            if over <= 0:
                return filled
            if places and name in values:
                shown = plain(values[name])
                values[name] = html.escape(_cut(shown, units(shown) - -(-over // places)), quote=False)
                filled = self._filled(values)
        return filled if shown_units(filled) <= longest else _cut_end(filled, longest)

    def _filled(self, values: Mapping[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), self.text)


def placeholders_in(text: str) -> set[str]:
    """Return the names that stand in a text's braces, known or not."""
    return set(_PLACEHOLDER.findall(text))


def units(text: str) -> int:
    """Count a text in UTF-16 units, as Telegram does."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown_units(markup: str) -> int:
    """Count what HTML shows in UTF-16 units."""
    return units(plain(markup))


def plain(markup: str) -> str:
    """Return what HTML shows, without its markup."""
    return html.unescape(_TAG.sub("", markup))


def shortened(text: str, longest: int) -> str:
    """Return a text that shows at most `longest` UTF-16 units, with … in the place of its end where it is longer."""
    return text if units(text) <= longest else _cut(text, longest)


def _cut(text: str, longest: int) -> str:
    kept, room = 0, longest - 1
    while kept < len(text) and (room := room - units(text[kept])) >= 0:
        kept += 1
    return f"{text[:kept]}…" if kept else ""


def _cut_end(markup: str, longest: int) -> str:
    """Shorten what HTML shows, and close the tags that are open there."""
    kept: list[str] = []
    opened: list[str] = []
    room = longest - 1
    for piece in _PIECE.finditer(markup):
        if tag := piece[1]:
            if not piece[0].startswith("</"):
                opened.append(tag)
            elif tag in opened:
                opened.reverse()
                opened.remove(tag)
                opened.reverse()
        elif (room := room - shown_units(piece[0])) < 0:
            break
        kept.append(piece[0])
    return "".join([*kept, "…", *(f"</{tag}>" for tag in reversed(opened))])
