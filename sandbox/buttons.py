"""Which button of which message a person means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyrogram import types


def find_button(
    what: types.Message | types.InlineKeyboardButton,
    recent: Iterable[types.Message],
    *,
    text: str | None = None,
    data: bytes | str | None = None,
) -> tuple[types.Message, types.InlineKeyboardButton]:
    """The button with this text or these data in a message, or the message that a given button came with.

    Raises:
        ValueError: there is no such button with data.
    """
    if isinstance(what, types.InlineKeyboardButton):
        for message in reversed(_listed(recent)):
            if any(button is what or button == what for button in buttons(message)):
                return message, what
        raise ValueError("no message that came lately has this button")
    wanted = _as_bytes(data)
    for button in buttons(what):
        payload = _as_bytes(button.callback_data)
        if payload is not None and text in {None, button.text} and wanted in {None, payload}:
            return what, button
    raise ValueError(f"no such button; there are {[button.text for button in buttons(what)]}")


def buttons(message: types.Message) -> Iterator[types.InlineKeyboardButton]:
    """The inline buttons under a message, row by row."""
    if isinstance(message.reply_markup, types.InlineKeyboardMarkup):
        for row in message.reply_markup.inline_keyboard:
            yield from row


def _listed(messages: Iterable[types.Message]) -> Sequence[types.Message]:
    return list(messages)


def _as_bytes(data: bytes | str | None) -> bytes | None:
    return data.encode() if isinstance(data, str) else data
