"""The bot tried without any account: `run` keeps it going on a local Telegram, `demo` tells its story with one file."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.network import ServerInfo
from sandbox.people import People, Person
from sandbox.server import Sandbox
from sandbox.stage import OWNER_PHONE, READER_PHONES, Scene, set_scene

ROOT = Path(__file__).parents[1]
BOT_NAME = "draftkeep_demo_bot"
READY_WITHIN = 60.0
ANSWER_WITHIN = 60.0
TRANSFER_WITHIN = 3600.0
KEPT = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "LOG_LEVEL"})
"""Variables that the bot gets from the surroundings; the rest, a real bot's database among it, is not this stage's."""

LONGEST = 2000 * 1024 * 1024
"""Bytes that a bot may upload (Telegram's limit)."""


class Trouble(Exception):  # noqa: N818 - told to a person, as it is
    """Why the story cannot go on, for the person who watches."""


@dataclass(slots=True)
class Show:
    """Everything that runs: the local Telegram, its people, the bot."""

    sandbox: Sandbox
    info: ServerInfo
    scene: Scene
    owner: Person
    readers: list[Person]
    process: asyncio.subprocess.Process
    status: str
    log: Path


@asynccontextmanager
async def show(folder: Path, *, keep: bool, port: int = 0) -> AsyncIterator[Show]:
    """Start everything in a folder; `keep` takes up what an earlier start left there. `port` is the status page's."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()  # the bot stands elsewhere
    kept = folder / "scene.json"
    async with contextlib.AsyncExitStack() as stack:
        try:
            sandbox = await stack.enter_async_context(Sandbox(folder / "telegram"))
        except sqlite3.OperationalError as error:
            raise Trouble(f"{folder} cannot be used ({error}). Is the bot running there already?") from error
        people = await stack.enter_async_context(People(sandbox.info))
        owner = await people.sign_up(OWNER_PHONE, first_name="Olivia", language_code="en")
        readers = [
            await people.sign_up(phone, first_name=name, language_code=language)
            for phone, name, language in zip(READER_PHONES, ("Rustam", "Anna"), ("uz", "ru"), strict=True)
        ]
        scene = Scene.load(kept) if keep else None
        if scene is None:
            scene = await set_scene(sandbox.info, username=BOT_NAME, owner=owner)
            scene.save(kept)
        for person in (owner, *readers):
            await person.talk_to(scene.username)
        log = folder / "bot.log"
        port = free_port(port)
        process = await start_bot(scene, sandbox.info, folder, log, port)
        stack.push_async_callback(end_bot, process)
        status = f"http://127.0.0.1:{port}"
        await wait_until_ready(process, status, log)
        yield Show(sandbox, sandbox.info, scene, owner, readers, process, status, log)


async def start_bot(scene: Scene, info: ServerInfo, folder: Path, log: Path, port: int) -> asyncio.subprocess.Process:
    """Start the unmodified bot, with nothing but settings that name this Telegram.

    It stands in a folder of its own: where we stand there may be the `.env` of a real one.
    """
    place = folder / "bot"
    place.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name in KEPT}  # noqa: TID251 - a program of its own
    own = {"PORT": str(port), "DATA_DIR": str(folder), "LEASE_SECONDS": "3"}
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "bot.py"), cwd=place, env=inherited | scene.environment(info) | own,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip


async def end_bot(process: asyncio.subprocess.Process) -> None:
    """Ask the bot to end, and make it end if it does not."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 12)
    if process.returncode is None:
        process.kill()
        await process.wait()


def free_port(wanted: int) -> int:
    """The port wanted if nobody has it, else any free one."""
    for number in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", number))
                return int(probe.getsockname()[1])
    raise Trouble("No port of 127.0.0.1 is free.")


async def wait_until_ready(process: asyncio.subprocess.Process, status: str, log: Path) -> None:
    """Wait until the bot says that it serves.

    Raises:
        Trouble: it ended or did not get ready, with the last lines that it wrote.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session:
        async with asyncio.timeout(READY_WITHIN):
            while process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{status}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    raise Trouble("\n".join(["The bot did not start. Its last words:", *lines]))


async def demo(path: Path) -> bool:
    """Tell the newcomer's story with one file. Returns whether what arrived is what was sent."""
    check_file(path)
    with tempfile.TemporaryDirectory(prefix="draftkeep-") as name:
        folder = Path(name)
        say("Starting a local Telegram, a MongoDB and the bot …")
        async with show(folder, keep=False) as stage:
            reader = stage.readers[0]
            say(f"The bot is up: @{stage.scene.username}. {stage.owner.first_name} owns it.")
            say(f"{stage.owner.first_name} sends {path.name} ({path.stat().st_size:,} bytes) to the bot …")
            await stage.owner.send_file(path)
            answer = await stage.owner.next_message(TRANSFER_WITHIN, from_=stage.scene.username)
            link = link_in(answer)
            say(f"The bot answers with a link: {link}")
            say(f"{reader.first_name} opens the link …")
            await reader.start_bot(stage.scene.username, link.partition("?start=")[2])
            delivered = await reader.next_message(ANSWER_WITHIN, from_=stage.scene.username)
            arrived = await reader.download(delivered, folder / "arrived")
            sent_sum, arrived_sum = await asyncio.gather(*(asyncio.to_thread(sha256, each) for each in (path, arrived)))
            say(f"{reader.first_name} has the file.")
            say(f"  SHA-256 sent     {sent_sum}")
            say(f"  SHA-256 arrived  {arrived_sum}")
            say("What Telegram did, as its ledger has it:")
            for line in stage.sandbox.ledger.since(0):
                if line.get("kind") == "message":
                    say(f"  {told(line, stage)}")
    same = sent_sum == arrived_sum
    say("Equal." if same else "NOT EQUAL: this must not happen.")
    return same


def check_file(path: Path) -> None:
    """Look whether the story can be told with this file.

    Raises:
        Trouble: it cannot.
    """
    if not path.is_file():
        raise Trouble(f"{path} is not a file.")
    size = path.stat().st_size
    if size == 0:
        raise Trouble(f"{path} is empty, and Telegram takes no empty files.")
    if size > LONGEST:
        raise Trouble(f"{path} has {size:,} bytes; Telegram takes {LONGEST:,} at most.")


def link_in(message: Any) -> str:
    """The deep link in an answer of the bot.

    Raises:
        Trouble: there is none.
    """
    for word in (message.text or message.caption or "").split():
        if "?start=" in word:
            return str(word)
    raise Trouble(f"The bot answered without a link: {message.text or message.caption!r}")


def told(line: dict[str, Any], stage: Show) -> str:
    """One line of the ledger, for a person to read."""
    names = {stage.owner.id: stage.owner.first_name, stage.scene.channel_id: "the storage channel"}
    names |= {reader.id: reader.first_name for reader in stage.readers}
    names[int(stage.scene.token.partition(":")[0])] = "the bot"
    sender, to = (names.get(line[key], str(line[key])) for key in ("from_id", "peer_id"))
    file = (
        f"[{line['media']} {line.get('file_name') or ''} {str(line['media_sha256'])[:12]}…]"
        if line.get("media")
        else ""
    )
    text = " ".join(str(line.get("text") or "").split())
    return f"#{line['seq']:<3} {sender} → {to}: {file} {text[:90]}".rstrip()


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def run(folder: Path, port: int) -> None:
    """Keep the bot going on a local Telegram until it is told to end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    first = not (folder / "scene.json").exists()
    say("Starting a local Telegram, a MongoDB and the bot …")
    async with show(folder, keep=True, port=port) as stage:
        people = ", ".join(f"{each.first_name} (+{each.phone})" for each in (stage.owner, *stage.readers))
        say(f"The bot is up: @{stage.scene.username}, {'made just now' if first else 'as you left it'}.")
        say(f"  People           {people}; code 22222. {stage.owner.first_name} is the owner.")
        say(f"  Storage channel  {stage.scene.channel_id}, with the bot as its admin")
        say(f"  Status           {stage.status}  (/healthz /readyz /metrics)")
        say(f"  Local Telegram   {stage.info.address}, what it did: {stage.info.control}/ledger")
        say(f"  Data             {folder}/, the bot's log: {stage.log}")
        say("Ctrl-C ends it. See it work with a file of yours, in another terminal: make demo FILE=<path>")
        ended = asyncio.ensure_future(stage.process.wait())
        await asyncio.wait([asyncio.ensure_future(stop.wait()), ended], return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            raise Trouble(f"The bot ended by itself; its log: {stage.log}")
        say("Ending …")


def say(text: str) -> None:
    """Tell the person who watches."""
    print(text, flush=True)


def main() -> int:
    """Returns 0 when it went well, 1 when the file was not the same, 2 when it could not be tried."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.playground", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="keep the bot going")
    running.add_argument("--folder", type=Path, default=ROOT / "data")
    running.add_argument("--port", type=int, default=8080, help="the status page's")
    telling = commands.add_parser("demo", help="tell the story with one file")
    telling.add_argument("file", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "demo":
            return 0 if asyncio.run(demo(arguments.file)) else 1
        asyncio.run(run(arguments.folder, arguments.port))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    except TimeoutError:
        print("It took too long; the machine may be too busy.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
