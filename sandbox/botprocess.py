"""The bot as a process of its own: with which settings it starts, when it is ready, how it ends, what it said last."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from sandbox.network import ServerInfo
from sandbox.stage import Scene
from sandbox.telling import Trouble

ROOT = Path(__file__).parents[1]
READY_WITHIN = 60.0
END_WITHIN = 12.0
STANDS = 3.0
"""Seconds for which a bot that starts must have had the same trouble, by its own word, to be taken to be away."""
ANSWERS_WITHIN = 5.0
_LASTS = re.compile(r"; for (\d+) s now")
_BEHIND = "backlog"
"""The check that fails while a bot serves, and is behind."""
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


class Away(Trouble):
    """The bot runs, does not serve, and knows why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The bot is away: {reason}.")
        self.reason = reason
        """In words for anybody."""


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


def free_port(*wanted: int) -> int:
    """The first of the ports wanted that nobody has, else any free one; 0 wants none.

    Raises:
        Trouble: none is free.
    """
    below = random.sample(_BELOW, 20)  # nobody is given one of them by chance before the bot has taken it
    for number in [*filter(None, wanted), *below, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError, OverflowError):
                probe.bind(("127.0.0.1", number))
                return int(probe.getsockname()[1])
    raise Trouble("No port of 127.0.0.1 is free.")


async def wait_until_ready(
    process: asyncio.subprocess.Process,
    status: str,
    log: Path,
    written: int,
    within: float = READY_WITHIN,
    *,
    stands: float = READY_WITHIN,
) -> None:
    """Wait until the bot says that it serves.

    `written` is how long the log was before it started; `stands` for how many seconds a trouble that it names may
    last until there is no more waiting.

    Raises:
        Away: a trouble lasted for that long.
        Trouble: it ended or did not get ready, with its reasons and the last lines that it wrote.
    """
    reasons = "it does not answer"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWERS_WITHIN)) as session:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while process.returncode is None:
                    with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
                        async with session.get(f"{status}/readyz") as answer:
                            if answer.status == 200:
                                return
                            text = await answer.text()
                            reasons = reasons_in(text)
                            if any(int(seconds) >= stands for seconds in _LASTS.findall(text)):
                                raise Away(why_away(text))
                    await asyncio.sleep(0.1)
    if process.returncode is None:
        what = f"The bot did not get ready within {within:g} seconds ({reasons})."
    else:
        what = f"The bot ended with code {process.returncode} instead of starting."
    raise Trouble(f"{what} Its last words:\n{last_words(log, written)}".rstrip())


def reasons_in(answer: str) -> str:
    """What is not well yet, from an answer of /readyz.

    Raises:
        ValueError: it is no such answer.
    """
    checks = json.loads(answer)["checks"]
    return "; ".join(f"{name}: {reason}" for name, reason in checks.items() if reason != "ok")


def why_away(answer: str) -> str:
    """What keeps the bot from serving, for anybody to read, from an answer of /readyz; it is the same while it lasts.

    Where the bot names a trouble, the other checks fail because of it, and are not worth a word.

    Raises:
        ValueError: it is no such answer.
    """
    checks = json.loads(answer)["checks"]
    reasons = [reason for name, reason in checks.items() if reason != "ok" and name != _BEHIND]
    named = [_LASTS.sub("", reason) for reason in reasons if _LASTS.search(reason)]
    return "; ".join(named or reasons)


async def look_at(status: str) -> str:
    """Ask the bot once why it does not serve; nothing when it does."""
    timeout = aiohttp.ClientTimeout(ANSWERS_WITHIN)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{status}/readyz") as answer:
            return "" if answer.status == 200 else why_away(await answer.text())
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return "it does not answer"


def last_words(log: Path, after: int = 0) -> str:
    """The last lines of a log, of those behind its first `after` bytes."""
    with log.open("rb") as file:
        file.seek(after)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-15:])
