"""A text that is too long for one message becomes several: where it is cut, and what becomes of its formatting.

Cut as Telegram's clients do it: after a paragraph if there is one, else a line, a sentence, a word; in the middle of a
word only where there is nothing else, and never inside an emoji.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from typing import Any, Final

from sandbox.page.formatting import Formatted, units

TEXT_MAX: Final = 4096
"""UTF-16 units that a message may have (core.telegram.org/api/config#message-length-max)."""
_EARLIEST: Final = 0.5
"""A cut that would leave less than this part of a message is no good one, whatever stands there."""
_PLACES: Final = (re.compile(r"\n[^\S\n]*\n"), re.compile(r"\n"), re.compile(r"[.!?…。！？]\s"), re.compile(r"\s"))
_JOINER: Final = "\u200d"


def split(whole: Formatted, limit: int = TEXT_MAX) -> list[Formatted]:
    """The messages that a text makes, each trimmed and at most `limit` units long; none of a text that says nothing."""
    parts: list[Formatted] = []
    start = offset = 0
    while start < len(whole.text):
        end = _cut(whole.text, start, limit)
        part = whole.text[start:end]
        trimmed = part.strip()
        if trimmed:
            first = offset + units(part[: len(part) - len(part.lstrip())])
            parts.append(Formatted(trimmed, _within(whole.entities, first, first + units(trimmed))))
        offset += units(part)
        start = end
    return parts


def _cut(text: str, start: int, limit: int) -> int:
    """Where the message that begins here ends."""
    furthest = _fits(text, start, limit)
    if furthest == len(text):
        return furthest
    earliest = start + int((furthest - start) * _EARLIEST)
    for place in _PLACES:
        # What is looked for may end just behind what fits: white space there is dropped.
        ends = [found.end() for found in place.finditer(text, earliest, furthest + 1) if found.start() <= furthest]
        if ends:
            return ends[-1]
    end = furthest
    while end > earliest and _is_joint(text, end):
        end -= 1
    return end if end > earliest else furthest


def _fits(text: str, start: int, limit: int) -> int:
    """How far this many units reach; always at least one character."""
    end = min(len(text), start + limit)
    while (over := units(text[start:end]) - limit) > 0:
        end -= max(1, over // 2)
    return max(end, start + 1)


def _is_joint(text: str, at: int) -> bool:
    """Whether what people see as one sign lies across this place."""
    before, here = text[at - 1], text[at]
    if _JOINER in {before, here} or unicodedata.category(here) in {"Mn", "Me"} or _is_tone_or_tag(here):
        return True
    return _regional_before(text, at) % 2 == 1 and _is_regional(here)  # flags are pairs


def _regional_before(text: str, at: int) -> int:
    """How many letters of flags stand just before a place."""
    count = 0
    while count < at and _is_regional(text[at - 1 - count]):
        count += 1
    return count


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_tone_or_tag(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"


def _within(entities: list[Any], first: int, last: int) -> list[Any]:
    """What stands between two offsets, counted from the first; what goes on beyond is cut there."""
    found: list[Any] = []
    for entity in entities:
        start, end = max(entity.offset, first), min(entity.offset + entity.length, last)
        if start < end:
            part = copy.copy(entity)
            part.offset, part.length = start - first, end - start
            found.append(part)
    return found
