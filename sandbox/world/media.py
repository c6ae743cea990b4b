"""How an InputMedia becomes what a message carries."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.content import utf16_length
from sandbox.world.files import MIB, Upload
from sandbox.world.images import HEAD, dimensions
from sandbox.world.library import Item, Size, document_kind
from sandbox.world.messages import Media
from sandbox.world.registry import Call
from sandbox.world.thumbnails import PARSED_BELOW, thumbnail_of

PHOTO_MAX: Final = 10 * MIB
PHOTO_SIDES_MAX: Final = 10_000
PHOTO_RATIO_MAX: Final = 20
THUMB_SIDE_MAX: Final = 320
THUMB_MAX: Final = 200 * 1024
SIZE_TYPES: Final = ((90, "s"), (320, "m"), (800, "x"), (1280, "y"))
DICE: Final = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "⚽️": 5, "🎰": 64}
POLL_OPTIONS: Final = 12


async def media_of(call: Call, given: Any, index: int | None = None) -> Media | None:
    """The media that an InputMedia describes; None for a link preview, which is not made here.

    Args:
        call: Who sends it.
        given: The InputMedia.
        index: Its place in an album, which its reference's errors then name.
    """
    match given:
        case raw.types.InputMediaUploadedPhoto():
            item = await _uploaded_photo(call, given)
        case raw.types.InputMediaUploadedDocument():
            item = await _uploaded_document(call, given)
        case raw.types.InputMediaPhoto() | raw.types.InputMediaDocument():
            item = _by_reference(call, given, index)
        case raw.types.InputMediaWebPage():
            if not given.optional:
                raise bad_request("WEBPAGE_NOT_FOUND")
            return None
        case _:
            return _small(call, given)
    return Media(item.kind, item.id, bool(given.spoiler), given.ttl_seconds or 0)


def _by_reference(call: Call, given: Any, index: int | None) -> Item:
    if not isinstance(given.id, raw.types.InputPhoto | raw.types.InputDocument):
        raise bad_request("MEDIA_EMPTY")
    name = "FILE_REFERENCE" if index is None else f"FILE_REFERENCE_{index}"
    item = call.world.library.open(call.me.id, given.id, call.world.clock(), name)
    if item.is_photo != isinstance(given, raw.types.InputMediaPhoto):
        raise bad_request("MEDIA_EMPTY")
    return item


async def _uploaded_photo(call: Call, given: Any) -> Item:
    upload = await call.world.files.join(call.me.id, given.file)
    if upload.size > PHOTO_MAX:
        raise bad_request("PHOTO_SAVE_FILE_INVALID")
    sides = dimensions(call.world.files.head(upload.sha256, HEAD))
    if sides is None or 0 in sides:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(sides) > PHOTO_SIDES_MAX or max(sides) > PHOTO_RATIO_MAX * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    letter = next((letter for side, letter in SIZE_TYPES if max(sides) <= side), "w")
    size = Size(letter, *sides, upload.size, upload.sha256)
    return call.world.library.add("photo", upload, "image/jpeg", [], [size], call.world.now)


async def _uploaded_document(call: Call, given: Any) -> Item:
    if not given.mime_type:
        raise bad_request("FILE_CONTENT_TYPE_INVALID")
    upload = await call.world.files.join(call.me.id, given.file)
    attributes = list(given.attributes)
    if not any(isinstance(attribute, raw.types.DocumentAttributeFilename) for attribute in attributes) and upload.name:
        attributes.append(raw.types.DocumentAttributeFilename(file_name=upload.name))
    kind = "document" if given.force_file else document_kind(attributes)
    thumb = await _own_thumbnail(call, upload)
    if thumb is None and given.thumb is not None:
        thumb = await _thumbnail(call, given.thumb)
    sizes = [thumb] if thumb is not None else []
    return call.world.library.add(kind, upload, given.mime_type, attributes, sizes, call.world.now)


async def _own_thumbnail(call: Call, upload: Upload) -> Size | None:
    """The thumbnail that the server makes of what it can read, whatever the sender gave."""
    if upload.size >= PARSED_BELOW:
        return None
    made = await asyncio.to_thread(thumbnail_of, call.world.files.path(upload.sha256))
    if made is None:
        return None
    jpeg, sides = made
    return Size("m", *sides, len(jpeg), call.world.files.keep(jpeg))


async def _thumbnail(call: Call, file: Any) -> Size | None:
    """A thumbnail, or None where Telegram would silently take none."""
    upload: Upload = await call.world.files.join(call.me.id, file)
    sides = dimensions(call.world.files.head(upload.sha256, HEAD))
    if sides is None or max(sides) > THUMB_SIDE_MAX or upload.size > THUMB_MAX:
        return None
    return Size("m", *sides, upload.size, upload.sha256)


def _small(call: Call, given: Any) -> Media:
    types = raw.types
    match given:
        case types.InputMediaContact():
            holder = call.world.accounts.by_phone(given.phone_number.lstrip("+"))
            value: Any = types.MessageMediaContact(
                phone_number=given.phone_number,
                first_name=given.first_name,
                last_name=given.last_name,
                vcard=given.vcard,
                user_id=holder.id if holder is not None else 0,
            )
            return Media("contact", value=value)
        case types.InputMediaGeoPoint():
            return Media("geo", value=types.MessageMediaGeo(geo=_geo(given.geo_point)))
        case types.InputMediaVenue():
            value = types.MessageMediaVenue(
                geo=_geo(given.geo_point),
                title=given.title,
                address=given.address,
                provider=given.provider,
                venue_id=given.venue_id,
                venue_type=given.venue_type,
            )
            return Media("venue", value=value)
        case types.InputMediaPoll():
            return Media("poll", value=_poll(given))
        case types.InputMediaDice():
            if given.emoticon not in DICE:
                raise bad_request("EMOTICON_INVALID")
            thrown = random.randint(1, DICE[given.emoticon])
            return Media("dice", value=types.MessageMediaDice(value=thrown, emoticon=given.emoticon))
        case types.InputMediaPhotoExternal() | types.InputMediaDocumentExternal():
            raise bad_request("WEBPAGE_CURL_FAILED")
        case types.InputMediaEmpty():
            raise bad_request("MEDIA_EMPTY")
    raise bad_request("MEDIA_INVALID")


def _geo(given: Any) -> Any:
    if not isinstance(given, raw.types.InputGeoPoint) or abs(given.lat) > 90 or abs(given.long) > 180:
        raise bad_request("MEDIA_EMPTY")
    return raw.types.GeoPoint(long=given.long, lat=given.lat, access_hash=0, accuracy_radius=given.accuracy_radius)


def _poll(given: Any) -> Any:
    poll = given.poll
    if not 1 <= utf16_length(poll.question.text) <= 300:
        raise bad_request("POLL_QUESTION_INVALID")
    if not 1 <= len(poll.answers) <= POLL_OPTIONS or any(
        not 1 <= utf16_length(a.text.text) <= 100 for a in poll.answers
    ):
        raise bad_request("POLL_ANSWERS_INVALID")
    answers: list[Any] = [
        raw.types.PollAnswer(text=answer.text, option=getattr(answer, "option", None) or str(number).encode())
        for number, answer in enumerate(poll.answers)
    ]
    if len({answer.option for answer in answers}) != len(answers):
        raise bad_request("POLL_OPTION_DUPLICATE")
    if poll.quiz and not given.correct_answers:
        raise bad_request("QUIZ_CORRECT_ANSWERS_EMPTY")
    number = random.getrandbits(62) + 1
    shown = raw.types.Poll(
        id=number,
        question=poll.question,
        answers=answers,
        hash=0,
        closed=poll.closed,
        public_voters=poll.public_voters,
        multiple_choice=poll.multiple_choice,
        quiz=poll.quiz,
        close_period=poll.close_period,
        close_date=poll.close_date,
    )
    return raw.types.MessageMediaPoll(poll=shown, results=raw.types.PollResults(total_voters=0))
