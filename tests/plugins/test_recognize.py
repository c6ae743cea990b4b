"""What an update is read as: files, what is no file, commands, presses."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pyrogram.enums import ChatType, MessageMediaType
from pyrogram.types import CallbackQuery, Chat, Message, PaidMediaInfo, Photo

from plugins import recognize
from plugins.recognize import argument_of, kind_of_no_file, pressed, pressed_argument, text_of, upload_of
from services.content import is_text
from tests.plugins.messages import (
    FILES,
    NOW,
    OWNER,
    channel,
    from_person,
    message,
    query,
    service,
    user,
    with_contact,
    with_file,
)


class Me:
    """A bot, as far as the library's command filter asks for it."""

    me = user(777, is_bot=True, username="keeper_bot")


BOT = cast("Any", Me())


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_is_read(kind: str) -> None:
    upload = upload_of(with_file(kind, caption="about it"))
    assert upload is not None
    assert upload.kind == {"live_photo": "photo"}.get(kind, kind)
    assert (upload.chat_id, upload.message_id, upload.unique_id, upload.file_ref) == (OWNER, 5, "u", "r")
    assert upload.caption == "about it"
    assert upload.group_id is None


def test_what_is_known_of_a_file_is_read() -> None:
    upload = upload_of(with_file("document", media_group_id="12345678901234567"))
    assert upload is not None
    assert (upload.name, upload.mime, upload.size) == ("a.pdf", "application/pdf", 10)
    assert upload.group_id == 12345678901234567
    note = upload_of(with_file("video_note"))
    assert note is not None
    assert (note.name, note.width, note.height, note.duration) == (None, 240, 240, 9)


def test_a_caption_keeps_its_markup_as_html() -> None:
    found = with_file("photo", caption="a < b & c")
    upload = upload_of(found)
    assert upload is not None
    assert upload.caption == "a &lt; b &amp; c"


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (with_contact(), "contact"),
        (message(media=MessageMediaType.VENUE), "location"),
        (message(media=MessageMediaType.POLL), "poll"),
        (message(media=MessageMediaType.STORY), "story"),
        (message(media=MessageMediaType.INVOICE), "other"),
        (message(media=MessageMediaType.UNSUPPORTED), "other"),
        (message(media=MessageMediaType.PAID_MEDIA, paid_media=PaidMediaInfo(stars_amount=1, media=[])), "paid"),
        (message(), "other"),
    ],
)
def test_what_is_no_file_is_named(other: Message, kind: str) -> None:
    assert upload_of(other) is None
    assert kind_of_no_file(other) == kind


def test_what_telegram_lets_nobody_pass_on_is_no_upload() -> None:
    once = Photo(file_id="r", file_unique_id="u", width=1, height=1, file_size=1, date=NOW, ttl_seconds=5)
    for found in (message(media=MessageMediaType.PHOTO, photo=once), with_file(has_protected_content=True)):
        assert upload_of(found) is None
        assert kind_of_no_file(found) == "once"


def test_a_text_is_read_as_something_to_hand_out() -> None:
    one = text_of(message(text="\n  First line \u202e\nsecond", id=5))
    assert one
    assert (one.kind, one.name, one.message_id, one.size, one.caption) == ("text", "First line", 5, 24, None)
    same, other = text_of(message(text="\n  First line \u202e\nsecond", id=6)), text_of(message(text="Other"))
    assert same
    assert other
    assert one.unique_id == same.unique_id != other.unique_id
    assert is_text(one.unique_id)
    assert not is_text("AgADBAADbXcx")
    assert text_of(message(text="/about")) is None
    assert text_of(with_file("document", caption="about it")) is None
    assert text_of(message(text="x", has_protected_content=True)) is None


def test_a_text_with_a_preview_is_a_text() -> None:
    preview = message(text="https://example.com", media=MessageMediaType.WEB_PAGE)
    assert upload_of(preview) is None


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("/start", ""),
        ("/start fAbC", "fAbC"),
        ("/start  two words ", "two words"),
        ("/start 'quoted \\\" text'", "'quoted \\\" text'"),
        ("/revoke\nhttps://t.me/x?start=f", "https://t.me/x?start=f"),
    ],
)
def test_an_argument_is_all_that_follows_the_command(text: str, argument: str) -> None:
    assert argument_of(message(text=text)) == argument


@pytest.mark.parametrize(
    ("found", "is_command"),
    [
        (message(text="/start"), True),
        (message(text="/START abc"), True),
        (message(text="/start@keeper_bot abc"), True),
        (message(text="/start@other_bot"), False),
        (message(text="/starts"), False),
        (message(text="start"), False),
        (message(text="/start", forward_origin=from_person()), False),
        (with_file(caption="/start"), False),
        (message(text="/start", chat=channel(-1003, ChatType.SUPERGROUP)), False),
        (message(None, text="/start", chat=channel()), False),
    ],
)
async def test_a_command_is_one_that_was_written_here(found: Message, is_command: bool) -> None:
    assert bool(await recognize.command("start")(BOT, found)) is is_command


@pytest.mark.parametrize(
    ("found", "is_person"),
    [
        (message(text="x"), True),
        (query("x"), True),
        (service(), False),
        (message(text="x", outgoing=True), False),
        (message(None, text="x", chat=channel()), False),
        (message(None, text="x", chat=Chat(id=1, type=ChatType.PRIVATE)), False),
        (message(text="x", sender_chat=channel()), False),
        (message(text="x", chat=channel(-1003, ChatType.SUPERGROUP)), False),
        (Message(id=1, empty=True), False),
    ],
)
async def test_only_people_in_private_chats_are_people(found: Message | CallbackQuery, is_person: bool) -> None:
    assert bool(await recognize.person(BOT, found)) is is_person


async def test_another_bot_is_no_person() -> None:
    found = message(text="x")
    found.from_user = user(888, is_bot=True)
    assert not await recognize.person(BOT, found)


@pytest.mark.parametrize(
    ("data", "is_pressed"),
    [("link:fAbC", True), ("link", True), ("links", False), ("links:f", False), ("", False), (b"link:\xff", False)],
)
async def test_a_press_is_told_by_its_name(data: str | bytes, is_pressed: bool) -> None:
    assert bool(await pressed("link")(BOT, query(data))) is is_pressed


def test_a_press_carries_its_argument() -> None:
    assert pressed_argument(query("storage:-100123")) == "-100123"
    assert pressed_argument(query("links")) == ""
