"""Decides how a file is stored: each content once, in the storage channel, with a link to it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from database.bots import BotDatabase
from database.cause import Cause
from database.clock import Clock
from database.codes import LinkKind
from database.files import StoredFile
from database.links import Link, NewLink
from services.content import TEXT, content_of, items_of
from services.content import Upload as Upload  # noqa: PLC0414 - what callers of `store` make
from services.errors import UserError
from services.losses import LossService
from services.processing import ProcessingService
from services.settings import SettingsService
from services.storage import Storage


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of storing: the link to hand out, its files in order, and whether the link was there before."""

    link: Link
    files: list[StoredFile]
    existing: bool


class FileService:
    """Storing for one bot.

    Every step is done once however often it is taken: the copy by the content's cause, the record by the file's unique
    id, the link by the content's cause. So a kill between two steps and a replay of the update end in one of each.
    """

    def __init__(
        self,
        database: BotDatabase,
        settings: SettingsService,
        storage: Storage,
        clock: Clock,
        owner_id: int,
        losses: LossService,
        processing: ProcessingService,
    ) -> None:
        """Take the collections, the settings, the way into the storage channel, its owner, what is gone, what follows.

        What is stored is handed to `processing`, which gives it another name or thumbnail in its own time.
        """
        self._owner_id = owner_id
        self._processing = processing
        self._files = database.files
        self._copies = database.copies
        self._links = database.links
        self._contents = database.contents
        self._losses = losses
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._settings = settings
        self._storage = storage
        self._clock = clock

    async def store(self, uploads: Sequence[Upload], *, by: int, cause: Cause, title: str | None = None) -> Stored:
        """Keep one upload, or an album of one chat, and return its link; `title` becomes the file's name.

        A content that has an open link in the storage channel gets that one; uploading the same at once stores it once.
        One that is a processed copy, and comes back alone, is the content that it was made of. One whose copy was
        deleted is copied anew, and the links that it had lead there.

        Raises:
            UserError: as `check` does, `storage-failed`, or `upload-gone` when no message is there any more.
            TryLater: Telegram wants us to wait.
        """
        if len(uploads) == 1:
            first = await self.known(uploads[0].unique_id)
            uploads = [replace(uploads[0], unique_id=first)] if first else uploads
        stored = await self._store(uploads, by=by, cause=cause)
        if title or not stored.existing:  # also when it is taken up again: the wish itself is written down once
            await self._processing.begin(stored.files, by=by, cause=cause, title=title)
        return stored

    async def _store(self, uploads: Sequence[Upload], *, by: int, cause: Cause) -> Stored:
        chat = await self.check(uploads)
        content = content_of(uploads)
        # What is copied of an album while the same is copied whole would be a part of both.
        async with self._turns.setdefault(content, asyncio.Lock()) if len(uploads) > 1 else nullcontext():
            # In this order: a link made in between is then known, and not the one that a new link comes after.
            before = await self._links.last_of_content(content)
            files = await self._files.get_many({upload.unique_id for upload in uploads})
            if answer := await self._answer(files, content, chat, cause):
                return answer
            kept = await self._copy(uploads, chat, content, files)
            stored = await self._record(kept, chat, by=by, cause=cause, before=before)
            if len(kept) < len(uploads):
                await self._copies.spoil(chat, content, [cause])
            return stored

    async def check(self, uploads: Iterable[Upload] = ()) -> int:
        """Tell whether files can be kept, and these are of a kind that is taken. Returns the storage channel.

        Raises:
            UserError: `storage-missing` or `kind-refused`.
        """
        options = await self._settings.current()
        if options.storage_chat is None:
            raise UserError("storage-missing")
        refused = [upload.kind for upload in uploads if upload.kind not in (*options.allowed_kinds, TEXT)]
        if refused:
            raise UserError("kind-refused", kind=refused[0], kinds=",".join(options.allowed_kinds))
        return options.storage_chat

    async def record_posts(self, uploads: Sequence[Upload], *, cause: Cause) -> Stored:
        """Take up one post of the storage channel, or an album, where it is, and return its link.

        A channel's post names nobody: its link is the owner's.
        """
        chat = uploads[0].chat_id
        content = content_of(uploads)
        before = await self._links.last_of_content(content)
        files = await self._files.get_many({upload.unique_id for upload in uploads})
        if answer := await self._answer(files, content, chat, cause):
            return answer
        kept = [(upload, upload.message_id) for upload in uploads]
        return await self._record(kept, chat, by=self._owner_id, cause=cause, before=before)

    async def known(self, unique_id: str) -> str | None:
        """Return the stored file that a content is, itself or as its processed copy; None when it is none."""
        if await self._files.get(unique_id):
            return unique_id
        return (await self._files.stored_as([unique_id])).get(unique_id)

    async def refresh(self, unique_id: str, message_id: int, file_ref: str) -> None:
        """Remember the `file_id` that a copy of a file was just read with; the one before has expired."""
        await self._files.set_ref(unique_id, message_id, file_ref)

    async def another_link(self, code: str, *, by: int, cause: Cause) -> Link:
        """Make a second link to what is behind a link, once per cause.

        Raises:
            UserError: `link-unknown`.
        """
        link = await self._links.get(code)
        if link is None:
            raise UserError("link-unknown")
        new = NewLink(
            link.kind,
            link.items,
            link.storage_chat,
            link.content,
            protect=link.protect,
            title=link.title,
            tags=link.tags,
        )
        return await self._links.create(new, by=by, cause=cause, now=self._clock.now())

    async def keep(
        self, kept: Sequence[tuple[Upload, int]], chat: int, content: str, *, by: int
    ) -> tuple[list[StoredFile], bool]:
        """Record what is in a storage channel, each with its message there.

        Returns the records that stand, and whether some had lost copies: what leads to those leads here now.
        """
        now = self._clock.now()
        files = await self._files.add([upload.stored(chat, message_id, by=by, now=now) for upload, message_id in kept])
        mended = any(file.lost for file in files)
        if mended:
            await self._mend(kept, files, content, chat)
        return files, mended

    async def files_of(self, link: Link) -> list[StoredFile]:
        """Return the files behind a link, in its order."""
        found = await self._files.get_many({item.unique_id for item in link.items})
        return [found[item.unique_id] for item in link.items if item.unique_id in found]

    async def _answer(self, files: Mapping[str, StoredFile], content: str, chat: int, cause: Cause) -> Stored | None:
        """Return what there is to answer with: what this cause was answered with before, or the content's open link."""
        if answered := await self._answered(cause, content):
            return answered
        return None if await self._is_damaged(files, content, chat) else await self._known(content, chat, cause)

    async def _answered(self, cause: Cause, content: str) -> Stored | None:
        """Return what this cause was answered with before, whatever became of the link since."""
        link = await self._links.answered_to(cause)
        if link is None:
            return None
        if link.content != content:  # only a part was there, and we may have been cut off before that was written down
            await self._copies.spoil(link.storage_chat, content, [cause])
        return Stored(link, await self.files_of(link), existing=link.origin != cause)

    async def _is_damaged(self, files: Mapping[str, StoredFile], content: str, chat: int) -> bool:
        """Tell whether links to these files have lost messages that can be replaced."""
        lost = _lost(files.values())
        return bool(lost) and await self._contents.are_behind(lost, content, chat)

    async def _known(self, content: str, chat: int, cause: Cause) -> Stored | None:
        """Return the open link of a content, as the answer to this cause from now on."""
        link = await self._links.newest_of_content(content, self._clock.now(), chat)
        if link is None:
            return None
        await self._links.answer(link.code, cause)
        return Stored(link, await self.files_of(link), existing=True)

    async def _copy(
        self, uploads: Sequence[Upload], chat: int, content: str, files: Mapping[str, StoredFile]
    ) -> list[tuple[Upload, int]]:
        """Copy what is not in the storage channel yet; an album always, since its messages belong together there."""
        if len(uploads) == 1:
            file = files.get(uploads[0].unique_id)
            if file is not None and file.storage_chat == chat and not file.is_lost:
                return [(uploads[0], file.message_id)]
        cause = await self._copys_cause(content, chat, files, album=len(uploads) > 1)
        ids = await self._storage.copy_to_storage(
            chat, uploads[0].chat_id, [upload.message_id for upload in uploads], cause=cause
        )
        # Which of them is gone shows only where each has its own place.
        kept = [(upload, number) for upload, number in zip(uploads, ids, strict=False) if number is not None]
        if not kept or len(ids) != len(uploads):
            raise UserError("upload-gone")
        return kept

    async def _copys_cause(self, content: str, chat: int, files: Mapping[str, StoredFile], *, album: bool) -> Cause:
        """Name a copy by its content, so that it is made once, and by how often it had to be made anew."""
        lost = _lost(files.values()).get(chat)
        generation = 0
        if lost:
            generation = await self._copies.spoil(chat, content, [f"lost:{number}" for number in sorted(lost)])
        elif album:
            generation = await self._copies.generation(chat, content)
        return Cause(f"content:{content}:{generation}" if generation else f"content:{content}")

    async def _record(
        self, kept: Sequence[tuple[Upload, int]], chat: int, *, by: int, cause: Cause, before: Link | None
    ) -> Stored:
        """Record the files, then the link to them: the content's first, or the first after the one it had before."""
        now = self._clock.now()
        content = content_of([upload for upload, _ in kept])
        files, mended = await self.keep(kept, chat, content, by=by)
        if mended:
            known = await self._known(content, chat, cause)
            if known is not None:
                return known
        new = NewLink(
            kind=LinkKind.FILE if len(kept) == 1 else LinkKind.ALBUM,
            items=items_of(kept),
            storage_chat=chat,
            content=content,
            listed=(await self._settings.current()).list_new_links,
        )
        after = f":after:{before.code}" if before else ""
        link = await self._links.create(
            new, by=by, cause=Cause(f"content:{content}:{chat}{after}"), now=now, origin=cause
        )
        existing = link.origin != cause
        if existing:
            await self._links.answer(link.code, cause)
        return Stored(link, files, existing=existing)

    async def _mend(
        self, kept: Sequence[tuple[Upload, int]], files: Sequence[StoredFile], content: str, chat: int
    ) -> None:
        """Let what leads to lost copies of these files lead to the new ones; the same again changes nothing."""
        for (upload, message_id), file in zip(kept, files, strict=True):
            if file.is_lost:
                await self._files.replace(file, chat, message_id, upload.file_ref)
        await self._contents.renew(content, _lost(files), chat, items_of(kept))
        for (upload, message_id), file in zip(kept, files, strict=True):
            for lost in file.lost_in(chat):
                await self._losses.lead(chat, lost, message_id, upload.unique_id)


def _lost(files: Iterable[StoredFile]) -> dict[int, set[int]]:
    """Return the lost messages of files by their channel."""
    lost: dict[int, set[int]] = {}
    for file in files:
        for chat, message_id in file.lost:
            lost.setdefault(chat, set()).add(message_id)
    return lost
