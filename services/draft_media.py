"""Decides which files a draft may be made of: what kind each is, what it is called, and which go together."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from database.outgoing import ALBUM
from services.names import cleaned

LARGEST: Final = 50 * 1024**2
"""Bytes of a file that comes over HTTP, at most."""

LARGEST_PHOTO: Final = 10 * 1024**2
"""Bytes of a photo (Telegram's limit)."""

_FACTS: Final = {"width": 10_000, "height": 10_000, "duration": 86_400}
"""What may be said of a video, a sound or an animation: pixels and seconds, each with the most that it may be."""


class MediaKind(StrEnum):
    """As what Telegram shows a file."""

    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    AUDIO = "audio"
    DOCUMENT = "document"


_TOGETHER: Final = (
    {MediaKind.PHOTO, MediaKind.VIDEO}, {MediaKind.DOCUMENT}, {MediaKind.AUDIO},
)  # fmt: skip
"""What an album may be of (Telegram's rule)."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that is asked for: the field of the form in which it was uploaded, or where it is fetched from.

    Pixels and seconds; 0 where nobody said.
    """

    kind: MediaKind
    name: str
    upload: str | None = None
    url: str | None = None
    width: int = 0
    height: int = 0
    duration: int = 0

    @property
    def mime(self) -> str:
        """What it is, by its name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class UnfitMedia(Exception):  # noqa: N818 - says what is the case
    """Nothing can be sent of these.

    Attributes:
        fields: what is wrong, by field.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)


def media_in(given: object, uploads: Mapping[str, str]) -> tuple[Medium, ...]:
    """Read the list of media; `uploads` are the names of the files that came along, by field.

    Raises:
        UnfitMedia: something is wrong with one of them, or they do not go together.
    """
    if given is None or given == []:
        return ()
    if not isinstance(given, list) or len(given) > ALBUM:
        raise UnfitMedia({"media": f'It is a list of 1 to {ALBUM}, such as [{{"url": "https://…"}}].'})
    problems: dict[str, str] = {}
    media = [_medium(f"media[{place}]", each, uploads, problems) for place, each in enumerate(given)]
    found = [each for each in media if each is not None]
    named = [each.upload for each in found if each.upload]
    if len(named) != len(set(named)):
        problems["media"] = "Each upload is one medium."
    kinds = {each.kind for each in found}
    if len(media) > 1 and not problems and not any(kinds <= together for together in _TOGETHER):
        problems["media"] = "An album is of photos and videos, or of documents, or of audio: send the others apart."
    if problems:
        raise UnfitMedia(problems)
    return tuple(found)


def _medium(field: str, given: object, uploads: Mapping[str, str], problems: dict[str, str]) -> Medium | None:
    if not isinstance(given, Mapping):
        problems[field] = "It is an object with url or upload."
        return None
    known = ("url", "upload", "kind", "name", *_FACTS)
    problems |= {f"{field}.{name}": f"There is only: {', '.join(known)}." for name in given if name not in known}
    url, upload = given.get("url"), given.get("upload")
    if (url is None) == (upload is None):
        problems[field] = "It has a url, or the field's name of an upload."
        return None
    name = given.get("name")
    if name is not None and not isinstance(name, str):
        problems[f"{field}.name"] = "It is a string."
        name = None
    if upload is not None and (not isinstance(upload, str) or upload not in uploads):
        problems[f"{field}.upload"] = "No file came in a field of this name: send it as multipart/form-data."
        return None
    if url is not None and (not isinstance(url, str) or not _is_address(url)):
        problems[f"{field}.url"] = "It is an https address."
        return None
    name = _name(name) or _name(uploads[upload] if upload else unquote(urlsplit(url or "").path)) or "file"
    facts = {each: _fact(given.get(each), most, f"{field}.{each}", problems) for each, most in _FACTS.items()}
    kind = _kind(given.get("kind"), name, f"{field}.kind", problems)
    return Medium(kind, name, upload, url, **facts)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and url.isprintable()
    except ValueError:
        return False


def _name(words: str | None) -> str:
    """A file's own name, of what may be a path."""
    return cleaned(PurePosixPath((words or "").replace("\\", "/")).name)[:128]


def _fact(value: Any, most: int, field: str, problems: dict[str, str]) -> int:
    if value is None:
        return 0
    if type(value) is not int or not 0 <= value <= most:
        problems[field] = f"It is a whole number, {most} at most."
        return 0
    return value


def _kind(given: Any, name: str, field: str, problems: dict[str, str]) -> MediaKind:
    if given is None:
        return kind_of(mimetypes.guess_type(name)[0] or "")
    if given not in list(MediaKind):
        problems[field] = f"It is one of: {', '.join(MediaKind)}."
        return MediaKind.DOCUMENT
    return MediaKind(given)


def kind_of(mime: str) -> MediaKind:
    """As what a file of this type is shown, where nobody says."""
    if mime in {"image/jpeg", "image/png", "image/webp"}:
        return MediaKind.PHOTO
    if mime == "image/gif":
        return MediaKind.ANIMATION
    if mime in {"video/mp4", "video/quicktime"}:
        return MediaKind.VIDEO
    return MediaKind.AUDIO if mime in {"audio/mpeg", "audio/mp4", "audio/x-m4a"} else MediaKind.DOCUMENT
