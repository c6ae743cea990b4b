"""Decides how a bundle comes to be: files that a person collects, or posts of the storage channel, behind one link."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from database.bots import BotDatabase
from database.bundle_items import BundleItem
from database.bundles import Bundle
from database.bundles import Stage as Stage  # noqa: PLC0414 - what `News` is told by
from database.cause import Cause
from database.clock import Clock
from database.codes import LinkKind
from database.link import Link, NewLink
from services.bundle_posts import ReadPosts as ReadPosts  # noqa: PLC0414 - what `work` takes
from services.bundle_posts import next_posts
from services.content import Upload, content_of, items_of
from services.errors import UserError
from services.files import FileService
from services.processing import ProcessingService
from services.settings import SettingsService
from services.storage import Storage

MOST_FILES = 1_000
WIDEST = 20_000
"""Posts that a bundle of the storage channel may look through: a hundred calls."""
COPIED_PER_CALL = 100
"""Messages that one forwardMessages takes (Telegram's limit)."""
COUNTED_AFTER = timedelta(seconds=1)
"""After what time the running count is told: Telegram takes about one edit a second."""
_TOLD_EVERY = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class News:
    """What one step came to, for telling; the step is written down after that.

    `done` of `total` is how far it is: files that were collected, posts that were read, files that were copied.
    `missing` are collected files, or posts, that are gone by now, and `others` posts without a file.
    """

    bundle: Bundle
    stage: Stage
    done: int = 0
    total: int = 0
    missing: int = 0
    others: int = 0
    size: int = 0
    link: Link | None = None
    refusal: UserError | None = None
    worth_telling: bool = True
    new: Mapping[str, Any] = field(default_factory=dict)


class BundleService:
    """One bot's bundles. Every step is done once however often it is taken."""

    def __init__(
        self,
        database: BotDatabase,
        files: FileService,
        settings: SettingsService,
        storage: Storage,
        processing: ProcessingService,
        clock: Clock,
    ) -> None:
        """Take the collections, who records files, the way into the storage channel, and who renames files."""
        self._bundles = database.bundles
        self._items = database.bundles.items
        self._known = database.files
        self._links = database.links
        self._files = files
        self._settings = settings
        self._storage = storage
        self._processing = processing
        self._clock = clock
        self.came = asyncio.Event()
        """Set when there is something to do."""

    # What people ask for

    async def collect(self, code: str, upload: Upload, *, by: int) -> None:
        """Take a file into a bundle, once.

        Raises:
            UserError: as `FileService.check` does, or `bundle-full`.
        """
        await self._files.check([upload])
        if not await self._items.has(code, upload.message_id) and await self._items.count(code) >= MOST_FILES:
            raise UserError("bundle-full", most=MOST_FILES)
        now = self._clock.now()
        await self._items.add(code, [asdict(upload)], now)
        await self._bundles.grown(code, by, now, now + COUNTED_AFTER)
        self.came.set()

    async def undo(self, code: str, *, by: int, cause: Cause) -> int:
        """Take the last file or album back, once per cause; returns how many files are left.

        Raises:
            UserError: `bundle-empty`.
        """
        if not await self._items.undo(code, cause):
            raise UserError("bundle-empty")
        now = self._clock.now()
        await self._bundles.grown(code, by, now, now + COUNTED_AFTER)
        self.came.set()
        return await self._items.count(code)

    async def read(self, code: str, first: int, last: int, *, by: int) -> None:
        """Let the posts of the storage channel between two be looked through, whichever of them is the first.

        Raises:
            UserError: `storage-missing` or `range-too-wide`.
        """
        chat = await self._files.check()
        first, last = sorted((first, last))
        if last - first >= WIDEST:
            raise UserError("range-too-wide", count=last - first + 1, most=WIDEST)
        await self._bundles.read(code, by, chat, first, last, self._clock.now())
        self.came.set()

    async def ready(self, code: str) -> int:
        """Return how many files there are to make a link of.

        Raises:
            UserError: as `FileService.check` does, or `bundle-empty`.
        """
        await self._files.check()
        if not (count := await self._items.count(code)):
            raise UserError("bundle-empty")
        return count

    async def make(self, code: str, message_id: int) -> None:
        """Let the link be made of what is there; the message with this id tells how far it is."""
        await self._bundles.make(code, message_id, self._clock.now())
        self.came.set()

    async def again(self, code: str, message_id: int, *, by: int) -> int:
        """Try to make a link once more that could not be made.

        Returns how many files it will have; 0 when no such bundle is this person's.
        """
        bundle = await self._bundles.get(code)
        if bundle is None or bundle.by != by or not await self._bundles.again(code, message_id, self._clock.now()):
            return 0
        self.came.set()
        return await self._items.count(code)

    # The work, step by step

    async def claim(self, epoch: int) -> Bundle | None:
        """Take a bundle for which there is something to do; None when there is none now."""
        return await self._bundles.claim(epoch, self._clock.now())

    async def next_due(self) -> datetime | None:
        """Return when there is something to do next; None when nothing is under way."""
        return await self._bundles.next_due()

    async def work(self, bundle: Bundle, read: ReadPosts) -> News:
        """Do a bundle's next step. Tell what came of it, then call `written`.

        Raises:
            TryLater: Telegram wants us to wait: call `postponed`.
        """
        try:
            match bundle.stage:
                case Stage.COLLECTING:
                    return News(bundle, bundle.stage, done=await self._items.count(bundle.code))
                case Stage.READING:
                    return await self._read(bundle, read)
                case _:
                    return await self._make(bundle)
        except UserError as refusal:
            return News(bundle, Stage.REFUSED, refusal=refusal)

    async def written(self, news: News, epoch: int) -> None:
        """Write down what was told; nothing if another process has taken the bundle over."""
        now, bundle = self._clock.now(), news.bundle
        if news.stage is Stage.COLLECTING:
            await self._bundles.counted(bundle, epoch)
            return
        more = news.stage in {Stage.READING, Stage.MAKING}
        told_at = now if news.worth_telling else None
        await self._bundles.step(
            bundle, epoch, due_at=now if more else None, told_at=told_at, stage=news.stage.value, **news.new
        )

    async def postponed(self, bundle: Bundle, epoch: int, seconds: float) -> None:
        """Put a bundle off; nobody else's waits with it."""
        await self._bundles.step(bundle, epoch, due_at=self._clock.now() + timedelta(seconds=seconds))

    async def _read(self, bundle: Bundle, read: ReadPosts) -> News:
        """Read the next posts, and stop where there are more files than a bundle takes."""
        posts = await next_posts(bundle, read, self._known, self._items)
        await self._items.add(bundle.code, [asdict(upload) for upload in posts.uploads], self._clock.now())
        found = await self._items.count(bundle.code)
        if found > MOST_FILES:
            raise UserError("range-too-many", most=MOST_FILES)
        others, absent = bundle.others + posts.others, bundle.absent + posts.absent
        if posts.upto == bundle.last and not found:
            raise UserError("range-empty", others=others, missing=absent)
        reading = posts.upto < bundle.last
        return News(
            bundle,
            Stage.READING if reading else Stage.FOUND,
            done=posts.upto - bundle.first + 1 if reading else found,
            total=bundle.last - bundle.first + 1,
            missing=absent,
            others=others,
            worth_telling=not reading or self._is_time(bundle),
            new={"next": posts.upto + 1, "others": others, "absent": absent},
        )

    async def _make(self, bundle: Bundle) -> News:
        """Copy the next part of what was collected; when all is in the storage channel, make the link."""
        items = await self._items.all(bundle.code)
        if bundle.first:
            return await self._link(bundle, [(Upload(**each.upload), each.message_id) for each in items], len(items))
        if bundle.plan is None:
            return await self._plan(bundle, items)
        if bundle.copied < len(bundle.plan):
            call = bundle.plan[bundle.copied]
            cause = Cause(f"{bundle.run_cause}:{bundle.copied}")
            ids = await self._storage.copy_to_storage(bundle.chat, bundle.by, call, cause=cause)
            # Which of them is gone shows only where each has its own place.
            places = dict(zip(call, ids, strict=True)) if len(ids) == len(call) else dict.fromkeys(call)
            await self._items.place(bundle.code, places, bundle.epoch)
            done = sum(len(each) for each in bundle.plan[: bundle.copied + 1])
            total, new = len(items), {"copied": bundle.copied + 1}
            told = self._is_time(bundle)
            return News(bundle, Stage.MAKING, done + total - _planned(bundle), total, worth_telling=told, new=new)
        kept = [(Upload(**each.upload), each.stored_id) for each in items]
        return await self._link(bundle, [(upload, number) for upload, number in kept if number], len(items))

    async def _plan(self, bundle: Bundle, items: Sequence[BundleItem]) -> News:
        """Decide once what is copied by which call: what is in the storage channel already is not, but for albums."""
        chat = await self._files.check()
        singles = [each for each in items if each.upload["group_id"] is None]
        known = await self._known.get_many({each.upload["unique_id"] for each in singles})
        places: dict[int, int | None] = {each.message_id: None for each in items}
        for each in singles:
            file = known.get(each.upload["unique_id"])
            if file is not None and file.storage_chat == chat and not file.is_lost:
                places[each.message_id] = file.message_id
        await self._items.place(bundle.code, places, bundle.epoch)
        plan = _calls([each for each in items if places[each.message_id] is None])
        return News(bundle, Stage.MAKING, worth_telling=False, new={"plan": plan, "chat": chat})

    async def _link(self, bundle: Bundle, kept: Sequence[tuple[Upload, int]], wanted: int) -> News:
        """Record the files, and make the link to all of them."""
        if not kept:
            raise UserError("bundle-gone")
        uploads = [upload for upload, _ in kept]
        # A name of its own: an album of the same files is another content, which has other links.
        content = f"bundle:{content_of(uploads)}"
        files, _ = await self._files.keep(kept, bundle.chat, content, by=bundle.by)
        if not bundle.first:
            await self._processing.begin(files, by=bundle.by, cause=bundle.cause)
        listed = (await self._settings.current()).list_new_links
        new = NewLink(LinkKind.BUNDLE, items_of(kept), bundle.chat, content, listed=listed)
        link = await self._links.create(new, by=bundle.by, cause=bundle.cause, now=self._clock.now())
        return News(
            bundle,
            Stage.MADE,
            done=len(kept),
            total=wanted,
            missing=bundle.absent if bundle.first else wanted - len(kept),
            others=bundle.others,
            size=sum(file.size or 0 for file in files),
            link=link,
        )

    def _is_time(self, bundle: Bundle) -> bool:
        """Whether it is worth telling how far it is: what is done in a moment needs no telling."""
        return self._clock.now() - bundle.told_at >= _TOLD_EVERY


def _planned(bundle: Bundle) -> int:
    return sum(len(call) for call in bundle.plan or ())


def _calls(items: Sequence[BundleItem]) -> list[list[int]]:
    """Part messages into calls of `COPIED_PER_CALL` at most, never inside an album."""
    calls: list[list[int]] = [[]]
    for _, run in groupby(items, key=lambda each: each.upload["group_id"] or f"single {each.message_id}"):
        album = [each.message_id for each in run]
        if calls[-1] and len(calls[-1]) + len(album) > COPIED_PER_CALL:
            calls.append([])
        calls[-1] += album
    return [call for call in calls if call]
