"""The people library does what people do, and loses and doubles nothing of what reaches them."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyrogram import Client, filters, types
from pyrogram.enums import MessageMediaType
from pyrogram.errors import RPCError
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from pyrogram.session import Session

from sandbox.attachments import Kind
from sandbox.network import connection_factory
from sandbox.people import People
from sandbox.server import Sandbox
from sandbox.stage import control

TOKEN, USERNAME = "777001:secret", "echo_bot"
BOT_ID = 777001


@dataclass
class Stage:
    box: Sandbox
    people: People
    bot: Any
    reader: Any


async def echo(_: Client, message: Any) -> None:
    """Text comes back with two buttons, media as a copy."""
    if message.text:
        await message.reply(
            f"echo {message.text}",
            reply_markup=types.InlineKeyboardMarkup(
                [[types.InlineKeyboardButton(text, callback_data=text.lower()) for text in ("Yes", "No")]]
            ),
        )
    else:
        await message.copy(message.chat.id)


async def decide(_: Client, query: Any) -> None:
    await query.answer(f"you said {query.data}", show_alert=query.data == "yes")
    await query.message.edit_text(f"decided: {query.data}")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with Sandbox(bots=[(TOKEN, USERNAME)]) as box, People(box.info) as people:
        bot = Client(
            "echo", api_id=1, api_hash="x", bot_token=TOKEN, in_memory=True,
            connection_factory=connection_factory(box.info),
        )  # fmt: skip
        bot.add_handler(MessageHandler(echo, filters.private & filters.incoming))
        bot.add_handler(CallbackQueryHandler(decide))
        await bot.start()
        reader = await people.sign_up("9996600001", first_name="Rita", language_code="ru")
        await reader.talk_to(USERNAME)
        yield Stage(box, people, bot, reader)
        await bot.stop()


async def test_somebody_signs_up_once_and_signs_in_again(stage: Stage) -> None:
    again = await stage.people.sign_up("9996600001", first_name="Other")
    assert (again.id, again.first_name) == (stage.reader.id, "Rita")
    kinds = [line["kind"] for line in stage.box.ledger.since(0) if line.get("from_id") == again.id]
    assert kinds.count("signup") == 1


async def test_somebody_goes_on_with_a_session(stage: Stage) -> None:
    session = await stage.reader.session_string()
    returned = await stage.people.return_with(session)
    assert returned.id == stage.reader.id
    await returned.talk_to(USERNAME)
    await returned.send("back")
    assert (await returned.next_message()).text == "echo back"


async def test_texts_go_there_and_back_in_order(stage: Stage) -> None:
    for number in range(30):
        await stage.reader.send(f"n{number}")
    texts = [(await stage.reader.next_message()).text for _ in range(30)]
    assert sorted(texts) == sorted(f"echo n{number}" for number in range(30))
    assert await stage.reader.quiet(0.3) == []
    history = [message.text for message in await stage.reader.history()]
    assert [text for text in history if text.startswith("n")] == [f"n{number}" for number in range(30)]


async def test_the_bot_sees_who_writes(stage: Stage) -> None:
    seen: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def look(_: Client, message: types.Message) -> None:
        seen.set_result(message)

    stage.bot.add_handler(MessageHandler(look), group=-1)
    sent = await stage.reader.start_bot(USERNAME, "parameter")
    message = await asyncio.wait_for(seen, 60)
    assert message.text == "/start parameter"
    assert (message.from_user.id, message.from_user.first_name) == (stage.reader.id, "Rita")
    assert message.from_user.language_code == "ru"
    assert sent.id == 1


@pytest.mark.parametrize("by", ["text", "data", "button"])
async def test_a_button_is_pressed_and_the_answer_and_the_edit_are_seen(stage: Stage, by: str) -> None:
    await stage.reader.send("question")
    message = await stage.reader.next_message()
    if by == "text":
        answer = await stage.reader.press(message, text="Yes")
    elif by == "data":
        answer = await stage.reader.press(message, data="yes")
    else:
        answer = await stage.reader.press(message.reply_markup.inline_keyboard[0][0])
    assert (answer.message, answer.alert) == ("you said yes", True)
    edited = await stage.reader.next_edit()
    assert (edited.id, edited.text) == (message.id, "decided: yes")


async def test_a_button_that_is_not_there_cannot_be_pressed(stage: Stage) -> None:
    await stage.reader.send("question")
    message = await stage.reader.next_message()
    with pytest.raises(ValueError, match="Yes"):
        await stage.reader.press(message, text="Maybe")


KINDS: dict[Kind, MessageMediaType] = {
    "document": MessageMediaType.DOCUMENT,
    "photo": MessageMediaType.PHOTO,
    "video": MessageMediaType.VIDEO,
    "audio": MessageMediaType.AUDIO,
    "voice": MessageMediaType.VOICE,
    "video_note": MessageMediaType.VIDEO_NOTE,
    "animation": MessageMediaType.ANIMATION,
    "sticker": MessageMediaType.STICKER,
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_media_comes_back_as_it_went(stage: Stage, kind: Kind, tmp_path: Path) -> None:
    sent = tmp_path / "sent.png"
    sent.write_bytes(png(64, 48) if kind == "photo" else os.urandom(3000))
    await stage.reader.send_file(sent, kind)
    back = await stage.reader.next_message()
    assert back.media is KINDS[kind]
    got = await stage.reader.download(back, tmp_path / "got")
    assert hashlib.sha256(got.read_bytes()).digest() == hashlib.sha256(sent.read_bytes()).digest()


def png(width: int, height: int) -> bytes:
    """A whole picture, all black."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def test_downloads_without_a_path_go_with_the_person(stage: Stage, tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    sent.write_bytes(os.urandom(3000))
    await stage.reader.send_file(sent)
    message = await stage.reader.next_message()
    first, second = [await stage.reader.download(message) for _ in range(2)]
    assert first != second
    assert first.read_bytes() == second.read_bytes() == sent.read_bytes()
    kept = await stage.reader.download(message, tmp_path / "kept")
    await stage.reader.close()
    assert not first.parent.exists()
    assert kept.exists()


async def test_an_album_is_one_album(stage: Stage, tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"content {number}")
        paths.append(path)
    sent = await stage.reader.send_album(paths, captions=["first"])
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["first", None, None]


async def test_one_message_is_waited_for_and_others_stay(stage: Stage) -> None:
    for text in ("a", "b", "c"):
        await stage.reader.send(text)
    found = await stage.reader.next_message(predicate=lambda message: message.text == "echo b")
    assert found.text == "echo b"
    assert {(await stage.reader.next_message(from_=USERNAME)).text for _ in range(2)} == {"echo a", "echo c"}
    with pytest.raises(TimeoutError, match="no message within"):
        await stage.reader.next_message(0.1)


async def test_a_channel_with_the_bot_as_its_admin(stage: Stage) -> None:
    posts: asyncio.Queue[Any] = asyncio.Queue()

    async def look(_: Client, message: types.Message) -> None:
        await posts.put(message)

    stage.bot.add_handler(MessageHandler(look, filters.channel))
    channel = await stage.reader.create_channel("Storage")
    await stage.reader.promote(USERNAME, channel)
    mine = await stage.reader.post(channel, "kept")
    assert mine.chat.id == channel
    assert (await asyncio.wait_for(posts.get(), 60)).text == "kept"
    theirs = await stage.bot.send_message(channel, "from the bot")
    seen = await stage.reader.next_message(from_=channel)
    assert (seen.id, seen.text) == (theirs.id, "from the bot")
    await stage.bot.edit_message_text(channel, theirs.id, "changed")
    assert (await stage.reader.next_edit(from_=channel)).text == "changed"
    await stage.bot.delete_messages(channel, theirs.id)
    assert (await stage.reader.wait_deleted(seen)).chat_id == channel
    await stage.reader.demote(USERNAME, channel)
    with pytest.raises(RPCError):
        await stage.bot.send_message(channel, "no more")


async def test_another_person_joins_and_leaves(stage: Stage) -> None:
    channel = await stage.reader.create_channel("Club")
    other = await stage.people.sign_up("9996600002")
    await other.join(await stage.reader.invite_link(channel))
    await stage.reader.post(channel, "welcome")
    assert (await other.next_message(from_=channel)).text == "welcome"
    await other.leave(channel)
    await stage.reader.post(channel, "gone")
    assert await other.quiet(0.3) == []


async def test_a_blocked_bot_cannot_write(stage: Stage) -> None:
    await stage.reader.send("hello")
    await stage.reader.next_message()
    await stage.reader.block(USERNAME)
    with pytest.raises(RPCError, match="USER_IS_BLOCKED"):
        await stage.bot.send_message(stage.reader.id, "psst")
    await stage.reader.unblock(USERNAME)
    await stage.bot.send_message(stage.reader.id, "psst")
    assert (await stage.reader.next_message()).text == "psst"


async def test_own_messages_are_edited_forwarded_and_deleted(stage: Stage) -> None:
    sent = await stage.reader.send("first")
    await stage.reader.next_message()
    await stage.reader.edit(sent, "second")
    (copy,) = await stage.reader.forward(sent, drop_author=True)
    assert (copy.text, copy.forward_origin) == ("second", None)
    await stage.reader.delete([sent, copy])
    texts = [message.text for message in await stage.reader.history()]
    assert "second" not in texts


async def test_nothing_is_lost_or_doubled_when_the_connection_breaks(stage: Stage) -> None:
    await stage.reader.send("hello")
    await stage.reader.next_message()
    expected = []
    for round_ in range(5):
        for session in stage.box.hub.sessions(key_of(stage.reader)):
            if session.link is not None:
                session.link.abort()
        for number in range(5):
            expected.append(f"{round_}.{number}")
            await stage.bot.send_message(stage.reader.id, expected[-1])
    texts = [(await stage.reader.next_message()).text for _ in expected]
    assert texts == expected
    assert await stage.reader.quiet(0.5) == []


def key_of(person: Any) -> int:
    return int.from_bytes(person.client.session.auth_key_id, "little", signed=True)


async def test_fifty_people_are_answered(stage: Stage) -> None:
    crowd = await asyncio.gather(*(stage.people.sign_up(f"99966{10_000 + n}") for n in range(50)))
    await asyncio.gather(*(person.start_bot(USERNAME, str(n)) for n, person in enumerate(crowd)))
    answers = await asyncio.gather(*(person.next_message() for person in crowd))
    assert [answer.text for answer in answers] == [f"echo /start {n}" for n in range(50)]


def of_sessions() -> list[str]:
    """What sessions of the library are still at."""
    return [name for task in asyncio.all_tasks() if "Session." in (name := repr(task.get_coro()))]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the library tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("whose", ["own", "media"])
async def test_a_session_that_is_held_while_connecting_anew_ends_before_the_storage_is_closed(
    whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: wrong.append(context))
    monkeypatch.setattr("sandbox.people._RESTART_WITHIN", 0.1)
    monkeypatch.setattr("sandbox.people._STOP_TIMEOUT", 1.0)
    held, go_on = asyncio.Event(), asyncio.Event()
    begin = Session.start

    async def hold(session: Session) -> None:
        held.set()
        await go_on.wait()
        await begin(session)  # type: ignore[no-untyped-call]

    async with Sandbox() as box:
        people = People(box.info)
        person = await people.sign_up("9996600001")
        client = person.client
        assert client.session is not None
        session = client.session if whose == "own" else await client.get_session(is_media=True)
        if whose == "media":  # one that was given up half-way belongs to nobody any more
            client.media_sessions.clear()
        monkeypatch.setattr(Session, "start", hold)
        client.loop.create_task(session.restart())
        await asyncio.wait_for(held.wait(), 60)
        await people.close()
        assert of_sessions() == []
        go_on.set()
        await until(lambda: not of_sessions())
    gc.collect()
    assert wrong == []


async def test_somebody_who_gives_up_signing_in_leaves_no_connection() -> None:
    async with Sandbox() as box:
        people = People(box.info)
        session = await (await people.sign_up("9996600001")).session_string()
        await people.close()
        await control(box.info, "POST", "/faults", kind="drop_request", method="*", probability=1.0)
        coming = asyncio.create_task(people.return_with(session))
        await until(lambda: bool(of_sessions()))
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        assert of_sessions() == []
