"""How what a message carries is shown: which kind of media it is, how big, how long, and where the page gets it."""

from __future__ import annotations

from typing import Any, Final

from pyrogram import raw

types = raw.types

WORDS: Final = {
    "photo": "Photo",
    "video": "Video",
    "animation": "GIF",
    "audio": "Music",
    "voice": "Voice message",
    "video_note": "Video message",
    "sticker": "Sticker",
    "document": "File",
    "poll": "Poll",
    "contact": "Contact",
    "location": "Location",
    "dice": "Dice",
    "unsupported": "Unsupported message",
}
"""What stands for a media in a line of text."""
_EMPTY: Final[dict[str, Any]] = {
    "name": None, "size": None, "mime": None, "width": None, "height": None, "duration": None, "title": None,
    "performer": None, "spoiler": False, "thumb": None, "url": None,
}  # fmt: skip


def shown_media(media: Any, place: str) -> dict[str, Any] | None:
    """A message's media; `place` is the path of the message, whose file and thumbnail are below it.

    Their addresses name the file (`of`): a browser that has shown one does not ask for the same address again, also
    when the message was edited to carry another.
    """
    if media is None or isinstance(media, types.MessageMediaEmpty):
        return None
    return {**_EMPTY, **_told(media, place)}


def media_words(media: Any) -> str | None:
    """The media in two words, for a line of text; None when there is none."""
    shown = shown_media(media, "")
    if shown is None or shown["kind"] == "webpage":
        return None
    if shown["kind"] == "sticker":
        return f"{shown['emoji'] or ''} Sticker".strip()
    if shown["kind"] == "document":
        return str(shown["name"] or WORDS["document"])
    if shown["kind"] == "dice":
        return str(shown["emoji"])
    return WORDS[shown["kind"]]


def _told(media: Any, place: str) -> dict[str, Any]:
    match media:
        case types.MessageMediaPhoto(photo=types.Photo() as photo):
            return _photo(photo, bool(media.spoiler), place)
        case types.MessageMediaDocument(document=types.Document() as document):
            return _document(document, bool(media.spoiler), place)
        case types.MessageMediaWebPage(webpage=types.WebPage() as page):
            described = {"site": page.site_name, "title": page.title, "description": page.description}
            return {"kind": "webpage", **described, "link": page.url}
    return _small(media)


def _small(media: Any) -> dict[str, Any]:
    match media:
        case types.MessageMediaPoll():
            return _poll(media)
        case types.MessageMediaContact():
            name = " ".join(part for part in (media.first_name, media.last_name) if part)
            return {"kind": "contact", "name": name, "phone": media.phone_number, "user": media.user_id or None}
        case types.MessageMediaGeo() | types.MessageMediaGeoLive():
            return {"kind": "location", **_place(media.geo)}
        case types.MessageMediaVenue():
            return {"kind": "location", **_place(media.geo), "title": media.title, "address": media.address}
        case types.MessageMediaDice():
            return {"kind": "dice", "emoji": media.emoticon, "value": media.value}
    return {"kind": "unsupported"}


def _photo(photo: Any, spoiler: bool, place: str) -> dict[str, Any]:
    sizes = [size for size in photo.sizes if isinstance(size, types.PhotoSize | types.PhotoSizeProgressive)]
    best = max(sizes, key=lambda size: size.w * size.h, default=None)
    return {
        "kind": "photo",
        "mime": "image/jpeg",
        "width": best.w if best else None,
        "height": best.h if best else None,
        "size": best.size if isinstance(best, types.PhotoSize) else None,
        "spoiler": spoiler,
        "thumb": f"{place}/thumb?of={photo.id}" if best else None,
        "url": f"{place}/file?of={photo.id}" if best else None,
    }


def _document(document: Any, spoiler: bool, place: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": "document",
        "mime": document.mime_type,
        "size": document.size,
        "spoiler": spoiler,
        "thumb": f"{place}/thumb?of={document.id}" if document.thumbs else None,
        "url": f"{place}/file?of={document.id}",
    }
    for attribute in document.attributes:
        shown |= _attribute(attribute)
    if any(isinstance(attribute, types.DocumentAttributeAnimated) for attribute in document.attributes):
        shown["kind"] = "animation"
    return shown


def _attribute(attribute: Any) -> dict[str, Any]:
    match attribute:
        case types.DocumentAttributeFilename():
            return {"name": attribute.file_name}
        case types.DocumentAttributeImageSize():
            return {"width": attribute.w, "height": attribute.h}
        case types.DocumentAttributeVideo():
            kind = "video_note" if attribute.round_message else "video"
            return {"kind": kind, "width": attribute.w, "height": attribute.h, "duration": attribute.duration}
        case types.DocumentAttributeAudio():
            kind = "voice" if attribute.voice else "audio"
            said = {"title": attribute.title, "performer": attribute.performer}
            return {"kind": kind, "duration": attribute.duration, **said}
        case types.DocumentAttributeSticker():
            return {"kind": "sticker", "emoji": attribute.alt}
    return {}


def _poll(media: Any) -> dict[str, Any]:
    poll = media.poll
    return {
        "kind": "poll",
        "title": poll.question.text,
        "options": [answer.text.text for answer in poll.answers],
        "voters": media.results.total_voters or 0,
        "quiz": bool(poll.quiz),
        "multiple": bool(poll.multiple_choice),
        "closed": bool(poll.closed),
    }


def _place(geo: Any) -> dict[str, Any]:
    return {"latitude": getattr(geo, "lat", None), "longitude": getattr(geo, "long", None)}
