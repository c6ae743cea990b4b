"""What is deleted from the storage channel is noted, and the update goes on."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from pyrogram import ContinuePropagation, raw

from plugins.channel import note_deleted


class Losses:
    """Notes what it is told is gone."""

    def __init__(self) -> None:
        self.gone: list[tuple[int, list[int]]] = []

    async def mark_gone(self, storage_chat: int, message_ids: Iterable[int]) -> None:
        self.gone.append((storage_chat, list(message_ids)))


@pytest.mark.parametrize(
    ("update", "gone"),
    [
        (
            raw.types.UpdateDeleteChannelMessages(channel_id=5, messages=[7, 8], pts=2, pts_count=2),
            [(-1000000000005, [7, 8])],
        ),
        (raw.types.UpdateDeleteMessages(messages=[7], pts=2, pts_count=1), []),
    ],
)
async def test_what_is_deleted_is_noted(update: Any, gone: list[tuple[int, list[int]]]) -> None:
    losses = Losses()
    bot: Any = SimpleNamespace(services=SimpleNamespace(losses=losses))
    with pytest.raises(ContinuePropagation):
        await note_deleted(bot, update, {}, {})
    assert losses.gone == gone
