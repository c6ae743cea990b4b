"""Drafts in the database: what reviewers have not seen is known until they have, whatever changes meanwhile."""

from __future__ import annotations

from datetime import timedelta

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import random_id
from database.draft import Draft, DraftSource, DraftState, DraftTarget, Origin, Version
from database.outgoing import Outgoing
from tests.database.mongo import NOW

TARGET = DraftTarget(-100_1, "One")


async def add(bot: BotDatabase, number: int) -> Draft:
    """Write a draft down."""
    at = NOW + timedelta(minutes=number)
    version = Version(1, (Outgoing(None, (), f"text {number}"),), None, at)
    origin = Origin(DraftSource.PERSON)
    return await bot.drafts.add(Draft(random_id(), Cause(f"query:{number}"), origin, (version,), (TARGET,), at))


async def test_what_changed_is_unshown_until_its_newest_revision_is_shown(bot: BotDatabase) -> None:
    first, second = await add(bot, 1), await add(bot, 2)
    assert [each.code for each in await bot.drafts.unshown(10)] == [first.code, second.code]
    decided = await bot.drafts.change(second.code, Cause("query:3"), tuple(DraftState), state=DraftState.SKIPPED)
    assert decided is not None
    found = await bot.drafts.unshown(10)
    assert found == [decided, first], "what somebody did something with comes first"
    assert await bot.drafts.unshown(1) == found[:1]
    await bot.drafts.shown(second.code, second.revision)
    assert decided in await bot.drafts.unshown(10), "an older revision was shown"
    await bot.drafts.shown(second.code, decided.revision)
    assert await bot.drafts.unshown(10) == [first]
