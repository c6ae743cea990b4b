"""Decides what a delivered file's caption says where the owner set a template for it."""

import html
import re
from dataclasses import dataclass

from database.files import StoredFile
from database.users import Profile

LONGEST = 1024
"""A caption's length in UTF-16 units, without markup (Telegram's limit)."""

_PLACEHOLDER = re.compile(r"\{(first|last|username|mention|id|filename|size|caption)\}")
_TAG = re.compile(r"<[^>]*>")
_UNITS = ("B", "KB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class CaptionTemplate:
    """A template in Telegram's HTML; what a placeholder stands for is escaped, but for `{caption}`, which is HTML.

    Placeholders: `{first} {last} {username} {mention} {id}` of the reader, `{filename} {size} {caption}` of the file.
    Anything else in braces stays as it is written.
    """

    text: str

    def render(self, file: StoredFile, reader: Profile | None) -> str:
        """Make one file's caption.

        Where it would be longer than Telegram takes, the file's own caption loses its markup and its end.
        """
        values = _values(file, reader)
        full = self._fill(values)
        over = _units(_plain(full)) - LONGEST
        if over <= 0:
            return full
        own = _plain(values["caption"])
        values["caption"] = html.escape(_cut(own, _units(own) - over), quote=False)
        return self._fill(values)

    def _fill(self, values: dict[str, str]) -> str:
        return _PLACEHOLDER.sub(lambda found: values[found.group(1)], self.text)


def human_size(size: int | None) -> str:
    """Write a size in bytes in the largest unit that leaves at least 1, in units of 1024 as Telegram shows them."""
    number = float(size or 0)
    unit = 0
    while round(number, 1) >= 1024 and unit < len(_UNITS) - 1:
        number /= 1024
        unit += 1
    return f"{number:.1f} {_UNITS[unit]}" if number < 10 and unit else f"{number:.0f} {_UNITS[unit]}"


def _values(file: StoredFile, reader: Profile | None) -> dict[str, str]:
    reader = reader or Profile(0)
    name = html.escape(reader.first_name or reader.username or str(reader.user_id), quote=False)
    return {
        "first": html.escape(reader.first_name, quote=False),
        "last": html.escape(reader.last_name or "", quote=False),
        "username": f"@{html.escape(reader.username, quote=False)}" if reader.username else "",
        "mention": f'<a href="tg://user?id={reader.user_id}">{name}</a>',
        "id": str(reader.user_id),
        "filename": html.escape(file.name or "", quote=False),
        "size": human_size(file.size),
        "caption": file.caption or "",
    }


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", markup))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, units: int) -> str:
    if units <= 1:
        return ""
    # A cut through a character of two units leaves half of one, which the decoder drops.
    return text.encode("utf-16-le")[: (units - 1) * 2].decode("utf-16-le", "ignore") + "…"
