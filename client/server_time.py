"""What time it is at Telegram, by which messages are numbered: this machine's clock may be wrong, or set at any moment.

Telegram takes no message whose id is more than 30 s ahead of its time or 300 s behind it. The library makes ids of the
machine's time of day: after a step of that clock every call was refused, for as long as the process lived.
"""

from __future__ import annotations

from typing import Any

from pyrogram.session.internals import MsgFactory

from client.lease import elapsed
from database.clock import Clock

AHEAD = 30
"""Seconds by which an id may be ahead of Telegram's time."""

_SECOND = 2**32


class ServerTime:
    """Part of the bot."""

    clock: Clock
    _began: float | None = None
    """Telegram's time when `elapsed` was 0, in Unix seconds; None until Telegram has told its time."""

    @property
    def server_time(self) -> float:
        """Telegram's time, in Unix seconds; until Telegram has told it, that of the installation."""
        return self.clock.now().timestamp() if self._began is None else self._began + elapsed()

    def _set_server_time(self, msg_id: int) -> None:
        """Take it from the id of a message of Telegram's; called by the library."""
        self._began = msg_id / _SECOND - elapsed()


class Numbers(MsgFactory):
    """Numbers the messages of one session: each higher than the last one, unless that was too far ahead to be taken."""

    async def allocate_message_identity(self) -> int:
        """The id of the next message."""
        client: Any = self.client
        async with self._msg_id_lock:
            number = int(client.server_time * _SECOND) & ~0b11
            last: int = self._last_msg_id
            if number <= last < number + AHEAD * _SECOND:
                number = last + 4
            self._last_msg_id = number
            return number
