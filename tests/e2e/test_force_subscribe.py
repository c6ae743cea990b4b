"""What readers must have joined: named in the chat, seen by the reader, and gone on from with the very link."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.person import Person
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import answer, make_file, said, shown, store


def buttons(message: Any) -> dict[str, str]:
    """What each button under a message does, by its text: an address, or data."""
    rows = message.reply_markup.inline_keyboard
    return {str(each.text): str(each.url or each.callback_data) for row in rows for each in row}


async def a_chat(stage: Stage, title: str, *, username: str = "", broadcast: bool = True) -> int:
    """A channel or group of the owner's in which the bot is an administrator."""
    chat = await stage.owner.create_channel(title, broadcast=broadcast)
    if username:
        await stage.owner.make_public(chat, username)
    await stage.owner.promote(stage.scene.username, chat, invite_users=True)
    return chat


async def gate(stage: Stage, reader: Person, code: str) -> Any:
    """The gate that a reader meets at a link."""
    await reader.start_bot(stage.scene.username, code)
    return await stage.answer(reader)


async def required(stage: Stage, *names: object) -> None:
    """The owner names chats after the command."""
    for name in names:
        await stage.owner.send(f"/fsub {name}")
        assert "⚠️" not in said(await answer(stage))


def gated(language: str, *titles: str) -> str:
    rows = "\n".join(f"• {title}" for title in titles)
    return shown(language, "fsub-gate", rows="x").replace("x", rows, 1)


async def is_told(stage: Stage, text: str) -> bool:
    lines = await stage.sent_by_bot(stage.owner.id)
    return any(line["text"] == text for line in lines)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_reader_joins_what_is_missing_and_goes_on_with_the_same_link(
    make: Any, language: str, tmp_path: Path
) -> None:
    stage: Stage = await make()
    await stage.bot().start()
    code = await store(stage, make_file(tmp_path, language))
    name = f"club_{stage.bot_id}"
    club = await a_chat(stage, "Club", username=name, broadcast=False)
    news = await a_chat(stage, "News")
    assert said(await answer(stage)) == shown("en", "target-ask", title="Club"), "a group might be for drafts"

    await stage.owner.send("/fsub")
    await stage.owner.press(await answer(stage), data="fsub-add")
    assert said(await answer(stage)) == shown("en", "fsub-ask")
    await stage.owner.send(f"@{name}")
    await answer(stage)
    await stage.owner.send("/fsub")
    await stage.owner.press(await answer(stage), data="fsub-add")
    await answer(stage)
    await stage.owner.forward(await stage.owner.post(news, "news"), to=stage.scene.username)
    assert "News" in said(await answer(stage))

    reader = await stage.reader("Rita", language=language)
    shut = await gate(stage, reader, code)
    assert said(shut) == gated(language, "Club", "News")
    ways = buttons(shut)
    again = shown(language, "button-try-again")
    assert ways.pop(again) == f"fsub-again:{code}"
    public, private = ways.values()
    assert public == f"https://t.me/{name}"
    pressed = await reader.press(shut, text=again)
    assert (pressed.alert, pressed.message) == (True, shown(language, "fsub-still"))
    await reader.join(private)
    await reader.press(shut, text=again)
    assert said(await reader.next_edit(predicate=lambda message: "News" not in said(message))) == gated(
        language, "Club"
    )
    await reader.join(name)
    await reader.press(shut, text=again)
    assert (await stage.answer(reader)).document
    assert said(await reader.next_edit()) == shown(language, "fsub-joined")

    before = await stage.sandbox.calls(stage.bot_id)
    await reader.start_bot(stage.scene.username, code)
    assert (await stage.answer(reader)).document
    after = await stage.sandbox.calls(stage.bot_id)
    assert after["channels.GetParticipant"] == before["channels.GetParticipant"], "a member is not asked about again"
    await reader.leave(club)
    left = await gate_again(stage, reader, code)
    assert said(left) == gated(language, "Club")


async def gate_again(stage: Stage, reader: Person, code: str) -> Any:
    """The gate, once the bot has heard that this reader left."""

    async def shut() -> Any:
        found = await gate(stage, reader, code)
        return None if found.document else found

    return await until(shut, 60)


@pytest.mark.parametrize(("language", "strict"), [("en", False), ("uz", True)])
async def test_who_asked_to_join_passes_and_a_lost_chat_is_reported_once_and_shuts_as_the_owner_chose(
    make: Any, language: str, strict: bool, tmp_path: Path
) -> None:
    stage: Stage = await make()
    news = await asking_chat(stage, public=strict)
    bot = await stage.bot(FORCE_SUB_CHANNEL=str(news)).start()
    code = await store(stage, make_file(tmp_path, language))
    if strict:
        await press_through(stage, "/settings", "settings:readers", "set:fsub_strict", "set-to:fsub_strict:true")
    else:
        await press_through(stage, "/fsub", f"fsub-chat:{news}", f"fsub-asks:{news}:on")

    reader = await stage.reader("Rita", language=language)
    shut = await gate(stage, reader, code)
    link = next(iter(buttons(shut).values()))
    await reader.ask_to_join(link)
    await passes(reader, shut, language)
    assert (await stage.answer(reader)).document
    await bot.kill()
    await bot.start()
    await reader.start_bot(stage.scene.username, code)
    assert (await stage.answer(reader)).document, "what was asked is remembered"

    stranger = await stage.reader("Sam", language=language)
    await gate(stage, stranger, code)
    await stage.owner.demote(stage.scene.username, news)
    await until(partial(is_told, stage, shown("en", "fsub-lost", title="News", strict=strict)), 60)
    first, again = await gate(stage, stranger, code), await gate(stage, stranger, code)
    for got in (first, again):
        assert bool(got.document) is not strict
        assert strict is (said(got) == gated(language, "News"))
    await reader.start_bot(stage.scene.username, code)
    assert (await stage.answer(reader)).document, "who asked before it was lost passes"
    told = [line["text"] for line in await stage.sent_by_bot(stage.owner.id) if line["text"].startswith("⚠️")]
    assert len(told) == 1
    assert not await is_told(stage, shown("en", "target-ask", title="News")), "it is for something already"
    if strict:
        await stage.owner.promote(stage.scene.username, news, invite_users=True)
        await stranger.ask_to_join(link)
        await passes(stranger, again, language)
        assert (await stage.answer(stranger)).document


async def asking_chat(stage: Stage, *, public: bool) -> int:
    """A channel, or a public group where whoever joins has to be let in."""
    if not public:
        return await a_chat(stage, "News")
    news = await a_chat(stage, "News", username=f"news_{stage.bot_id}", broadcast=False)
    await stage.owner.let_ask(news)
    return news


async def press_through(stage: Stage, command: str, *data: str) -> None:
    """Press one button after the other under the message that answers a command."""
    await stage.owner.send(command)
    card = await answer(stage)
    for each in data:
        await stage.owner.press(card, data=each)
        card = await stage.owner.next_edit(from_=stage.scene.username)


async def passes(reader: Person, shut: Any, language: str) -> None:
    """Try again until the bot has heard of what the reader did."""

    async def passed() -> bool:
        pressed = await reader.press(shut, text=shown(language, "button-try-again"))
        return not pressed.message

    await until(passed, 60)
