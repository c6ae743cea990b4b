"""Drafts as they are made in the chat: targets named and judged, a draft made for them, its media kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pyrogram.types import Message

from database.connection import Database
from sandbox.people import People, Person
from services.drafts import Draft, DraftState
from tests.e2e.casting import services_of
from tests.e2e.conftest import end
from tests.e2e.evidence import until
from tests.e2e.harness import SandboxProcess, Stage, make_stage
from tests.e2e.words import TEXTS, make_file, said, shown


@dataclass(frozen=True, slots=True)
class Making:
    """A bot whose owner speaks Russian, with an admin who speaks English, a group and a channel of the owner's."""

    stage: Stage
    admin: Person
    group: int
    channel: int


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def making(
    sandbox: SandboxProcess, people: People, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Making]:
    stage = await make_stage(sandbox, people, tmp_path_factory.mktemp("making"), database_url, "ru")
    admin = await stage.reader("Ella", "en")
    await stage.bot(ADMINS=str(admin.id)).start()
    for person in (stage.owner, admin):
        await person.send("/start")
        await stage.answer(person)
    group = await stage.owner.create_channel("Клуб", broadcast=False)
    yield Making(stage, admin, group, await stage.owner.create_channel("Новости"))
    await end(stage)


async def told(stage: Stage, person: Person, language: str, key: str, **args: object) -> Message:
    """Wait for this text of the bot; what else it says is left for later."""
    words = shown(language, key, **args)
    message: Message = await stage.answer(person, predicate=lambda message: said(message) == words)
    return message


async def edited(person: Person, *words: str) -> Message:
    """Wait until a message of the bot says all of this."""
    return await person.next_edit(predicate=lambda message: all(word in said(message) for word in words))


def label(language: str, key: str, **args: object) -> str:
    return TEXTS.label(language, key, **args)


def buttons_of(message: Message) -> dict[str, str]:
    """The data of a message's buttons, by what they say."""
    rows: Any = getattr(message.reply_markup, "inline_keyboard", [])
    return {button.text: str(button.callback_data) for row in rows for button in row}


def lines_of(message: Message) -> set[str]:
    """What a message says, line by line, without what marks a line."""
    return {line.removeprefix("🎯 ").strip() for line in said(message).splitlines()}


async def drafts_of(stage: Stage, maker: Person, state: DraftState = DraftState.PENDING) -> list[Draft]:
    """The drafts of somebody's in this state, once there is one."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        drafts = services_of(stage, database).drafts

        async def found() -> list[Draft]:
            return [each for each in await drafts.page(state, 0, 10) if each.origin.by == maker.id]

        return await until(found, 60)


async def test_the_owner_names_a_group_and_a_channel_and_hears_when_one_closes_and_opens(making: Making) -> None:
    stage, owner = making.stage, making.stage.owner
    await owner.bring_in(stage.scene.username, making.group)
    question = await told(stage, owner, "ru", "target-ask", title="Клуб")
    await owner.press(question, text=label("ru", "button-target-yes"))
    card = await edited(owner, "Клуб", shown("ru", "target-open"))
    assert label("ru", "button-target-ask") in buttons_of(card), "the first one is chosen for every draft"

    await owner.promote(stage.scene.username, making.channel, post_messages=True)
    question = await told(stage, owner, "ru", "storage-ask-change", title="Новости")
    await owner.press(question, text=label("ru", "button-target-drafts"))
    card = await edited(owner, "Новости", shown("ru", "target-open"), shown("ru", "target-no-pin"))
    assert label("ru", "button-target-always") in buttons_of(card)

    await owner.demote(stage.scene.username, making.channel)
    await stage.answer(owner, predicate=lambda message: "не могут идти в Новости" in said(message))
    await owner.promote(stage.scene.username, making.channel, post_messages=True, edit_messages=True)
    await told(stage, owner, "ru", "target-back", title="Новости")

    await owner.send("/targets @nobody_has_this_name")
    await told(stage, owner, "ru", "target-unknown", name="@nobody_has_this_name")
    await owner.send(f"/targets {making.admin.id}")
    await stage.answer(owner, predicate=lambda message: {"Ella", shown("ru", "target-open")} <= lines_of(message))
    await owner.send("/targets")
    listed = await stage.answer(owner, predicate=lambda message: "Куда идут" in said(message))
    assert {"Клуб", "Новости", "Ella"} <= buttons_of(listed).keys()


async def test_an_admin_makes_a_draft_of_an_album_and_is_told_where_it_cannot_go(
    making: Making, tmp_path: Path
) -> None:
    stage, owner, admin = making.stage, making.stage.owner, making.admin
    await owner.forbid(making.group, send_messages=True)
    await stage.answer(owner, predicate=lambda message: "не могут идти в Клуб" in said(message))
    await admin.send("/draft")
    await told(stage, admin, "en", "sketch-ask")
    await admin.send_album([make_file(tmp_path, f"page {number}") for number in range(2)])
    card = await stage.answer(admin, predicate=lambda message: "Your draft" in said(message))
    assert shown("en", "sketch-choose") in said(card), "the default one is closed"
    assert "lets only its administrators write" in said(card)

    await admin.press(card, text=label("en", "button-target-closed", value="Клуб"))
    await told(stage, admin, "en", "target-no-writing", title="Клуб")
    await admin.press(card, text=label("en", "button-target", value="Новости"))
    card = await edited(admin, "🎯 Новости")
    await admin.press(card, text=label("en", "button-sketch-at"))
    await told(stage, admin, "en", "cast-at-ask", zone="UTC")
    await admin.send("2 h")
    card = await stage.answer(admin, predicate=lambda message: "once it is approved" in said(message))
    await admin.press(card, text=label("en", "button-sketch-done"))
    await edited(admin, "Handed in")

    [draft] = await drafts_of(stage, admin)
    [part] = draft.version.parts
    assert (part.chat, len(part.message_ids)) == (stage.scene.channel_id, 2)
    assert [each.chat for each in draft.targets] == [making.channel]
    assert (draft.origin.by, draft.origin.chat) == (admin.id, admin.id)
    assert draft.send_at is not None


async def test_a_draft_in_answer_to_a_message_is_handed_in_once_and_goes_to_the_group_and_the_channel(
    making: Making,
) -> None:
    stage, owner = making.stage, making.stage.owner
    await owner.forbid(making.group)
    await told(stage, owner, "ru", "target-back", title="Клуб")
    text = await owner.send("Открыто *с девяти* <утра>")
    await owner.send("/draft", reply_to=text.id)
    card = await stage.answer(owner, predicate=lambda message: "Ваш черновик" in said(message))
    assert "🎯 Клуб" in said(card)
    await owner.delete(text)
    await owner.press(card, text=label("ru", "button-target", value="Новости"))
    card = await edited(owner, "🎯 Клуб", "🎯 Новости")
    done = buttons_of(card)[label("ru", "button-sketch-done")]
    await asyncio.gather(*(owner.press(card, data=done) for _ in range(3)))
    handed = await edited(owner, "Передано")
    [draft] = await drafts_of(stage, owner)
    assert draft.version.parts[0].html == "Открыто *с девяти* &lt;утра&gt;"

    send = f"draft-send:{draft.code}:1"
    review = await stage.answer(owner, predicate=lambda message: send in buttons_of(message).values())
    await owner.press(review, data=send)
    [draft] = await drafts_of(stage, owner, DraftState.PUBLISHED)
    assert {each.chat for each in draft.targets} == {making.group, making.channel}
    for chat in (making.group, making.channel):
        assert [line["text"] for line in await stage.sent_by_bot(chat)] == ["Открыто *с девяти* <утра>"]
    await owner.press(handed, text=label("ru", "button-sketch-look"))
    await edited(owner, "Опубликовано", "✅ Клуб", "✅ Новости")
