"""Media of every kind, albums, and forwarding."""

from __future__ import annotations

import contextlib
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from sandbox.attachments import sent_again
from sandbox.errors import RpcError
from sandbox.world import media as making
from sandbox.world.images import dimensions
from tests.sandbox.world_rig import Actor, Rig, f, t


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    exif = b"\xff\xe1" + struct.pack(">H", 502) + bytes(500)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + exif + frame + b"\xff\xd9"


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + size


@pytest.mark.parametrize("make", [png, jpeg, webp])
def test_the_size_of_a_picture_is_read_from_its_first_bytes(make: Any) -> None:
    assert dimensions(make(640, 480)) == (640, 480)
    assert dimensions(make(640, 480)[:12]) is None


async def photo(actor: Actor, width: int = 640, height: int = 480) -> Any:
    return t.InputMediaUploadedPhoto(file=await actor.upload(jpeg(width, height), "a.jpg"))


async def pair(rig: Rig) -> tuple[Actor, Actor]:
    ann, bot = await rig.person("20001"), await rig.bot()
    await ann.say(bot, "/start")
    bot.inbox.clear()
    return ann, bot


async def test_a_photo_has_its_size_and_comes_back(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await ann.send_media(bot, await photo(ann), "look")
    [update] = bot.received()
    shown = update.message.media.photo
    assert [(size.type, size.w, size.h) for size in shown.sizes] == [("x", 640, 480)]
    location = t.InputPhotoFileLocation(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference, thumb_size="x"
    )
    piece = await bot(f.upload.GetFile(location=location, offset=0, limit=4096))
    assert piece.bytes == jpeg(640, 480)
    assert isinstance(piece.type, t.storage.FileJpeg)
    location.thumb_size = "w"
    with pytest.raises(RpcError, match="LOCATION_INVALID"):
        await bot(f.upload.GetFile(location=location, offset=0, limit=4096))


@pytest.mark.parametrize(
    "data, error",
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (jpeg(9000, 2000), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg(100, 2001), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_what_is_no_photo_is_refused(rig: Rig, data: bytes, error: str) -> None:
    ann, bot = await pair(rig)
    media = t.InputMediaUploadedPhoto(file=await ann.upload(data, "a.jpg"))
    with pytest.raises(RpcError, match=error):
        await ann.send_media(bot, media)


KINDS: list[tuple[str, list[Any]]] = [
    ("document", []),
    ("video", [t.DocumentAttributeVideo(duration=1.0, w=10, h=10)]),
    ("video_note", [t.DocumentAttributeVideo(duration=1.0, w=10, h=10, round_message=True)]),
    ("animation", [t.DocumentAttributeVideo(duration=1.0, w=10, h=10), t.DocumentAttributeAnimated()]),
    ("audio", [t.DocumentAttributeAudio(duration=1, title="Song")]),
    ("voice", [t.DocumentAttributeAudio(duration=1, voice=True, waveform=b"x")]),
    ("sticker", [t.DocumentAttributeSticker(alt="x", stickerset=t.InputStickerSetEmpty())]),
]


@pytest.mark.parametrize("kind, attributes", KINDS)
async def test_documents_keep_what_they_are(rig: Rig, kind: str, attributes: list[Any]) -> None:
    ann, bot = await pair(rig)
    media = await ann.document(b"bytes of " + kind.encode(), f"a.{kind}", *attributes, thumb=None, spoiler=True)
    await ann.send_media(bot, media, "caption")
    rig.reopen()
    [message] = (await bot(f.messages.GetMessages(id=[t.InputMessageID(id=2)]))).messages
    document = message.media.document
    given = [*attributes, t.DocumentAttributeFilename(file_name=f"a.{kind}")]
    assert [kept.write() for kept in document.attributes] == [one.write() for one in given]
    assert (message.message, message.media.spoiler, document.size, document.dc_id) == (
        "caption",
        True,
        9 + len(kind),
        2,
    )
    line = rig.lines("message")[-1]
    assert (line["media"], line["file_name"], line["media_size"]) == (kind, f"a.{kind}", 9 + len(kind))


def picture(form: str, width: int = 800, height: int = 400) -> bytes:
    made = BytesIO()
    Image.new("RGB", (width, height), "red").save(made, form)
    return made.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
async def test_of_a_picture_the_server_makes_a_thumbnail_itself(rig: Rig, form: str) -> None:
    ann, bot = await pair(rig)
    given = await ann.upload(jpeg(300, 200), "thumb.jpg")
    await ann.send_media(bot, await ann.document(picture(form), "a", thumb=given))
    [shown] = [update.message.media.document for update in bot.received()]
    [thumb] = shown.thumbs
    assert (thumb.w, thumb.h) == (320, 160)
    location = t.InputDocumentFileLocation(
        id=shown.id, access_hash=shown.access_hash, file_reference=shown.file_reference, thumb_size="m"
    )
    made = (await bot(f.upload.GetFile(location=location, offset=0, limit=1024 * 1024))).bytes
    assert (len(made), Image.open(BytesIO(made)).size) == (thumb.size, (320, 160))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(picture("PNG")[:200], id="broken"),
        pytest.param(jpeg(9000, 9000), id="too many pixels"),
        pytest.param(picture("PNG") + bytes(100_000), id="too large to be looked into"),
    ],
)
async def test_of_what_it_does_not_read_it_takes_the_thumbnail_that_was_given(
    rig: Rig, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PARSED_BELOW", 100_000)
    ann, bot = await pair(rig)
    given = await ann.upload(jpeg(300, 200), "thumb.jpg")
    await ann.send_media(bot, await ann.document(data, "a", thumb=given))
    [shown] = [update.message.media.document for update in bot.received()]
    assert [(each.w, each.h) for each in shown.thumbs] == [(300, 200)]


async def test_a_thumbnail_is_kept_when_it_is_one(rig: Rig) -> None:
    ann, bot = await pair(rig)
    small, large = await ann.upload(jpeg(320, 200)), await ann.upload(jpeg(321, 200))
    await ann.send_media(bot, await ann.document(b"x", "a", thumb=small))
    await ann.send_media(bot, await ann.document(b"x", "a", thumb=large))
    [with_thumb, without] = [update.message.media.document for update in bot.received()]
    assert [(s.type, s.w, s.h) for s in with_thumb.thumbs] == [("m", 320, 200)]
    assert without.thumbs is None
    location = t.InputDocumentFileLocation(
        id=with_thumb.id, access_hash=with_thumb.access_hash, file_reference=with_thumb.file_reference, thumb_size="m"
    )
    assert (await bot(f.upload.GetFile(location=location, offset=0, limit=4096))).bytes == jpeg(320, 200)


def plain(text: str) -> Any:
    return t.TextWithEntities(text=text, entities=[])


POINT = t.InputGeoPoint(lat=41.3, long=69.2)
POLL = t.Poll(
    id=0, question=plain("Which?"), hash=0,
    answers=[t.InputPollAnswer(text=plain("this")), t.InputPollAnswer(text=plain("that"))],
)  # fmt: skip


@pytest.mark.parametrize(
    "media, kind, shown",
    [
        (
            t.InputMediaContact(phone_number="9996620001", first_name="A", last_name="", vcard=""),
            "contact",
            t.MessageMediaContact,
        ),
        (t.InputMediaGeoPoint(geo_point=POINT), "geo", t.MessageMediaGeo),
        (
            t.InputMediaVenue(geo_point=POINT, title="x", address="y", provider="", venue_id="", venue_type=""),
            "venue",
            t.MessageMediaVenue,
        ),
        (t.InputMediaPoll(poll=POLL), "poll", t.MessageMediaPoll),
        (t.InputMediaDice(emoticon="🎰"), "dice", t.MessageMediaDice),
    ],
)
async def test_small_things_are_kept_as_they_are(rig: Rig, media: Any, kind: str, shown: Any) -> None:
    ann, bot = await pair(rig)
    await ann.send_media(bot, media)
    first = bot.received()[0].message.media
    rig.reopen()
    [message] = (await bot(f.messages.GetMessages(id=[t.InputMessageID(id=2)]))).messages
    assert isinstance(message.media, shown)
    assert message.media.write() == first.write()
    assert rig.lines("message")[-1]["media"] == kind


async def test_captions_are_measured_in_utf16(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await ann.send_media(bot, t.InputMediaGeoPoint(geo_point=POINT), "😀" * 512)
    with pytest.raises(RpcError, match="MEDIA_CAPTION_TOO_LONG"):
        await ann.send_media(bot, t.InputMediaGeoPoint(geo_point=POINT), "😀" * 512 + "x")


@pytest.mark.parametrize(
    "question, answer, error",
    [
        ("😀" * 150, "😀" * 50, None),
        ("😀" * 150 + "x", "😀" * 50, "POLL_QUESTION_INVALID"),
        ("😀" * 150, "😀" * 50 + "x", "POLL_ANSWERS_INVALID"),
    ],
)
async def test_polls_are_measured_in_utf16(rig: Rig, question: str, answer: str, error: str | None) -> None:
    ann, bot = await pair(rig)
    poll = t.Poll(
        id=0,
        question=t.TextWithEntities(text=question, entities=[]),
        answers=[t.PollAnswer(text=t.TextWithEntities(text=answer, entities=[]), option=b"0")],
        hash=0,
    )
    with contextlib.nullcontext() if error is None else pytest.raises(RpcError, match=error):
        await ann.send_media(bot, t.InputMediaPoll(poll=poll))
    assert len(bot.received()) == (error is None)


async def uploaded(actor: Actor, other: Any, media: Any) -> Any:
    """Media by reference, as albums want it."""
    return sent_again(await actor(f.messages.UploadMedia(peer=actor.to(other), media=media)))


async def album(actor: Actor, other: Any, count: int, *, first: int = 500, to: Any = None) -> Any:
    parts = [await uploaded(actor, other, await actor.document(b"%d" % n, f"{n}.bin")) for n in range(count)]
    singles = [t.InputSingleMedia(media=part, random_id=first + n, message=f"part {n}") for n, part in enumerate(parts)]
    return await actor(f.messages.SendMultiMedia(peer=actor.to(other), multi_media=singles))


async def test_an_album_is_one_group_and_is_sent_once(rig: Rig) -> None:
    ann, bot = await pair(rig)
    result = await album(ann, bot, 3)
    ids = [u.id for u in result.updates if isinstance(u, t.UpdateMessageID)]
    groups = {u.message.grouped_id for u in result.updates if isinstance(u, t.UpdateNewMessage)}
    assert ids == [2, 3, 4]
    assert len(groups) == 1
    again = await album(ann, bot, 3)
    assert [u.id for u in again.updates if isinstance(u, t.UpdateMessageID)] == ids
    assert [u.message.message for u in bot.received()] == ["part 0", "part 1", "part 2"]


async def test_an_album_that_was_sent_in_part_is_completed(rig: Rig) -> None:
    ann, bot = await pair(rig)
    await album(ann, bot, 2)
    await album(ann, bot, 4)
    messages = [update.message for update in bot.received()]
    assert [m.message for m in messages] == ["part 0", "part 1", "part 2", "part 3"]
    assert len({m.grouped_id for m in messages}) == 1


async def test_an_album_has_its_limits(rig: Rig) -> None:
    ann, bot = await pair(rig)
    with pytest.raises(RpcError, match="MULTI_MEDIA_TOO_LONG"):
        await album(ann, bot, 11)
    mixed = [
        t.InputSingleMedia(media=await uploaded(ann, bot, await photo(ann)), random_id=1, message=""),
        t.InputSingleMedia(media=await uploaded(ann, bot, await ann.document(b"x")), random_id=2, message=""),
    ]
    with pytest.raises(RpcError, match="MEDIA_INVALID"):
        await ann(f.messages.SendMultiMedia(peer=ann.to(bot), multi_media=mixed))
    assert bot.received() == []


async def test_an_album_takes_nothing_that_was_only_uploaded(rig: Rig) -> None:
    ann, bot = await pair(rig)
    for number, media in enumerate([await photo(ann), await ann.document(b"x")], 1):
        singles = [t.InputSingleMedia(media=media, random_id=number, message="")]
        with pytest.raises(RpcError, match="MEDIA_INVALID"):
            await ann(f.messages.SendMultiMedia(peer=ann.to(bot), multi_media=singles))
        assert len(bot.received()) == number - 1
        singles = [t.InputSingleMedia(media=await uploaded(ann, bot, media), random_id=number, message="")]
        await ann(f.messages.SendMultiMedia(peer=ann.to(bot), multi_media=singles))
        assert len(bot.received()) == number


async def test_an_album_by_reference_names_the_part_that_expired(rig: Rig) -> None:
    ann, bot = await pair(rig)
    media = await ann(f.messages.UploadMedia(peer=ann.to(bot), media=await photo(ann)))
    rig.api.file_reference_ttl = 60
    rig.now += 61
    fresh = await uploaded(ann, bot, await photo(ann))
    given = t.InputPhoto(
        id=media.photo.id, access_hash=media.photo.access_hash, file_reference=media.photo.file_reference
    )
    singles = [
        t.InputSingleMedia(media=fresh, random_id=1, message=""),
        t.InputSingleMedia(media=t.InputMediaPhoto(id=given), random_id=2, message=""),
    ]
    with pytest.raises(RpcError, match="FILE_REFERENCE_1_EXPIRED"):
        await ann(f.messages.SendMultiMedia(peer=ann.to(bot), multi_media=singles))


async def test_media_that_nobody_knows_are_refused(rig: Rig) -> None:
    ann, bot = await pair(rig)
    given = t.InputDocument(id=1, access_hash=1, file_reference=b"x")
    for media in (t.InputMediaDocument(id=given), t.InputMediaEmpty()):
        with pytest.raises(RpcError, match="MEDIA_EMPTY"):
            await ann.send_media(bot, media)
