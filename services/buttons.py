"""Decides what buttons stand under delivered files and broadcasts: one line of an admin's text is one row."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlsplit

from database.outgoing import CLICK, OutButton
from database.outgoing import Buttons as OutRows
from services.errors import UserError
from services.templates import units

ROWS: Final = 10
"""Rows at most; Telegram takes 100 buttons, and nobody reads so many."""

IN_A_ROW: Final = 4
"""Buttons beside each other at most; more are too narrow to read."""

LONGEST: Final = 64
"""UTF-16 units of what a button says."""

Some = TypeVar("Some")

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
    return _rows(text, _button)


def out_rows_in(text: str) -> OutRows:
    """Read rows of buttons as `rows_in` does; `What it says - click:name` is one whose presses are counted.

    Raises:
        UserError: as `rows_in` does, and `buttons-click` for a click without a name that can be one.
    """
    return _rows(text, _out_button)


def out_written(rows: OutRows) -> str:
    """Write rows of buttons as `out_rows_in` reads them."""
    return "\n".join(" | ".join(f"{button.text} - {button.url or button.data}" for button in row) for row in rows)


def written(rows: Rows) -> str:
    """Write rows of buttons as `rows_in` reads them."""
    return "\n".join(" | ".join(f"{button.text} - {button.url}" for button in row) for row in rows)


def _rows(text: str, button: Callable[[str], Some]) -> tuple[tuple[Some, ...], ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    rows = [[part.strip() for part in line.split("|")] for line in lines]
    if len(rows) > ROWS or any(len(row) > IN_A_ROW for row in rows):
        raise UserError("buttons-many", most=ROWS, beside=IN_A_ROW)
    return tuple(tuple(button(part) for part in row) for row in rows)


def _button(part: str) -> FileButton:
    text, target = _parts(part)
    url = f"https://{target}" if _BARE.fullmatch(target) else target
    if not opens(url):
        raise UserError("buttons-line", line=part)
    return FileButton(text, url)


def _out_button(part: str) -> OutButton:
    text, target = _parts(part)
    if not target.startswith(CLICK):
        return OutButton(text, url=_button(part).url)
    try:
        return OutButton(text, click=target.removeprefix(CLICK))
    except ValueError as error:
        raise UserError("buttons-click", line=part) from error


def _parts(part: str) -> tuple[str, str]:
    """What a button says, and where it leads."""
    found = _BUTTON.fullmatch(part)
    if not found:
        raise UserError("buttons-line", line=part)
    text = " ".join(found["text"].split())
    if units(text) > LONGEST:
        raise UserError("buttons-long", line=text, longest=LONGEST)
    return text, found["url"]


def opens(url: str) -> bool:
    """Tell whether Telegram takes an address for a button: a web page's, or one of its own."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (parts.scheme in {"http", "https"} and "." in host.strip(".")) or (parts.scheme == "tg" and bool(host))
