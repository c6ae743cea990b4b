"""What `make run` runs: a local Telegram with its page, the bot on it, and what the page may ask this process to do."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sandbox.botprocess import READY_WITHIN, STANDS, free_port, look_at, start_bot, wait_until_ready
from sandbox.keeper import Keeper
from sandbox.opening import introduce, set_news
from sandbox.page.offers import Offer, Offers
from sandbox.page.tries import Suggestions
from sandbox.person import Person
from sandbox.server import Sandbox
from sandbox.show import BOT_NAME, explained, prepared
from sandbox.stage import Scene, set_scene
from sandbox.suggested import suggestions
from sandbox.telling import Trouble, say

PORT_KEPT: Final = "page.port"
"""The file that the page's last port is kept in: an address that was noted down is to hold."""

KILL: Final = (
    "The bot ends at once, in the middle of whatever it does, and is started again by itself. Try it while a broadcast "
    "goes out: nobody is left out, and nobody gets it twice."
)
RESTART: Final = (
    "Everybody loses the connection, this page too. What was sent is kept, and what goes wrong on purpose is over."
)


class Ground:
    """Everything that runs. `scene` and `address` are there once it has started."""

    def __init__(self, folder: Path, port: int, page_port: int) -> None:
        """`port` is that of the bot's status page, `page_port` that of the page; 0 takes any."""
        self._folder = folder
        self._kept = folder / "scene.json"
        self._port = taken("status page", port, free_port(port))
        self._status = f"http://127.0.0.1:{self._port}"
        self._page_port = page_port_of(folder, page_port)
        self._offers = Offers()
        self._wanted = asyncio.Event()
        self._sandbox: Sandbox
        self._suggestions: Suggestions
        self._keeper = Keeper(self._start_bot, self._ready, self._look, self.tell)
        self.log = folder / "bot.log"
        self.is_up = False
        """Whether the bot served once everything had started."""
        self.scene: Scene

    @property
    def address(self) -> str:
        """The page's."""
        return f"{self._sandbox.info.control}/"

    @property
    def telegram(self) -> str:
        """Where clients reach the local Telegram: host and port."""
        return self._sandbox.info.address

    async def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Start everything; what was started is ended by the stack.

        Raises:
            Trouble: the bot does not start.
        """
        known = Scene.load(self._kept)
        path = self._folder / "suggestions.json"
        told = suggestions(known.username if known else BOT_NAME, self._status)
        path.write_text(json.dumps(told, indent=1), encoding="utf-8")
        self._suggestions = Suggestions.read(path)
        self._offer()
        await self._open(0)
        stack.push_async_callback(self._close)
        whole = known is not None and known.is_set and known.news_id != 0
        self.scene = known if known is not None and whole else await self._set(known)
        stack.push_async_callback(self._keeper.end)
        await self._keeper.begin()
        people = await self._people()
        self.is_up = await self._keeper.settle()
        if self.is_up and not self.scene.is_introduced:
            await self._introduce(people)
        if self.is_up:
            self._offers.tell(f"The bot is up: @{self.scene.username}.")

    async def keep(self) -> None:
        """Keep the bot going, and restart the local Telegram when that is wanted, for as long as this runs.

        Raises:
            Trouble: the local Telegram does not come back.
        """
        works = [asyncio.ensure_future(work) for work in (self._keeper.keep(), self._restart_when_wanted())]
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for work in done:
                work.result()
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    def tell(self, text: str, *, trouble: bool = False) -> None:
        """Say what happened, in the terminal and, in one line, on the page."""
        say(text)
        log = f" Its log: {self.log}" if trouble else ""
        self._offers.tell(f"{text.splitlines()[0]}{log}", trouble=trouble, away=self._keeper.away)

    async def restart(self) -> str:
        """Let the local Telegram end and start again, on the same ports."""
        self._wanted.set()
        return "The local Telegram goes, and comes back at the same address: this page connects again by itself."

    def _offer(self) -> None:
        self._offers.add(Offer("kill-bot", "Kill the bot (kill -9)", KILL, self._keeper.kill, danger=True))
        self._offers.add(Offer("restart-telegram", "Restart the local Telegram", RESTART, self.restart))

    async def _open(self, port: int) -> None:
        self._sandbox = Sandbox(
            self._folder / "telegram",
            port=port,
            control_port=self._page_port,
            suggestions=self._suggestions,
            offers=self._offers,
        )
        await self._sandbox.start()

    async def _close(self) -> None:
        await self._sandbox.stop()

    async def _restart_when_wanted(self) -> None:
        while await self._wanted.wait():
            info = self._sandbox.info
            await self._close()
            try:
                await self._open(info.port)
            except (OSError, RuntimeError) as error:
                raise Trouble(f"The local Telegram does not come back: {error}") from error
            self._wanted.clear()
            self.tell("The local Telegram is back.")

    async def _people(self) -> list[Person]:
        seats = await asyncio.gather(*map(self._sandbox.page.seat, self._suggestions.people))
        return [seat.person for seat in seats]

    async def _set(self, known: Scene | None) -> Scene:
        """Make what is missing: the bot with its storage channel, the channel that drafts go to."""
        owner, *readers = await self._people()
        info, world = self._sandbox.info, self._sandbox.api.world
        if known is None or not known.is_set:
            known = await set_scene(info, username=BOT_NAME, owner=owner, kept=self._kept)
        return await set_news(known, world, owner, readers, kept=self._kept)

    async def _introduce(self, people: list[Person]) -> None:
        owner, *readers = people
        try:
            self.scene = await introduce(self.scene, owner, readers, kept=self._kept)
        except TimeoutError:
            self.tell("The bot did not answer when it was told of the News channel: tell it yourself, with /targets.")

    async def _start_bot(self) -> asyncio.subprocess.Process:
        self._written = self.log.stat().st_size if self.log.exists() else 0
        return await start_bot(self.scene, self._sandbox.info, self._folder, self.log, self._port)

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        # Who has not been introduced yet is waited for: it is done once, at a start.
        stands = STANDS if self.scene.is_introduced else READY_WITHIN
        await wait_until_ready(process, self._status, self.log, self._written, stands=stands)

    async def _look(self) -> str:
        return await look_at(self._status)


@asynccontextmanager
async def playground(folder: Path, port: int, page_port: int) -> AsyncIterator[Ground]:
    """Start everything in a folder, with what an earlier start left there.

    Raises:
        Trouble: it cannot be started.
    """
    async with contextlib.AsyncExitStack() as stack:
        with explained(folder):
            ground = Ground(prepared(folder), port, page_port)
            await ground.start(stack)
        yield ground


def page_port_of(folder: Path, wanted: int) -> int:
    """The port wanted, else that of last time, else any that is free; it is kept for the next time."""
    kept = folder / PORT_KEPT
    last = 0
    with contextlib.suppress(OSError, ValueError):
        last = int(kept.read_text(encoding="utf-8"))
    port = taken("page", wanted, free_port(wanted, last))
    kept.write_text(f"{port}\n", encoding="utf-8")
    return port


def taken(what: str, wanted: int, port: int) -> int:
    """The port, and a word about it if it is another one than was wanted."""
    if wanted not in (0, port):
        say(f"Port {wanted} is taken: the {what} is at port {port} instead.")
    return port
