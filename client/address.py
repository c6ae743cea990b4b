"""Where an update belongs: the sequence that numbers it, the line that it waits in, the person who made it."""

from __future__ import annotations

from typing import Any, TypeAlias

from pyrogram import raw, utils

COMMON = 0
"""The id under which the account's own sequence (pts and qts) is kept; channels have theirs."""

ID_BITS = 52
"""Bits of a chat's id as the library writes it, at most (Telegram's word). The database holds 63."""

PERSON, GROUP, CHANNEL = "user_id", "chat_id", "channel_id"
"""What a line is of; the first part of what `lane_of` returns."""

Lane: TypeAlias = tuple[str, int] | type
"""What a line is of, and its id; where there is no chat and no person, the updates' kind."""

ASKED = (
    raw.types.UpdateBotCallbackQuery,
    raw.types.UpdateInlineBotCallbackQuery,
    raw.types.UpdateBotInlineQuery,
    raw.types.UpdateBotInlineSend,
    raw.types.UpdateBotMessageReaction,
    raw.types.UpdateMessagePollVote,
)
"""What a person presses; they may do so as often as they like, and nobody is worse off when one of them is lost."""


TOLD = (
    raw.types.UpdateBotStopped,
    raw.types.UpdateChatParticipant,
    raw.types.UpdateChannelParticipant,
    raw.types.UpdateBotChatInviteRequester,
)
"""What Telegram tells about somebody who asks for nothing by it."""

AS_IT_COMES = (raw.types.UpdateBotStopped, raw.types.UpdateChatDefaultBannedRights)
"""What plugins hear of although the library reads nothing of it."""

EDITED = (raw.types.UpdateEditMessage, raw.types.UpdateEditChannelMessage)


def box_of(body: Any) -> int:
    """The id of the sequence that an update belongs to."""
    channel = getattr(body, "channel_id", None)
    if channel is None:
        channel = getattr(getattr(getattr(body, "message", None), "peer_id", None), "channel_id", None)
    return utils.get_channel_id(channel) if channel else COMMON


def is_id(number: int) -> bool:
    """Whether this can be the id of a person or a chat, as the library writes it."""
    return abs(number) < 1 << ID_BITS


def lane_of(body: Any) -> Lane:
    """The line that an update waits in: one per chat, and per person where there is no chat."""
    peer = getattr(getattr(body, "message", None), "peer_id", None) or getattr(body, "peer", None) or body
    for name in (CHANNEL, GROUP, PERSON):
        number = getattr(peer, name, None)
        if number is not None:
            return name, number
    return type(body)


def author_of(body: Any) -> int | None:
    """Who made this update by writing or pressing.

    None where nobody did, such as a channel's post, and for what must be known whoever did it how often: that somebody
    blocked the bot, or joined.
    """
    message = getattr(body, "message", None)
    if isinstance(message, raw.types.Message | raw.types.MessageService):
        who: Any = message.from_id or message.peer_id
    elif isinstance(body, ASKED):
        who = body if hasattr(body, PERSON) else getattr(body, "actor", None) or getattr(body, "peer", None)
    else:
        return None
    number = getattr(who, PERSON, None)
    return number if isinstance(number, int) else None


def asker_of(body: Any) -> int | None:
    """Who would have this update answered, and has nothing of it while they are banned; None where nobody would.

    Every kind that names a person, but for those that tell what became of somebody, which must be known all the same.
    """
    author = author_of(body)
    if author is not None or isinstance(body, TOLD):
        return author
    number = getattr(body, PERSON, None)
    return number if isinstance(number, int) else None


def sent_at(body: Any) -> float:
    """When a message was sent or edited, by the server's clock, in Unix seconds; 0 where it does not say."""
    message = getattr(body, "message", None)
    edited = getattr(message, "edit_date", None) if isinstance(body, EDITED) else None
    return float(edited or getattr(message, "date", None) or 0)


def is_own(body: Any) -> bool:
    """Whether the bot made this itself, so that no plugin is to hear of it."""
    return isinstance(body, raw.types.UpdateMessageID) or bool(getattr(getattr(body, "message", None), "out", False))


def message_id(body: Any) -> int:
    """The id of the new message in an update; 0 when there is none."""
    if isinstance(body, raw.types.UpdateNewMessage | raw.types.UpdateNewChannelMessage):
        return int(body.message.id)
    return int(body.id) if isinstance(body, raw.types.UpdateMessageID) else 0
