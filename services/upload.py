"""Decides what a title and tags may be, and what comes of an upload that was given them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from database.cause import Cause
from database.links import Links
from services.errors import UserError
from services.files import FileService, Stored, Upload
from services.names import LONGEST_TITLE, with_suffix
from services.settings import SettingsService
from services.templates import units

LONGEST_TAG = 32
"""UTF-16 units of one tag."""
MOST_TAGS = 20


class UploadService:
    """Guided uploads for one bot."""

    def __init__(self, links: Links, files: FileService, settings: SettingsService) -> None:
        """Take who stores the files, and where the link's title is kept."""
        self._links = links
        self._files = files
        self._settings = settings

    async def title(self, words: str) -> str:
        """Return the title that these words, on one line, make: with the suffix of the settings, once.

        Raises:
            UserError: `upload-title-empty` or `upload-title-long`.
        """
        if not words:
            raise UserError("upload-title-empty")
        title = with_suffix(words, (await self._settings.current()).name_suffix or "")
        if units(title) > LONGEST_TITLE:
            raise UserError("upload-title-long", longest=LONGEST_TITLE, length=units(title))
        return title

    def tags(self, words: str) -> tuple[str, ...]:
        """Return the tags in these words, each once: parted by commas, or by spaces where there is no comma.

        Raises:
            UserError: `upload-tags-empty`, `upload-tags-many` or `upload-tag-long`.
        """
        parts = re.split(r"[,;،、]|\s(?=#)" if re.search(r"[,;،、]", words) else r"\s", words)
        tags = {tag.casefold(): tag for part in reversed(parts) if (tag := part.strip().lstrip("#").strip())}
        if not tags:
            raise UserError("upload-tags-empty")
        if len(tags) > MOST_TAGS:
            raise UserError("upload-tags-many", most=MOST_TAGS, count=len(tags))
        long = next((tag for tag in tags.values() if units(tag) > LONGEST_TAG), None)
        if long is not None:
            raise UserError("upload-tag-long", name=long, longest=LONGEST_TAG)
        return tuple(reversed(tags.values()))

    async def finish(
        self, uploads: Sequence[Upload], *, title: str | None, tags: Sequence[str] | None, by: int, cause: Cause
    ) -> Stored:
        """Keep what was uploaded, and let people find its link by its title and its tags. Once per cause.

        What is None stays as it is where the same content was uploaded before.

        Raises:
            UserError: as `FileService.store` does.
            TryLater: Telegram wants us to wait.
        """
        stored = await self._files.store(uploads, by=by, cause=cause, title=title)
        await self._links.describe(stored.link.code, cause, title=title, tags=tags, listed=True)
        return stored


def kept(uploads: Sequence[Upload]) -> list[dict[str, Any]]:
    """Write uploads as a conversation keeps them."""
    return [asdict(upload) for upload in uploads]


def read(documents: Sequence[Mapping[str, Any]]) -> list[Upload]:
    """Read uploads that a conversation kept."""
    return [Upload(**document) for document in documents]
