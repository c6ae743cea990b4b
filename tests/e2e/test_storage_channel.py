"""How the owner sets the storage channel in the chat, and what channels are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest_asyncio
from pyrogram import raw

from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess, Stage
from tests.e2e.words import TEXTS, answer, code_in, make_file, said, shown


@pytest_asyncio.fixture(loop_scope="session")
async def bare(make: MakeStage) -> Stage:
    """A bot that was told of no storage channel."""
    stage = await make()
    await stage.bot(CHANNEL_ID="").start()
    await stage.owner.send("/start")  # a bot cannot write first
    await answer(stage)
    return stage


async def test_without_a_channel_the_owner_is_told_what_to_do(bare: Stage, tmp_path: Path) -> None:
    await bare.owner.send("/start")
    assert said(await answer(bare)) == shown("en", "greeting-admin-no-storage", first="Olivia")
    await bare.owner.send_file(make_file(tmp_path, "too early"))
    assert said(await answer(bare)) == shown("en", "storage-missing")
    await bare.owner.send_album([make_file(tmp_path, f"early {n}") for n in range(2)])
    assert said(await answer(bare)) == shown("en", "storage-missing")


async def test_making_the_bot_an_admin_is_enough(bare: Stage, tmp_path: Path) -> None:
    channel = await bare.owner.create_channel("Shelf & <b>")
    await bare.owner.promote(bare.scene.username, channel)
    question = await answer(bare)
    assert said(question) == shown("en", "storage-ask", title="Shelf & <b>")
    await bare.owner.press(question, text="Yes, use it")
    assert said(await bare.owner.next_edit()) == shown("en", "storage-set", title="Shelf & <b>")
    await bare.owner.send_file(make_file(tmp_path, "kept", name="kept.txt"))
    code = code_in(await answer(bare))
    assert [line["peer_id"] for line in await bare.sent_by_bot() if line.get("file_name") == "kept.txt"] == [channel]
    reader = await bare.reader()
    await reader.start_bot(bare.scene.username, code)
    assert (await reader.next_message()).document
    await bare.owner.send_file(make_file(tmp_path, "posted"), to=channel)
    assert said(await answer(bare)).startswith("📥 New in the storage channel")


async def test_what_was_chosen_outlives_a_restart_and_wins_over_the_environment(bare: Stage, tmp_path: Path) -> None:
    channel = await bare.owner.create_channel("Chosen")
    await bare.owner.promote(bare.scene.username, channel)
    await bare.owner.press(await answer(bare), text="Yes, use it")
    await bare.owner.next_edit()
    await bare.bots[0].terminate()
    await bare.bot().start()  # CHANNEL_ID is the scene's again
    await bare.owner.send_file(make_file(tmp_path, "later", name="later.txt"))
    await answer(bare)
    assert [line["peer_id"] for line in await bare.sent_by_bot() if line.get("file_name") == "later.txt"] == [channel]


async def test_a_forwarded_post_names_the_channel_and_no_changes_nothing(bare: Stage) -> None:
    post = await bare.owner.send_file(make_file(bare.folder, "post"), to=bare.scene.channel_id)
    await bare.owner.forward(post, to=bare.scene.username)
    question = await answer(bare)
    assert said(question) == shown("en", "storage-ask", title="Storage")
    await bare.owner.press(question, text="No")
    assert said(await bare.owner.next_edit()) == shown("en", "storage-unchanged")
    await bare.owner.send("/start")
    assert said(await answer(bare)) == shown("en", "greeting-admin-no-storage", first="Olivia")


async def test_a_channel_without_the_bot_or_without_its_right_to_post_is_refused(bare: Stage) -> None:
    channel = await bare.owner.create_channel("Closed")
    post = await bare.owner.post(channel, "hello")
    await bare.owner.forward(post, to=bare.scene.username)
    assert said(await answer(bare)) == shown("en", "storage-not-admin", title="Closed")
    await bare.owner.promote(bare.scene.username, channel, change_info=True)
    assert said(await answer(bare)) == shown("en", "storage-no-post-right", title="Closed")
    await bare.owner.promote(bare.scene.username, channel, change_info=True, post_messages=True)
    assert said(await answer(bare)) == shown("en", "storage-ask", title="Closed")


async def test_a_channel_with_protected_content_is_refused_also_when_it_became_so_meanwhile(bare: Stage) -> None:
    channel = await bare.owner.create_channel("Protected")
    await bare.owner.promote(bare.scene.username, channel)
    question = await answer(bare)
    peer: Any = await bare.owner.client.resolve_peer(channel)
    await bare.owner.client.invoke(raw.functions.messages.ToggleNoForwards(peer=peer, enabled=True))
    await bare.owner.press(question, text="Yes, use it")
    assert said(await answer(bare)) == shown("en", "storage-protected", title="Protected")
    await bare.owner.send("/start")
    assert said(await answer(bare)) == shown("en", "greeting-admin-no-storage", first="Olivia")


async def test_another_channel_is_asked_about_and_the_storage_channels_loss_and_return_are_told(
    stage: Stage, tmp_path: Path
) -> None:
    await stage.owner.send("/start")
    await answer(stage)
    other = await stage.owner.create_channel("Second")
    await stage.owner.promote(stage.scene.username, other)
    assert said(await answer(stage)) == shown("en", "storage-ask-change", title="Second")
    await stage.owner.demote(stage.scene.username, stage.scene.channel_id)
    assert said(await answer(stage)) == shown("en", "storage-lost", title="Storage")
    await stage.owner.send_file(make_file(tmp_path, "nowhere"))
    assert said(await answer(stage)) == shown("en", "storage-failed")
    await stage.owner.promote(stage.scene.username, stage.scene.channel_id)
    assert said(await answer(stage)) == shown("en", "storage-back", title="Storage")


async def test_what_the_owner_could_not_be_told_comes_when_they_first_write(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("ru")
    owner = stage.owner
    bot = await stage.bot().start()
    await owner.send_file(make_file(tmp_path, "early", name="early.txt"), to=stage.scene.channel_id)
    other = await owner.create_channel("Early")
    await owner.promote(stage.scene.username, other)
    await until(lambda: is_noted(bot), 60)
    await bot.terminate()  # all that was handled is written down: nothing comes again and tells it
    await stage.bot().start()
    assert not await stage.sent_by_bot(owner.id)
    await owner.send("/start")
    told = await owner.next_message(predicate=lambda message: "early.txt" in said(message))
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code_in(told))
    assert (await reader.next_message()).document
    question = shown("ru", "storage-ask-change", title="Early")
    asked = await owner.next_message(predicate=lambda message: said(message) == question)
    await owner.press(asked, text=TEXTS.label("ru", "button-storage-yes"))
    assert said(await owner.next_edit()) == shown("ru", "storage-set", title="Early")


async def is_noted(bot: BotProcess) -> bool:
    """Whether two texts wait for the owner."""
    return bot.text().count("waits until they write to the bot") == 2


async def test_only_the_owner_is_asked(make: MakeStage) -> None:
    stage = await make()
    admin = await stage.reader("Adam")
    await stage.bot(ADMINS=str(admin.id), CHANNEL_ID="").start()
    for person in (admin, stage.owner):
        await person.send("/start")
        await person.next_message(from_=stage.scene.username)
    channel = await admin.create_channel("Not the owner's")
    await admin.promote(stage.scene.username, channel)
    await admin.quiet(1)
    assert len(await stage.sent_by_bot(admin.id)) == 1
    assert len(await stage.sent_by_bot(stage.owner.id)) == 1
