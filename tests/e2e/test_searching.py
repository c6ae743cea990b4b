"""Looking for files: /search with its pages, and the bot's name and some words in any chat."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pyrogram.types import Message

from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.words import TEXTS, answer, code_in, make_file, said, shown, store

NAMES = [f"The silent forest, part {number}.txt" for number in range(1, 10)]


async def list_what_is_new(stage: Stage, language: str) -> None:
    """The owner lets readers find every new link."""
    await stage.owner.send("/settings")
    await stage.owner.press(await answer(stage), text=TEXTS.label(language, "button-settings-storing"))
    await stage.owner.press(await stage.owner.next_edit(), text=TEXTS.label(language, "setting-list-new-links"))
    await stage.owner.press(await stage.owner.next_edit(), text=TEXTS.label(language, "value-on"))
    await stage.owner.next_edit()


def addresses(message: Message) -> list[str]:
    """The codes of the links that a list leads to."""
    return [str(entity.url).partition("?start=")[2] for entity in message.entities or () if entity.url]


async def opened(reader: Person, bot: str, code: str) -> str:
    await reader.start_bot(bot, code)
    got = await reader.next_message(from_=bot)
    return str(got.document.file_name) if got.document else said(got)


@pytest.mark.parametrize("language", ["en", "uz"])
async def test_readers_find_what_is_listed_and_open_it(make: MakeStage, tmp_path: Path, language: str) -> None:
    stage = await make(language)
    bot = await stage.bot().start()
    username, reader = stage.scene.username, await stage.reader(language=language)
    hidden = await store(stage, make_file(tmp_path, "hidden", name="Forest of secrets.txt"))
    await reader.send("/search")
    assert said(await stage.answer(reader)) == shown(language, "search-empty")
    await list_what_is_new(stage, language)
    codes = [await store(stage, make_file(tmp_path, f"part {n}", name=name)) for n, name in enumerate(NAMES)]

    await reader.send("/search silnet foerst")
    first = await stage.answer(reader)
    assert shown(language, "search-found", words="silnet foerst", rows=()).strip() in said(first)
    assert len(addresses(first)) == 8
    await bot.kill()  # the catalogue is in memory, what was asked is not
    await stage.bot().start()
    await reader.press(first, text=TEXTS.label(language, "button-search-more"))
    second = await reader.next_edit()
    assert set(addresses(first) + addresses(second)) == set(codes)
    assert hidden not in addresses(first)
    assert await opened(reader, username, addresses(second)[0]) == NAMES[codes.index(addresses(second)[0])]

    await stage.owner.send(f"/revoke {codes[0]}")
    assert said(await answer(stage)).startswith(shown(language, "revoked", name=NAMES[0], kind="", url="")[:3])
    await reader.send("/search forest part 1")
    assert codes[0] not in addresses(await stage.answer(reader))
    await reader.send("/search xylophone")
    assert said(await stage.answer(reader)) == shown(language, "search-nothing", words="xylophone")

    await reader.send("/stats")
    assert said(await stage.answer(reader)) == shown(language, "unknown-command")
    await stage.owner.send("/stats")
    numbers = await answer(stage)
    assert addresses(numbers) == [addresses(second)[0]]  # the one link that was opened
    size = sum(len((tmp_path / name).read_bytes()) for name in [*NAMES, "Forest of secrets.txt"])
    opened_most = said(numbers).partition("1. ")[2]
    assert said(numbers).startswith(
        shown(language, "stats", users=2, today=2, week=2, files=10, size=size, links=10, listed=9, deliveries=1,
              recent=1, more=None)
    )  # fmt: skip
    assert NAMES[codes.index(addresses(second)[0])] in opened_most
    assert "set-to" not in said(numbers), "the owner pressed it above, and it is none that the owner named"
    assert "\n\n\n" not in said(numbers), "where no buttons are named, no line is left empty for them"
    drawn = await answer(stage)
    assert said(drawn) == shown(language, "chart-caption")
    picture = Image.open(await stage.owner.download(drawn, tmp_path / "chart.png"))
    assert picture.width > 1_000


async def test_links_are_offered_in_any_chat_and_never_to_the_banned(make: MakeStage, tmp_path: Path) -> None:
    language = "ru"
    stage = await make(language)
    await stage.bot().start()
    username, reader, friend = stage.scene.username, await stage.reader(language=language), await stage.reader()
    await list_what_is_new(stage, language)
    codes = [await store(stage, make_file(tmp_path, f"many {n}", name=f"Meadow {n}.txt")) for n in range(3)]

    club = await reader.create_channel("Club")
    offers = await reader.ask_inline(username, "meado", chat=club)
    assert {each.id for each in offers.results} == set(codes)
    assert (offers.next_offset, offers.cache_time) == (None, 0)
    sent: Any = await reader.choose(offers, 1, to=club)
    assert sent.via_bot.username == username
    assert sent.document is None
    assert code_in(sent) == offers.results[1].id
    button = sent.reply_markup.inline_keyboard[0][0]
    assert button.text == TEXTS.label(language, "button-get")
    assert button.url.endswith(f"?start={code_in(sent)}")
    assert (await opened(friend, username, code_in(sent))).startswith("Meadow")
    await reader.choose(offers, to=username)  # in the bot's own chat it is no message to the bot
    assert await reader.quiet(0.5) == []

    nothing = await reader.ask_inline(username, "xylophone")
    assert nothing.results == []
    assert nothing.switch_pm
    assert nothing.switch_pm.text == TEXTS.label(language, "inline-nothing")
    await reader.start_bot(username, nothing.switch_pm.start_param)
    assert shown(language, "search-popular", rows=()).split("\n")[0] in said(await stage.answer(reader))

    await stage.owner.send(f"/ban {reader.id}")
    await answer(stage)
    in_vain = asyncio.create_task(reader.ask_inline(username, "meadow"))
    assert (await friend.ask_inline(username, "meadow")).results
    assert (await friend.ask_inline(username, "meado")).results
    assert not in_vain.done()
    in_vain.cancel()
