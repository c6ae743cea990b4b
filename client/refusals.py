"""Which of Telegram's errors means what for a message that was to be sent to a reader."""

from __future__ import annotations

import re

from pyrogram.errors import (
    Flood,
    Forbidden,
    InputUserDeactivated,
    InternalServerError,
    PeerIdInvalid,
    RandomIdDuplicate,
    RPCError,
    ServiceUnavailable,
    UnknownError,
    UserBannedInChannel,
    UserIsBlocked,
    UserIsBot,
)

from services.errors import TryLater
from services.refusals import Refusal

GONE = (UserIsBlocked, InputUserDeactivated, PeerIdInvalid, UserIsBot)
"""The reader cannot be written to any more: nobody is left to tell."""

SERVER = (InternalServerError, ServiceUnavailable, RandomIdDuplicate)
"""The server had a bad moment, or still works on the first try of the same message."""

_UNKNOWN_OF_SERVER = re.compile(r"\[(408|5\d\d) ")
"""How the library tells an error of a code without a name: the request took too long, or the server failed."""

CONTENT = (
    "BUTTON_", "CHANNEL_INVALID", "CHANNEL_PRIVATE", "CHAT_FORWARDS_RESTRICTED", "DOCUMENT_", "ENTITIES_", "ENTITY_",
    "EXTENDED_MEDIA_", "FILE_", "GROUPED_MEDIA_", "IMAGE_PROCESS_FAILED", "MEDIA_", "MESSAGE_EMPTY", "MESSAGE_ID",
    "MESSAGE_TOO_LONG", "MULTI_MEDIA_", "PHOTO_", "POLL_", "REPLY_", "STICKER_", "VIDEO_", "WEBDOCUMENT_",
    "WEBPAGE_",
)  # fmt: skip
"""How the names of those errors begin that are of the message; a channel that is named in one is its source."""


def is_of_server(error: BaseException) -> bool:
    """Whether the server had a bad moment: the same call may succeed when it is made again."""
    is_unknown = isinstance(error, UnknownError) and _UNKNOWN_OF_SERVER.match(str(error.value)) is not None
    return is_unknown or isinstance(error, SERVER)


def refusal_of(error: BaseException) -> Refusal:
    """Return what an error means that came of sending to a reader in their private chat."""
    if isinstance(error, GONE):
        if isinstance(error, UserIsBlocked):
            return Refusal.BLOCKED
        return Refusal.DEACTIVATED if isinstance(error, InputUserDeactivated) else Refusal.BAD_PEER
    if is_of_server(error) or isinstance(error, (OSError, TryLater, Flood)):
        # TimeoutError and ConnectionError are OSErrors
        return Refusal.PASSING
    if isinstance(error, RPCError) and str(error.ID).startswith(CONTENT):
        return Refusal.CONTENT
    if isinstance(error, (Forbidden, UserBannedInChannel)) or "_FORBIDDEN" in str(getattr(error, "ID", "")):
        return Refusal.FORBIDDEN
    return Refusal.UNKNOWN
