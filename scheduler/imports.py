"""Reads the posts of a former storage channel for an import, 200 in a call, and tells the owner what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from database.cause import Cause
from database.clock import Clock
from database.imports import Import, ImportState
from locales.texts import Part
from services.errors import UserError
from services.imports import PostsRead
from services.registry import Services
from services.settings import ChannelFacts

ReadPosts = Callable[[int, Sequence[int]], Awaitable[PostsRead]]
"""Reads posts of a channel by their numbers.

Raises:
    UserError: they cannot be read; TryLater: Telegram wants us to wait.
"""


class Reader(Protocol):
    """The bot, as far as it is needed here."""

    services: Services
    clock: Clock

    @property
    def lease(self) -> Any:
        """The lease under which it runs; `epoch` is its number."""

    async def channel_facts(self, chat_id: int) -> ChannelFacts:
        """What a channel is judged by."""

    def follow(self, chat_id: int) -> None:
        """Hear from now on what happens in a channel: what is deleted there is to be noticed."""

    async def owner_told(self, key: str, *, cause: Cause, **args: object) -> bool:
        """Write to the owner, once per cause; False when Telegram does not let the bot write to them."""


async def read_imports(bot: Reader, read: ReadPosts) -> datetime | None:
    """Read the next posts of an import under way, tell of those that ended. Returns when there is more to do."""
    imports = bot.services.imports
    for ended in await imports.untold():
        await tell(bot, ended)
        await imports.told(ended)
    epoch = bot.lease.epoch
    claimed = await imports.claim(epoch)
    if claimed is None:
        return None
    try:
        if claimed.next == claimed.first:
            imports.check(await bot.channel_facts(claimed.chat))
            bot.follow(claimed.chat)
        posts = await read(claimed.chat, imports.next_posts(claimed))
    except UserError as refusal:
        await imports.refuse(claimed, epoch, refusal)
    else:
        await imports.record(claimed, epoch, posts)
    return bot.clock.now()


async def tell(bot: Reader, ended: Import) -> None:
    """Tell the owner what an import recorded, or why it cannot go on."""
    found = ended.found
    if ended.state is ImportState.DONE:
        await bot.owner_told("import-done", cause=ended.cause, files=found.files, others=found.others)
    else:
        why = Part(ended.reason or "apology", ended.details or {})
        await bot.owner_told("import-refused", cause=ended.cause, why=why)
