"""Several processes for one bot: one of them serves, and the others wait until it ends or dies."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.e2e.evidence import until
from tests.e2e.harness import BotProcess, Stage
from tests.proof.lease import stands_by
from tests.proof.writes import named


class Several:
    """Processes for one bot, each under a name that the database knows it by."""

    def __init__(self, stage: Stage, count: int, lease: int, arguments: Sequence[str]) -> None:
        """Take how many, the seconds of their lease, and the arguments of their command line."""
        self.bots = []
        for number in range(count):
            name = f"process{number}"
            url = named(stage.database_url, name)
            bot = stage.bot(*arguments, DATABASE_URL=url, LEASE_SECONDS=str(lease))
            bot.log = stage.folder / f"{name}.log"
            self.bots.append(bot)

    async def start(self) -> None:
        """Start all of them at once; returns when one serves and the others wait."""
        await asyncio.gather(*(bot.start(ready=False) for bot in self.bots))
        await until(self.settled, 120, every=0.05)

    async def settled(self) -> bool:
        """Whether one of them serves, and the others do nothing but wait."""
        serving = [(await bot.get("/readyz"))[0] == 200 for bot in self.bots]
        waiting = [not serves and await stands_by(bot) for bot, serves in zip(self.bots, serving, strict=True)]
        return sum(serving) == 1 and sum(waiting) == len(self.bots) - 1

    async def serving(self) -> BotProcess:
        """Wait until one of them serves; returns it."""

        async def look() -> BotProcess | None:
            for bot in self.bots:
                if (await bot.get("/readyz"))[0] == 200:
                    return bot
            return None

        found = await until(look, 60, every=0.05)
        assert found
        return found
