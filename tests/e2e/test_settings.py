"""/settings: everything in one message, changed at a press, by those who may, and written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyrogram.types import Message

from sandbox.stage import control
from services.options import DECLARED
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.words import TEXTS, answer, code_in, make_file, said, shown, store


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_setting_is_changed_at_a_press_and_holds_at_once(
    make: MakeStage, tmp_path: Path, language: str
) -> None:
    stage = await make(language)
    bot = await stage.bot(PROTECT_CONTENT="true").start()
    owner, reader = stage.owner, await stage.reader()
    code = await store(stage, make_file(tmp_path, "protected"))

    def button(key: str, **args: object) -> str:
        return TEXTS.label(language, key, **args)

    await reader.start_bot(stage.scene.username, code)
    assert (await reader.next_message()).has_protected_content
    await owner.send("/settings")
    menu = await answer(stage)
    await owner.press(menu, text=button("button-settings-readers"))
    page = await owner.next_edit()
    assert page.id == menu.id
    await owner.press(page, text=button("setting-protect-content"))
    card = await owner.next_edit()
    assert shown(language, "setting-from-environment", variable="PROTECT_CONTENT") in said(card)
    await owner.press(card, text=button("value-off"))
    changed = await owner.next_edit()
    assert shown(language, "setting-from-chat") in said(changed)
    await reader.start_bot(stage.scene.username, code)
    assert not (await reader.next_message()).has_protected_content
    await owner.press(changed, text=button("button-setting-undo", value=button("value-on")))
    undone = await owner.next_edit()
    assert shown(language, "setting-from-environment", variable="PROTECT_CONTENT") in said(undone)
    await owner.press(undone, text=button("button-setting-undo", value=button("value-off")))
    assert shown(language, "setting-from-chat") in said(await owner.next_edit())
    await owner.send(f"/add_admin {reader.id}")
    await answer(stage)
    await bot.kill()
    await stage.bot(PROTECT_CONTENT="true").start()
    await owner.press(changed, data="set-reset:protect_content")  # a button of an old message works as before
    assert shown(language, "setting-from-environment", variable="PROTECT_CONTENT") in said(await owner.next_edit())
    await owner.send("/settings")
    await owner.press(await answer(stage), text=button("button-settings-log"))
    on, off, name = button("value-on"), button("value-off"), button("setting-protect-content")
    log = said(await owner.next_edit()).replace("⇒", "→")
    assert log.index(f"Olivia · {name}: {off} → {on}") < log.index(f"Olivia · {name}: {on} → {off}")
    role, admin = button("changed-role", who="Reader"), button("value-admin", may="upload")
    assert f"Olivia · {role}: {button('value-reader')} → {admin}" in log


async def typed(stage: Stage, name: str, words: str, language: str) -> Message:
    """Write a setting's value after pressing the button for it; returns what the bot says last."""
    await stage.owner.send("/settings")
    menu = await answer(stage)
    await stage.owner.press(menu, text=TEXTS.label(language, f"button-settings-{DECLARED[name].group}"))
    await stage.owner.press(await stage.owner.next_edit(), text=TEXTS.label(language, DECLARED[name].key))
    await stage.owner.press(await stage.owner.next_edit(), text=TEXTS.label(language, "button-write"))
    await answer(stage)
    await stage.owner.send(words)
    return await answer(stage)


def rows_of(message: Message) -> list[list[tuple[str, str | None]]]:
    keyboard: Any = message.reply_markup
    return [[(button.text, button.url) for button in row] for row in keyboard.inline_keyboard] if keyboard else []


@pytest.mark.parametrize("language", ["en", "uz"])
async def test_captions_and_buttons_are_shown_on_a_real_file_before_they_are_saved(
    make: MakeStage, tmp_path: Path, language: str
) -> None:
    stage = await make(language)
    bot = await stage.bot().start()
    owner, reader = stage.owner, await stage.reader("Rita & <b>")
    code = await store(stage, make_file(tmp_path, "one", name="one.txt"))
    wrong = await typed(stage, "caption_template", "<b>{filname}", language)
    assert said(wrong) == shown(language, "markup-unclosed", tag="b")
    await owner.send("<b>{filname}</b>")
    assert "{filname}" in said(await answer(stage))
    await owner.send("<b>{filename}</b> for {first}")
    seen = await answer(stage)
    assert said(seen) == "one.txt for Olivia"
    question = await answer(stage)
    assert said(question) == shown(language, "setting-save")
    await reader.start_bot(stage.scene.username, code)
    assert said(await reader.next_message()) == "", "nothing is saved yet"
    await bot.kill()
    await stage.bot().start()
    again = await answer(stage)  # the question, once more
    await owner.press(again, text=TEXTS.label(language, "button-yes"))
    assert shown(language, "setting-from-chat") in said(await owner.next_edit())
    await reader.start_bot(stage.scene.username, code)
    assert said(await reader.next_message()) == "one.txt for Rita & <b>"
    lines = "Site - https://a.example | Channel - t.me/b\nMore - https://c.example"
    seen = await typed(stage, "file_buttons", lines, language)
    rows = [[("Site", "https://a.example"), ("Channel", "https://t.me/b")], [("More", "https://c.example")]]
    assert rows_of(seen) == rows
    await owner.press(await answer(stage), text=TEXTS.label(language, "button-yes"))
    await owner.next_edit()
    await reader.start_bot(stage.scene.username, code)
    got = await reader.next_message()
    assert (said(got), rows_of(got)) == ("one.txt for Rita & <b>", rows)
    words = await owner.send("Read me")
    await answer(stage)
    await owner.send("/genlink", reply_to=words.id)
    await reader.start_bot(stage.scene.username, code_in(await answer(stage)))
    got = await reader.next_message()
    assert (said(got), rows_of(got)) == ("Read me", []), "nothing stands under a text"
    album = await an_album(stage, tmp_path)
    await reader.start_bot(stage.scene.username, album)
    parts = [await reader.next_message() for _ in range(3)]
    assert [said(part) for part in parts[:2]] == ["a.txt for Rita & <b>", "b.txt for Rita & <b>"]
    assert [rows_of(part) for part in parts] == [[], [], rows]
    assert parts[0].media_group_id == parts[1].media_group_id is not None


async def an_album(stage: Stage, folder: Path) -> str:
    await stage.owner.send_album([make_file(folder, name, name=f"{name}.txt") for name in "ab"], "document")
    return code_in(await answer(stage))


async def test_a_picture_for_the_greeting_outlives_its_file_id(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot().start()
    reader = await stage.reader("Rita")
    asked = await typed(stage, "greeting_picture", "no address", "en")
    assert said(asked) == shown("en", "setting-picture")
    await stage.owner.send_file(make_file(tmp_path, "photo", name="photo.jpg"), "photo")
    seen = await answer(stage)
    assert seen.photo
    assert said(seen) == shown("en", "greeting", first="Olivia")
    await stage.owner.press(await answer(stage), text=TEXTS.label("en", "button-yes"))
    await stage.owner.next_edit()
    for _ in range(2):
        await reader.send("/start")
        greeted = await reader.next_message()
        assert greeted.photo
        assert said(greeted) == shown("en", "greeting", first="Rita")
        await control(stage.sandbox.info, "POST", "/file_references/expire")
