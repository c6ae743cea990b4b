"""A file that came from elsewhere is put into the storage channel: as what it is, once, and what goes wrong is told."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from database.cause import Cause
from services.draft_desk import MediumRefused
from services.draft_media import MediaKind, Medium
from services.errors import TryLater
from tests.client.depot import Depot

pytestmark = pytest.mark.asyncio(loop_scope="session")

DATA = b"a file of the tests\n" * 1000


def picture() -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(made, "JPEG")
    return made


async def keep(place: Depot, content: BytesIO, medium: Medium, cause: str = "http:k", step: str = "file 1") -> Any:
    """Keep a file. Returns its message, as the channel's owner sees it."""
    chat = place.scene.channel_id
    number = await place.bot.keep_upload(chat, content, medium, cause=Cause(cause), step=step)
    return await place.owner.client.get_messages(chat, number)


async def test_each_kind_is_kept_as_what_it_is(place: Depot) -> None:
    photo = await keep(place, picture(), Medium(MediaKind.PHOTO, "a.jpg"), step="photo")
    assert (photo.photo.width, photo.caption) == (320, None)
    asked = Medium(MediaKind.VIDEO, "клип.mp4", width=640, height=360, duration=9)
    video = (await keep(place, BytesIO(DATA), asked, step="video")).video
    assert (video.file_name, video.mime_type, video.file_size) == ("клип.mp4", "video/mp4", len(DATA))
    assert (video.width, video.height, video.duration) == (640, 360, 9)
    sound = (await keep(place, BytesIO(DATA), Medium(MediaKind.AUDIO, "a.mp3", duration=7), step="audio")).audio
    assert (sound.file_name, sound.duration) == ("a.mp3", 7)
    assert (await keep(place, BytesIO(DATA), Medium(MediaKind.ANIMATION, "a.mp4"), step="animation")).animation
    paper = (await keep(place, BytesIO(DATA), Medium(MediaKind.DOCUMENT, "a.jpg"), step="document")).document
    assert (paper.file_name, paper.mime_type) == ("a.jpg", "image/jpeg")


async def test_the_same_is_kept_once_however_its_reply_is_lost(place: Depot) -> None:
    fault = await place.order("error", "messages.SendMedia", code=500, name="INTERNAL", applied=True, count=1)
    medium = Medium(MediaKind.DOCUMENT, "once.txt")
    first = await keep(place, BytesIO(DATA), medium, "http:once")
    again = await keep(place, BytesIO(DATA), medium, "http:once")
    assert await place.strikes(fault) == 1
    assert first.id == again.id


async def test_what_telegram_does_not_take_is_said_in_its_words(place: Depot) -> None:
    with pytest.raises(MediumRefused, match="IMAGE_PROCESS_FAILED"):
        await keep(place, BytesIO(DATA), Medium(MediaKind.PHOTO, "a.jpg"), "http:refused")


async def test_parts_that_are_lost_are_a_matter_of_time(place: Depot) -> None:
    await place.order("error", "messages.SendMedia", code=400, name="FILE_PARTS_INVALID", count=1)
    with pytest.raises(TryLater):
        await keep(place, BytesIO(DATA), Medium(MediaKind.DOCUMENT, "a.txt"), "http:lost")


async def test_its_turn_in_the_channel_is_waited_for(place: Depot) -> None:
    fault = await place.order("error", "messages.SendMedia", code=420, name="FLOOD_WAIT_3", count=1)
    assert (await keep(place, BytesIO(DATA), Medium(MediaKind.DOCUMENT, "a.txt"), "http:wait")).document
    assert await place.strikes(fault) == 1


async def test_who_waits_for_a_file_is_let_go_when_the_bot_stops(place: Depot) -> None:
    fault = await place.order("hold", "upload.SaveFilePart", count=1)
    keeping = asyncio.create_task(keep(place, BytesIO(DATA), Medium(MediaKind.DOCUMENT, "a.txt"), "http:stops"))
    await place.struck(fault)
    connections = [dict(each) for each in (place.bot.media_sessions, place.bot.sessions)]
    place.bot.let_go_of_files()
    with pytest.raises(TryLater, match="the bot stops"):
        await keeping
    for kept, each in zip(connections, (place.bot.media_sessions, place.bot.sessions), strict=True):
        each.update(kept)  # for `calm` to close
