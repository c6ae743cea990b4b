"""What the owner and the admins meet when they send files: a link for each content, an answer to all the rest."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pymongo import AsyncMongoClient
from pyrogram import raw
from pyrogram.types import InlineKeyboardMarkup, Message

from sandbox.attachments import Kind
from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import KINDS, answer, code_in, make_file, said, same_content, shown, store


async def copies(stage: Stage, name: str) -> list[dict[str, Any]]:
    """What the bot put in the storage channel under this file name."""
    return [line for line in await stage.sent_by_bot(stage.scene.channel_id) if line.get("file_name") == name]


async def opened(stage: Stage, code: str, reader: Person | None = None) -> Message:
    """What somebody gets who opens a link."""
    reader = reader or await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    return await reader.next_message()


def buttons(message: Message) -> dict[str, str | None]:
    """The buttons under a message by their text, with the addresses that they open."""
    markup = message.reply_markup
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    return {button.text: button.url for row in rows for button in row}


async def test_a_file_is_answered_with_its_name_its_size_its_link_and_a_share_button(
    stage: Stage, tmp_path: Path
) -> None:
    path = make_file(tmp_path, "x", name="a<b>&amp;.txt")
    await stage.owner.send_file(path, caption="/start")
    got = await answer(stage)
    url = f"https://t.me/{stage.scene.username}?start={code_in(got)}"
    assert said(got) == shown("en", "stored", name=path.name, kind="document", size=path.stat().st_size, url=url)
    assert path.name in said(got)
    assert buttons(got) == {"Share": f"https://t.me/share/url?url={quote(url, safe='')}", "Options": None}
    assert len(await copies(stage, path.name)) == 1


async def test_the_same_file_again_keeps_its_link_until_another_is_asked_for(stage: Stage, tmp_path: Path) -> None:
    path = make_file(tmp_path, "again", name="again.txt")
    code = await store(stage, path)
    await stage.owner.send_file(path)
    known = await answer(stage)
    assert code_in(known) == code
    assert said(known).startswith("I already have this file")
    assert len(await copies(stage, "again.txt")) == 1
    await stage.owner.press(known, text="New link")
    second = code_in(await answer(stage))
    assert second != code
    for each in (code, second):
        got = await opened(stage, each)
        assert got.document
        assert got.document.file_name == "again.txt"


async def test_an_album_comes_as_one_link_and_arrives_as_one_album(stage: Stage, tmp_path: Path) -> None:
    paths = [make_file(tmp_path, f"part {number}") for number in range(4)]
    await stage.owner.send_album(paths, captions=["first", "second"])
    got = await answer(stage)
    assert said(got).startswith("✅ Stored: an album of 4 files")
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code_in(got))
    arrived = [await reader.next_message() for _ in paths]
    assert [said(message) for message in arrived] == ["first", "second", "", ""]
    assert len({message.media_group_id for message in arrived}) == 1
    assert arrived[0].media_group_id
    for message, path in zip(arrived, paths, strict=True):
        assert same_content(await reader.download(message, tmp_path / "copy"), path)
    assert await reader.quiet(0.5) == []
    await stage.owner.send_album(paths)
    again = await answer(stage)
    assert said(again).startswith("I already have this album")
    assert code_in(again) == code_in(got)


async def posts(stage: Stage) -> dict[str, Message]:
    """What lies in the storage channel, the last of each file name."""
    history = await stage.owner.history(stage.scene.channel_id)
    return {post.document.file_name or "": post for post in reversed(history) if post.document}


async def is_lost(stage: Stage, message_id: int) -> bool:
    """Whether the bot has written down that a post of the storage channel is gone: it hears of that in its own time."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        lost = {"lost": [stage.scene.channel_id, message_id]}
        return await client[stage.database_name]["files"].find_one(lost) is not None


@pytest.mark.parametrize("opened_meanwhile", [False, True])
async def test_what_was_deleted_is_stored_again_and_its_link_works_again(
    make: MakeStage, tmp_path: Path, *, opened_meanwhile: bool
) -> None:
    stage = await make()
    await stage.bot().start()
    path = make_file(tmp_path, "deleted", name=f"deleted {opened_meanwhile}.txt")
    code = await store(stage, path)
    reader = await stage.reader()
    for _ in range(2):
        post = (await posts(stage))[path.name]
        await stage.owner.delete([post])
        if opened_meanwhile:
            assert said(await opened(stage, code, reader)) == shown("en", "delivery-gone")
        await until(partial(is_lost, stage, post.id), 60)
        assert await store(stage, path) == code
        got = await opened(stage, code, reader)
        assert same_content(await reader.download(got, tmp_path / "copy"), path)
    assert len(await copies(stage, path.name)) == 3


async def test_an_album_sent_whole_after_a_part_of_it_arrives_as_one_album(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot().start()
    paths = [make_file(tmp_path, f"cut {number}") for number in range(3)]
    sent = await stage.owner.send_album(paths)
    await stage.owner.delete([sent[1]])
    assert said(await answer(stage)).startswith("✅ Stored: an album of 2 files")
    await stage.owner.send_album(paths)
    got = await answer(stage)
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code_in(got))
    arrived = [await reader.next_message() for _ in paths]
    assert len({message.media_group_id for message in arrived}) == 1


async def test_what_is_no_file_is_refused_in_its_own_words(stage: Stage) -> None:
    others: dict[str, Any] = {
        "contact": raw.types.InputMediaContact(phone_number="+1", first_name="A", last_name="", vcard=""),
        "location": raw.types.InputMediaGeoPoint(geo_point=raw.types.InputGeoPoint(lat=1.0, long=2.0)),
        "dice": raw.types.InputMediaDice(emoticon="🎲"),
    }
    peer: Any = await stage.owner.client.resolve_peer(stage.scene.username)
    for number, (kind, media) in enumerate(others.items(), 1):
        await stage.owner.client.invoke(
            raw.functions.messages.SendMedia(peer=peer, media=media, message="", random_id=number)
        )
        assert said(await answer(stage)) == shown("en", "not-a-file", kind=kind)
    await stage.owner.send("hello")
    assert said(await answer(stage)) == shown("en", "admin-text")


async def test_genlink_makes_a_link_to_the_file_it_answers(stage: Stage, tmp_path: Path) -> None:
    paths = [make_file(tmp_path, f"piece {number}") for number in range(2)]
    parts = await stage.owner.send_album(paths)
    album = code_in(await answer(stage))
    await stage.owner.send("/genlink", reply_to=parts[1].id)
    single = code_in(await answer(stage))
    assert single != album
    got = await opened(stage, single)
    assert got.document
    assert got.document.file_name == "piece 1.bin"
    await stage.owner.send("/genlink")
    assert said(await answer(stage)) == shown("en", "genlink-usage")
    dice = raw.types.InputMediaDice(emoticon="🎲")
    peer: Any = await stage.owner.client.resolve_peer(stage.scene.username)
    await stage.owner.client.invoke(raw.functions.messages.SendMedia(peer=peer, media=dice, message="", random_id=99))
    await answer(stage)
    [thrown] = [each for each in await stage.owner.history(stage.scene.username) if each.dice][-1:]
    await stage.owner.send("/genlink", reply_to=thrown.id)
    assert said(await answer(stage)) == shown("en", "genlink-no-file")


async def test_a_text_can_be_linked_and_arrives_as_it_was_written(stage: Stage) -> None:
    words = "Read this first: https://example.org\n\n<b>plain & simple</b>"
    text = await stage.owner.send(words)
    await answer(stage)
    await stage.owner.send("/genlink", reply_to=text.id)
    stored = await answer(stage)
    assert said(stored).startswith("✅ Stored: Read this first")
    await stage.owner.send("/genlink", reply_to=text.id)
    assert said(await answer(stage)).startswith("I already have this file: Read this first")
    got = await opened(stage, code_in(stored))
    assert said(got) == words
    assert not got.forward_origin


@pytest.mark.parametrize("kind", KINDS)
async def test_a_post_in_the_storage_channel_gets_a_link_and_is_left_alone(
    stage: Stage, tmp_path: Path, kind: Kind
) -> None:
    channel = stage.scene.channel_id
    await stage.owner.send_file(make_file(tmp_path, kind), kind, caption="as it is", to=channel)
    told = await answer(stage)
    assert said(told).startswith("📥 New in the storage channel")
    got = await opened(stage, code_in(told))
    assert got.media
    assert got.media.value == kind
    assert said(got) == "as it is"
    ledger = await stage.sandbox.ledger()
    assert not [line for line in ledger if line["kind"] in {"edit", "delete"} and line["peer_id"] == channel]


async def test_an_album_in_the_storage_channel_gets_one_link(stage: Stage, tmp_path: Path) -> None:
    paths = [make_file(tmp_path, f"posted {number}") for number in range(3)]
    await stage.owner.send_album(paths, to=stage.scene.channel_id)
    told = await answer(stage)
    assert said(told).startswith("📥 New in the storage channel: an album of 3 files")
    assert [message for message in await stage.owner.quiet(0.5) if message.from_user] == []


async def test_words_and_other_channels_are_nobodys_business(stage: Stage, tmp_path: Path) -> None:
    other = await stage.owner.create_channel("Elsewhere")
    await stage.owner.post(stage.scene.channel_id, "/start")
    await stage.owner.post(stage.scene.channel_id, "just words")
    await stage.owner.send_file(make_file(tmp_path, "elsewhere"), to=other)
    mine = [message for message in await stage.owner.quiet(1) if message.from_user]
    assert mine == []


async def test_what_was_delivered_and_comes_back_is_known(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    admin = await stage.reader("Adam", "ru")
    await stage.bot(ADMINS=str(admin.id)).start()
    await admin.send_file(make_file(tmp_path, "by an admin"))
    got = await admin.next_message(from_=stage.scene.username)
    assert said(got).startswith("✅ Сохранено")
    delivered = await opened(stage, code_in(got), admin)
    await admin.forward(delivered)
    assert said(await admin.next_message(from_=stage.scene.username)).startswith("Этот файл у меня уже есть")


async def test_two_uploads_of_the_same_bytes_at_once_are_stored_once(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    admin = await stage.reader("Adam")
    await stage.bot(ADMINS=str(admin.id)).start()
    path = make_file(tmp_path, "twins", name="twins.txt")
    await asyncio.gather(stage.owner.send_file(path), admin.send_file(path))
    first, second = await answer(stage), await admin.next_message(from_=stage.scene.username)
    assert code_in(first) == code_in(second)
    assert len(await copies(stage, "twins.txt")) == 1
