"""What other people's words may do to our texts: nothing. They are cleaned, shortened and kept apart."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 64
"""Characters of a name that are shown; Telegram's own first and last names have at most 64."""

_TAIL: Final = 16
# Zero-width joiners are left alone: they make emoji and whole scripts. Overrides and isolates
# would turn the rest of our text around, the private marks are those of `locales.texts`.
_UNWANTED: Final = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff\ue0f0\ue0f1"
)
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})


def clean(text: str) -> str:
    """Put a text on one line and drop what does not show or turns text around."""
    kept = (" " if character.isspace() else character for character in text if not _is_unwanted(character))
    return " ".join("".join(kept).split())


def cut(text: str, longest: int = LONGEST) -> str:
    """Shorten a text to so many characters, in the middle, so that a file keeps its extension."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - _TAIL - 1].rstrip()}…{text[-_TAIL:].lstrip()}"


def isolate(text: str) -> str:
    """Keep a name written from right to left from reordering the words around it."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"\u2068{text}\u2069"
    return text


def _is_unwanted(character: str) -> bool:
    if character.isspace():
        return False
    return character in _UNWANTED or unicodedata.category(character) in {"Cc", "Cs"}
