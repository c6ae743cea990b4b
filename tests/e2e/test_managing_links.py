"""What an admin does with links: list, look, close, open again; and that nobody else can."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.words import TEXTS, answer, code_in, make_file, said, shown, store


async def opening(stage: Stage, code: str, reader: Person) -> str:
    """What a reader is told, or the name of the file that they get."""
    await reader.send(f"/start {code}")
    got = await reader.next_message()
    return str(got.document.file_name) if got.document else said(got)


@pytest.mark.parametrize("form", ["{code}", "https://t.me/{bot}?start={code}", "t.me/{bot}?start={code}"])
async def test_a_link_is_closed_by_its_code_or_address_and_opened_again(
    stage: Stage, tmp_path: Path, form: str
) -> None:
    code = await store(stage, make_file(tmp_path, "closing", name="closing.txt"))
    reader = await stage.reader()
    assert await opening(stage, code, reader) == "closing.txt"
    await stage.owner.send(f"/revoke {form.format(code=code, bot=stage.scene.username)}")
    closed = await answer(stage)
    assert "closing.txt" in said(closed)
    assert await opening(stage, code, reader) == shown("en", "link-revoked")
    await stage.owner.press(closed, text="Open it again")
    assert said(await stage.owner.next_edit()).startswith("✅ Open again")
    assert await opening(stage, code, reader) == "closing.txt"


async def test_a_reply_to_the_answer_closes_its_link(stage: Stage, tmp_path: Path) -> None:
    await stage.owner.send_file(make_file(tmp_path, "reply"))
    stored = await answer(stage)
    await stage.owner.send("/revoke", reply_to=stored.id)
    assert said(await answer(stage)).startswith("🚫 Closed")
    reader = await stage.reader(language="uz")
    assert await opening(stage, code_in(stored), reader) == shown("uz", "link-revoked")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("/revoke", "revoke-usage"),
        ("/revoke nonsense", "link-malformed"),
        ("/revoke https://example.com/?start=f", "link-malformed"),
        ("/revoke f" + "A" * 22, "link-unknown"),
    ],
)
async def test_revoke_says_what_it_needs(stage: Stage, words: str, key: str) -> None:
    await stage.owner.send(words)
    assert said(await answer(stage)) == shown("en", key)


async def test_the_content_of_a_closed_link_gets_a_new_one(stage: Stage, tmp_path: Path) -> None:
    path = make_file(tmp_path, "twice")
    first = await store(stage, path)
    await stage.owner.send(f"/revoke {first}")
    await answer(stage)
    second = await store(stage, path)
    reader = await stage.reader()
    assert second != first
    assert await opening(stage, first, reader) == shown("en", "link-revoked")
    assert await opening(stage, second, reader) == path.name


async def test_links_are_listed_with_their_uses_over_pages(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot().start()
    await stage.owner.send("/links")
    assert said(await answer(stage)) == shown("en", "links-empty")
    codes = [await store(stage, make_file(tmp_path, f"file {number}")) for number in range(10)]
    reader = await stage.reader()
    assert [await opening(stage, codes[-1], reader) for _ in range(2)] == ["file 9.bin"] * 2
    await stage.owner.send("/links")
    listed = await answer(stage)
    lines = said(listed).splitlines()
    assert lines[0] == "Links, newest first (10)"
    assert lines[2:10] == [f"{n}. file {10 - n}.bin, {2 if n == 1 else 0} uses" for n in range(1, 9)]
    await stage.owner.press(listed, text="Older →")
    older = await stage.owner.next_edit()
    assert said(older).splitlines()[2:4] == ["1. file 1.bin, 0 uses", "2. file 0.bin, 0 uses"]
    await stage.owner.press(older, text="⇤ Newest")
    newest = await stage.owner.next_edit()
    await stage.owner.press(newest, text="1")
    card = await stage.owner.next_edit()
    assert "Used 2 times" in said(card)
    assert code_in(card) == codes[-1]
    await stage.owner.press(card, text="Close this link")
    closed = await stage.owner.next_edit()
    assert await opening(stage, codes[-1], reader) == shown("en", "link-revoked")
    await stage.owner.press(closed, text="← All links")
    assert "1. file 9.bin, 2 uses, closed" in said(await stage.owner.next_edit())


async def test_who_is_no_admin_any_more_presses_in_vain(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    admin = await stage.reader("Adam")
    bot = await stage.bot(ADMINS=str(admin.id)).start()
    await admin.send_file(make_file(tmp_path, "mine"))
    code = code_in(await admin.next_message(from_=stage.scene.username))
    await admin.send("/links")
    listed = await admin.next_message(from_=stage.scene.username)
    await admin.press(listed, text="1")
    card = await admin.next_edit()
    await bot.terminate()
    await stage.bot(ADMINS="").start()
    refused = await admin.press(card, text="Close this link")
    assert refused.message == TEXTS.label("en", "no-authority")
    assert refused.alert
    assert await opening(stage, code, admin) == "mine.bin"


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_the_options_of_a_link_are_set_under_the_answer_that_brought_it(
    make: MakeStage, tmp_path: Path, language: str
) -> None:
    stage = await make(language)
    await stage.bot().start()
    owner, reader = stage.owner, await stage.reader("Rita")

    def button(key: str, **args: object) -> str:
        return TEXTS.label(language, key, **args)

    await owner.send_file(make_file(tmp_path, "options", name="options.txt"))
    stored = await answer(stage)
    code = code_in(stored)
    await owner.press(stored, text=button("button-link-options"))
    card = await owner.next_edit()
    assert card.id == stored.id
    await owner.press(card, text=button("link-limit"))
    await owner.press(await owner.next_edit(), text=button("value-number", number=1))
    card = await owner.next_edit()
    assert [await opening(stage, code, reader) for _ in range(2)] == ["options.txt", shown("en", "link-used-up")]
    await owner.press(card, text=button("link-limit"))
    await owner.press(await owner.next_edit(), text=button("button-write"))
    await answer(stage)
    await owner.send("many")
    assert said(await answer(stage)) == shown(language, "setting-number", least=1, most=1_000_000_000)
    await owner.send("3")
    card = await answer(stage)
    assert await opening(stage, code, reader) == "options.txt"
    await owner.press(card, text=button("link-title"))
    await owner.press(await owner.next_edit(), text=button("button-write"))
    await answer(stage)
    await owner.send("A <b>title</b>")
    card = await answer(stage)
    assert said(card).startswith("A <b>title</b>")
    await owner.press(card, text=button("link-expiry"))
    await owner.press(await owner.next_edit(), text=button("value-duration", seconds=3600))
    card = await owner.next_edit()
    assert "(UTC" in said(card) or "UTC)" in said(card)
    await owner.press(card, text=button("button-link-uses"))
    statistics = said(await owner.next_edit())
    assert statistics.count("Rita") == 2
    await owner.send("/settings")
    await owner.press(await answer(stage), text=button("button-settings-log"))
    log = said(await owner.next_edit())
    assert all(button(f"link-{each}") in log for each in ("limit", "title", "expiry"))
