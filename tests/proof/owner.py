"""The owner at work while the bot dies: a message that offers a button, which is pressed until the bot has heard it."""

from __future__ import annotations

from typing import Any

from pyrogram.errors import BotResponseTimeout, DataInvalid
from pyrogram.types import InlineKeyboardButton, Message

from tests.e2e.harness import Stage

PRESSES = 20
"""How often a button is pressed at most: Telegram forgets a press that no process answers."""


def offered(message: Message, data: str) -> InlineKeyboardButton | None:
    """The first button under a message whose data begins so."""
    rows: Any = getattr(message.reply_markup, "inline_keyboard", None) or []
    buttons = (button for row in rows for button in row)
    return next((button for button in buttons if str(button.callback_data or "").startswith(data)), None)


async def press(stage: Stage, data: str, patience: float) -> None:
    """Wait for the bot's next message with a button whose data begins so, and press it.

    Raises:
        AssertionError: the bot answered none of the presses.
    """
    message = await stage.answer(stage.owner, patience, predicate=lambda found: offered(found, data) is not None)
    button = offered(message, data)
    assert button
    for _ in range(PRESSES):
        try:
            await stage.owner.press(message, data=button.callback_data)
        except BotResponseTimeout:
            continue
        except DataInvalid:  # there is no such button any more: a press before was heard, late
            return
        else:
            return
    raise AssertionError(f"nobody answered {data}")
