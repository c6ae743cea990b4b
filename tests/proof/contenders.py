"""Who plays the script of gaps: our bot, and a bare one on the library alone; what either says, by common names."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from services.access import Role
from tests.e2e.evidence import random_file, sha256
from tests.e2e.harness import ROOT, BotProcess, Stage
from tests.e2e.words import answer, code_in, helped, shown

READY = 120.0
"""Seconds in which a bot must serve again."""

BARE_READY = 20.0
"""Seconds after which a bare bot is taken not to start any more with what it has stored."""

TOLD = re.compile(r"post\d+\.bin|Extra \d+")
"""What an owner is told about: a post, or a channel that the bot was let into."""


class Contender(Protocol):
    """A bot that can be ended and started again."""

    name: str
    starts_failed: int

    async def start(self) -> None:
        """Serve."""

    async def end(self, *, kill: bool) -> None:
        """End at once, or as one is asked to."""

    async def rest(self) -> None:
        """Wait until nothing is in hand, as far as the bot can tell."""

    async def links(self, count: int, seed: int) -> tuple[list[str], list[str]]:
        """Post so many files. Returns the payloads that open links to them, and their SHA-256."""
        ...

    def said(self, line: dict[str, Any]) -> str:
        """What a message of the bot in the ledger says, by the names of the script."""
        ...


async def at_rest(bot: BotProcess, timeout: float) -> None:
    """Wait until nothing is in hand, and a moment later still is not.

    Raises:
        AssertionError: that took longer than `timeout` seconds.
    """
    idle, deadline = 0, time.monotonic() + timeout
    while idle < 3:
        assert time.monotonic() < deadline, f"the bot does not come to rest:\n{bot.text()[-2000:]}"
        _, told = await bot.get("/", Accept="application/json")
        bots = json.loads(told)["bots"] if told else []
        idle = idle + 1 if bots and not bots[0]["backlog"] else 0
        await asyncio.sleep(0.3)


async def post_files(stage: Stage, count: int, seed: int) -> tuple[list[Path], list[int]]:
    """The owner posts files of different content in the storage channel. Returns them with their messages' ids."""
    paths = [
        random_file(stage.folder / f"file{number}.bin", 200 + number, seed=seed * 1000 + number)
        for number in range(count)
    ]
    messages = [await stage.owner.send_file(path, to=stage.scene.channel_id) for path in paths]
    return paths, [message.id for message in messages]


@dataclass(eq=False)
class Ours:
    """`python bot.py`, unmodified but for what is weakened."""

    stage: Stage
    process: BotProcess
    name: str = "ours"
    starts_failed: int = 0

    async def start(self) -> None:
        await self.process.start(ready=False)
        await self.process.ready(READY)

    async def end(self, *, kill: bool) -> None:
        if kill:
            await self.process.kill()
        else:
            await self.process.terminate()

    async def rest(self) -> None:
        await at_rest(self.process, READY)

    async def links(self, count: int, seed: int) -> tuple[list[str], list[str]]:
        paths, _ = await post_files(self.stage, count, seed)
        codes: dict[str, str] = {}
        while len(codes) < count:
            told = await answer(self.stage, 20)
            if found := re.search(r"file\d+\.bin", str(told.text)):
                codes[found[0]] = code_in(told)
        return [codes[path.name] for path in paths], [sha256(path) for path in paths]

    def said(self, line: dict[str, Any]) -> str:
        if line.get("media"):
            return str(line["media_sha256"])
        text = str(line["text"])
        if text.startswith("⚠️"):  # what is gone is named once more
            return text
        if found := TOLD.search(text):
            return found[0]
        return _ANSWERS.get(text, text)


_ANSWERS = {
    shown("en", "reader-text"): "text",
    helped("en", Role.READER): "help",
    shown("en", "unknown-command"): "unknown",
}


@dataclass(eq=False)
class Bare:
    """`python -m tests.proof.bare`; where it does not start any more, its operator makes it a new session."""

    stage: Stage
    name: str = "the bare library"
    starts_failed: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        while not await self._started():
            self.starts_failed += 1
            await self.end(kill=True)
            for path in self.stage.folder.glob("bare.session*"):
                path.unlink()

    async def _started(self) -> bool:
        scene = self.stage.scene
        given = {
            "server": asdict(self.stage.sandbox.info), "token": scene.token, "folder": str(self.stage.folder),
            "owner": scene.owner_id, "channel": scene.channel_id, "links": self.codes,
        }  # fmt: skip
        with (self.stage.folder / "bare.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.proof.bare", json.dumps(given),
                cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert self.process.stdout
        try:
            return await asyncio.wait_for(self.process.stdout.readline(), BARE_READY) == b"ready\n"
        except TimeoutError:
            return False

    async def end(self, *, kill: bool) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), 10)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    async def rest(self) -> None:
        await asyncio.sleep(1)

    async def links(self, count: int, seed: int) -> tuple[list[str], list[str]]:
        """As the others'; it is started anew, since it is told of its links when it starts."""
        paths, messages = await post_files(self.stage, count, seed)
        self.codes = {str(number): message for number, message in enumerate(messages)}
        await self.end(kill=False)
        await self.start()
        return list(self.codes), [sha256(path) for path in paths]

    def said(self, line: dict[str, Any]) -> str:
        if line.get("media"):
            return str(line["media_sha256"])
        found = TOLD.search(str(line["text"]))
        return found[0] if found else str(line["text"])
