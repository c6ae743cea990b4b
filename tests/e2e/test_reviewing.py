"""Drafts as reviewers have them: shown, decided on once, changed, published and taken back, through a crash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from pyrogram.errors import DataInvalid
from pyrogram.types import Message

from database.cause import Cause
from database.connection import Database
from sandbox.people import People, Person
from services.access import Permission
from services.drafts import DraftTarget
from tests.e2e.casting import services_of
from tests.e2e.conftest import end
from tests.e2e.drafting import add, offered
from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess, SandboxProcess, Stage, make_stage
from tests.e2e.reviewing import head, label, standing, texts_of
from tests.e2e.words import make_file, said, shown

SENDING = "toast-draft-sending"
DRAFTS = ("Hello <b>all</b> &amp; more", "First words", "Later", "For Nora")


@dataclass(frozen=True, slots=True)
class Review:
    """A bot whose owner speaks Russian, with a reviewer who speaks English, and two channels."""

    stage: Stage
    bot: BotProcess
    admin: Person
    targets: list[DraftTarget]
    codes: dict[str, str]
    """The codes of the drafts, by what they say."""

    async def published(self, text: str) -> list[int]:
        """The channels in which the bot posted this."""
        sent = await self.stage.sent_by_bot()
        chats = {target.chat for target in self.targets}
        return sorted(line["peer_id"] for line in sent if line["text"] == text and line["peer_id"] in chats)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def review(
    sandbox: SandboxProcess, people: People, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Review]:
    stage = await make_stage(sandbox, people, tmp_path_factory.mktemp("review"), database_url, "ru")
    admin = await stage.reader("Ella", "en")
    bot = await stage.bot(ADMINS=str(admin.id)).start()
    for person in (stage.owner, admin):
        await person.send("/start")
        await stage.answer(person)
    targets = []
    for title in ("Новости", "Архив"):
        channel = await stage.owner.create_channel(title)
        await stage.owner.promote(stage.scene.username, channel)
        targets.append(DraftTarget(channel, title))
    codes = dict(zip(DRAFTS, await add(stage, DRAFTS, targets), strict=True))
    yield Review(stage, bot, admin, targets, codes)
    await end(stage)


async def test_two_see_a_draft_one_sends_it_and_both_see_what_came_of_it(review: Review) -> None:
    stage, owner, admin = review.stage, review.stage.owner, review.admin
    code, text = review.codes[DRAFTS[0]], "Hello all & more"
    await stage.answer(owner, predicate=lambda message: said(message) == text)
    cards = {person: await standing(person, code) for person in (owner, admin)}
    assert head("ru", "draft-head-pending") in said(cards[owner])
    assert head("en", "draft-head-pending") in said(cards[admin])
    send = offered(cards[admin], "draft-send:")
    assert send

    presses = (person.press(cards[person], data=send) for person in (owner, admin) for _ in range(3))
    answers = await asyncio.gather(*presses, return_exceptions=True)
    said_to_them = [str(each.message) for each in answers if not isinstance(each, BaseException)]
    lost = [each for each in answers if isinstance(each, BaseException)]
    assert all(isinstance(each, DataInvalid) for each in lost), "the button was gone already"
    assert len([each for each in said_to_them if each in {label("en", SENDING), label("ru", SENDING)}]) == 1
    for person, language, button in ((owner, "ru", "button-draft-undo"), (admin, "en", "button-draft-undo")):
        done = await standing(person, code, head(language, "draft-head-published"))
        assert done.id == cards[person].id, "the card itself says it"
        assert texts_of(done) == [label(language, button)]
    assert await review.published(text) == sorted(each.chat for each in review.targets)

    await admin.press(await standing(admin, code, "✅"), text=label("en", "button-draft-undo"))
    for person, language in ((owner, "ru"), (admin, "en")):
        taken = await standing(person, "", head(language, "draft-head-taken-back"))
        assert texts_of(taken) == []


async def test_an_edit_makes_a_version_that_all_see_and_the_old_buttons_say_so(review: Review, tmp_path: Path) -> None:
    stage, owner, admin = review.stage, review.stage.owner, review.admin
    code = review.codes["First words"]
    cards = {person: await standing(person, f"{code}:1") for person in (owner, admin)}
    await owner.press(cards[owner], text=label("ru", "button-draft-edit"))
    await standing(owner, "", "First words", shown("ru", "draft-edit-old", excerpt="").strip())
    await standing(owner, "", shown("ru", "draft-edit-ask"))
    await owner.send_file(make_file(tmp_path, "photo"), "photo")
    asked = await standing(owner, "", shown("ru", "draft-edit-words"))
    await owner.press(asked, text=label("ru", "button-draft-keep-words"))
    await standing(owner, "", shown("ru", "draft-edited", number=2))

    preview = await stage.answer(admin, predicate=lambda message: message.photo is not None)
    assert said(preview) == "First words"
    second = await standing(admin, f"{code}:2")
    first = await standing(admin, "", shown("en", "draft-replaced", name="First words", number=1))
    assert (first.id, texts_of(first)) == (cards[admin].id, [])
    await admin.press(second, text=label("en", "button-draft-more"))
    more = await admin.next_edit(predicate=lambda message: label("en", "button-draft-less") in texts_of(message))
    assert label("en", "button-draft-versions", count=2) in texts_of(more)
    await admin.press(second, text=label("en", "button-draft-skip"))
    skipped = await standing(owner, code, head("ru", "draft-head-skipped"))
    assert "Ella" in said(skipped)
    await owner.press(skipped, text=label("ru", "button-draft-reopen"))
    await standing(admin, f"{code}:2", head("en", "draft-head-pending"))
    assert await review.published("First words") == []


async def test_a_time_a_failure_and_a_second_try_through_a_crash(review: Review) -> None:
    stage, owner, admin = review.stage, review.stage.owner, review.admin
    closed = review.targets[1]
    await owner.demote(stage.scene.username, closed.chat)
    code = review.codes["Later"]
    card = await standing(admin, code)
    await admin.press(card, text=label("en", "button-draft-more"))
    more = await admin.next_edit(predicate=lambda message: label("en", "button-draft-less") in texts_of(message))
    await admin.press(more, text=label("en", "button-draft-at"))
    await standing(admin, "", shown("en", "draft-at-ask", zone="UTC"))
    await review.bot.kill()
    await admin.send("1 s")
    await review.bot.start()
    failed = await standing(owner, code, head("ru", "draft-head-partly"), closed.title)
    assert label("ru", "button-draft-retry") in texts_of(failed)
    assert await review.published("Later") == [review.targets[0].chat]
    await owner.promote(stage.scene.username, closed.chat)
    await owner.press(failed, text=label("ru", "button-draft-retry"))
    await standing(admin, code, head("en", "draft-head-published"))
    assert len(await review.published("Later")) == 2


async def test_drafts_are_listed_and_who_decides_no_more_presses_in_vain(review: Review) -> None:
    stage, owner, admin = review.stage, review.stage.owner, review.admin
    new = await stage.reader("Nora", "en")
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        access = services_of(stage, database).access
        code = review.codes["For Nora"]
        await standing(owner, code)
        await access.appoint(new.id, [Permission.REVIEW], by=owner.id, cause=Cause("test:appoint"))

        async def listed() -> Message | None:
            await new.send("/drafts")
            message = await stage.answer(new)
            return message if "For Nora" in said(message) else None

        page = await until(listed, 30)
        assert page
        assert texts_of(page)[0] == "1"
        await new.press(page, data=offered(page, "draft:"))
        card = await standing(new, f"{code}:1")
        await access.dismiss(new.id, by=owner.id, cause=Cause("test:dismiss"))

    async def refused() -> bool:
        await new.send("/drafts")
        return said(await stage.answer(new)) == shown("en", "unknown-command")

    await until(refused, 30)
    answer = await new.press(card, data=offered(card, "draft-send:"))
    assert answer.message == shown("en", "no-authority")
    await owner.press(await standing(owner, code), text=label("ru", "button-draft-skip"))
    await standing(admin, code, head("en", "draft-head-skipped"))
    await standing(new, "", shown("en", "draft-not-yours"))
