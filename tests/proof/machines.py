"""Machines for the bot's processes, each with a clock of its own that is set an hour forward or back while they run."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.e2e.harness import BotProcess

PROGRAM = str(Path(__file__).with_name("stepped.py"))


class Machine:
    """A machine that one process at a time of the bot runs on.

    Its clock outlives the processes. The clocks of the database and of Telegram are their own, and true.
    """

    def __init__(self, bot: BotProcess) -> None:
        self.bot = bot
        self.off = 0.0
        """Seconds that its clock is ahead of the true time."""
        self._clock = bot.log.with_suffix(".clock")
        self._clock.write_text("0", encoding="ascii")
        bot.arguments = [str(self._clock), bot.program, *bot.arguments]
        bot.program = PROGRAM

    async def set_clock(self, off: float) -> None:
        """Set the clock to so many seconds ahead of the true time, for a process that runs at this moment too."""
        self.off = off
        self._clock.write_text(str(off), encoding="ascii")
        process = self.bot.process
        # one that has not said a word yet may not listen; it looks at the clock when it does
        if process and process.returncode is None and (await self.bot.get("/healthz"))[0]:
            process.send_signal(signal.SIGUSR1)
