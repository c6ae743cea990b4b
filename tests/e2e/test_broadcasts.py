"""Broadcasts as people see them: shown, started once, told how they go, through a crash; posts of a channel, too."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pyrogram.types import Message

from sandbox.people import People, Person
from sandbox.stage import control
from tests.e2e.conftest import MakeStage, end
from tests.e2e.crowd import Crowd
from tests.e2e.evidence import until
from tests.e2e.harness import SandboxProcess, Stage, make_stage
from tests.e2e.words import TEXTS, answer, make_file, said, shown


def label(language: str, key: str, **args: object) -> str:
    return TEXTS.label(language, key, **args)


def buttons_of(message: Message) -> list[Any]:
    return [button for row in getattr(message.reply_markup, "inline_keyboard", []) for button in row]


def data_in(message: Message, verb: str) -> str:
    """The data of the button of this verb."""
    return next(str(button.callback_data) for button in buttons_of(message) if button.callback_data.startswith(verb))


async def press(stage: Stage, message: Message, verb: str) -> Message:
    """Press the owner's button of this verb; returns the message as it is then."""
    data = data_in(message, verb)
    await stage.owner.press(message, data=data)
    return await stage.owner.next_edit(predicate=lambda edited: edited.id == message.id)


async def progress(stage: Stage, *words: str) -> Message:
    """Wait until a message of the bot to the owner says all of this, and return it."""

    async def found() -> Message | None:
        messages = await stage.owner.history()
        return next((each for each in messages if all(word in said(each) for word in words)), None)

    message = await until(found, 60)
    assert message
    return message


async def crowd_of(stage: Stage, count: int) -> Crowd:
    """People who wrote to the bot."""
    crowd = await Crowd.of(stage, count)
    for person in crowd.people:
        await crowd.say(person, ["/start"])
    await until(lambda: crowd.got(count), 60)
    return crowd


async def texts_since(crowd: Crowd) -> dict[int, list[str]]:
    """What each of them got after the greeting."""
    return {who: texts[1:] for who, texts in (await crowd.texts()).items()}


@dataclass(frozen=True, slots=True)
class Casting:
    """A bot whose owner speaks Russian, with a reader who does and another admin who does not."""

    stage: Stage
    reader: Person
    admin: Person


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def casting(
    sandbox: SandboxProcess, people: People, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Casting]:
    stage = await make_stage(sandbox, people, tmp_path_factory.mktemp("casting"), database_url, "ru")
    made = Casting(stage, await stage.reader("Rita", "ru"), await stage.reader("Ella", "en"))
    channel = {"SOURCE_CHANNEL_ID": str(stage.scene.channel_id), "CHANNEL_URL": "https://t.me/ours"}
    await stage.bot(ADMINS=str(made.admin.id), **channel).start()
    for person in (stage.owner, made.reader, made.admin):
        await person.send("/start")
        await stage.answer(person)
    yield made
    await end(stage)


@pytest.mark.slow
async def test_a_broadcast_is_shown_then_sent_once_and_told_of_in_two_languages(casting: Casting) -> None:
    stage, reader, other = casting.stage, casting.reader, casting.admin
    crowd = await crowd_of(stage, 2)
    blocks: dict[str, Any] = {"from": crowd.people[:1], "whom": stage.scene.username, "told": False}
    await control(stage.sandbox.info, "POST", "/blocks", **blocks)

    text = await stage.owner.send("Hello a < b & *all*")
    await answer(stage)
    await stage.owner.send("/broadcast", reply_to=text.id)
    preview = await answer(stage)
    assert said(preview) == "Hello a < b & *all*"
    card = await answer(stage)
    assert "5 читателей" in said(card)
    assert label("ru", "button-cast-start", count=5) in [button.text for button in buttons_of(card)]

    # Another admin sees it, and may not touch it.
    await other.send("/broadcasts")
    listed = await stage.answer(other)
    await other.press(listed, text="1")
    theirs = await other.next_edit()
    await other.press(theirs, data=data_in(theirs, "cast-start:"))
    assert said(await stage.answer(other)) == shown("en", "cast-others")

    start = data_in(card, "cast-start:")
    await asyncio.gather(*(stage.owner.press(card, data=start) for _ in range(2)))
    done = await progress(stage, "✅ Готово", shown("ru", "cast-sent", count=4, total=5))
    assert "▓" * 14 in said(done)
    assert "100" in said(done)
    file = await stage.owner.next_message(predicate=lambda message: message.document is not None)
    rows = list(csv.reader((await stage.owner.download(file)).read_text(encoding="utf-8").splitlines()))
    assert rows == [["user_id", "kind", "reason"], [str(crowd.people[0]), "blocked", "USER_IS_BLOCKED"]]
    got_by = {person: await stage.answer(person) for person in (reader, other)}
    assert {said(got) for got in got_by.values()} == {"Hello a < b & *all*"}
    assert [texts.count("Hello a < b & *all*") for texts in (await texts_since(crowd)).values()] == [0, 1]

    await stage.owner.press(done, data=data_in(done, "cast-edit:"))
    await progress(stage, shown("ru", "cast-edit-ask", kind="text"))
    await stage.owner.send("Hello again")
    sure = await progress(stage, shown("ru", "cast-edit-sure", count=4))
    await stage.owner.press(sure, text=label("ru", "button-yes"))
    for person in (reader, other):
        await person.next_edit(predicate=lambda message: said(message) == "Hello again")
    done = await progress(stage, shown("ru", "cast-edited", count=4, end="over"))

    await stage.owner.press(done, data=data_in(done, "cast-delete:"))
    sure = await progress(stage, "Hello again", "48")
    await stage.owner.press(sure, data=data_in(sure, "cast-delete-yes:"))
    for person in (reader, other):
        await person.wait_deleted(got_by[person])
    await progress(stage, shown("ru", "cast-deleted", count=4, end="over"))


async def test_an_admin_puts_buttons_under_a_message_sees_them_and_gives_it_up(casting: Casting) -> None:
    stage, admin = casting.stage, casting.admin
    await admin.send("/broadcast")
    assert said(await stage.answer(admin)) == shown("en", "cast-ask")
    await admin.send("Words")
    assert said(await stage.answer(admin)) == "Words"
    card = await stage.answer(admin)
    await admin.press(card, data=data_in(card, "cast-set:buttons"))
    feature = await admin.next_edit(predicate=lambda edited: edited.id == card.id)
    await admin.press(feature, text=label("en", "button-write"))
    await stage.answer(admin)
    await admin.send("Like - click")
    assert said(await stage.answer(admin)) == shown("en", "buttons-line", line="Like - click")
    await admin.send("Like - click:like | Site - https://example.com")
    preview = await stage.answer(admin)
    assert said(preview) == "Words"
    assert [button.text for button in buttons_of(preview)] == ["Like", "Site"]
    await admin.press(preview, text="Like")  # a press that is counted is answered
    card = await stage.answer(admin)
    await admin.press(card, data=data_in(card, "cast-drop:"))
    dropped = await admin.next_edit(predicate=lambda edited: edited.id == card.id)
    assert said(dropped) == shown("en", "cast-dropped")


@pytest.mark.slow
async def test_a_post_of_the_source_channel_goes_to_all_readers_once_and_is_no_file(
    casting: Casting, tmp_path: Path
) -> None:
    stage, reader = casting.stage, casting.reader
    await stage.owner.send("/send")
    await progress(stage, shown("ru", "send-instead", title="Storage"))
    post = await stage.owner.post(stage.scene.channel_id, "/chat 🎉 Sale & <more>")
    got = await stage.answer(reader)
    assert said(got) == "🎉 Sale & <more>"
    assert got.forward_origin is None
    [join] = buttons_of(got)
    assert (join.text, join.url) == (label("ru", "button-chat-join"), "https://t.me/ours")
    await progress(stage, "✅ Готово", "🎉 Sale & <more>")

    await stage.owner.edit(post, "/chat Changed")  # an edit sends nothing again
    paths = [make_file(tmp_path, f"part {n}") for n in range(3)]
    await stage.owner.send_album(paths, captions=["", "/chat Three files"], to=stage.scene.channel_id)
    parts = [await stage.answer(reader) for _ in paths]
    assert len({part.media_group_id for part in parts}) == 1
    assert [said(part) for part in parts if said(part)] == ["Three files"]
    await progress(stage, "✅ Готово", "Three files")
    await stage.owner.post(stage.scene.channel_id, "/chat")
    await progress(stage, shown("ru", "chat-empty"))
    texts = [line["text"] for line in await stage.sent_by_bot(stage.owner.id)]
    assert not [each for each in texts if each.startswith("📥")], "a post for all readers is no file to be stored"
    assert [each for each in texts if "Changed" in each] == []


@pytest.mark.slow
async def test_a_broadcast_goes_on_where_it_was_after_a_pause_and_a_kill_and_the_next_one_follows(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    bot = await stage.bot().start()
    await stage.owner.send("/start")
    await answer(stage)
    crowd = await crowd_of(stage, 20)
    await control(stage.sandbox.info, "POST", "/limits", bot={"rate": 8, "burst": 8})

    await stage.owner.send("/pbroadcast")
    assert said(await answer(stage)) == shown("en", "cast-ask")
    await stage.owner.send("First")
    assert said(await answer(stage)) == "First"
    card = await answer(stage)
    await press(stage, card, "cast-start:")
    await until(lambda: got_some(crowd, "First", 5), 60)
    running = await progress(stage, shown("en", "cast-head-running"), "First")
    await press(stage, running, "cast-pause:")
    await progress(stage, shown("en", "cast-head-paused"), "First")
    await bot.kill()
    await control(stage.sandbox.info, "POST", "/limits")
    await bot.start()
    paused = await progress(stage, shown("en", "cast-head-paused"), "First")
    await press(stage, paused, "cast-resume:")

    await stage.owner.send("/dbroadcast 2h")
    await progress(stage, shown("en", "cast-ask"))
    await stage.owner.send_album([make_file(tmp_path, f"part {n}") for n in range(2)], captions=["Second"])
    card = await progress(stage, shown("en", "cast-head"), "Second", "2 hours")
    await stage.owner.press(card, data=data_in(card, "cast-at:"))
    await progress(stage, shown("en", "cast-at-ask", zone="UTC"))
    await stage.owner.send("2020-01-01 10:00")
    await progress(stage, "is over")
    await stage.owner.send("1 s")
    for words in ("First", "Second"):
        await progress(stage, "✅ Done", words, shown("en", "cast-sent", count=21, total=21))
    assert all(texts == ["First"] for texts in (await texts_since(crowd)).values())
    assert [len(files) for files in (await crowd.files()).values()] == [2] * 20
    stored = [line for line in await stage.sent_by_bot(stage.scene.channel_id) if line.get("media")]
    assert stored == [], "what is to be sent on is no file to be stored"


async def got_some(crowd: Crowd, text: str, count: int) -> bool:
    """Whether so many of them have it."""
    return sum(text in texts for texts in (await crowd.texts()).values()) >= count
