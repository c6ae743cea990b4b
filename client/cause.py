"""What made something happen: the name under which each effect of an update is done once."""

from __future__ import annotations

from pyrogram.types import CallbackQuery, ChatMemberUpdated, InlineQuery, Message

from database.cause import Cause as Cause  # noqa: PLC0414 - what plugins name causes by


def cause_of_album(message: Message) -> Cause:
    """Name the cause of what is said once to a whole album; a message that is in none is its own."""
    if message.media_group_id is None:
        return cause_of(message)
    return Cause(f"album:{message.chat.id if message.chat else 0}:{message.media_group_id}")


def start_of(cause: Cause) -> Cause:
    """Name the cause of the start of something that this cause made: another effect than the making."""
    return Cause(f"{cause}:start")


def cause_of_buttons(query: CallbackQuery) -> Cause:
    """Name the cause of what the buttons under a message do once, however often they are pressed."""
    message = query.message
    return Cause(f"buttons:{message.chat.id}:{message.id}") if message and message.chat else cause_of(query)


def cause_of(update: Message | CallbackQuery | InlineQuery | ChatMemberUpdated) -> Cause:
    """Name the cause of what a handler is about to do.

    The same update, however often it is delivered, has the same cause; a button pressed
    again is another query and so another cause, as it must be.

    Raises:
        TypeError: the update is of a kind that causes nothing.
    """
    if isinstance(update, Message):
        chat = update.chat.id if update.chat else 0
        if update.edit_date:
            return Cause(f"edit:{chat}:{update.id}:{int(update.edit_date.timestamp())}")
        return Cause(f"message:{chat}:{update.id}")
    if isinstance(update, CallbackQuery | InlineQuery):
        return Cause(f"query:{update.id}")
    if isinstance(update, ChatMemberUpdated):
        member = update.new_chat_member or update.old_chat_member
        who = member.user.id if member and member.user else 0
        status = getattr(getattr(member, "status", None), "name", "")
        return Cause(f"member:{update.chat.id}:{who}:{int(update.date.timestamp())}:{status}")
    raise TypeError(f"{type(update).__name__} causes nothing")
