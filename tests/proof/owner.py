"""The owner at work while the bot dies: a message that offers a button, which is pressed until it was heard."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from pyrogram.errors import BotResponseTimeout, DataInvalid
from pyrogram.types import InlineKeyboardButton, Message

from tests.e2e.evidence import until
from tests.e2e.harness import Stage

PRESSES = 20
"""How often a button is pressed at most: what was pressed is lost with a process that had not carried it out."""

HEARD = 10.0
"""Seconds after which a button that is still there is pressed again."""


def offered(message: Message, data: str) -> InlineKeyboardButton | None:
    """The first button under a message whose data begins so."""
    rows: Any = getattr(message.reply_markup, "inline_keyboard", None) or []
    buttons = (button for row in rows for button in row)
    return next((button for button in buttons if str(button.callback_data or "").startswith(data)), None)


async def press(stage: Stage, data: str, patience: float) -> None:
    """Wait for the bot's next message with a button whose data begins so, and press it until it is not there any more.

    Raises:
        AssertionError: it stayed.
    """
    message = await stage.answer(stage.owner, patience, predicate=lambda found: offered(found, data) is not None)
    button = offered(message, data)
    assert button
    chat: Any = message.chat

    async def gone() -> bool:
        now: Any = await stage.owner.client.get_messages(chat.id, message.id)
        return offered(now, data) is None

    for _ in range(PRESSES):
        with suppress(BotResponseTimeout, DataInvalid):  # nobody heard it; it was heard, late
            await stage.owner.press(message, data=button.callback_data)
        with suppress(AssertionError):
            await until(gone, HEARD)
            return
    raise AssertionError(f"nobody heard {data}")
