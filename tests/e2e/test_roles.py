"""Who may do what, given and taken in the chat: it holds from the next message or press on."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import BotResponseTimeout

from sandbox.person import Person
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import answer, code_in, make_file, said, shown


def button(message: Any, text: str) -> str:
    """The data of the button with this text."""
    rows = message.reply_markup.inline_keyboard
    return next(str(each.callback_data) for row in rows for each in row if each.text == text)


async def menu_has(stage: Stage, person: Person, names: set[str]) -> bool:
    """Whether one person's menu, by the ledger, has these commands and none of another permission."""
    lines = [line for line in await stage.sandbox.ledger() if line["kind"] == "commands"]
    mine = [line for line in lines if line["from_id"] == stage.bot_id and line["lang_code"] == "en"]
    theirs = [set(line["commands"]) for line in mine if str(person.id) in str(line["scope"])]
    return bool(theirs) and names <= theirs[-1] and not theirs[-1] & ({"genlink", "ban", "admins"} - names)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_an_admin_is_made_given_permissions_and_dismissed(stage: Stage, language: str, tmp_path: Path) -> None:
    ann = await stage.reader("Ann", language=language)
    path = make_file(tmp_path, "content")
    await ann.send("/start")
    await stage.answer(ann)

    await stage.owner.send(f"/add_admin {ann.id}")
    card = await answer(stage)
    assert said(card) == shown("en", "admin-card", who="x").replace("x", f"Ann ({ann.id})", 1)
    assert said(await stage.answer(ann)) == shown(language, "admin-appointed")
    await until(partial(menu_has, stage, ann, {"genlink", "links"}), 60)
    await ann.send_file(path)
    assert code_in(await stage.answer(ann))
    await ann.send(f"/ban {stage.owner.id}")
    assert said(await stage.answer(ann)) == shown(language, "command-withheld")

    upload = shown("en", "permission-upload")
    await stage.owner.press(card, text=f"✓ {upload}")
    changed = await stage.owner.next_edit(from_=stage.scene.username)
    assert button(changed, f"– {upload}") == f"admin-may:{ann.id}:upload:on"
    await ann.send_file(path)
    assert said(await stage.answer(ann)) == shown(language, "admin-not-permitted")
    await stage.owner.press(changed, text=f"– {shown('en', 'permission-ban')}")
    await stage.owner.next_edit(from_=stage.scene.username)
    await ann.send(f"/ban {stage.owner.id}")
    assert said(await stage.answer(ann)) == shown(language, "ban-fixed")
    await until(partial(menu_has, stage, ann, {"ban", "unban", "banlist"}), 60)

    await stage.owner.send(f"/del_admin {ann.id}")
    await answer(stage)
    await ann.send(f"/ban {stage.owner.id}")
    assert said(await stage.answer(ann)) == shown(language, "unknown-command")


async def test_of_somebody_banned_nothing_is_answered_until_they_are_let_in_again(stage: Stage, tmp_path: Path) -> None:
    reader = await stage.reader("Ben")
    await stage.owner.send_file(make_file(tmp_path, "banned"))
    code = code_in(await answer(stage))
    await reader.send("/language")
    buttons = await stage.answer(reader)
    name = f"ben_{reader.id}"
    await reader.client.invoke(raw.functions.account.UpdateUsername(username=name))

    await stage.owner.send(f"/ban @{name}")
    banned = await answer(stage)
    assert said(banned) == shown("en", "banned", who="x").replace("x", f"Ben @{name} ({reader.id})", 1)
    for words in ("hello", "/start", f"/start {code}", "/help"):
        await reader.send(words)
    pressing = asyncio.create_task(reader.press(buttons, data="language:ru"))
    assert await reader.quiet(0.2) == []

    await stage.owner.press(banned)
    assert said(await stage.owner.next_edit(from_=stage.scene.username)).startswith("✅")
    await reader.start_bot(stage.scene.username, code)
    assert (await stage.answer(reader)).document
    assert await reader.quiet(0.2) == [], "what was said meanwhile is not answered late"
    assert not pressing.done() or isinstance(pressing.exception(), BotResponseTimeout)
    pressing.cancel()
    await asyncio.gather(pressing, return_exceptions=True)
