"""Who blocks the bot is remembered, and so is who lets it write again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import ContinuePropagation, raw

from plugins.blocks import note_block
from services.refusals import Refusal


class Users:
    """Notes what was asked of it."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, int]] = []

    async def lost(self, user_id: int, refusal: Refusal) -> None:
        self.notes.append((refusal.value, user_id))

    async def unblocked(self, user_id: int) -> None:
        self.notes.append(("unblocked", user_id))

    async def heard_of(self, user_id: int) -> None:
        self.notes.append(("heard of", user_id))


@pytest.mark.parametrize(
    ("update", "notes"),
    [
        (raw.types.UpdateBotStopped(user_id=5, date=1, stopped=True, qts=1), [("blocked", 5)]),
        (raw.types.UpdateBotStopped(user_id=5, date=1, stopped=False, qts=1), [("unblocked", 5), ("heard of", 5)]),
        (raw.types.UpdatePtsChanged(), []),
    ],
)
async def test_blocks_are_noted_and_the_update_goes_on(update: Any, notes: list[tuple[str, int]]) -> None:
    users = Users()
    bot: Any = SimpleNamespace(services=SimpleNamespace(users=users, letters=users, step_work=users))
    with pytest.raises(ContinuePropagation):
        await note_block(bot, update, {}, {})
    assert users.notes == notes
