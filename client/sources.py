"""Where messages to many are taken from: read when that is needed, and known for a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from pyrogram.errors import PeerIdInvalid

from client.deletions import Lending
from client.markup import to_html
from database.outgoing import Outgoing

SOURCES_KNOWN = 64
"""Sources whose content is in memory, a few KB each; the others are read again."""

SOURCE_FRESH = 60.0
"""Seconds for which a source's content is taken to be as it was read."""

GONE = "SOURCE_GONE"
"""The reason where a message has no source any more, or the bot cannot see it; all others are Telegram's words."""


class SourceGone(Exception):  # noqa: N818 - says what is the case
    """What is to be sent is not there any more."""


@dataclass(slots=True)
class Source:
    """What a source has, by its messages: words (HTML), and file ids of those that are files."""

    read_at: float
    words: dict[int, str] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)
    """Those that are neither texts nor files: polls, places, contacts."""


class Sourcing(Lending):
    """What the bot knows of messages that it sends on."""

    sources: dict[tuple[int, tuple[int, ...]], Source]
    """What is known of what goes out, those read last at the end."""

    async def source_of(self, out: Outgoing) -> Source:
        """What a source has, as it was a minute ago at most."""
        chat = await self.source_chat(out)
        key = (chat, out.message_ids)
        known = self.sources.get(key)
        if known and time.monotonic() - known.read_at < SOURCE_FRESH:
            return known
        found = await self.get_messages(chat, list(out.message_ids), replies=0)  # type: ignore[attr-defined]  # the client's
        source = Source(time.monotonic())
        for message in found:
            if message.empty:
                continue
            if words := message.text or message.caption:
                source.words[message.id] = to_html(str(words), message.entities or message.caption_entities)
            medium = message.media and getattr(message, message.media.value, None)
            if file_id := getattr(medium, "file_id", None):
                source.files[message.id] = file_id
            elif medium is not None and not message.text:
                source.others.add(message.id)
        if not (source.words or source.files or source.others):
            if not (out.is_text and out.html):
                raise SourceGone
            source.words[out.message_ids[0]] = out.html
        self.sources.pop(key, None)
        self.sources[key] = source
        if len(self.sources) > SOURCES_KNOWN:
            del self.sources[next(iter(self.sources))]
        return source

    async def source_chat(self, out: Outgoing) -> int:
        """The chat of the source, as one that the bot can see: not seeing it is not the reader's fault."""
        assert out.chat is not None  # noqa: S101 - asked only of what has a source
        try:
            await self.resolve_peer(out.chat)  # type: ignore[attr-defined]  # the client's
        except PeerIdInvalid as error:
            raise SourceGone from error
        return out.chat
