"""What kind of media a chosen file is sent as, by its content type, its suffix and its bytes; what makes an album."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from sandbox.attachments import Kind
from sandbox.body import WrongError
from sandbox.measures import Measures, measure
from sandbox.page.receiving import Received
from sandbox.page.upright import set_upright

As = Literal["auto", "document", "voice"]
WAYS: Final[tuple[As, ...]] = ("auto", "document", "voice")
UNKNOWN: Final = "application/octet-stream"
_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_PHOTOS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_FILMS: Final = frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-m4v"})
"""What Telegram Desktop sends as a video; any other film goes as a file."""
_PHOTO_BYTES: Final = 10 * 1024 * 1024
_PHOTO_SIDES: Final = 10_000
_PHOTO_RATIO: Final = 20
_VOICES: Final = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/webm", "audio/wav"})
_TOGETHER: Final[dict[Kind, str]] = {
    "photo": "seen", "video": "seen", "document": "document", "audio": "audio",
}  # fmt: skip
"""What may stand together in an album; other kinds stand alone."""


@dataclass(slots=True, frozen=True)
class Item:
    """A file and what it is sent as."""

    file: Received
    kind: Kind
    mime_type: str
    measures: Measures


def described(file: Received, way: As) -> Item:
    """What a file is sent as, looking into it. Takes the time that reading its ends from the disk takes.

    Raises:
        WrongError: a voice message is to be made of something that is no sound.
    """
    mime_type, measures = type_of(file), measure(file.path)
    if way == "voice" and mime_type.partition("/")[0] not in {"audio", "video"}:
        raise WrongError(f"{file.path.name} is no sound: a voice message is an OGG, MP3 or M4A file.")
    if way == "voice":
        voice_type = mime_type if mime_type in _VOICES else "audio/ogg"
        return Item(file, "voice", voice_type, measures)
    kind: Kind = "document" if way == "document" else _kind(file, mime_type, measures)
    if kind == "photo" and set_upright(file.path):
        measures = measure(file.path)
    return Item(file, kind, mime_type, measures)


def type_of(file: Received) -> str:
    """The content type that came with a file, or the one of its suffix."""
    given = file.content_type.partition(";")[0].strip().lower()
    if _TYPE.fullmatch(given) and given != UNKNOWN:
        return given
    return mimetypes.guess_type(file.path.name)[0] or UNKNOWN


def albums(items: Sequence[Item]) -> list[list[Item]]:
    """The messages that files make, in their order: those beside each other that may go together are one album."""
    made: list[list[Item]] = []
    for family, run in groupby(items, key=lambda item: _TOGETHER.get(item.kind, "")):
        found = list(run)
        made += [found] if family else [[item] for item in found]
    return made


def _kind(file: Received, mime_type: str, measures: Measures) -> Kind:
    if mime_type == "image/gif" and measures.width:
        return "animation"
    if mime_type in _PHOTOS and _is_photo(file, measures):
        return "photo"
    if mime_type in _FILMS:
        return "video"
    return "audio" if mime_type.startswith("audio/") else "document"


def _is_photo(file: Received, measures: Measures) -> bool:
    """Whether Telegram takes a picture as a photo (core.telegram.org/bots/api#sendphoto)."""
    short, long = sorted((measures.width, measures.height))
    fits = short > 0 and short + long <= _PHOTO_SIDES and long <= _PHOTO_RATIO * short
    return fits and file.size <= _PHOTO_BYTES
