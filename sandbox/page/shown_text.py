"""How the marks in a text are shown: Telegram's entities by the names that the page knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pyrogram import raw

_KINDS: Final[dict[type, str]] = {
    raw.types.MessageEntityBold: "bold",
    raw.types.MessageEntityItalic: "italic",
    raw.types.MessageEntityUnderline: "underline",
    raw.types.MessageEntityStrike: "strike",
    raw.types.MessageEntitySpoiler: "spoiler",
    raw.types.MessageEntityCode: "code",
    raw.types.MessageEntityPre: "pre",
    raw.types.MessageEntityBlockquote: "quote",
    raw.types.MessageEntityUrl: "url",
    raw.types.MessageEntityTextUrl: "text_link",
    raw.types.MessageEntityMention: "mention",
    raw.types.MessageEntityMentionName: "text_mention",
    raw.types.MessageEntityHashtag: "hashtag",
    raw.types.MessageEntityCashtag: "cashtag",
    raw.types.MessageEntityBotCommand: "command",
    raw.types.MessageEntityEmail: "email",
    raw.types.MessageEntityPhone: "phone",
    raw.types.MessageEntityBankCard: "card",
    raw.types.MessageEntityCustomEmoji: "custom_emoji",
}
_FIELDS: Final = {"url": "url", "language": "language", "user_id": "user", "collapsed": "collapsed"}
"""What an entity may say besides its place, by its name here."""


def shown_entities(entities: Iterable[Any] | None) -> list[dict[str, Any]]:
    """The marks of a text, places in UTF-16 units; those without a look of their own are left out."""
    return [_shown(entity, _KINDS[type(entity)]) for entity in entities or () if type(entity) in _KINDS]


def _shown(entity: Any, kind: str) -> dict[str, Any]:
    more = {name: getattr(entity, field, None) for field, name in _FIELDS.items()}
    said = {name: value for name, value in more.items() if value}
    return {"type": kind, "offset": entity.offset, "length": entity.length, **said}
