"""What may be done with a draft that went out: what failed is tried again, and for a minute all of it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from database.bots import BotDatabase
from services.drafts import (
    UNDO,
    DraftService,
)  # fmt: skip
from services.errors import UserError
from tests.database.mongo import NOW, StillClock
from tests.services.channel import ADMIN, OWNER
from tests.services.drafts import THERE, State, in_state, made, q


async def test_what_failed_is_tried_again_and_nothing_else(
    drafts: DraftService, bot: BotDatabase, clock: StillClock
) -> None:
    draft = await in_state(drafts, bot, State.PARTLY)
    done = await drafts.retry(draft.code, ADMIN, q(1))
    assert done.targets[0] == draft.targets[0]
    assert done.targets[1] == THERE
    assert done.published_at == NOW, "the minute of the undo does not begin anew"
    clock.move(UNDO + timedelta(seconds=1))
    with pytest.raises(UserError, match="draft-undo-over"):
        await drafts.take_back(draft.code, ADMIN, q(2))


async def test_the_undo_has_a_minute(drafts: DraftService, bot: BotDatabase, clock: StillClock) -> None:
    draft = await in_state(drafts, bot, State.PUBLISHED)
    late = await in_state(drafts, bot, State.PARTLY)
    clock.move(UNDO)
    done = await drafts.take_back(draft.code, ADMIN, q(1))
    assert (done.taken_back_by, done.taken_back_at) == (ADMIN, NOW + UNDO)
    with pytest.raises(UserError, match="draft-taken-back"):
        await drafts.take_back(draft.code, OWNER, q(2))
    clock.move(timedelta(seconds=1))
    with pytest.raises(UserError, match="draft-undo-over"):
        await drafts.take_back(late.code, ADMIN, q(3))
    assert await drafts.take_back(draft.code, ADMIN, q(1)) == done, "a replay gets its answer after the minute too"
    with pytest.raises(UserError, match="draft-not-published"):
        await drafts.take_back((await made(drafts)).code, ADMIN, q(4))
