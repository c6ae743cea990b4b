"""What readers keep for a while: announced, deleted in time whatever happens, offered again; and protected content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pyrogram.types import InlineKeyboardMarkup, Message

from sandbox.person import Person
from sandbox.stage import control
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import answer, make_file, said, shown, store


async def opened(stage: Stage, reader: Person, code: str) -> tuple[Message, Message]:
    """What opening a link brings: a file, and the notice after it."""
    await reader.start_bot(stage.scene.username, code)
    got = await stage.answer(reader)
    assert got.document, said(got)
    return got, await stage.answer(reader)


async def rows(stage: Stage, reader: Person) -> list[dict[str, Any]]:
    """What is written down of one reader's deletions."""
    async with AsyncMongoClient[dict[str, Any]](stage.database_url) as client:
        found = client[stage.database_name]["pending_deletions"].find({"user_id": reader.id})
        return await found.to_list()


async def ended(stage: Stage, reader: Person) -> list[dict[str, Any]]:
    """The same, once nothing is left to be done."""

    async def at_rest() -> list[dict[str, Any]]:
        found = await rows(stage, reader)
        return found if not any("task" in each for each in found) else []

    return await until(at_rest, 60)


async def test_a_file_goes_in_time_is_said_to_be_gone_and_comes_again(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot(AUTO_DELETE_TIME="2").start()
    code = await store(stage, make_file(tmp_path, "fleeting"))
    for language in ("en", "uz"):
        reader = await stage.reader(language=language)
        got, notice = await opened(stage, reader, code)
        assert said(notice) == shown(language, "deletion-notice", count=1, seconds=2)
        await reader.wait_deleted(got)
        gone = await reader.next_edit()
        assert said(gone) == shown(language, "deletion-done", count=1)
        assert isinstance(gone.reply_markup, InlineKeyboardMarkup)
        [[again], [close]] = gone.reply_markup.inline_keyboard
        assert again.url == f"https://t.me/{stage.scene.username}?start={code}"
        same, _ = await opened(stage, reader, code)
        assert same.document
        assert got.document
        assert same.document.file_unique_id == got.document.file_unique_id
        await reader.press(gone, text=close.text)
        await reader.wait_deleted(gone)
        assert (await rows(stage, reader))[0]["state"] == "deleted"


async def test_what_fell_due_while_the_bot_was_dead_goes_when_it_is_back_whoever_has_it(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    info = stage.sandbox.info
    bot = await stage.bot(AUTO_DELETE_TIME="4").start()
    code = await store(stage, make_file(tmp_path, "survives"))
    readers = [await stage.reader() for _ in range(4)]
    plain, blocked, tidy, caught = readers
    got = [(await opened(stage, reader, code)) for reader in (plain, blocked, tidy)]
    files = [file for file, _ in got]
    order = {"kind": "hold", "method": "messages.ForwardMessages", "account": stage.bot_id, "applied": True}
    hold = (await control(info, "POST", "/faults", **order, chat=caught.id))["id"]
    await caught.start_bot(stage.scene.username, code)
    files.append(await stage.answer(caught))  # which the bot does not know: it dies before the reply
    await bot.kill()
    await control(info, "DELETE", f"/faults/{hold}")
    [left] = await rows(stage, caught)
    assert (left["state"], left["message_ids"]) == ("pending", [])
    await blocked.client.block_user(stage.scene.username)
    await tidy.delete(got[2][1])
    await bot.start()
    for reader, file in zip(readers, files, strict=True):
        await reader.wait_deleted(file)
        [row] = await ended(stage, reader)
        assert row["state"] == "deleted"
        assert len([line for line in await stage.sent_by_bot(reader.id) if line.get("media")]) == 1


async def test_the_owner_says_for_how_long_and_whether_it_may_be_passed_on(stage: Stage, tmp_path: Path) -> None:
    async def told(words: str) -> str:
        await stage.owner.send(words)
        return said(await answer(stage))

    code = await store(stage, make_file(tmp_path, "rules"))
    assert shown("en", "auto-delete-hint") in await told("/autodelete")
    assert await told("/autodelete 3 days") == shown("en", "auto-delete-too-long")
    assert await told("/autodelete soon") == shown("en", "setting-duration")
    assert "1 hour 30 minutes" in await told("/autodelete 1h 30m")
    assert "on" in await told("/protect on")
    reader = await stage.reader(language="ru")
    got, notice = await opened(stage, reader, code)
    assert got.has_protected_content
    assert said(notice) == shown("ru", "deletion-notice", count=1, seconds=5400)
    assert await told("/protect perhaps") == shown("en", "setting-yes-no")
    await told("/protect off")
    await told("/autodelete off")
    await reader.start_bot(stage.scene.username, code)
    plain = await stage.answer(reader)
    assert not plain.has_protected_content
    assert await reader.quiet(0.5) == []
