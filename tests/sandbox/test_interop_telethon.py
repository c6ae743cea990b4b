"""Another library's client speaks with the server as it speaks with Telegram.

Server, bot and people share one library, so none of them would notice an encoding mistake of its own: Telethon would.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyrogram import Client, filters, types
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from telethon import TelegramClient, errors, events, functions
from telethon import types as tt
from telethon.crypto import rsa
from telethon.network import (
    ConnectionTcpAbridged,
    ConnectionTcpFull,
    ConnectionTcpIntermediate,
    ConnectionTcpObfuscated,
)
from telethon.sessions import StringSession

from sandbox.network import ServerInfo, connection_factory
from sandbox.server import Sandbox

TOKEN, USERNAME = "777003:secret", "interop_bot"
PHONE, CODE = "+9996600077", "22222"


@dataclass
class Stage:
    box: Sandbox
    bot: Any
    user: Any
    transport: type
    received: list[Any] = field(default_factory=list)
    """What the bot received."""
    complaints: set[str] = field(default_factory=set)
    """What the other library has to say of it all, as far as a test lets it complain."""


def telethon(info: ServerInfo, transport: type, session: str = "", **options: Any) -> Any:
    """A client of the other library, led to the sandbox."""
    rsa.add_key(Path(info.public_key).read_text(), old=False)
    kept = StringSession(session)
    kept.set_dc(2, info.host, info.port)
    return TelegramClient(kept, 1, "x", connection=transport, lang_code="uz", **options)


async def sign_up(user: Any) -> None:
    sent = await user.send_code_request(PHONE)
    with pytest.raises(errors.PhoneNumberUnoccupiedError):
        await user.sign_in(PHONE, CODE)
    await user(functions.auth.SignUpRequest(PHONE[1:], sent.phone_code_hash, "Telly", "Thon"))
    await user.sign_in(PHONE, CODE)


@pytest.fixture(params=[ConnectionTcpAbridged, ConnectionTcpIntermediate], ids=["abridged", "intermediate"])
async def stage(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    async with Sandbox(bots=[(TOKEN, USERNAME)]) as box:
        bot = Client(
            "bot", api_id=1, api_hash="x", bot_token=TOKEN, in_memory=True,
            connection_factory=connection_factory(box.info),
        )  # fmt: skip
        user = telethon(box.info, request.param)
        stage = Stage(box, bot, user, request.param)

        async def note(_: Client, message: Any) -> None:
            stage.received.append(message)

        bot.add_handler(MessageHandler(note, filters.incoming | filters.channel), group=-1)
        await bot.start()
        await user.connect()
        await sign_up(user)
        yield stage
        await user.disconnect()
        await bot.stop()
    records = caplog.get_records("setup") + caplog.get_records("call") + caplog.get_records("teardown")
    said = {
        record.getMessage().partition(":")[0]
        for record in records
        if record.name.startswith("telethon") and record.levelno > logging.INFO
    }
    said.discard("Attempt 1 at new auth_key failed")  # it tries again by itself, now and then
    assert said <= stage.complaints


async def until(condition: Any, timeout: float = 60) -> None:
    async with asyncio.timeout(timeout):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a library
            await asyncio.sleep(0.01)


def into(queue: asyncio.Queue[Any]) -> Callable[[Any], Awaitable[None]]:
    """A handler that puts the messages of events into a queue."""

    async def keep(event: Any) -> None:
        await queue.put(event.message)

    return keep


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "transport", [ConnectionTcpAbridged, ConnectionTcpIntermediate, ConnectionTcpFull, ConnectionTcpObfuscated]
)
async def test_every_transport_carries_a_sign_up_and_a_sign_in(transport: type) -> None:
    async with Sandbox() as box:
        user = telethon(box.info, transport)
        await user.connect()
        await sign_up(user)
        me = await user.get_me()
        assert (me.first_name, me.last_name, me.phone, me.bot) == ("Telly", "Thon", PHONE[1:], False)
        session = user.session.save()
        await user.disconnect()
        again = telethon(box.info, transport, session)
        await again.connect()
        assert await again.is_user_authorized()
        assert (await again.get_me()).id == me.id
        await again.disconnect()


async def test_a_wrong_code_is_refused_by_name() -> None:
    async with Sandbox() as box:
        user = telethon(box.info, ConnectionTcpAbridged)
        await user.connect()
        await user.send_code_request(PHONE)
        with pytest.raises(errors.PhoneCodeInvalidError):
            await user.sign_in(PHONE, "11111")
        await user.disconnect()


async def test_text_goes_both_ways_with_its_entities(stage: Stage) -> None:
    answers: asyncio.Queue[Any] = asyncio.Queue()
    stage.user.add_event_handler(into(answers), events.NewMessage(incoming=True))
    sent = await stage.user.send_message(USERNAME, "**жирный** 😀 [ссылка](https://example.org)", parse_mode="md")
    await until(lambda: stage.received)
    (heard,) = stage.received
    assert heard.text.markdown == "**жирный** 😀 [ссылка](https://example.org)"
    assert heard.from_user.language_code == "uz"
    await stage.bot.send_message(
        heard.chat.id, "<b>ответ</b> 😀", reply_parameters=types.ReplyParameters(message_id=heard.id)
    )
    answer = await asyncio.wait_for(answers.get(), 60)
    assert answer.raw_text == "ответ 😀"
    assert [(type(entity), entity.offset, entity.length) for entity in answer.entities] == [
        (tt.MessageEntityBold, 0, 5)
    ]
    assert answer.reply_to_msg_id == sent.id
    assert (answer.sender_id, answer.id) == (777003, 2)


async def test_a_channel_with_the_bot_as_its_admin(stage: Stage) -> None:
    made = await stage.user(functions.channels.CreateChannelRequest("Storage", "kept here", broadcast=True))
    channel = made.chats[0]
    await stage.user.edit_admin(channel, USERNAME, post_messages=True, edit_messages=True, delete_messages=True)
    participant = await stage.user(functions.channels.GetParticipantRequest(channel, USERNAME))
    assert isinstance(participant.participant, tt.ChannelParticipantAdmin)
    assert participant.participant.admin_rights.post_messages
    posts: asyncio.Queue[Any] = asyncio.Queue()
    stage.user.add_event_handler(into(posts), events.NewMessage(incoming=True))
    mine = await stage.user.send_message(channel, "from its owner")
    await until(lambda: [message for message in stage.received if message.text == "from its owner"])
    theirs = await stage.bot.send_message(int(f"-100{channel.id}"), "from the bot")
    post = await asyncio.wait_for(posts.get(), 60)
    assert (post.raw_text, post.id, post.post) == ("from the bot", theirs.id, True)
    assert theirs.id == mine.id + 1
    full = await stage.user(functions.channels.GetFullChannelRequest(channel))
    assert full.full_chat.about == "kept here"


async def test_a_button_is_pressed_and_the_answer_seen(stage: Stage) -> None:
    async def answer(_: Client, query: Any) -> None:
        await query.answer(f"pressed {query.data}", show_alert=True)
        await query.message.edit_text("done")

    stage.bot.add_handler(CallbackQueryHandler(answer))
    edits: asyncio.Queue[Any] = asyncio.Queue()
    stage.user.add_event_handler(into(edits), events.MessageEdited())
    await stage.user.send_message(USERNAME, "/start")
    me = await stage.user.get_me()
    button = types.InlineKeyboardButton("Press", callback_data="data")
    link = types.InlineKeyboardButton("Share", url="https://example.org")
    await until(lambda: stage.received)
    await stage.bot.send_message(me.id, "question", reply_markup=types.InlineKeyboardMarkup([[button], [link]]))
    message = (await stage.user.get_messages(USERNAME, limit=1))[0]
    assert [[each.text for each in row] for row in message.buttons] == [["Press"], ["Share"]]
    assert message.buttons[1][0].url == "https://example.org"
    result = await message.click(text="Press")
    assert (result.message, result.alert) == ("pressed data", True)
    assert (await asyncio.wait_for(edits.get(), 60)).raw_text == "done"


@pytest.mark.parametrize("size", [1, 700_001])
async def test_a_file_goes_there_and_back(stage: Stage, size: int, tmp_path: Path) -> None:
    await there_and_back(stage, size, tmp_path)


@pytest.mark.parametrize("stage", [ConnectionTcpAbridged], indirect=True)
async def test_a_big_file_goes_there_and_back(stage: Stage, tmp_path: Path) -> None:
    """Above 10 MiB other methods carry the parts. The other library's own AES takes its seconds here."""
    await there_and_back(stage, 10 * 1024 * 1024 + 1, tmp_path)


async def there_and_back(stage: Stage, size: int, tmp_path: Path) -> None:
    original = tmp_path / "original.bin"
    original.write_bytes(os.urandom(size))
    await stage.user.send_file(USERNAME, str(original), caption="подпись", force_document=True)
    await until(lambda: stage.received)
    (heard,) = stage.received
    assert (heard.document.file_name, heard.document.file_size, heard.caption) == ("original.bin", size, "подпись")
    at_bot = Path(await stage.bot.download_media(heard, file_name=str(tmp_path / "at_bot")))
    assert digest(at_bot) == digest(original)
    await stage.bot.send_document(heard.chat.id, str(at_bot), file_name="back.bin")
    back = (await stage.user.get_messages(USERNAME, limit=1))[0]
    assert back.file.name == "back.bin"
    downloaded = Path(await stage.user.download_media(back, file=str(tmp_path / "downloaded")))
    assert digest(downloaded) == digest(original)


async def test_albums_go_both_ways(stage: Stage, tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"part {number} " * 100)
        paths.append(path)
    sent = await stage.user.send_file(USERNAME, [str(path) for path in paths], caption=["a", "b", "c"])
    assert len({message.grouped_id for message in sent}) == 1
    await until(lambda: len(stage.received) == 3)
    assert [message.caption for message in stage.received] == ["a", "b", "c"]
    assert {message.media_group_id for message in stage.received} == {sent[0].grouped_id}
    albums: asyncio.Queue[Any] = asyncio.Queue()

    async def keep(event: Any) -> None:
        await albums.put(event)

    stage.user.add_event_handler(keep, events.Album())
    await stage.bot.send_media_group(
        stage.received[0].chat.id, [types.InputMediaDocument(str(path), caption=path.name) for path in paths]
    )
    album = await asyncio.wait_for(albums.get(), 60)
    assert [message.raw_text for message in album.messages] == ["0.txt", "1.txt", "2.txt"]
    for path, message in zip(paths, album.messages, strict=True):
        assert await stage.user.download_media(message, file=bytes) == path.read_bytes()


async def test_a_long_history_is_read(stage: Stage) -> None:
    texts = [f"message {number} {'x' * 200}" for number in range(150)]
    for text in texts:
        await stage.user.send_message(USERNAME, text)
    read = [message.raw_text async for message in stage.user.iter_messages(USERNAME, reverse=True)]
    assert read == texts
    found = await stage.user.get_messages(USERNAME, ids=[3, 1, 999])
    assert [message and message.raw_text for message in found] == [texts[2], texts[0], None]
    dialogs = await stage.user.get_dialogs()
    assert [dialog.entity.username for dialog in dialogs if dialog.is_user] == [USERNAME]


async def test_the_difference_is_got_after_a_reconnect(stage: Stage) -> None:
    made = await stage.user(functions.channels.CreateChannelRequest("Storage", "", broadcast=True))
    channel = int(f"-100{made.chats[0].id}")
    await stage.user.edit_admin(made.chats[0], USERNAME, post_messages=True)
    await stage.user.send_message(USERNAME, "hello")
    me = await stage.user.get_me()
    seen: asyncio.Queue[Any] = asyncio.Queue()
    stage.user.add_event_handler(into(seen), events.NewMessage(incoming=True))
    await stage.bot.send_message(me.id, "seen before")
    await stage.bot.send_message(channel, "posted before")
    await until(lambda: seen.qsize() == 2)
    await stage.user.disconnect()
    missed = [f"missed {number}" for number in range(7)]
    for text in missed:
        await stage.bot.send_message(me.id, text)
        await stage.bot.send_message(channel, f"post {text}")

    back = telethon(stage.box.info, stage.transport, stage.user.session.save(), catch_up=True)
    # a string session keeps no update state: hand it over, as a file would
    for box_id, state in stage.user.session.get_update_states():
        back.session.set_update_state(box_id, state)
    back.session.process_entities(made)
    got: list[str] = []

    async def note(event: Any) -> None:
        got.append(event.raw_text)

    back.add_event_handler(note, events.NewMessage(incoming=True))
    await back.connect()
    await until(lambda: len(got) >= 14)
    await asyncio.sleep(0.3)
    assert [text for text in got if text.startswith("missed")] == missed
    assert [text for text in got if text.startswith("post ")] == [f"post {text}" for text in missed]
    assert len(got) == 14
    await back.disconnect()


def key_of(user: Any) -> int:
    """The number of a client's auth key, signed, as the server counts."""
    return int.from_bytes(int(user.session.auth_key.key_id).to_bytes(8, "little"), "little", signed=True)


async def test_a_cut_connection_is_taken_up_again(stage: Stage) -> None:
    stage.complaints = {"Server closed the connection"}
    got: list[str] = []

    async def note(event: Any) -> None:
        got.append(event.raw_text)

    stage.user.add_event_handler(note, events.NewMessage(incoming=True))
    await stage.user.send_message(USERNAME, "hello")
    me = await stage.user.get_me()
    for round_ in range(3):
        for session in stage.box.hub.sessions(key_of(stage.user)):
            if session.link is not None:
                session.link.abort()
        await stage.user.catch_up()
        await stage.bot.send_message(me.id, f"round {round_}")
        assert (await stage.user.get_me()).id == me.id
    await until(lambda: len(got) >= 3)
    assert got == ["round 0", "round 1", "round 2"]
