"""The guided upload as an admin has it, in two languages, across a `kill -9` in the middle."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import MakeStage
from tests.e2e.words import TEXTS, answer, code_in, make_file, said, shown


async def test_an_upload_outlives_a_kill_and_asks_the_same_again(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("ru")
    bot = await stage.bot().start()
    owner, path = stage.owner, make_file(tmp_path, "film", name="film.mp4")
    await owner.send("/upload")
    assert said(await answer(stage)) == shown("ru", "upload-file")
    await owner.send_file(path)
    asked = shown("ru", "upload-title", name="film.mp4", kind="document")
    assert said(await answer(stage)) == asked
    await bot.kill()
    await stage.bot().start()
    again = await answer(stage)
    assert said(again) == asked, "the same question again"
    await owner.send("Фильм <b> & другие")
    tags = await answer(stage)
    assert said(tags) == shown("ru", "upload-tags")
    stale = await owner.press(again, text=TEXTS.label("ru", "button-skip"))
    assert stale.message == TEXTS.label("ru", "conversation-over")
    await owner.send("кино, старое кино")
    done = await owner.next_message(predicate=lambda message: said(message).startswith("✅"))  # not how far the copy is
    assert said(done).startswith("✅ Фильм <b> & другие, ")
    assert "кино, старое кино" in said(done)
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code_in(done))
    got = await reader.next_message()
    assert got.document
    names = {"film.mp4", "Фильм <b> & другие.mp4"}  # as it was stored, until it has its new name
    assert got.document.file_name in names
    later = [said(each) for each in await owner.quiet(0.5) if each.from_user]
    assert not {asked, shown("ru", "upload-tags")} & set(later), "nothing is asked once more"
    for button in (again, tags):
        stale = await owner.press(button, text=TEXTS.label("ru", "button-cancel"))
        assert stale.alert


async def test_control_what_is_kept_in_memory_does_not_outlive_its_process(make: MakeStage, tmp_path: Path) -> None:
    stage = await make("ru")
    bot = await stage.bot("--weaken", "conversations").start()
    await stage.owner.send("/upload")
    await answer(stage)
    await stage.owner.send_file(make_file(tmp_path, "film", name="film.mp4"))
    await answer(stage)
    await bot.terminate()  # a kill may make it take the beginning again
    await stage.bot("--weaken", "conversations").start()
    await stage.owner.send("Фильм")
    lost = shown("ru", "admin-text")
    await stage.owner.next_message(predicate=lambda message: said(message) == lost)


async def test_an_upload_of_an_album_back_and_what_is_in_between(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot().start()
    owner = stage.owner
    await owner.send("/upload")
    await answer(stage)
    await owner.send_album([make_file(tmp_path, f"part {number}") for number in range(3)])
    asked = await answer(stage)
    assert said(asked) == shown("en", "upload-title", name="part 0.bin", kind="document")
    await owner.send_file(make_file(tmp_path, "aside"))
    assert said(await answer(stage)).startswith("✅ Stored: aside.bin"), "a file of its own just gets its link"
    await owner.send("😀" * 101)
    assert said(await answer(stage)) == shown("en", "upload-title-long", length=202, longest=200)
    await owner.send("/batches")
    assert said(await answer(stage)) == shown("en", "unknown-command")
    await owner.press(asked, text="Skip")
    tags = await owner.next_edit()
    await owner.press(tags, text="← Back")
    assert said(await owner.next_edit()) == said(asked)
    await owner.send("Three parts")
    await answer(stage)
    await owner.send("/upload")
    busy = await answer(stage)
    assert said(busy) == shown("en", "conversation-busy", topic="upload")
    await owner.press(busy, text="Go on with that")
    tags = await owner.next_edit()
    assert said(tags) == shown("en", "upload-tags")
    await owner.press(tags, text="Skip")
    done = await owner.next_edit()
    assert said(done).startswith("✅ Three parts, 3 files, ")
    reader = await stage.reader()
    await reader.start_bot(stage.scene.username, code_in(done))
    arrived = [await reader.next_message() for _ in range(3)]
    assert len({message.media_group_id for message in arrived}) == 1
