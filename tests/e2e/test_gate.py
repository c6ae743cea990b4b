"""The gate before the files: through a shortener and back, in two languages; shorteners that misbehave; a kill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from database.connection import Database
from sandbox.person import Person
from tests.database.mongo import raw
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.shortener import shortener
from tests.e2e.test_force_subscribe import a_chat, buttons, gated, passes
from tests.e2e.words import answer, make_file, said, shown, store

KEY = "canary-0123456789"
HOURS = 12 * 3600


async def opened(stage: Stage, reader: Person, payload: str) -> Any:
    """What answers a reader who opens a link, or comes back with a token."""
    await reader.start_bot(stage.scene.username, payload)
    return await stage.answer(reader)


async def set_to(stage: Stage, name: str, value: str) -> None:
    """Let the owner give a setting a value."""
    await stage.owner.send("/settings")
    card = await answer(stage)
    for data in ("settings:gate", f"set:{name}", f"set-to:{name}:{value}"):
        await stage.owner.press(card, data=data)
        card = await stage.owner.next_edit(from_=stage.scene.username)


def way(message: Any, language: str) -> str:
    """Where the button leads that verifies."""
    return buttons(message)[shown(language, "button-verify")]


@pytest.mark.parametrize("language", ["ru"])
async def test_a_reader_goes_through_a_shortener_and_gets_what_was_opened(
    make: MakeStage, language: str, tmp_path: Path
) -> None:
    async with shortener() as shop:
        stage = await make()
        names = ("failing.example", "redirecting.example", "endless.example", "good.example")
        bot = await stage.bot(
            *shop.near(*names), SHORTLINK_URL="https://failing.example", SHORTLINK_API=KEY, LEASE_SECONDS="10"
        ).start()
        code = await store(stage, make_file(tmp_path, language))
        reader = await stage.reader("Rita", language=language)
        for name in names[1:]:
            assert said(await opened(stage, reader, code)) == shown(language, "gate-unavailable")
            await add(stage, name)
        met = await opened(stage, reader, code)
        assert said(met) == shown(language, "gate", seconds=HOURS, direct=False)
        assert {host for host, _ in shop.asked} == set(names)
        assert shop.sent < 16 << 20
        token = shop.payload(way(met, language))
        hurried = await opened(stage, reader, token)
        assert said(hurried) == shown(language, "gate-bypassed", seconds=15, locked=False)
        assert said(await opened(stage, reader, token)) == shown(language, "gate-refused")

        await set_to(stage, "gate_minimum", "0")
        token = shop.payload(way(await opened(stage, reader, code), language))
        stranger = await stage.reader("Sam", language=language)
        assert said(await opened(stage, stranger, token)) == shown(language, "gate-refused")
        assert said(await opened(stage, reader, token)) == shown(language, "gate-verified", seconds=HOURS)
        assert (await stage.answer(reader)).document
        assert (await opened(stage, reader, code)).document, "for hours nothing more is asked"
        assert KEY not in bot.text()
        assert token not in bot.text()

        await stage.owner.send("/gate")
        told = said(await answer(stage))
        row = {"name": "good.example", "made": 2, "verified": 1, "bypassed": 1, "refused": 2, "failed": 0}
        assert shown("en", "gate-row", works="on", **row) in told
        assert (await opened(stage, stage.owner, code)).document, "the owner is not verified"


@pytest.mark.parametrize("language", ["uz"])
async def test_what_a_kill_leaves_is_answered_by_the_next_start_and_counts_once(
    make: MakeStage, language: str, tmp_path: Path
) -> None:
    async with shortener() as shop:
        stage = await make()
        settings = {"SHORTLINK_URL": "https://slow.example", "SHORTLINK_API": KEY}
        bot = await stage.bot(*shop.near("slow.example"), **settings).start()
        code = await store(stage, make_file(tmp_path, language))
        reader = await stage.reader("Rita", language=language)
        await reader.start_bot(stage.scene.username, code)

        async def is_asked() -> bool:
            return bool(shop.asked)

        await until(is_asked, 60)
        other = await stage.reader("Sam", language=language)
        await other.send("/help")
        assert said(await stage.answer(other)), "nobody waits for a shortener but who needs it"
        await bot.kill()
        shop.ended.set()
        await bot.start()
        met = await stage.answer(reader)
        assert said(met) == shown(language, "gate", seconds=HOURS, direct=False)
        assert len({query["url"] for _, query in shop.asked}) == len(shop.asked), "each try has bits of its own"
        assert await tokens_of(stage, reader) == 1
        back = said(await opened(stage, reader, shop.payload(way(met, language))))
        hurried = shown(language, "gate-bypassed", seconds=15, locked=False)
        assert back in {hurried, shown(language, "gate-verified", seconds=HOURS)}, "what arrived is what counts"


async def test_premium_readers_pass_and_the_gate_may_be_on_without_a_shortener(make: MakeStage, tmp_path: Path) -> None:
    stage = await make()
    await stage.bot(LEASE_SECONDS="10").start()  # presses during a new connection would be lost
    code = await store(stage, make_file(tmp_path, "premium"))
    reader = await stage.reader("Rita")
    assert (await opened(stage, reader, code)).document, "without a shortener the gate is off"
    await set_to(stage, "gate", "always")
    met = await opened(stage, reader, code)
    assert said(met) == shown("en", "gate", seconds=HOURS, direct=True)
    await stage.owner.send(f"/add_premium {reader.id} 30 days")
    assert "Rita" in said(await answer(stage))
    assert "⭐" in said(await stage.answer(reader))
    assert (await opened(stage, reader, code)).document
    await stage.owner.send("/premium")
    listed = await answer(stage)
    assert said(listed).splitlines()[0] == shown("en", "premiums", rows="", zone="UTC").splitlines()[0]
    await stage.owner.press(listed, data=f"premium-del:{reader.id}")
    await stage.owner.next_edit(from_=stage.scene.username)
    assert said(await opened(stage, reader, code)) == said(met)
    token = way(met, "en").partition("?start=")[2]
    assert said(await opened(stage, reader, token)) == shown("en", "gate-verified", seconds=HOURS)
    assert (await stage.answer(reader)).document


async def test_what_must_be_joined_comes_first_and_the_token_is_kept_for_after_it(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    club = await a_chat(stage, "Club", username=f"gate_{stage.bot_id}")
    await stage.bot(FORCE_SUB_CHANNEL=str(club), LEASE_SECONDS="10").start()
    await set_to(stage, "gate", "always")
    code = await store(stage, make_file(tmp_path, "joined"))
    reader = await stage.reader("Rita")
    shut = await opened(stage, reader, code)
    assert said(shut) == gated("en", "Club")
    await reader.join(f"gate_{stage.bot_id}")
    await passes(reader, shut, "en")
    met = await stage.answer(reader)
    assert said(met) == shown("en", "gate", seconds=HOURS, direct=True)
    assert said(await reader.next_edit(predicate=lambda message: "Club" not in said(message))) == shown(
        "en", "fsub-joined-verify"
    )
    await reader.leave(club)
    token = way(met, "en").partition("?start=")[2]

    async def is_shut() -> Any:
        found = await opened(stage, reader, code)
        return found if said(found) == gated("en", "Club") else None

    await until(is_shut, 60)
    shut = await opened(stage, reader, token)
    assert said(shut) == gated("en", "Club")
    assert buttons(shut)[shown("en", "button-try-again")] == f"fsub-again:{token}"
    await reader.join(f"gate_{stage.bot_id}")
    await passes(reader, shut, "en")
    assert said(await stage.answer(reader)) == shown("en", "gate-verified", seconds=HOURS)
    assert (await stage.answer(reader)).document


async def tokens_of(stage: Stage, reader: Person) -> int:
    """How many tokens a reader was given in these days, by the database."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        found = raw(database)["token_generator_count"].find({"user_id": reader.id})
        return sum([int(each["token_generated"]) async for each in found])


async def add(stage: Stage, host: str) -> None:
    """The owner names a shortener in the chat."""
    await stage.owner.send("/gate")
    await stage.owner.press(await answer(stage), data="shorteners")
    card = await stage.owner.next_edit(from_=stage.scene.username)
    await stage.owner.press(card, data="shortener-add")
    assert said(await answer(stage)) == shown("en", "shortener-ask")
    await stage.owner.send(f"{host} {KEY}")
    assert said(await answer(stage)).startswith(host)
