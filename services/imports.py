"""Decides what an import records of a former storage channel: its posts with files, but none that this bot put there.

What is recorded can be opened by links that anybody may guess (services/legacy.py). What this bot stored has links that
nobody can, so it is left out, also where the same channel goes on being used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from database.bots import BotDatabase
from database.clock import Clock
from database.imports import Found, Import
from database.posts import Post
from services.errors import UserError
from services.files import Upload
from services.settings import ChannelFacts

PER_CALL: Final = 200
"""Messages that Telegram hands out in one call."""


@dataclass(frozen=True, slots=True)
class PostsRead:
    """Posts of a channel as they were read: those with files, and how many have none that can be handed out."""

    uploads: Sequence[Upload]
    others: int


class ImportService:
    """One bot's imports, on their way: each step is done once however often it is taken."""

    def __init__(self, database: BotDatabase, clock: Clock, owner_id: int) -> None:
        """Take the collections, and whose the files are from now on."""
        self._imports = database.imports
        self._posts = database.posts
        self._files = database.files
        self._contents = database.contents
        self._clock = clock
        self._owner_id = owner_id

    async def claim(self, epoch: int) -> Import | None:
        """Take an import to go on with, for the lease with this epoch; None where there is none."""
        return await self._imports.claim(epoch)

    def next_posts(self, claimed: Import) -> range:
        """Return the numbers to read next."""
        return range(claimed.next, min(claimed.next + PER_CALL, claimed.last + 1))

    def check(self, facts: ChannelFacts) -> None:
        """Refuse a channel whose posts cannot be read or not be handed out.

        Raises:
            UserError: `storage-not-channel`, `storage-not-admin` or `storage-protected`, each with its `title`.
        """
        refusals = {
            "storage-not-channel": not facts.is_channel,
            "storage-not-admin": not facts.is_admin,
            "storage-protected": facts.protected,
        }
        for key, applies in refusals.items():
            if applies:
                raise UserError(key, title=facts.title or str(facts.chat_id))

    async def record(self, claimed: Import, epoch: int, read: PostsRead) -> None:
        """Record what was read of `next_posts`, and go on behind it."""
        numbers = self.next_posts(claimed)
        ids = {upload.message_id for upload in read.uploads}
        ours = {*await self._contents.items_at(claimed.chat, ids), *await self._files.processed_at(claimed.chat, ids)}
        ours -= set(await self._posts.files_at(claimed.chat, ours))
        theirs = [upload for upload in read.uploads if upload.message_id not in ours]
        posts = [Post(each.message_id, each.unique_id, each.message_id, each.group_id) for each in theirs]
        # In this order: after a crash in between they are known as theirs.
        await self._posts.record(claimed.chat, posts)
        by, now = self._owner_id, self._clock.now()
        await self._files.add([each.stored(claimed.chat, each.message_id, by=by, now=now) for each in theirs])
        others = read.others + len(ours)
        found = Found(len(theirs), others, len(numbers) - len(read.uploads) - read.others)
        await self._imports.advance(claimed, epoch, numbers[-1], found)

    async def refuse(self, claimed: Import, epoch: int, refusal: UserError) -> None:
        """Leave it where it is; asking for the same again goes on from there."""
        details = {name: str(value) for name, value in refusal.args_.items()}
        await self._imports.refuse(claimed, epoch, refusal.key, details)

    async def untold(self) -> list[Import]:
        """Return what ended, for telling; call `told` with each."""
        return await self._imports.untold()

    async def told(self, ended: Import) -> None:
        """Write down that the owner knows."""
        await self._imports.told(ended)
