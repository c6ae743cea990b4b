"""Decides what a link opens: the right answer for a good one, and each its own for the others."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from database.cause import Cause
from database.clock import Clock
from database.codes import is_code
from database.files import Files, StoredFile
from database.links import Link, LinkItem, Links
from services.buttons import Rows
from services.captions import CaptionTemplate
from services.content import is_text
from services.errors import UserError
from services.legacy import LegacyService
from services.options import BotOptions
from services.settings import SettingsService

_EXAMPLES = 20
"""Links that are looked through for a file to show something with."""

_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog", "www.t.me"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a reader gets: messages of the storage channel, in order.

    `items` name the processed copies where there are some, `link.items` the stored ones. `caption_template` None leaves
    the files their own captions. `auto_delete` is the seconds after which the reader loses them, 0 for never.
    """

    link: Link
    items: tuple[LinkItem, ...]
    storage_chat: int
    protect: bool
    files: list[StoredFile]
    caption_template: CaptionTemplate | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    auto_delete: int = 0
    buttons: Rows = ()
    originals: Mapping[int, int] = field(default_factory=dict)
    """The stored message of each processed copy that is handed out in its place."""

    @property
    def is_plain(self) -> bool:
        """Whether the files go out as they are stored: no caption of ours, no buttons."""
        return self.caption_template is None and not self.buttons

    def goes_as_stored(self, part: Iterable[LinkItem]) -> bool:
        """Tell whether these go out as they lie in the channel; texts do in any case, which have no caption."""
        return all((self.is_plain and not self.is_reshaped(item)) or is_text(item.unique_id) for item in part)

    def is_reshaped(self, item: LinkItem) -> bool:
        """Tell whether an item is part of an album whose messages do not lie together as one any more."""
        return item.group is not None and item.message_id in self.originals

    def caption(self, file: StoredFile, size: str) -> str:
        """Return the caption, HTML, that one file is delivered with; `size` is its size in the reader's words."""
        return self.caption_template.render(file, self.names, size) if self.caption_template else file.caption or ""


class LinkService:
    """One bot's links."""

    def __init__(
        self, links: Links, files: Files, settings: SettingsService, clock: Clock, legacy: LegacyService
    ) -> None:
        """Take the collections, the settings, and who knows the links of the bot before this one."""
        self._links = links
        self._files = files
        self._settings = settings
        self._clock = clock
        self._legacy = legacy

    def parse(self, payload: str) -> str:
        """Return the code in a deep link's payload; no other text is a code.

        Raises:
            UserError: `link-malformed`.
        """
        if not is_code(payload):
            raise UserError("link-malformed")
        return payload

    async def code_of(self, text: str) -> str:
        """Return the code that a person means, by itself or in a link, also in one of the bot before this one.

        Raises:
            UserError: `link-malformed`, `link-unknown` or `link-too-many`.
        """
        payload = payload_in(text)
        return await self._legacy.code_of(payload) or self.parse(payload)

    async def open(self, payload: str, *, by: int, cause: Cause, names: Mapping[str, str] | None = None) -> Delivery:
        """Count a use and return what to deliver; a replay of the same cause counts nothing and gets it again.

        `names` are what a caption template says of the reader, by placeholder, in HTML. Three queries: the link, its
        use and, meanwhile, its files; a limit adds one. The link is always read anew, so that a revocation holds from
        the moment it was confirmed, for every cause that had no use before it.

        Raises:
            UserError: `link-malformed`, `link-unknown`, `link-too-many`, `link-revoked`, `link-expired` or
                `link-used-up`.
        """
        code = await self._legacy.code_of(payload) or self.parse(payload)
        link = await self._links.get(code)
        if link is None:
            raise UserError("link-unknown")
        now = self._clock.now()
        counted, files = await asyncio.gather(self._links.use(link, by, cause, now), self.files_of(link.items))
        if not counted:
            raise _closed(link, now)
        return await self._delivery(link, files, names or {})

    async def had_use(self, payload: str, cause: Cause) -> bool:
        """Tell whether a cause has its use of a link already. Counts nothing.

        Raises:
            UserError: as `open` does, where it would be refused.
        """
        code = await self._legacy.code_of(payload) or self.parse(payload)
        link = await self._links.get(code)
        if link is None:
            raise UserError("link-unknown")
        if await self._links.had_use(code, cause):
            return True
        now = self._clock.now()
        if link.revoked_at is not None or link.is_expired(now) or await self._links.are_used_up([link]):
            raise _closed(link, now)
        return False

    async def still_open(self, code: str, names: Mapping[str, str]) -> Delivery | None:
        """Return what a link delivers to somebody who has opened it already; None where it was closed or expired since.

        Counts nothing: who opened it had their use.
        """
        link = await self._links.get(code)
        if link is None or link.revoked_at is not None or link.is_expired(self._clock.now()):
            return None
        return await self._delivery(link, await self.files_of(link.items), names)

    async def _delivery(self, link: Link, files: list[StoredFile], names: Mapping[str, str]) -> Delivery:
        return self._delivered(link, files, names, await self._settings.current())

    def _delivered(
        self, link: Link, files: list[StoredFile], names: Mapping[str, str], options: BotOptions
    ) -> Delivery:
        copies = _copies(link, files)
        return Delivery(
            link=link,
            items=tuple(replace(item, message_id=copies.get(item.message_id, item.message_id)) for item in link.items),
            storage_chat=link.storage_chat,
            protect=options.protect_content if link.protect is None else link.protect,
            files=files,
            caption_template=options.caption,
            names=names,
            auto_delete=options.auto_delete_time if link.auto_delete is None else link.auto_delete,
            buttons=options.buttons,
            originals={copy: stored for stored, copy in copies.items()},
        )

    async def example(self, options: BotOptions, names: Mapping[str, str]) -> Delivery | None:
        """Return the first file of one of the newest links as these options would deliver it; None where there is none.

        Texts are none: nothing stands under them.
        """
        for link in await self._links.page(None, _EXAMPLES):
            if files := [item for item in link.items if not is_text(item.unique_id)]:
                one = replace(link, items=tuple(files[:1]), protect=False, auto_delete=0)
                return self._delivered(one, await self.files_of(one.items), names, options)
        return None

    async def files_of(self, items: Sequence[LinkItem]) -> list[StoredFile]:
        """Return the files of these items, in their order, those that are known."""
        if len(items) == 1:
            file = await self._files.get(items[0].unique_id)
            return [file] if file else []
        return in_order(items, await self._files.get_many({item.unique_id for item in items}))


def _closed(link: Link, now: datetime) -> UserError:
    """Say why a link opens no more."""
    if link.revoked_at is not None:
        return UserError("link-revoked")
    return UserError("link-expired" if link.is_expired(now) else "link-used-up")


def _copies(link: Link, files: Iterable[StoredFile]) -> dict[int, int]:
    """Return for the stored messages of a link which message has the processed copy, as soon as there is one.

    An album of which not all is known stays as it lies in the channel: only that keeps it together.
    """
    known = {file.unique_id: file for file in files}
    whole = {item.group for item in link.items} - {item.group for item in link.items if item.unique_id not in known}
    return {
        item.message_id: copy
        for item in link.items
        if (item.group is None or item.group in whole)
        and (file := known.get(item.unique_id))
        and (copy := file.processed_in(link.storage_chat))
    }


def payload_in(text: str) -> str:
    """Return what a link of any of Telegram's forms carries, or a code that stands alone; empty for any other text.

    Raises:
        UserError: `link-malformed`.
    """
    text = text.strip()
    if is_code(text):
        return text
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        starts = parse_qs(parts.query).get("start", [])
    except ValueError:
        raise UserError("link-malformed") from None
    ours = parts.hostname in _HOSTS if parts.scheme in ("http", "https") else parts.scheme == "tg"
    return starts[0] if ours and len(starts) == 1 else ""


def in_order(items: Sequence[LinkItem], found: Mapping[str, StoredFile]) -> list[StoredFile]:
    """Return the files of these items, in their order, those that were found."""
    return [found[item.unique_id] for item in items if item.unique_id in found]
