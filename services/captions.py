"""Decides what a delivered file's caption says where the owner set a template for it."""

import html
from collections.abc import Mapping
from dataclasses import dataclass

from database.files import StoredFile
from services.templates import Template

LONGEST = 1024
"""A caption's length in UTF-16 units, without markup (Telegram's limit)."""

_UNITS = ("B", "KB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class CaptionTemplate:
    """A template in Telegram's HTML.

    Placeholders: `{filename} {size} {caption}` of the file, and the names of the reader that come with it. Anything
    else in braces stays as it is written.
    """

    text: str

    def render(self, file: StoredFile, names: Mapping[str, str]) -> str:
        """Make one file's caption; `names` are what the reader's placeholders stand for, in HTML."""
        values = {
            **names,
            "filename": html.escape(file.name or "", quote=False),
            "size": human_size(file.size),
            "caption": file.caption or "",
        }
        return Template(self.text).fill(values, LONGEST)


def human_size(size: int | None) -> str:
    """Write a size in bytes in the largest unit that leaves at least 1, in units of 1024 as Telegram shows them."""
    number = float(size or 0)
    unit = 0
    while round(number, 1) >= 1024 and unit < len(_UNITS) - 1:
        number /= 1024
        unit += 1
    return f"{number:.1f} {_UNITS[unit]}" if number < 10 and unit else f"{number:.0f} {_UNITS[unit]}"
