"""Every button of a draft that test_reviewing.py does not press, in two languages, and presses that come too late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import pytest
from pyrogram.types import Message

from database.cause import Cause
from database.connection import Database
from locales.texts import Part
from sandbox.stage import control
from services.drafts import DraftSource, DraftTarget, Origin, Outgoing
from services.times import written
from tests.e2e.casting import services_of
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import errors
from tests.e2e.harness import Stage
from tests.e2e.reviewing import Desk, Seen, choose, edit, head, label, shown_to, standing, texts_of
from tests.e2e.words import make_file, said, shown
from tests.proof.points import HeldCall, reached
from tests.proof.sessions import SENDS

Scene = Callable[[Desk], Awaitable[None]]

NOWHERE, WISHED, PLANNED, TOLD = "Nowhere yet", "At a time", "At another time", "Once upon a time"
REFUSED, HELD, LATE, FORGOTTEN, PICTURED = "Refused", "Held", "Too late", "Forgotten", "With a picture"
LONG = ("first " * 600, "second " * 200)
"""A text that people's programs send as two messages."""


@asynccontextmanager
async def a_desk(stage: Stage, texts: Sequence[str]) -> AsyncIterator[Desk]:
    """Let a bot with two reviewers and three channels hold these drafts."""
    admin = await stage.reader("Ella", "en")
    channels = []
    for title in ("Новости", "Архив", "Закрыто"):
        channel = await stage.owner.create_channel(title)
        await stage.owner.promote(stage.scene.username, channel)
        channels.append(DraftTarget(channel, title))
    news, archive, closed = channels
    where = {NOWHERE: [], REFUSED: [closed]}
    bot = await stage.bot(ADMINS=str(admin.id), LEASE_SECONDS="30").start()
    for person in (stage.owner, admin):
        await person.send("/start")
        await stage.answer(person)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        services = services_of(stage, database)
        titles = Seen({each.chat: each.title for each in channels})
        for each in (news, archive):
            await services.targets.add(each.chat, titles, by=stage.owner.id, cause=Cause(f"test:{each.title}"))
        wished, origin, codes = database.clock.now() + timedelta(days=1), Origin(DraftSource.PERSON, admin.id), {}
        for text in texts:
            at, parts = wished if text in {WISHED, PLANNED} else None, [Outgoing(None, (), text)]
            made = await services.drafts.add(parts, where.get(text, [news]), origin, Cause(f"test:{text}"), send_at=at)
            codes[text] = made.code
        yield Desk(stage, bot, admin, news, archive, closed, codes, database, services.drafts, wished)
    assert errors(bot.text()) == []


@pytest.mark.slow
async def test_every_button_of_a_draft_does_what_it_says_in_two_languages(make: MakeStage) -> None:
    """Each scene on a stage of its own, side by side: to one chat a bot sends a message a second."""
    stages = [await make("ru") for _ in SCENES]
    async with asyncio.TaskGroup() as scenes:
        for stage, (play, texts) in zip(stages, SCENES.items(), strict=True):
            scenes.create_task(played(stage, play, texts))


async def played(stage: Stage, play: Scene, texts: Sequence[str]) -> None:
    async with a_desk(stage, texts) as desk:
        await play(desk)


async def where_and_how_a_draft_comes_is_chosen_and_telegram_shows_it(desk: Desk) -> None:
    owner, admin, code = desk.stage.owner, desk.admin, desk.codes[NOWHERE]
    for person in (owner, admin):
        await desk.reads(person, code, "draft-choose-targets")
    await desk.press(admin, code, "button-draft-targets")
    await desk.reads(admin, code, "draft-picking")
    await desk.press(admin, code, "button-target", value=desk.archive.title)
    await desk.reads(owner, code, "draft-target", title=desk.archive.title)
    await desk.press(owner, code, "button-draft-more")
    await desk.press(owner, code, "button-draft-targets")
    await desk.press(owner, code, "button-target", value=desk.news.title)
    await desk.press(admin, code, "button-target-chosen", value=desk.archive.title)
    await standing(owner, code, desk.news.title, but=desk.archive.title)

    await desk.press(admin, code, "button-back")
    for person, option in ((admin, "silent"), (admin, "pin")):
        await desk.press(person, code, "button-offered", value=Part(f"cast-{option}"))
    await desk.press(owner, code, "button-back")
    await desk.press(owner, code, "button-offered", value=Part("cast-protect"))
    await desk.press(owner, code, "button-chosen", value=Part("cast-pin"))
    await desk.press(admin, code, "button-offered", value=Part("cast-pin"))
    for person in (owner, admin):
        language = desk.tongue(person)
        comes = [shown(language, "draft-comes", option=Part(f"cast-{each}")) for each in ("silent", "pin", "protect")]
        await standing(person, code, *comes)
        await desk.press(person, code, "button-draft-less")
        await standing(person, code, button=label(language, "button-draft-more"))
    assert await desk.press(owner, code, "button-draft-send") == label("ru", "toast-draft-sending")
    await standing(admin, code, head("en", "draft-head-published"), "Olivia")
    [post] = [each for each in await owner.history(desk.news.chat) if each.text == NOWHERE]
    assert (post.silent, post.has_protected_content, post.pinned) == (True, True, True)
    assert await desk.stage.sent_by_bot(desk.archive.chat) == []


async def a_time_is_approved_taken_back_and_done_without(desk: Desk) -> None:
    owner, admin, at = desk.stage.owner, desk.admin, written(desk.wished, "UTC")
    other = written(desk.wished + timedelta(days=2), "UTC")
    code = desk.codes[WISHED]
    await standing(admin, code, at)
    assert await desk.press(owner, code, "button-draft-approve") == label("ru", "toast-draft-scheduled")
    scheduled = await standing(admin, code, head("en", "draft-head-scheduled"), at, "Olivia")
    assert label("en", "button-draft-skip") not in texts_of(scheduled)
    await desk.press(admin, code, "button-draft-more")
    await desk.press(admin, code, "button-draft-other-time")
    await desk.reads(admin, "", "draft-at-ask", zone="UTC")
    await admin.send(other)
    await standing(owner, code, head("ru", "draft-head-scheduled"), other, "Ella")
    await desk.press(owner, code, "button-draft-back")
    await standing(admin, code, head("en", "draft-head-pending"), but=other)

    code = desk.codes[PLANNED]
    await standing(owner, code, at)
    for person, reader, option in ((owner, admin, "button-draft-no-time"), (admin, owner, "button-draft-at")):
        await desk.press(person, code, "button-draft-more")
        await desk.press(person, code, option)
        await standing(reader, code, head(desk.tongue(reader), "draft-head-pending"), but=at)
    await admin.send(other)
    await standing(owner, code, head("ru", "draft-head-scheduled"), other)
    await desk.press(admin, code, "button-draft-back")
    await standing(owner, code, head("ru", "draft-head-pending"), but=other)


async def a_text_too_long_is_split_or_a_file_and_old_words_come_again(desk: Desk) -> None:
    owner, admin, code = desk.stage.owner, desk.admin, desk.codes[TOLD]
    since = await edit(desk, admin, code, 1, *LONG)
    await choose(desk, admin, "draft-edit-rest", "button-done", "button-draft-split", version=2, since=since)
    for text in LONG:
        shows: Message = await desk.stage.answer(owner, predicate=lambda got, words=text: words[:12] in said(got)[:12])
        assert len(said(shows)) <= 4096

    await desk.press(owner, code, "button-draft-more")
    await desk.press(owner, code, "button-draft-versions", count=2)
    await standing(owner, code, shown("ru", "draft-versions", rows="").strip(), TOLD)
    old = await standing(owner, f"draft-version:1:{code}")
    await owner.press(old, data=f"draft-version:1:{code}")
    restore = label("ru", "button-draft-restore")
    shown_again = await standing(owner, f"draft-restore:1:2:{code}", button=restore)
    await owner.press(shown_again, text=restore)
    await standing(admin, f"{code}:3", head("en", "draft-head-pending"))
    late = await owner.press(shown_again, text=restore)
    assert late.message == label("ru", "draft-old-version", version=2, newest=3), (
        "its version is not the newest any more"
    )

    since = await edit(desk, owner, code, 3, *LONG)
    await choose(desk, owner, "draft-edit-rest", "button-done", "button-draft-paper", version=4, since=since)
    assert (await desk.stage.answer(admin, predicate=lambda got: got.document is not None)).document.file_name


async def what_is_put_in_its_place_goes_where_it_is_told(desk: Desk) -> None:
    owner, admin, code = desk.stage.owner, desk.admin, desk.codes[PICTURED]
    await edit(desk, owner, code, 1)
    await owner.send_file(make_file(desk.stage.folder, "photo"), "photo", "Words of its own")
    await desk.reads(owner, "", "draft-edited", number=2)
    steps = (
        (admin, "button-draft-caption", "Under it", ["Under it"]),
        (owner, "button-draft-below", "Below it", ["", "Below it"]),
        (admin, "button-draft-instead", "In its place", ["In its place"]),
    )
    for version, (person, choice, text, _) in enumerate(steps, 3):
        since = await edit(desk, person, code, version - 1, text)
        await choose(desk, person, "draft-edit-where", choice, version=version, since=since)
        await shown_to(desk, owner if person is admin else admin, text)
    parts = (await desk.drafts.get(code)).versions
    assert [[part.html or "" for part in each.parts] for each in parts[2:]] == [said_ for *_, said_ in steps]


async def a_picture_comes_without_words_and_a_draft_is_shown_again_or_given_up(desk: Desk) -> None:
    owner, admin, code = desk.stage.owner, desk.admin, desk.codes[PICTURED]
    since = await edit(desk, owner, code, 1)
    await owner.send_file(make_file(desk.stage.folder, "photo"), "photo")
    await choose(desk, owner, "draft-edit-words", "button-draft-no-words", version=2, since=since)
    preview = await desk.stage.answer(admin, predicate=lambda got: got.photo is not None and not said(got))
    assert preview.photo

    await edit(desk, admin, code, 2)
    await desk.press(admin, "", "button-cancel", shown("en", "draft-edit-ask"))
    await desk.reads(admin, "", "conversation-cancelled")
    await desk.press(admin, code, "button-draft-more")
    await desk.press(admin, code, "button-draft-show")
    await desk.reads(admin, "", "draft-moved", name=Part("cast-untitled", {"count": 1}), number=2)
    await standing(admin, f"{code}:2", head("en", "draft-head-pending"))
    other = written(desk.wished, "UTC")
    for person in (desk.stage.owner, desk.admin):
        await person.send("/draft " + "Words that nobody will read")
        for button in ("button-sketch-at", "button-sketch-now", "button-sketch-drop"):
            await desk.press(person, "sketch-", button)
            if button == "button-sketch-at":
                await person.send(other)
                await standing(person, "sketch-", other)
        await desk.reads(person, "", "sketch-dropped")


async def a_draft_that_no_chat_takes_is_tried_again_and_one_on_its_way_is_stopped(desk: Desk) -> None:
    stage, owner, admin, code = desk.stage, desk.stage.owner, desk.admin, desk.codes[REFUSED]
    await owner.demote(stage.scene.username, desk.closed.chat)
    await desk.press(admin, code, "button-draft-send")
    for person in (owner, admin):
        await standing(person, code, head(desk.tongue(person), "draft-head-failed"), f"❌ {desk.closed.title}")
    await owner.promote(stage.scene.username, desk.closed.chat)
    assert await desk.press(owner, code, "button-draft-retry") == label("ru", "toast-draft-again")
    await standing(admin, code, head("en", "draft-head-published"))

    code, fault = desk.codes[HELD], {"kind": "hold", "method": SENDS, "account": stage.bot_id, "chat": desk.news.chat}
    order = await control(stage.sandbox.info, "POST", "/faults", **fault, applied=False, lost=False, count=1)
    held = HeldCall(stage, order["id"])
    try:
        await desk.press(owner, code, "button-draft-send")
        assert await reached(held, 60)
        await standing(owner, code, head("ru", "draft-head-publishing"), button=label("ru", "button-draft-stop"))
        assert await desk.press(admin, code, "button-draft-stop") == label("en", "toast-draft-undone")
    finally:
        await held.over()
    for person in (owner, admin):
        await standing(person, "", head(desk.tongue(person), "draft-head-taken-back"), desk.news.title)
    assert HELD not in [each.text for each in await owner.history(desk.news.chat)]


async def who_presses_too_late_or_answers_too_late_is_told_what_is_so(desk: Desk) -> None:
    owner, admin, drafts, code = desk.stage.owner, desk.admin, desk.drafts, desk.codes[LATE]
    send, news = "button-draft-send", [Outgoing(None, (), "Newer")]
    card = await standing(owner, f"{code}:1")
    told = await desk.late(owner, card, label("ru", send), drafts.edit(code, news, admin.id, Cause("test:edit")))
    assert told == label("ru", "draft-old-version", version=1, newest=2)
    card = await standing(admin, f"{code}:2")
    changed = drafts.set_option(code, "silent", owner.id, Cause("test:silent"), on=True)
    assert await desk.late(admin, card, label("en", send), changed) == label("en", "draft-terms-changed")

    await edit(desk, admin, code, 2)
    await desk.press(owner, f"{code}:2", "button-draft-more")
    await desk.press(owner, f"{code}:2", "button-draft-at")
    await desk.reads(owner, "", "draft-at-ask", zone="UTC")
    await drafts.edit(code, news, owner.id, Cause("test:again"))
    for person, text in ((admin, "I did not see that"), (owner, "2 h")):
        await person.send(text)
        await desk.reads(person, "", "draft-overtaken")

    card = await standing(admin, f"{code}:3")
    skip = label("en", "button-draft-skip")
    told = await desk.late(admin, card, skip, drafts.skip(code, 3, owner.id, Cause("test:skip")))
    skipped = await drafts.get(code)
    assert skipped.decided_at
    args = {"state": "skipped", "who": "Olivia", "at": written(skipped.decided_at, "UTC")}
    assert told == label("en", "draft-too-late", **args)
    assert await desk.stage.sent_by_bot(desk.news.chat) == []


async def what_waits_is_reminded_of_expires_and_is_listed(desk: Desk) -> None:
    owner, admin, code = desk.stage.owner, desk.admin, desk.codes[FORGOTTEN]
    card = await standing(owner, code)
    await standing(admin, code)
    await desk.move(code, remind_at=desk.database.clock.now())
    for person in (owner, admin):
        await desk.reads(person, "", "drafts-wait", count=1)
    await desk.move(code, expire_at=desk.database.clock.now())
    told = await desk.late(owner, card, label("ru", "button-draft-send"), desk.drafts.work.expire())
    assert told == label("ru", "draft-too-late-expired")
    for person in (owner, admin):
        await standing(person, code, head(desk.tongue(person), "draft-head-expired"))
        await person.send("/drafts")
        await desk.press(person, "", "button-drafts", state="expired", count=1)
        title = shown(desk.tongue(person), "drafts", state="expired", count=1, rows="", zone="UTC").splitlines()[0]
        await standing(person, f"draft:{code}", title, FORGOTTEN)
    await desk.press(admin, code, "button-draft-reopen")
    await standing(owner, code, head("ru", "draft-head-pending"))


SCENES: Final[dict[Scene, tuple[str, ...]]] = {
    where_and_how_a_draft_comes_is_chosen_and_telegram_shows_it: (NOWHERE,),
    a_time_is_approved_taken_back_and_done_without: (WISHED, PLANNED),
    a_text_too_long_is_split_or_a_file_and_old_words_come_again: (TOLD,),
    what_is_put_in_its_place_goes_where_it_is_told: (PICTURED,),
    a_picture_comes_without_words_and_a_draft_is_shown_again_or_given_up: (PICTURED,),
    a_draft_that_no_chat_takes_is_tried_again_and_one_on_its_way_is_stopped: (REFUSED, HELD),
    who_presses_too_late_or_answers_too_late_is_told_what_is_so: (LATE,),
    what_waits_is_reminded_of_expires_and_is_listed: (FORGOTTEN,),
}
