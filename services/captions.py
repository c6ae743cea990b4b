"""Decides what a delivered file's caption says where the owner set a template for it."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from database.files import StoredFile
from services import templates
from services.templates import Template

LONGEST: Final = 1024
"""A caption's length in UTF-16 units, without markup (Telegram's limit)."""

PLACEHOLDERS: Final = ("filename", "size", "caption", *templates.PLACEHOLDERS)
"""What stands for the file, and for the person who gets it."""


@dataclass(frozen=True, slots=True)
class CaptionTemplate:
    """A template in Telegram's HTML.

    Placeholders: `{filename} {size} {caption}` of the file, and the names of the reader that come with it. Anything
    else in braces stays as it is written.
    """

    text: str

    def render(self, file: StoredFile, names: Mapping[str, str], size: str) -> str:
        """Make one file's caption; `names` are what the reader's placeholders stand for, `size` its size in words."""
        values = {
            **names,
            "filename": html.escape(file.shown_name or "", quote=False),
            "size": html.escape(size, quote=False),
            "caption": file.caption or "",
        }
        return Template(self.text).fill(values, LONGEST)
