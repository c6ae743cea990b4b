"""When the operator is told that a bot cannot heal itself: once per incident, and once when it is over."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from web.alert import LONGEST, Alert, Notice
from web.logs import Logs

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds without service after which a bot counts as one that cannot heal itself. It goes on trying all the same."""

LATELY = 180.0
"""Seconds that are looked back at, for a bot that breaks again and again and serves in between."""

TOO_MUCH, LITTLE = LATELY / 2, LATELY / 4
"""Seconds of trouble among these: beyond the first a bot cannot heal itself, up to the second it may be over."""

WELL_FOR = 30.0
"""Seconds of service after which an incident is over: what breaks again before is still the same one."""

AGAIN = 300.0
"""Seconds until an address that did not take a notice is told again."""

FORGET = timedelta(days=1)
"""How long a start remembers what the ones before have told: a process that is started again and again tells once."""

LOOK_EVERY = 1.0

ENDS = frozenset({"start", "crash", "settings"})
"""Kinds that say how a process ended; what breaks while it runs has others."""


class TroubleLike(Protocol):
    """Why a bot does not serve."""

    @property
    def kind(self) -> str:
        """What is broken, in one word."""

    @property
    def what(self) -> str:
        """The reason, in words for anybody."""

    @property
    def advice(self) -> str:
        """What the operator can do."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How a bot is doing at one moment; neither serving nor in trouble: it is another process's turn."""

    bot: str
    serving: bool
    trouble: TroubleLike | None = None
    lasted: float = 0.0
    """Seconds since it broke."""


class Memory:
    """What was told and is not over, in a file: a new process knows it. Where no file can be kept it is forgotten."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> tuple[str, str, datetime] | None:
        """Return the kind, the reason and the beginning of what was told and is not over."""
        try:
            told = json.loads(self._path.read_text("utf-8"))
            since, at = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["told_at"])
            return None if datetime.now(UTC) - at > FORGET else (str(told["kind"]), str(told["what"]), since)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, notice: Notice) -> None:
        """Remember that this was told."""
        now = datetime.now(UTC).isoformat()
        told = {"kind": notice.kind, "what": notice.what, "since": notice.since.isoformat(), "told_at": now}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(".new")
            new.write_text(json.dumps(told), "utf-8")
            new.replace(self._path)
        except (OSError, ValueError) as error:  # a ValueError: no path at all
            log.warning("What was told cannot be remembered beyond this process: %s", type(error).__name__)

    def clear(self) -> None:
        """Forget it: it is over."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("What was told is over, and cannot be forgotten: %s", type(error).__name__)


class Lately:
    """How much of the last `LATELY` seconds was trouble."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[float, float]] = deque()
        """When each look at trouble was, and for how long nobody had looked before."""
        self._looked: float | None = None
        self.seconds = 0.0

    def look(self, now: float, *, broken: bool) -> None:
        """Note how it is now (monotonic seconds)."""
        if broken and self._looked is not None:
            self._pieces.append((now, now - self._looked))
            self.seconds += now - self._looked
        self._looked = now
        while self._pieces and self._pieces[0][0] <= now - LATELY:
            self.seconds -= self._pieces.popleft()[1]


class Alarm:
    """Decides when something is told, and tells it. `tell` returns whether it was taken."""

    def __init__(self, memory: Memory, tell: Callable[[Notice], Awaitable[bool]] | None) -> None:
        self._memory = memory
        self._tell = tell
        self._said = False
        """Whether the log has it: with or without an address to tell."""
        self._told = memory.load()
        self._next = 0.0
        self._well_since: float | None = None
        self._lately = Lately()

    async def run(self, look: Callable[[], Sight]) -> None:
        """Look for as long as the process lives."""
        while True:
            await self.step(look(), time.monotonic())
            await asyncio.sleep(LOOK_EVERY)

    async def step(self, sight: Sight, now: float) -> None:
        """Take in how the bot is doing now (monotonic seconds)."""
        self._lately.look(now, broken=sight.trouble is not None)
        if sight.trouble is not None:
            self._well_since = None
            if sight.lasted >= PATIENCE or self._lately.seconds > TOO_MUCH:
                await self._is_broken(sight, sight.trouble, now)
        elif sight.serving:
            self._well_since = now if self._well_since is None else self._well_since
            if now - self._well_since >= WELL_FOR and self._lately.seconds <= LITTLE:
                await self._is_over(sight.bot, now)
        else:
            self._well_since = None

    async def ended(self, bot: str, trouble: TroubleLike) -> None:
        """Tell that the process ends for a reason that it cannot heal; the same again is told once a day.

        The same is also what was told while a process ran, and now keeps the next one from starting.
        """
        told = self._told
        if self._tell is None or (told and (told[1] == trouble.what or told[0] == trouble.kind not in ENDS)):
            return
        notice = Notice(bot, "crash", trouble.kind, trouble.what, datetime.now(UTC), trouble.advice)
        if await self._tell(notice):
            self._memory.keep(notice)

    async def _is_broken(self, sight: Sight, trouble: TroubleLike, now: float) -> None:
        if not self._said:
            self._said = True
            often = f"{self._lately.seconds:.0f} of the last {LATELY:.0f} s"
            lasted = f"{sight.lasted:.0f} s" if sight.lasted >= PATIENCE else often
            log.error("No service for %s: %s. What to do: %s", lasted, trouble.what, trouble.advice)
        if self._tell is None or self._told or now < self._next:
            return
        since = datetime.now(UTC) - timedelta(seconds=sight.lasted)
        notice = Notice(sight.bot, "trouble", trouble.kind, trouble.what, since, trouble.advice)
        if await self._tell(notice):
            self._told = (notice.kind, notice.what, notice.since)
            self._memory.keep(notice)
        else:
            self._next = now + AGAIN

    async def _is_over(self, bot: str, now: float) -> None:
        if self._said:
            self._said = False
            log.info("Service is back")
        if self._told is None or self._tell is None or now < self._next:
            return
        kind, what, since = self._told
        if datetime.now(UTC) - since > FORGET + FORGET:  # nobody was there to be told, for long enough
            self._told = None
            self._memory.clear()
        elif await self._tell(Notice(bot, "healed", kind, what, since)):
            self._told = None
            self._next = 0.0
            self._memory.clear()
        else:
            self._next = now + AGAIN


def make_alarm(url: SecretStr | None, name: str, data_dir: Path, version: str, logs: Logs) -> Alarm:
    """Make what tells the operator: the log, and `ALERT_URL` where it is set. `name` is of the file that remembers."""
    alert = Alert(url.get_secret_value(), version, redact=logs.redact) if url else None
    return Alarm(Memory(data_dir / f"alert-{name}.json"), alert.tell if alert else None)


def tell_of_end(alarm: Alarm, bot: str, trouble: TroubleLike) -> None:
    """Tell why a process ends, when no loop runs any more; takes `LONGEST` seconds at most."""
    try:
        asyncio.run(asyncio.wait_for(alarm.ended(bot, trouble), LONGEST))
    except TimeoutError:
        log.warning("ALERT_URL could not be told of the end in time")
