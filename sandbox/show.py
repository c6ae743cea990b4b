"""Everything that the playground runs: the local Telegram, its people, the bot; how it starts and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from pyrogram.errors import RPCError

from sandbox.network import ServerInfo
from sandbox.people import People, Person
from sandbox.server import Sandbox
from sandbox.stage import OWNER_PHONE, READER_PHONES, BrokenScene, Scene, set_scene
from sandbox.telling import Trouble, say
from sandbox.world.state import StateInUseError

ROOT = Path(__file__).parents[1]
BOT_NAME = "draftkeep_demo_bot"
READY_WITHIN = 60.0
END_WITHIN = 12.0
_BELOW = range(20_000, 32_000)
"""Ports below those that systems give to connections."""
KEPT = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "LOG_LEVEL"})
"""Variables that the bot gets from the surroundings; the rest, a real bot's database among it, is not this stage's."""

# The signal holds across exec. A parent that died before it was set is seen by its id having changed.
_END_WITH_PARENT = """\
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    sys.exit("the playground is gone")
os.execv(sys.argv[2], sys.argv[2:])
"""


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
async def show(folder: Path, *, port: int = 0) -> AsyncIterator[Show]:
    """Start everything in a folder, with what an earlier start left there. `port` is the status page's.

    Raises:
        Trouble: it cannot be started.
    """
    async with contextlib.AsyncExitStack() as stack:
        with explained(folder):
            folder = prepared(folder)
            stage = await raised(stack, folder, port)
        yield stage


async def raised(stack: contextlib.AsyncExitStack, folder: Path, port: int) -> Show:
    """Start everything; what was started is ended by the stack."""
    kept = folder / "scene.json"
    sandbox = await stack.enter_async_context(Sandbox(folder / "telegram"))
    people = await stack.enter_async_context(People(sandbox.info))
    owner = await people.sign_up(OWNER_PHONE, first_name="Olivia", language_code="en")
    readers = [
        await people.sign_up(phone, first_name=name, language_code=language)
        for phone, name, language in zip(READER_PHONES, ("Rustam", "Anna"), ("uz", "ru"), strict=True)
    ]
    scene = Scene.load(kept)
    if scene is None or not scene.is_set:
        scene = await set_scene(sandbox.info, username=BOT_NAME, owner=owner, kept=kept)
    for person in (owner, *readers):
        await person.talk_to(scene.username)
    log = folder / "bot.log"
    free = free_port(port)
    if port not in (0, free):
        say(f"Port {port} is taken: the status page is at port {free} instead.")
    written = log.stat().st_size if log.exists() else 0
    process = await start_bot(scene, sandbox.info, folder, log, free)
    stack.push_async_callback(end_bot, process)
    status = f"http://127.0.0.1:{free}"
    await wait_until_ready(process, status, log, written)
    return Show(sandbox, sandbox.info, scene, owner, readers, process, status, log)


def prepared(folder: Path) -> Path:
    """Make the folder and look whether it can be used; returns it in full, as the bot stands elsewhere.

    Raises:
        Trouble: an earlier start's Telegram is gone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    if (folder / "scene.json").exists() and not (folder / "telegram").is_dir():
        raise Trouble(f"{folder / 'telegram'} is gone, and the bot remembers what was in it. {afresh(folder)}")
    (folder / "bot").mkdir(exist_ok=True)
    return folder


def afresh(folder: Path) -> str:
    """What to do about a folder that cannot be gone on with."""
    return f"Remove {folder} to start afresh (or move it away, to keep what is in it)."


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Say in one line what is wrong with a folder, and what to do.

    Raises:
        Trouble: that line.
    """
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise Trouble(f"{error.filename or folder} is a file where a folder is needed: move it away.") from error
    except StateInUseError as error:
        raise Trouble(f"{folder} is in use: the bot runs there already. End it, or name another folder.") from error
    except sqlite3.Error as error:
        raise Trouble(f"{folder} cannot be used ({error}): it is read-only or damaged. {afresh(folder)}") from error
    except TimeoutError as error:
        raise Trouble(f"The local Telegram did not answer in time. Try again, or: {afresh(folder)}") from error
    except OSError as error:
        what = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
        raise Trouble(f"{folder} cannot be used ({what}). Make it writable, or name another folder.") from error
    except (BrokenScene, RuntimeError, RPCError, ValueError) as error:
        raise Trouble(f"What an earlier start left in {folder} does not fit ({error}). {afresh(folder)}") from error


async def start_bot(scene: Scene, info: ServerInfo, folder: Path, log: Path, port: int) -> asyncio.subprocess.Process:
    """Start the unmodified bot, with nothing but settings that name this Telegram; it ends when this process does.

    It stands in a folder of its own: where we stand there may be the `.env` of a real one.
    """
    place = folder / "bot"
    place.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name in KEPT}  # noqa: TID251 - a program of its own
    own = {"PORT": str(port), "DATA_DIR": str(folder), "LEASE_SECONDS": "3"}
    with log.open("ab") as output:
        output.write(f"--- started {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC ---\n".encode())
        output.flush()
        return await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", "-c", _END_WITH_PARENT, str(os.getpid()),
            sys.executable, str(ROOT / "bot.py"), cwd=place, env=inherited | scene.environment(info) | own,
            stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip


async def end_bot(process: asyncio.subprocess.Process) -> None:
    """Ask the bot to end, and make it end if it does not."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), END_WITHIN)
    if process.returncode is None:
        process.kill()
        await process.wait()


def free_port(wanted: int) -> int:
    """The port wanted if nobody has it, else any free one.

    Raises:
        Trouble: none is free.
    """
    below = random.sample(_BELOW, 20)  # nobody is given one of them by chance before the bot has taken it
    for number in ([wanted] if wanted else []) + below + [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError, OverflowError):
                probe.bind(("127.0.0.1", number))
                return int(probe.getsockname()[1])
    raise Trouble("No port of 127.0.0.1 is free.")


async def wait_until_ready(
    process: asyncio.subprocess.Process, status: str, log: Path, written: int, within: float = READY_WITHIN
) -> None:
    """Wait until the bot says that it serves. `written` is how long the log was before it started.

    Raises:
        Trouble: it ended or did not get ready, with its reasons and the last lines that it wrote.
    """
    reasons = "it does not answer"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as session:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while process.returncode is None:
                    with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
                        async with session.get(f"{status}/readyz") as answer:
                            if answer.status == 200:
                                return
                            reasons = reasons_in(await answer.text())
                    await asyncio.sleep(0.1)
    if process.returncode is None:
        what = f"The bot did not get ready within {within:g} seconds ({reasons})."
    else:
        what = f"The bot ended with code {process.returncode} instead of starting."
    with log.open("rb") as file:
        file.seek(written)
        lines = file.read().decode(errors="replace").splitlines()[-15:]
    raise Trouble("\n".join([f"{what} Its last words:", *lines]))


def reasons_in(answer: str) -> str:
    """What is not well yet, from an answer of /readyz.

    Raises:
        ValueError: it is no such answer.
    """
    checks = json.loads(answer)["checks"]
    return "; ".join(f"{name}: {reason}" for name, reason in checks.items() if reason != "ok")
