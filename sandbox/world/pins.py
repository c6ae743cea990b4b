"""Which messages are pinned in a chat."""

from __future__ import annotations

from sandbox.world.messages import Flag, Message, Messages
from sandbox.world.state import State


class Pins:
    """The pinned messages of each box; a pinned message also carries the flag."""

    def __init__(self, state: State, messages: Messages) -> None:
        self._state = state
        self._messages = messages

    def pin(self, owner: int, peer: int, message: Message, number: int) -> None:
        """Pin a message in a box."""
        self._state.write("INSERT OR REPLACE INTO pins VALUES (?, ?, ?)", (owner, peer, number))
        self._mark(message, Flag.PINNED)

    def unpin(self, owner: int, peer: int, message: Message, number: int) -> None:
        """Unpin it."""
        self._state.write("DELETE FROM pins WHERE owner = ? AND peer = ? AND id = ?", (owner, peer, number))
        self._mark(message, 0)

    def all(self, owner: int, peer: int) -> list[int]:
        """The ids of what is pinned and still there, newest first."""
        rows = self._state.rows(
            "SELECT pins.id FROM pins JOIN boxes ON boxes.owner = pins.owner AND boxes.id = pins.id "
            "WHERE pins.owner = ? AND pins.peer = ? ORDER BY pins.id DESC",
            (owner, peer),
        )
        return [number for (number,) in rows]

    def newest(self, owner: int, peer: int) -> int | None:
        """The id of the newest pinned message."""
        pinned = self.all(owner, peer)
        return pinned[0] if pinned else None

    def _mark(self, message: Message, pinned: int) -> None:
        message.flags = (message.flags & ~Flag.PINNED) | pinned
        self._messages.update(message)
