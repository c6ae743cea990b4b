"""What a bot sends, and is told to wait, counted since it was made; `services/traffic.py` says when it came."""

from __future__ import annotations

from pyrogram import raw

from client.pace import Load
from client.queries import Query
from services.traffic import Traffic


class TrafficCounter:
    """Counts in memory, so that no call waits for it."""

    def __init__(self) -> None:
        self.counted = Traffic()
        """Everything so far."""

    def took(self, query: Query, load: Load) -> None:
        """Count the messages of a call that Telegram took; an edit sends none."""
        if load.chat and not isinstance(query, raw.functions.messages.EditMessage):
            self.counted += Traffic(sent=load.price)

    def waits(self, seconds: float) -> None:
        """Count a wait that Telegram ordered."""
        self.counted += Traffic(waits=1, waited=seconds)
