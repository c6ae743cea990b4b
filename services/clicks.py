"""Decides which presses of buttons are recorded under which name, and what is asked of them afterwards."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from database.button_clicks import ButtonClick, ButtonClicks
from database.cause import Cause
from database.clock import Clock

CLICK: Final = "click"
"""What the data of buttons begins with that the owner gave a name: `click:<name>`."""

NAME: Final = re.compile(r"[a-z0-9_-]{1,32}")
"""What such a name looks like."""

UNKNOWN: Final = "unknown"
"""What presses are recorded as that no button of ours can have: anybody's program may press anything."""


def click_in(data: str) -> str | None:
    """Return the name in the data of a button that the owner named; None where it is none."""
    verb, _, name = data.partition(":")
    return name if verb == CLICK and NAME.fullmatch(name) else None


class ClickService:
    """The presses of one bot's buttons."""

    def __init__(self, clicks: ButtonClicks, clock: Clock) -> None:
        """Take the collection."""
        self._clicks = clicks
        self._clock = clock

    async def record(self, user_id: int, button: str, cause: Cause) -> bool:
        """Write a press down, once per cause, which is the query's; returns whether it is new."""
        return await self._clicks.record(ButtonClick(user_id, button, self._clock.now(), cause))

    async def has_clicked(self, user_id: int, button: str) -> bool:
        """Tell whether somebody ever pressed a button."""
        return bool(await self._clicks.of(button, [user_id]))

    async def clicked_among(self, user_ids: Iterable[int], button: str) -> set[int]:
        """Return those of these people who ever pressed a button."""
        return await self._clicks.of(button, user_ids)

    async def by_button(self, since: datetime) -> dict[str, int]:
        """Return how often each button was pressed since then."""
        return await self._clicks.by_button(since)
