"""What is measured and what it is measured with: our bot and a bare one, on one sandbox, side by side."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from pyrogram import raw

from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.embedded import EmbeddedMongo
from database.links import LinkItem, NewLink
from database.secrets import Vault
from sandbox.network import ServerInfo
from sandbox.people import People
from sandbox.stage import control, new_token
from tests.e2e.harness import ROOT, BotProcess, SandboxProcess, Stage, make_stage

FILES = 200
"""Files in the storage channel: enough for the longest link."""

QUIET = 15.0
"""Seconds without an answer after which what is missing is lost."""


class Contender(Protocol):
    """A bot that is measured."""

    name: str
    username: str
    bot_id: int

    def payload(self, number: int) -> str:
        """What opens the link to the file with this number, from 0."""
        ...

    @property
    def pid(self) -> int:
        """The process."""
        ...


@dataclass(eq=False)
class Ours:
    """`python bot.py`, unmodified, with its MongoDB."""

    stage: Stage
    process: BotProcess
    codes: list[str]
    name: str = "ours"

    def __post_init__(self) -> None:
        self.username, self.bot_id = self.stage.scene.username, self.stage.bot_id

    def payload(self, number: int) -> str:
        return self.codes[number]

    @property
    def pid(self) -> int:
        assert self.process.process
        return self.process.process.pid


@dataclass(eq=False)
class Bare:
    """`python -m tests.bench.bare`: the library alone."""

    server: ServerInfo
    token: str
    username: str
    channel: int
    links: dict[str, list[int]]
    name: str = "bare"

    def __post_init__(self) -> None:
        self.bot_id = int(self.token.partition(":")[0])
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Start it. Returns the seconds until it serves."""
        started = time.perf_counter()
        given = {
            "server": asdict(self.server), "token": self.token, "channel": self.channel, "links": self.links
        }  # fmt: skip
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.bare", json.dumps(given), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), 30)
        assert line == b"ready\n", "the bare bot did not start"
        return time.perf_counter() - started

    async def stop(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    def payload(self, number: int) -> str:
        return str(number)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid


@dataclass(frozen=True, slots=True)
class Exchange:
    """Something that a person sent, and when the bot's answer to it arrived (the server's clock, in seconds)."""

    asked: float
    answered: float | None

    @property
    def seconds(self) -> float:
        assert self.answered is not None
        return self.answered - self.asked


@dataclass
class Rig:
    """The whole arrangement."""

    sandbox: SandboxProcess
    people: People
    ours: Ours
    bare: Bare
    crowd: list[int]
    folder: Path
    database_url: str
    messages: list[int]
    many: list[int] = field(default_factory=list)
    """People who have written to our bot, for broadcasts."""
    lost: list[str] = field(default_factory=list)
    """What was asked for and never arrived, in words."""
    _seen: int = 0

    async def say(self, contender: Contender, who: Sequence[int], *texts: str) -> None:
        """Let people say something to a bot, one after the other."""
        await control(
            self.sandbox.info, "POST", "/say", **{"from": list(who)}, to=contender.username, texts=list(texts)
        )

    async def effects(self) -> list[dict[str, Any]]:
        """What the server applied since this was asked last."""
        lines = await self.sandbox.ledger(self._seen)
        if lines:
            self._seen = lines[-1]["seq"]
        return lines

    async def sends(self, contender: Contender) -> int:
        """How many calls of a bot sent something so far."""
        calls = await self.sandbox.calls(contender.bot_id)
        return sum(calls.get(f"messages.{name}", 0) for name in ("SendMessage", "ForwardMessages", "SendMedia"))

    async def answered(self, contender: Contender, expected: int, *, since: int) -> None:
        """Wait until a bot has sent so much more than `since`, or nothing more comes."""
        before, moved = since, time.monotonic()
        while (now := await self.sends(contender)) < since + expected and time.monotonic() - moved < QUIET:
            if now != before:
                before, moved = now, time.monotonic()
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.1)  # the last call is counted as it comes, applied a moment later

    async def exchanges(self, contender: Contender, what: str) -> list[Exchange]:
        """Match what people said to a bot since the last look with its answers; note what is missing."""
        return self.matched(await self.effects(), contender, what)

    def matched(self, effects: Sequence[dict[str, Any]], contender: Contender, what: str) -> list[Exchange]:
        """Match what people said to a bot with its answers; note what is missing."""
        asked: dict[int, list[float]] = {}
        answers: dict[int, list[float]] = {}
        for line in effects:
            if line["kind"] != "message":
                continue
            if line["peer_id"] == contender.bot_id:
                asked.setdefault(line["from_id"], []).append(_seconds(line["at"]))
            elif line["from_id"] == contender.bot_id:
                answers.setdefault(line["peer_id"], []).append(_seconds(line["at"]))
        found = []
        for person, times in asked.items():
            got = answers.get(person, [])
            if len(got) != len(times):
                self.lost.append(f"{what}, {contender.name}: {len(got)} answers to {len(times)} messages of {person}")
            found += [Exchange(at, got[place] if place < len(got) else None) for place, at in enumerate(times)]
        return found


def resident(pid: int) -> int:
    """Bytes of memory that a process has resident."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024


def cpu_seconds(pid: int) -> float:
    """Seconds of processor time that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).astimezone(UTC).timestamp()


@asynccontextmanager
async def make_rig(folder: Path, crowd: int) -> AsyncIterator[Rig]:
    """Arrange everything and take it down again."""
    async with AsyncExitStack() as stack:
        sandbox = SandboxProcess()
        info = await sandbox.start()
        stack.push_async_callback(sandbox.stop)
        mongo = EmbeddedMongo()
        (folder / "mongo").mkdir()
        url = await mongo.start(folder / "mongo")
        stack.push_async_callback(mongo.stop)
        people = await stack.enter_async_context(People(info))
        stage = await make_stage(sandbox, people, folder, url)
        stack.push_async_callback(stage.close)
        bare_name, token = f"bare_{os.getpid()}_bot", new_token()
        await control(info, "POST", "/bots", token=token, username=bare_name)
        await stage.owner.promote(bare_name, stage.scene.channel_id)
        messages = await post_files(stage)
        links = {str(number): [message] for number, message in enumerate(messages)}
        bare = Bare(info, token, bare_name, stage.scene.channel_id, links)
        stack.push_async_callback(bare.stop)
        codes = await make_links(stage, [[message] for message in messages])
        ours = Ours(stage, stage.bot(LEASE_SECONDS="10"), codes)
        ids = (await control(info, "POST", "/people", count=crowd))["ids"]
        rig = Rig(sandbox, people, ours, bare, ids, folder, url, messages)
        await rig.ours.process.start()
        await bare.start()
        yield rig


async def post_files(stage: Stage) -> list[int]:
    """Fill the storage channel. Returns the messages' ids."""
    path = stage.folder / "file.bin"
    path.write_bytes(b"a file of the bench\n" * 50)
    first = await stage.owner.send_file(path, to=stage.scene.channel_id)
    ids = [first.id]
    peer: Any = await stage.owner.client.resolve_peer(stage.scene.channel_id)
    while len(ids) < FILES:
        part = ids[: min(100, FILES - len(ids))]
        sent = await stage.owner.client.invoke(
            raw.functions.messages.ForwardMessages(
                from_peer=peer,
                to_peer=peer,
                id=part,
                random_id=[number + 1 + len(ids) * 1_000 for number in range(len(part))],
                drop_author=True,
            )
        )
        ids += [update.message.id for update in sent.updates if isinstance(update, raw.types.UpdateNewChannelMessage)]
    return ids


async def make_links(stage: Stage, items: Sequence[Sequence[int]], *, auto_delete: int | None = None) -> list[str]:
    """Make a link for each list of stored messages, as the services would. Returns the codes."""
    vault = Vault.from_secret(stage.scene.token, stage.bot_id)
    async with await Database.connect(stage.database_url, stage.database_name) as database:
        await database.prepare()
        links = database.bot(stage.bot_id, vault).links
        made = []
        for messages in items:
            name = "-".join(map(str, (auto_delete, len(messages), *messages[:2])))
            new = NewLink(
                kind=LinkKind.FILE if len(messages) == 1 else LinkKind.ALBUM,
                items=tuple(LinkItem(f"bench{message}", message) for message in messages),
                storage_chat=stage.scene.channel_id,
                content=name,
                auto_delete=auto_delete,
            )
            link = await links.create(new, by=stage.owner.id, cause=Cause(f"bench:{name}"), now=database.clock.now())
            made.append(link.code)
    return made
