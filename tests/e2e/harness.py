"""The running bot as a test has it: a process with real parts around it, which can be killed at any moment."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.network import ServerInfo
from sandbox.people import People, Person
from sandbox.stage import Scene, control, set_scene
from tests.e2e.nursery import BOT, SANDBOX, Running, start
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
NOT_NOW, WRONG_SETTINGS, CANNOT_RUN = 1, 2, 3
"""Exit codes of the bot."""
SLACK = 15.0
"""Seconds that a busy machine may add to a stated time; the proofs measure the times themselves."""
_phones = itertools.count(10_000)
_names = itertools.count(1)


def new_phone() -> str:
    """A phone number of the sandbox that nobody in this run has used."""
    return f"99966{next(_phones):05d}"


class SandboxProcess:
    """`python -m sandbox` in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._process: Running | None = None
        self.info: ServerInfo

    async def start(self) -> ServerInfo:
        said, says = os.pipe()
        self._process = await start(SANDBOX, self._arguments, ROOT, os.environ, says, 2)
        os.close(says)
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(said, "rb")
        )
        line = await asyncio.wait_for(reader.readline(), 60)
        transport.close()
        self.info = ServerInfo.from_json(line)
        return self.info

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        """End it, if it runs. Returns how it ended; None when it was never started."""
        if self._process is None:
            return None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await asyncio.wait_for(self._process.wait(), 60)

    async def ledger(self, since: int = 0) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = await control(self.info, "GET", f"/ledger?since={since}")
        return lines

    async def calls(self, account: int) -> dict[str, int]:
        """How often an account called each method."""
        every: dict[str, dict[str, int]] = await control(self.info, "GET", "/calls")
        return every.get(str(account), {})

    async def latency(self, milliseconds: float) -> None:
        await control(self.info, "POST", "/latency", milliseconds=milliseconds)


class BotProcess:
    """`python bot.py` with given settings; killed and started again as a test likes."""

    def __init__(self, environment: Mapping[str, str], log: Path, arguments: Sequence[str] = ()) -> None:
        self.port = free_port()
        self.environment = {
            **{
                name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}
            },
            "LEASE_SECONDS": "2",
            "PORT": str(self.port),
            **environment,
        }
        self.log = log
        self.program = BOT
        self.arguments = list(arguments)
        self.process: Running | None = None

    async def start(self, *, ready: bool = True) -> BotProcess:
        with self.log.open("ab") as log:
            self.process = await start(
                self.program, self.arguments, self.log.parent, self.environment, log.fileno(), log.fileno()
            )
        if ready:
            await self.ready()
        return self

    async def ready(self, timeout: float = 120) -> None:
        """Wait until the bot says that it serves."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            assert self.process
            if self.process.returncode is not None:
                raise AssertionError(f"the bot ended with {self.process.returncode}:\n{self.text()[-4000:]}")
            status, _ = await self.get("/readyz")
            if status == 200:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"the bot was not ready in {timeout} s:\n{self.text()[-4000:]}")

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask the bot's web server; status 0 when nobody answers."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session,
                session.get(f"http://127.0.0.1:{self.port}{path}", headers=headers) as response,
            ):
                return response.status, await response.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    async def kill(self) -> None:
        """`kill -9`: nothing is written down any more."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> float:
        """Ask the bot to end. Returns how many seconds it took."""
        started = time.monotonic()
        await self._end(signal.SIGTERM)
        return time.monotonic() - started

    async def _end(self, number: signal.Signals) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(number)
            await asyncio.wait_for(self.process.wait(), 60)

    def text(self) -> str:
        """What the bot has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def memory(self) -> int:
        """Bytes of memory that the process has resident."""
        assert self.process
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024


@dataclass
class Stage:
    """A bot with its owner, its storage channel and its readers, on a sandbox that other stages share."""

    sandbox: SandboxProcess
    people: People
    scene: Scene
    owner: Person
    folder: Path
    database_url: str
    database_name: str
    """The database that its bots have, all of them."""
    bots: list[BotProcess] = field(default_factory=list)

    @property
    def bot_id(self) -> int:
        return int(self.scene.token.partition(":")[0])

    def bot(self, *arguments: str, **settings: str) -> BotProcess:
        """A bot's process, not started yet."""
        environment = {
            **self.scene.environment(self.sandbox.info),
            "DATABASE_URL": self.database_url,
            "DATABASE_NAME": self.database_name,
            "DATA_DIR": str(self.folder / "data"),
            **settings,
        }
        process = BotProcess(environment, self.folder / "bot.log", arguments)
        self.bots.append(process)
        return process

    async def reader(self, first_name: str = "Reader", language: str = "en") -> Person:
        """A new person, who talks to the bot."""
        person = await self.people.sign_up(new_phone(), first_name=first_name, language_code=language)
        await person.talk_to(self.scene.username)
        return person

    async def answer(self, person: Person, timeout: float = 60, **wanted: Any) -> Any:
        """The bot's next message to a person."""
        return await person.next_message(timeout, from_=self.scene.username, **wanted)

    async def sent_by_bot(self, to: int | None = None) -> list[dict[str, Any]]:
        """The messages that the bot sent, by the ledger; those to one chat if it is named."""
        return [
            line
            for line in await self.sandbox.ledger()
            if line["kind"] == "message" and line["from_id"] == self.bot_id and to in {None, line["peer_id"]}
        ]

    async def close(self) -> None:
        for bot in self.bots:
            await bot.kill()


async def make_stage(
    sandbox: SandboxProcess,
    people: People,
    folder: Path,
    database_url: str,
    language: str = "en",
    database_name: str = "",
) -> Stage:
    """Make a bot with an owner and a storage channel of its own; without a name, with a new database as well."""
    username = f"stage{next(_names)}_{os.getpid()}_bot"
    owner = await people.sign_up(new_phone(), first_name="Olivia", language_code=language)
    scene = await set_scene(sandbox.info, username=username, owner=owner)
    await owner.talk_to(username)
    return Stage(sandbox, people, scene, owner, folder, database_url, database_name or f"e2e_{username}")
