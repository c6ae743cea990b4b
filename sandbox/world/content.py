"""What may be said: lengths, entities and keyboards under Telegram's rules."""

from __future__ import annotations

import re
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.peers import resolve_user
from sandbox.world.registry import Call

TEXT_MAX: Final = 4096
CAPTION_MAX: Final = 1024
ENTITIES_MAX: Final = 100
DATA_MAX: Final = 64
BUTTONS_MAX: Final = 100

FOUND: Final = (
    (re.compile(r"(?<![\w/@<>])/\w{1,64}(?:@\w{3,32})?(?![\w/@<>])", re.ASCII), raw.types.MessageEntityBotCommand),
    (re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)"), raw.types.MessageEntityMention),
    (re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]"), raw.types.MessageEntityUrl),
    (re.compile(r"(?<![\w.@+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), raw.types.MessageEntityEmail),
    (re.compile(r"(?<![\w#])#\w*[^\W\d]\w*"), raw.types.MessageEntityHashtag),
)
"""What the server itself marks in a text."""

URL: Final = re.compile(r"(?:https?://|tg://|ton://|[\w-]+(?:\.[\w-]+)+)[^\s]*", re.IGNORECASE)


def utf16_length(text: str) -> int:
    """How long a text is to Telegram: in UTF-16 units."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def check_text(text: str) -> str:
    """The text of a message without media."""
    if not text.strip():
        raise bad_request("MESSAGE_EMPTY")
    if utf16_length(text) > TEXT_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    return text


def check_caption(text: str) -> str:
    """The text below media."""
    if utf16_length(text) > CAPTION_MAX:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    return text


def entities_of(call: Call, text: str, given: list[Any] | None) -> list[Any]:
    """The entities of a text: the given ones, checked, and those that the server finds itself, in order."""
    length = utf16_length(text)
    entities: list[Any] = []
    for entity in (given or [])[:ENTITIES_MAX]:
        if entity.offset < 0 or entity.length <= 0 or entity.offset + entity.length > length:
            raise bad_request("ENTITY_BOUNDS_INVALID")
        entities.append(_with_user(call, entity))
    taken = [(entity.offset, entity.offset + entity.length) for entity in entities]
    for pattern, kind in FOUND:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group())
            if all(end <= first or start >= last for first, last in taken):
                entities.append(kind(offset=start, length=end - start))
                taken.append((start, end))
    entities.sort(key=lambda entity: (entity.offset, -entity.length))
    return entities


def _with_user(call: Call, entity: Any) -> Any:
    if isinstance(entity, raw.types.InputMessageEntityMentionName):
        user = resolve_user(call, entity.user_id, "ENTITY_MENTION_USER_INVALID")
        return raw.types.MessageEntityMentionName(offset=entity.offset, length=entity.length, user_id=user.id)
    return entity


def markup_of(call: Call, given: Any, *, channel: bool) -> Any:
    """The keyboard of a message, checked; people's clients cannot attach one, theirs is ignored as Telegram does."""
    if given is None or not call.me.bot:
        return None
    if isinstance(given, raw.types.ReplyInlineMarkup):
        return _inline(call, given)
    if channel:
        raise bad_request("REPLY_MARKUP_INVALID")
    if isinstance(given, raw.types.ReplyKeyboardMarkup):
        buttons = [button for row in given.rows for button in row.buttons]
        if not buttons:
            raise bad_request("REPLY_MARKUP_INVALID")
        if any(not button.text.strip() for button in buttons):
            raise bad_request("BUTTON_TEXT_INVALID")
        if any(not isinstance(button, raw.types.KeyboardButton) for button in buttons):
            raise bad_request("BUTTON_TYPE_INVALID")
    return given


def _inline(call: Call, given: Any) -> Any:
    buttons = [button for row in given.rows for button in row.buttons]
    if not buttons:
        return None
    if len(buttons) > BUTTONS_MAX:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        if not isinstance(button, raw.types.KeyboardInlineButton):
            raise bad_request("BUTTON_TYPE_INVALID")
        if not button.text.strip():
            raise bad_request("BUTTON_TEXT_INVALID")
        button.type = _button_type(call, button.type)
    return given


def _button_type(call: Call, given: Any) -> Any:
    types = raw.types
    if isinstance(given, types.InlineButtonTypeCallback) and not 1 <= len(given.data) <= DATA_MAX:
        raise bad_request("BUTTON_DATA_INVALID")
    if isinstance(given, types.InlineButtonTypeUrl | types.InlineButtonTypeWebView) and not URL.fullmatch(given.url):
        raise bad_request("BUTTON_URL_INVALID")
    if isinstance(given, types.InlineButtonTypeCopy) and not 1 <= utf16_length(given.copy_text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if isinstance(given, types.InputInlineButtonTypeUserProfile):
        user = resolve_user(call, given.user_id, "BUTTON_USER_INVALID")
        return types.InlineButtonTypeUserProfile(user_id=user.id)
    if isinstance(given, types.InputInlineButtonTypeUrlAuth):
        return types.InlineButtonTypeUrlAuth(url=given.url, button_id=0, fwd_text=given.fwd_text)
    return given


def button_texts(markup: Any) -> list[str] | None:
    """The words on a keyboard, for the ledger."""
    rows = getattr(markup, "rows", None)
    return [button.text for row in rows for button in row.buttons] if rows else None


def only_links(markup: Any) -> bool:
    """Whether an inline keyboard has nothing but links, which a forward keeps."""
    return isinstance(markup, raw.types.ReplyInlineMarkup) and all(
        isinstance(button.type, raw.types.InlineButtonTypeUrl) for row in markup.rows for button in row.buttons
    )
