"""What choosing target chats looks like: a button for each, ticked where it is chosen, marked where it cannot work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from client.keyboard import Button
from services.targets import Target, name_of

if TYPE_CHECKING:
    from client.bot import Bot


def target_rows(targets: Sequence[Target], chosen: Collection[int], data: Callable[[int], str]) -> list[list[Button]]:
    """Offer the targets, each in a row of its own; `data` makes a button's data of the chat to choose or to leave out.

    What is chosen and no target any more is not among them: `toggled` leaves it where it is.
    """
    return [[Button(_key(each, chosen), data=data(each.chat), value=name_of(each))] for each in targets]


async def toggled(bot: Bot, chosen: Sequence[int], chat: int) -> list[int]:
    """Return the chosen chats with this one chosen, or left out where it was chosen.

    One that is being chosen is looked at anew.

    Raises:
        UserError: `target-none`, or why the bot may not write there and what to do: it is said to whoever pressed.
        TryLater: Telegram wants us to wait.
    """
    if chat in chosen:
        return [each for each in chosen if each != chat]
    found = await bot.services.targets.open_to(chat, bot)
    return [*chosen, found.chat]


def _key(target: Target, chosen: Collection[int]) -> str:
    if target.chat in chosen:
        return "button-target-chosen" if target.may_write else "button-target-chosen-closed"
    return "button-target" if target.may_write else "button-target-closed"
