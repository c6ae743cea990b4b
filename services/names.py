"""Decides what a processed file is called: its title or its name, with the owner's prefix and suffix around it."""

import mimetypes
import unicodedata
from pathlib import PurePosixPath

LONGEST = 240
"""Bytes of a file's name in UTF-8; file systems take 255, and some add to a name when they save it."""

LONGEST_TITLE = 200
"""UTF-16 units of a title, its suffix included: two lines on a phone."""

EDGE = 32
"""UTF-16 units of a prefix or a suffix; each has three bytes at most."""

_EXTENSION = 16
"""Bytes of what follows the last dot, at most, where that is an extension and no part of a sentence."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")
"""What turns text around: `gpj.exe` could show as `exe.jpg`."""

_JOINING = ("_", "-", ".", "~")
"""What a prefix ends with, or a suffix begins with, where no space is to stand between it and the name."""


def new_name(
    name: str | None, mime: str | None, *, title: str | None = None, prefix: str = "", suffix: str = ""
) -> str | None:
    """Name a file anew: prefix, title (or its name without the extension), suffix, extension.

    What is there already is not added again, so a file that comes back does not grow. Slashes, control characters and
    marks that turn text around are left out. Returns None when the name is as it should be, or when nothing is left.
    """
    stem, extension = _parted(name or "")
    if not extension:
        extension = mimetypes.guess_extension(mime or "") or ""
    title = cleaned(title or "")
    stem = title or cleaned(stem)
    prefix, suffix = (_cut(cleaned(text), 3 * EDGE) for text in (prefix, suffix))
    if not stem or not (prefix or suffix or title):
        return None
    around = len(f"{prefix} {suffix} {extension}".encode())
    made = with_suffix(with_prefix(_cut(stem, LONGEST - around), prefix), suffix) + extension
    return None if made == name else made


def with_prefix(text: str, prefix: str) -> str:
    """Put a prefix before a text, unless it is there."""
    gap = "" if prefix.endswith(_JOINING) else " "
    return text if not prefix or text.startswith(prefix) else f"{prefix}{gap}{text}"


def with_suffix(text: str, suffix: str) -> str:
    """Put a suffix after a text, unless it is there."""
    gap = "" if suffix.startswith(_JOINING) else " "
    return text if not suffix or text.endswith(suffix) else f"{text}{gap}{suffix}"


def cleaned(text: str) -> str:
    """Free a text of what has no place in a file's name."""
    return " ".join("".join(" " if each.isspace() else each for each in text if not _is_unwanted(each)).split())


def _parted(name: str) -> tuple[str, str]:
    extension = PurePosixPath(name.replace("/", "")).suffix
    if not 1 < len(extension.encode(errors="replace")) <= _EXTENSION or not extension[1:].isalnum():
        return name, ""
    return name[: -len(extension)], extension


def _cut(text: str, room: int) -> str:
    """Shorten a text to so many bytes, never inside a character."""
    return text.encode()[:room].decode(errors="ignore").rstrip()


def _is_unwanted(character: str) -> bool:
    if character.isspace():
        return False
    return character in "/\\" or character in _TURNING or unicodedata.category(character) in {"Cc", "Cs"}
