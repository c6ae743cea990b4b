"""Decides how another file takes a place behind a link: the same link hands it out from then on, once per cause."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from database.audit import Change
from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.files import StoredFile
from database.links import Link, LinkItem
from services.audit import AuditLog
from services.content import content_of
from services.errors import TryLater, UserError
from services.files import FileService, Upload
from services.link_life import LinkCard, LinkLife
from services.losses import lost_places, numbers
from services.storage import Storage

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """A place behind a link (from 1) that another file is to take, and the file that is or was there."""

    link: Link
    place: int
    file: StoredFile | None


@dataclass(frozen=True, slots=True)
class Relinked:
    """What came of it: the link as it is now, what it hands out in that place, and how many links do in all."""

    card: LinkCard
    file: StoredFile
    place: int
    links: int


class RelinkService:
    """One bot's replacements.

    The link that was named changes last: until then everything is found again, and a replay goes on. What stood there
    and is gone is replaced wherever it stood; what is still there, behind this one link.
    """

    def __init__(
        self,
        database: BotDatabase,
        files: FileService,
        life: LinkLife,
        storage: Storage,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        """Take the collections, who stores files, whose links are whose, the way into a channel, and the log."""
        self._links = database.links
        self._contents = database.contents
        self._files = database.files
        self._posts = database.posts
        self._audit = audit
        self._storing = files
        self._life = life
        self._storage = storage
        self._clock = clock

    async def gap(self, code_or_url: str, place: int | None, *, by: int) -> Gap:
        """Return which place of a link is meant: the one named, the only one, or the only one whose file is gone.

        Raises:
            UserError: as `LinkLife.card` does; `relink-place` where there is no such place, `relink-ask-place` where
                it is not clear which one is meant.
        """
        link = (await self._life.card(code_or_url, by=by)).link
        files = await self._files.get_many({item.unique_id for item in link.items})
        gone = lost_places(link, files)
        if place is None and 1 in {len(link.items), len(gone)}:
            place = 1 if len(link.items) == 1 else gone[0]
        if place is None:
            raise UserError("relink-ask-place", count=len(link.items), missing=len(gone), gone=numbers(gone))
        if not 1 <= place <= len(link.items):
            raise UserError("relink-place", count=len(link.items))
        return Gap(link, place, files.get(link.items[place - 1].unique_id))

    async def replace(self, code: str, place: int, upload: Upload, *, by: int, cause: Cause) -> Relinked:
        """Let a link hand out another file in one of its places, once per cause.

        Raises:
            UserError: as `gap` and `FileService.store` do.
            TryLater: Telegram wants us to wait, or others change the link all the time.
        """
        gap = await self.gap(code, place, by=by)
        stored = await self._storing.store([upload], by=by, cause=cause)
        [item], [file] = stored.link.items, stored.files
        chat = stored.link.storage_chat
        if not await self._links.changed_by(code, cause):
            old = gap.link.items[place - 1]
            name = gap.file.name if gap.file else None
            change = Change("link-file", gap.link.code, by, self._clock.now(), cause, name, file.name)
            if gap.file is not None and old.message_id in gap.file.lost_in(gap.link.storage_chat):
                await self._replace_lost(gap.link, old, item, chat, change)
            await self._put(gap.link, [place], item, chat, change)
        await self._audit.catch_up()
        card = await self._life.card(code, by=by)
        now = card.link.items[place - 1]
        return Relinked(card, file, place, len(await self._contents.holding(card.link.storage_chat, now.message_id)))

    async def _replace_lost(self, link: Link, old: LinkItem, item: LinkItem, chat: int, change: Change) -> None:
        """Let everything else that leads to a lost message lead to the new file."""
        for other in await self._contents.holding(link.storage_chat, old.message_id):
            if other.code != link.code:
                places = [place for place, each in enumerate(other.items, 1) if each.message_id == old.message_id]
                with suppress(UserError):  # its channel takes no more messages: it stays as it was
                    await self._put(other, places, item, chat, change)
        if chat == link.storage_chat:
            await self._posts.replace(chat, old.message_id, item.message_id, item.unique_id)

    async def _put(self, link: Link, places: list[int], item: LinkItem, chat: int, change: Change) -> None:
        """Put a file in places of a link; a link's messages are all of one channel."""
        for _ in range(_TRIES):
            if len(link.items) > 1 and link.storage_chat != chat:
                item, chat = await self._copied(item, chat, link.storage_chat, change.cause), link.storage_chat
            new = replace(item, group=None)
            items = tuple(new if place in places else each for place, each in enumerate(link.items, 1))
            if await self._contents.replace(link, items, chat, content_of(items), change):
                return
            again = await self._links.get(link.code)
            if again is None or await self._links.changed_by(link.code, change.cause):
                return
            link = again
        raise TryLater(1.0, "the link is being changed by others")

    async def _copied(self, item: LinkItem, source: int, chat: int, cause: Cause) -> LinkItem:
        """Copy a stored file into the channel that a link's other files are in.

        Raises:
            UserError: `storage-failed`, or `upload-gone` when it is gone already.
        """
        [number] = await self._storage.copy_to_storage(chat, source, [item.message_id], cause=cause) or [None]
        if number is None:
            raise UserError("upload-gone")
        return LinkItem(item.unique_id, number)
