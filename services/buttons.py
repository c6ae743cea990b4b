"""Decides what buttons stand under delivered files: one line of the owner's text is one row."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from services.errors import UserError
from services.templates import units

ROWS: Final = 10
"""Rows at most; Telegram takes 100 buttons, and nobody reads so many."""

IN_A_ROW: Final = 4
"""Buttons beside each other at most; more are too narrow to read."""

LONGEST: Final = 64
"""UTF-16 units of what a button says."""

_BUTTON: Final = re.compile(r"(?P<text>.+)\s[-–—]\s+(?P<url>\S+)")
_BARE: Final = re.compile(r"(?:t\.me|telegram\.me)/\S+")


@dataclass(frozen=True, slots=True)
class FileButton:
    """What a button says, and the address that it opens."""

    text: str
    url: str


Rows = tuple[tuple[FileButton, ...], ...]


def rows_in(text: str) -> Rows:
    """Read rows of buttons: a line each, `What it says - https://address`, several in a row with `|` between them.

    Raises:
        UserError: `buttons-line` for a line that is none of these, `buttons-many`, or `buttons-long`.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > ROWS:
        raise UserError("buttons-many", most=ROWS, beside=IN_A_ROW)
    return tuple(_row(line) for line in lines)


def written(rows: Rows) -> str:
    """Write rows of buttons as `rows_in` reads them."""
    return "\n".join(" | ".join(f"{button.text} - {button.url}" for button in row) for row in rows)


def _row(line: str) -> tuple[FileButton, ...]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) > IN_A_ROW:
        raise UserError("buttons-many", most=ROWS, beside=IN_A_ROW)
    return tuple(_button(part) for part in parts)


def _button(part: str) -> FileButton:
    found = _BUTTON.fullmatch(part)
    if not found:
        raise UserError("buttons-line", line=part)
    url = f"https://{found['url']}" if _BARE.fullmatch(found["url"]) else found["url"]
    text = " ".join(found["text"].split())
    if not opens(url):
        raise UserError("buttons-line", line=part)
    if units(text) > LONGEST:
        raise UserError("buttons-long", line=text, longest=LONGEST)
    return FileButton(text, url)


def opens(url: str) -> bool:
    """Tell whether Telegram takes an address for a button: a web page's, or one of its own."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (parts.scheme in {"http", "https"} and "." in host.strip(".")) or (parts.scheme == "tg" and bool(host))
