"""Decides how drafts are published: whose turn it is, what is written down of it, and when it is tried again."""

from __future__ import annotations

import asyncio

from database.bots import BotDatabase
from database.clock import Clock
from services.settings import SettingsService


class DraftWork:
    """One bot's drafts as those who publish them see them.

    Everything that is written here holds only under the lease's epoch, which the callers name.
    """

    def __init__(self, database: BotDatabase, settings: SettingsService, clock: Clock) -> None:
        """Take the collections, the settings and the time."""
        self._drafts = database.drafts
        self._settings = settings
        self._clock = clock
        self.came = asyncio.Event()
        """Set when there is something to publish, or to take back."""
        self.news = asyncio.Event()
        """Set when something changed that reviewers should see."""
