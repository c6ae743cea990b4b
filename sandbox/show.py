"""Everything that a demo runs: the local Telegram, its people, the bot; and what is wrong with a folder, in words."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyrogram.errors import RPCError

from sandbox.botprocess import end_bot, free_port, start_bot, wait_until_ready
from sandbox.network import ServerInfo
from sandbox.people import People, Person
from sandbox.server import Sandbox
from sandbox.stage import OWNER_PHONE, READER_PHONES, BrokenScene, Scene, set_scene
from sandbox.telling import Trouble
from sandbox.world.state import StateInUseError

BOT_NAME = "draftkeep_demo_bot"


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
async def show(folder: Path) -> AsyncIterator[Show]:
    """Start everything in a folder, with what an earlier start left there.

    Raises:
        Trouble: it cannot be started.
    """
    async with contextlib.AsyncExitStack() as stack:
        with explained(folder):
            folder = prepared(folder)
            stage = await raised(stack, folder)
        yield stage


async def raised(stack: contextlib.AsyncExitStack, folder: Path) -> Show:
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
    free = free_port(0)
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
