"""Decides what becomes of a program's order: its files are kept, then its draft is written down, once per key."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from weakref import WeakValueDictionary

from database.cause import Cause
from database.clock import Clock
from database.codes import random_id
from database.outgoing import Outgoing
from services.draft_files import Arrived, Arriving, TooLarge
from services.draft_media import LARGEST_PHOTO, MediaKind, Medium
from services.draft_orders import DraftOrder, OrderRefused, Problem
from services.draft_texts import paper_of
from services.drafts import Draft, DraftService, DraftSource, DraftTarget, Origin
from services.errors import UserError
from services.files import FileService
from services.targets import SIGHT, Target, TargetService, name_of
from services.targets import Telegram as Sight

PAPER: Final = Medium(MediaKind.DOCUMENT, "text.txt")
"""What a text becomes that goes as a file."""


NOT_A_TARGET: Final = "Drafts do not go there: the owner names chats with /targets, in the bot's chat."


class KeyTaken(Exception):  # noqa: N818 - says what is the case
    """The key was used before, for something else.

    Attributes:
        code: the draft that it made.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MediumRefused(Exception):  # noqa: N818 - says what happened
    """Telegram does not take a file; the text is its word for why."""


class NotFetched(Exception):  # noqa: N818 - says what happened
    """An address gave no file; the text says why, without the address."""


class Telegram(Sight, Protocol):
    """What an order needs of Telegram; the bot implements it."""

    async def keep_upload(self, chat: int, content: BinaryIO, medium: Medium, *, cause: Cause, step: str) -> int:
        """Put a file into the storage channel, once per cause and step. Returns its message's id.

        Raises:
            MediumRefused: Telegram does not take it.
            UserError: the channel does not take messages (`storage-failed`).
            TryLater: it has to wait.
        """


class Fetching(Protocol):
    """How files are fetched from the internet."""

    async def fetch(self, url: str, into: Arriving) -> None:
        """Write what an https address answers with.

        Raises:
            NotFetched: it may not be asked, does not answer in time, or not with a file.
            TooLarge: it is more than is taken; NoRoom: the disk is full.
        """


class NoFetching:
    """Fetches nothing, where nobody said how that is done."""

    async def fetch(self, url: str, into: Arriving) -> None:  # noqa: ARG002 - the Protocol's
        """Raise NotFetched."""
        raise NotFetched("nobody can fetch it")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an order: its draft, and whether it was made now."""

    draft: Draft
    made: bool


class DraftDesk:
    """Takes the orders of one bot."""

    def __init__(
        self, drafts: DraftService, targets: TargetService, files: FileService, fetching: Fetching, clock: Clock,
        folder: Path,
    ) -> None:  # fmt: skip
        """Take the drafts, their targets, the storage channel, how files are fetched, and where they lie meanwhile."""
        self._drafts = drafts
        self._targets = targets
        self._files = files
        self._fetching = fetching
        self._clock = clock
        self._folder = folder
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def arriving(self) -> Arriving:
        """Make room for a file that is on its way here."""
        return Arriving(self._folder)

    async def take(self, order: DraftOrder, uploads: Mapping[str, Arrived], telegram: Telegram) -> Taken:
        """Make the draft that is asked for, once per key. Its files are in the storage channel by then.

        Raises:
            OrderRefused: it cannot be carried out; KeyTaken: its key made another one.
            UserError: there is nowhere to keep its files (`storage-missing`, `storage-failed`).
            NoRoom: the disk is full. TryLater: Telegram wants us to wait.
        """
        cause = Cause(f"http:{order.key or random_id()}")
        digest = order.digest({name: file.sha256 for name, file in uploads.items()})
        async with self._turns.setdefault(cause, asyncio.Lock()):
            known = await self._drafts.of_cause(cause)
            if known is not None:
                return Taken(_same(known, digest), made=False)
            targets, problems = await self._look(order, telegram)
            if problems:
                raise OrderRefused(problems)
            parts = await self._parts(order, uploads, telegram, cause)
            origin = Origin(DraftSource.HTTP, key=order.key, digest=digest)
            draft = await self._drafts.add(parts, targets, origin, cause, options=order.options, send_at=order.send_at)
            return Taken(_same(draft, digest), made=True)

    async def told(self, code: str) -> Draft:
        """Return a draft that a program ordered: others are no program's business.

        Raises:
            UserError: `draft-unknown`.
        """
        draft = await self._drafts.get(code)
        if draft.origin.source is not DraftSource.HTTP:
            raise UserError("draft-unknown")
        return draft

    async def problems(self, order: DraftOrder, telegram: Telegram) -> dict[str, Problem]:
        """Return what is wrong with an order now that may be right at another time, by field.

        Raises:
            TryLater: Telegram wants us to wait.
        """
        return (await self._look(order, telegram))[1]

    async def _look(self, order: DraftOrder, telegram: Telegram) -> tuple[list[DraftTarget], dict[str, Problem]]:
        """Look where an order goes, and whether it can go there, at its time."""
        problems: dict[str, Problem] = {}
        if order.send_at is not None and order.send_at <= self._clock.now():
            problems["send_at"] = "This time is over."
        targets = []
        for place, name in enumerate(order.targets or ()):
            try:
                targets.append(await self._target(name, telegram))
            except UserError as error:
                problems[f"targets[{place}]"] = NOT_A_TARGET if error.key == "target-none" else error
        if order.targets is None:
            targets = await self._targets.defaults()
        named = {each.chat: name_of(each) for each in targets}
        return [DraftTarget(chat, title) for chat, title in named.items()], problems

    async def _target(self, name: int | str, telegram: Telegram) -> Target:
        found = await self._targets.find(name)
        if found is None:
            raise UserError("target-none")
        if found.may_write and self._clock.now() - found.checked_at < SIGHT:
            return found
        return await self._targets.open_to(found.chat, telegram)

    # Its files

    async def _parts(
        self, order: DraftOrder, uploads: Mapping[str, Arrived], telegram: Telegram, cause: Cause
    ) -> list[Outgoing]:
        """Keep the files of an order. Returns the messages that it becomes."""
        texts = [Outgoing(None, (), html, is_text=True) for html in order.texts]
        if not order.media and order.paper is None:
            return texts
        chat, parts = await self._files.check(), []
        if order.media:
            kept = await self._keep(order.media, uploads, telegram, cause, chat)
            # An album's files are kept one by one: that it says something, if only nothing, sends them together.
            words = "" if order.caption is None and len(kept) > 1 else order.caption
            parts.append(Outgoing(chat, tuple(kept), words))
        if order.paper is not None:
            content = paper_of(order.paper)
            number = await telegram.keep_upload(chat, BytesIO(content), PAPER, cause=cause, step="text")
            parts.append(Outgoing(chat, (number,), None))
        return [*parts, *texts]

    async def _keep(
        self, media: Sequence[Medium], uploads: Mapping[str, Arrived], telegram: Telegram, cause: Cause, chat: int
    ) -> list[int]:
        """Put files into the storage channel, all of them or, where one is not to be had, none."""
        async with AsyncExitStack() as stack:
            problems: dict[str, Problem] = {}
            files = [
                await self._arrived(f"media[{place}]", medium, uploads, stack, problems)
                for place, medium in enumerate(media)
            ]
            if problems:
                raise OrderRefused(problems)
            kept = []
            for place, (medium, file) in enumerate(zip(media, files, strict=True)):
                assert file  # noqa: S101 - else there is a problem with it
                # What an address answers with may be something else the next time, and is then another message.
                step = f"file {place + 1} {file.sha256}"
                try:
                    kept.append(await telegram.keep_upload(chat, file.content, medium, cause=cause, step=step))
                except MediumRefused as error:
                    raise OrderRefused({f"media[{place}]": f"Telegram does not take it: {error}."}) from error
            return kept

    async def _arrived(
        self, field: str, medium: Medium, uploads: Mapping[str, Arrived], stack: AsyncExitStack,
        problems: dict[str, Problem],
    ) -> Arrived | None:  # fmt: skip
        """Return the file of a medium, fetched if need be."""
        if medium.upload is not None:
            file = uploads[medium.upload]
        else:
            arriving = await stack.enter_async_context(self.arriving())
            try:
                await self._fetching.fetch(medium.url or "", arriving)
            except NotFetched as error:
                problems[f"{field}.url"] = f"It could not be fetched: {error}."
                return None
            except TooLarge:
                problems[f"{field}.url"] = "It is larger than 50 MiB."
                return None
            file = await arriving.arrived()
        if not file.size:
            problems[field] = "The file is empty."
        elif medium.kind is MediaKind.PHOTO and file.size > LARGEST_PHOTO:
            problems[field] = 'A photo has 10 MiB at most: send it with "kind": "document".'
        return file


def _same(draft: Draft, digest: str) -> Draft:
    """Return a draft, if this is what it was made of."""
    if draft.origin.digest != digest:
        raise KeyTaken(draft.code)
    return draft
