"""Bundles as an admin makes them and a reader gets them: in order, albums whole, in as few calls as Telegram allows."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyrogram.types import Message

from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.words import TEXTS, answer, code_in, make_file, said, shown


async def counted(stage: Stage, language: str, count: int) -> Message:
    """Wait until the running count says so."""
    wanted = shown(language, "bundle-collecting", count=count)
    return await stage.owner.next_edit(predicate=lambda message: said(message) == wanted)


async def opened(stage: Stage, code: str, count: int) -> list[Message]:
    """What a reader gets who opens a link to so many files."""
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    return [await reader.next_message() for _ in range(count)]


def names(messages: list[Message]) -> list[str]:
    return [str(message.document.file_name) for message in messages if message.document]


async def made(stage: Stage, language: str) -> Message:
    """The answer with the bundle's link."""
    first = shown(language, "bundle-done", count=2, size=1, url="", missing=None).split()[1]
    return await stage.owner.next_message(
        from_=stage.scene.username, predicate=lambda message: said(message).startswith("✅") and first in said(message)
    )


async def test_what_is_collected_outlives_a_kill_and_arrives_in_order(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("uz")
    bot = await stage.bot().start()
    owner = stage.owner
    await owner.send("/custom_batch")
    begun = await answer(stage)
    assert said(begun) == shown("uz", "bundle-collecting", count=0)
    paths = [make_file(tmp_path, f"{number}") for number in range(6)]
    await owner.send_file(paths[0])
    await owner.send_album(paths[1:4])
    await counted(stage, "uz", 4)
    await bot.kill()
    await stage.bot().start()
    asked = await answer(stage)
    assert said(asked) == shown("uz", "bundle-collecting", count=4), "the same question again, with its count"
    await owner.send("So‘nggi so‘z")
    await owner.send_file(paths[4])
    await owner.send_file(paths[5])
    await counted(stage, "uz", 7)
    await owner.press(asked, text=TEXTS.label("uz", "button-undo"))
    assert said(await counted(stage, "uz", 6))
    await owner.press(asked, text=TEXTS.label("uz", "button-done"))
    done = await made(stage, "uz")
    arrived = await opened(stage, code_in(done), 6)
    assert names(arrived) == [path.name for path in paths[:5]]
    assert said(arrived[4]) == "So‘nggi so‘z"
    groups = [message.media_group_id for message in arrived]
    assert groups[0] is None
    assert len(set(groups[1:4])) == 1
    assert groups[1]
    over = await owner.press(begun, text=TEXTS.label("uz", "button-done"))
    assert over.message == TEXTS.label("uz", "conversation-over")


async def make_posts(stage: Stage, tmp_path: Path) -> list[Message]:
    """Posts of the storage channel: a file, words, a file that is deleted, a file, an album of two."""
    owner, channel = stage.owner, stage.scene.channel_id
    await owner.send("/about")  # nobody can be told anything who never wrote
    await answer(stage)
    paths = [make_file(tmp_path, f"post {number}") for number in range(5)]
    first = await owner.send_file(paths[0], to=channel)
    await owner.post(channel, "words")
    gone = await owner.send_file(paths[1], to=channel)
    last = await owner.send_file(paths[2], to=channel)
    album = await owner.send_album(paths[3:5], to=channel)
    for _ in range(4):
        await owner.next_message(predicate=lambda message: said(message).startswith("📥"))
    await owner.delete(gone)
    await owner.next_message(predicate=lambda message: said(message).startswith("⚠️"))  # it is said to be lost
    return [first, last, *album]


async def ask_for_ends(stage: Stage, first: str | list[Message], last: str) -> Message:
    """Begin a /batch and name both ends; returns what stands under them then."""
    owner = stage.owner
    await owner.send("/batch")
    assert said(await answer(stage)) == shown("en", "range-first")
    await name_end(stage, first)
    return await name_end(stage, last)


async def name_end(stage: Stage, end: str | Message | list[Message]) -> Message:
    """Name one end by its link or by forwarding it, an album whole; returns what is asked then."""
    await (stage.owner.send(end) if isinstance(end, str) else stage.owner.forward(end))
    return await answer(stage)


async def test_posts_from_last_to_first_make_one_link_after_a_yes(stage: Stage, tmp_path: Path) -> None:
    posts = await make_posts(stage, tmp_path)
    link = f"https://t.me/c/{str(stage.scene.channel_id)[4:]}/{posts[0].id}"
    await ask_for_ends(stage, posts[-2:], link)
    asked = await stage.owner.next_edit(predicate=lambda message: "5 files" in said(message))
    assert said(asked) == shown("en", "range-found", count=5, others=0, missing=1)
    await stage.owner.press(asked, text="Yes")
    done = await made(stage, "en")
    assert "Left out: 1 message" in said(done)
    arrived = await opened(stage, code_in(done), 5)
    assert names(arrived) == ["post 0.bin", "post 2.bin", "post 3.bin", "post 4.bin"]
    assert said(arrived[1]) == "words"
    assert arrived[3].media_group_id == arrived[4].media_group_id is not None
    assert await stage.sent_by_bot(stage.scene.channel_id) == [], "posts stay where they are"


async def test_wrong_ends_are_refused_each_with_its_reason(stage: Stage, tmp_path: Path) -> None:
    owner = stage.owner
    elsewhere = await owner.create_channel("Elsewhere")
    foreign = await owner.send_file(make_file(tmp_path, "foreign"), to=elsewhere)
    here = str(stage.scene.channel_id)[4:]
    await owner.send("/batch")
    await answer(stage)
    await owner.forward(foreign)
    assert said(await answer(stage)) == shown("en", "range-other-channel", title="Elsewhere")
    for words, key in ((f"t.me/c/{here}", "range-no-post"), ("first", "range-no-post")):
        await owner.send(words)
        assert said(await answer(stage)) == shown("en", key)
    await owner.send("t.me/c/12345/6")
    assert said(await answer(stage)) == shown("en", "range-other-channel", title="t.me/c/12345")
    await owner.send(f"t.me/c/{here}/900001")
    assert said(await answer(stage)) == shown("en", "range-last")
    await owner.send(f"t.me/c/{here}/1")
    assert said(await answer(stage)) == shown("en", "range-too-wide", count=900_001, most=20_000)
    await owner.send(f"t.me/c/{here}/900400")
    await answer(stage)
    empty = await owner.next_edit(predicate=lambda message: "no file" in said(message))
    assert said(empty) == shown("en", "range-empty", others=0, missing=400)


async def forwarded(stage: Stage, file: Message, times: int) -> None:
    """The owner forwards a file into the bundle, a hundred times in a call as a client does."""
    for _ in range(times // 100):
        await stage.owner.forward([file] * 100)


async def calls_for(stage: Stage, count: int, file: Message) -> int:
    """How many forwarding calls the delivery of a bundle of so many files costs."""
    await stage.owner.send("/custom_batch")
    await answer(stage)
    await forwarded(stage, file, count)
    await counted(stage, "en", count)
    await stage.owner.send("/done")
    code = code_in(await made(stage, "en"))
    before = await stage.sandbox.calls(stage.bot_id)
    reader: Person = await stage.reader()
    await reader.start_bot(stage.scene.username, code)
    for _ in range(count):
        await reader.next_message()
    after = await stage.sandbox.calls(stage.bot_id)
    changed = {name: number - before.get(name, 0) for name, number in after.items() if number != before.get(name, 0)}
    assert not {"messages.SendMedia", "messages.SendMultiMedia", "channels.GetMessages"} & changed.keys()
    return changed["messages.ForwardMessages"]


async def test_a_bundle_of_a_hundred_files_costs_one_delivery_call(stage: Stage, tmp_path: Path) -> None:
    elsewhere = await stage.owner.create_channel("Elsewhere")
    file = await stage.owner.send_file(make_file(tmp_path, "plain"), to=elsewhere)
    assert await calls_for(stage, 100, file) == 1


@pytest.mark.slow
async def test_a_bundle_of_a_thousand_files_costs_ten_and_takes_no_more(stage: Stage, tmp_path: Path) -> None:
    elsewhere = await stage.owner.create_channel("Elsewhere")
    file = await stage.owner.send_file(make_file(tmp_path, "plain"), to=elsewhere)
    assert await calls_for(stage, 1_000, file) == 10
