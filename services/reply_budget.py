"""Decides whether the AI may be asked once more today: by the day's calls and tokens, in all and in each chat."""

from enum import StrEnum

from database.clock import Clock
from database.reply_counts import ALL, Budget, ReplyCounts
from services.options import BotOptions
from services.times import day_in


class Over(StrEnum):
    """Whose budget is used up."""

    CHAT = "chat"
    ALL = "all"


class ReplyBudget:
    """What one bot's AI may be asked. A call is counted before it is made, its tokens after it."""

    def __init__(self, counts: ReplyCounts, clock: Clock) -> None:
        """Take the numbers."""
        self._counts = counts
        self._clock = clock

    async def spend(self, chat: int, options: BotOptions) -> Over | None:
        """Count a call; returns whose budget has no room for it, None where there is room."""
        day, now = self._day(options), self._clock.now()
        all_of_it = Budget(options.reply_calls, options.reply_tokens)
        of_chat = Budget(options.reply_chat_calls, options.reply_chat_tokens)
        if not await self._counts.spend(day, chat, of_chat, now):
            return Over.CHAT
        if not await self._counts.spend(day, ALL, all_of_it, now):
            await self._counts.give_back(day, chat)
            return Over.ALL
        return None

    async def give_back(self, chat: int, options: BotOptions) -> None:
        """Take back a call that nobody answered."""
        for each in (ALL, chat):
            await self._counts.give_back(self._day(options), each)

    async def cost(self, chat: int, options: BotOptions, tokens: int) -> None:
        """Count the tokens of a call."""
        for each in (ALL, chat):
            await self._counts.cost(self._day(options), each, tokens)

    async def spent(self, options: BotOptions) -> Budget:
        """Return how much there was today in all."""
        return await self._counts.spent(self._day(options), ALL)

    def _day(self, options: BotOptions) -> str:
        return day_in(self._clock.now(), options.timezone)
