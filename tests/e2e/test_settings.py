"""/settings: everything in one message, changed at a press, by those who may, and written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import MakeStage
from tests.e2e.words import TEXTS, answer, make_file, said, shown, store


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
    await bot.kill()
    await stage.bot(PROTECT_CONTENT="true").start()
    await owner.press(changed, data="set-reset:protect_content")  # a button of an old message works as before
    assert shown(language, "setting-from-environment", variable="PROTECT_CONTENT") in said(await owner.next_edit())
    await owner.send("/settings")
    await owner.press(await answer(stage), text=button("button-settings-log"))
    on, off, name = button("value-on"), button("value-off"), button("setting-protect-content")
    log = said(await owner.next_edit()).replace("⇒", "→")
    assert log.index(f"Olivia · {name}: {off} → {on}") < log.index(f"Olivia · {name}: {on} → {off}")
