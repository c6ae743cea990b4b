"""`make run` as a test has it: the playground's own process in a fresh folder, killed and started again at will."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from pathlib import Path

from sandbox.network import ServerInfo
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
READY_WITHIN = 120.0
ADDRESS = re.compile(r"\bOpen\b.*(http://[^\s/]+)/?")


class Playground:
    """The playground's process. Its ports stay the same through restarts, as they do for people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports = ("--port", str(free_port()), "--page-port", str(free_port()))
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.said = ""
        self.url = ""
        """Where the page is; nothing before the start."""

    @property
    def status(self) -> str:
        """Where the bot's own status page is."""
        return f"http://127.0.0.1:{self._ports[1]}"

    @property
    def info(self) -> ServerInfo:
        """Where its Telegram is, for clients of tests."""
        address = re.search(r"Telegram +(\S+:\d+)", self.said)
        assert address, self.said
        return ServerInfo(address[1], self.url, str(self.folder / "telegram" / "public.pem"))

    async def start(self) -> None:
        """Start it and wait until it names the page's address.

        Raises:
            AssertionError: It ended or did not get ready, with what it said.
        """
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sandbox.playground", "run", "--folder", str(self.folder), *self._ports, cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        assert self._process.stdout
        self.said = ""
        try:
            async with asyncio.timeout(READY_WITHIN):
                while not (found := ADDRESS.search(self.said)):
                    line = await self._process.stdout.readline()
                    assert line, f"the playground ended: {self.said}"
                    self.said += line.decode(errors="replace")
        except TimeoutError:
            raise AssertionError(f"the playground did not get ready: {self.said}") from None
        self.url = found[1]
        self._reading = asyncio.create_task(self._read(self._process.stdout))

    async def _read(self, output: asyncio.StreamReader) -> None:
        """Go on reading: who is not read stands still one day."""
        while line := await output.readline():
            self.said += line.decode(errors="replace")

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it, if it runs, and wait until it has ended and its bot, which notices, has left its port."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)
        async with asyncio.timeout(60):
            await self._process.wait()
            while await _listens(int(self._ports[1])):  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.05)
        if self._reading:
            await self._reading
        self._process = self._reading = None


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
