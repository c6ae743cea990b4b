"""Approved drafts in real chats: each once with its result, through a kill; what refuses is told of; all taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pyrogram.types import Message

from database.cause import Cause
from database.connection import Database
from services.drafts import Draft, DraftOptions, DraftService, DraftSource, DraftState, DraftTarget, Origin, Outgoing
from tests.e2e.casting import services_of
from tests.e2e.conftest import MakeStage
from tests.e2e.drafting import channels, look_up, sends
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.words import said, shown

TEXT, MORE = Outgoing(None, (), "<b>News</b>"), Outgoing(None, (), "and more")


@asynccontextmanager
async def drafts_of(stage: Stage) -> AsyncIterator[DraftService]:
    """The drafts' rules, in this process."""
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        yield services_of(stage, database).drafts


async def became(stage: Stage, code: str, *results: str) -> Draft:
    """Wait until a draft's targets have these results."""

    async def there() -> Draft | None:
        draft = await look_up(stage, code)
        return draft if [each.state.value for each in draft.targets] == list(results) else None

    draft = await until(there, 60)
    assert draft
    return draft


async def texts(stage: Stage, target: DraftTarget) -> list[str | None]:
    """What is in a chat of the owner's, the oldest first."""
    messages: list[Message] = await stage.owner.history(target.chat)
    return [each.text for each in messages if each.text]


@pytest.mark.slow
async def test_a_draft_goes_everywhere_once_and_is_taken_back(make: MakeStage) -> None:
    stage = await make("ru")
    owner = stage.owner
    bot = await stage.bot().start()
    await owner.start_bot(stage.scene.username)
    await stage.answer(owner)
    first, second, closed = await channels(stage, 3)
    group = DraftTarget(await owner.create_channel("Talk", broadcast=False), "Talk")
    await owner.bring_in(stage.scene.username, group.chat)
    question = await owner.send("What is new?", to=group.chat)
    answer = DraftTarget(group.chat, group.title, reply_to=question.id)
    await owner.demote(stage.scene.username, closed.chat)
    await owner.ban(stage.scene.username, closed.chat)
    await bot.kill()

    options, origin = DraftOptions(pin=True, silent=True), Origin(DraftSource.PERSON, owner.id)
    targets, cause = [first, second, closed, answer], Cause("test:draft")
    async with drafts_of(stage) as drafts:
        code = (await drafts.add([TEXT, MORE], targets, origin, cause, options=options, approved=True)).code
    bot = await stage.bot().start()
    draft = await became(stage, code, "sent", "sent", "failed", "sent")
    assert draft.state is DraftState.PARTLY
    refused = draft.targets[2]
    words = shown("ru", "draft-target-refuses", title=closed.title, reason=refused.reason)
    await stage.answer(owner, predicate=lambda message: said(message) == words)
    await bot.kill()  # what it has written down is all that the next one knows
    for target in (first, second, answer):
        assert (await texts(stage, target))[-2:] == ["News", "and more"]
    answered = [each for each in await owner.history(group.chat) if each.text == "News"]
    assert [each.reply_to_message_id for each in answered] == [question.id]
    assert draft.targets[0].link == f"https://t.me/c/{-first.chat - 10**12}/{draft.targets[0].message_ids[0]}"

    async with drafts_of(stage) as drafts:
        await drafts.take_back(code, owner.id, Cause("test:undo"))
    await stage.bot().start()
    await became(stage, code, "deleted", "deleted", "failed", "deleted")
    for target in (first, second, answer):
        assert "News" not in await texts(stage, target)
    counts = sends(await stage.sandbox.ledger(), stage.bot_id, draft.targets)
    assert counts == dict.fromkeys(
        ((text, each.chat) for text in ("News", "and more") for each in (first, second, answer)), 1
    )
