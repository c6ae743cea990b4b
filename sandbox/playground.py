"""The bot tried without any account: `run` keeps it going on a local Telegram, `demo` tells its story with one file."""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import signal
import sqlite3
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from sandbox.telling import Trouble, file_named, say

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data" / "playground"
"""Where it keeps what it goes on with, apart from a real bot's: whoever starts afresh removes nothing of that."""
PAGE_PORT = 8090
"""Where the page is, unless somebody else is there."""
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130
"""Exit code when it was told to end before it was done."""


async def until_told(work: Coroutine[Any, Any, int]) -> int:
    """Do the work, and end it in order at the first signal; further ones change nothing.

    Returns:
        What the work returns, `INTERRUPTED` when it was ended before it could.
    """
    task = asyncio.ensure_future(work)
    told = False

    def end() -> None:
        nonlocal told
        if not told:
            told = True
            say("Ending …")
            task.cancel()

    for number in ENDS:
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        code = await task
    except asyncio.CancelledError:
        code = INTERRUPTED
    if told:
        say("Ended.")
    return code


def interrupt(_number: int, _frame: object) -> None:
    """Handle a signal while there is no loop yet."""
    raise KeyboardInterrupt


def perform(arguments: argparse.Namespace) -> int:
    """Do what the command line says; returns the exit code.

    Raises:
        Trouble: it cannot be done.
        KeyboardInterrupt: a signal came before there was anything to end.
    """
    path = file_named(arguments.file) if arguments.command == "demo" else None
    # Loading the library takes a second, in which Ctrl-C is heard already.
    from sandbox import story  # noqa: PLC0415

    work = story.run(arguments.folder, arguments.port, arguments.page_port) if path is None else story.demo(path)
    return asyncio.run(until_told(work))


def main(given: list[str] | None = None) -> int:
    """Returns 0 when it went well, 1 when the file was not the same, 2 when it could not be tried, 130 when ended."""
    for number in ENDS:
        signal.signal(number, interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # With Telegram away it complains at every attempt of every person; whether it is there, the page tells.
    logging.getLogger("pyrogram").setLevel(logging.ERROR)
    logging.getLogger("pyrogram.connection").setLevel(logging.CRITICAL)  # a refused connection is an error to it
    parser = argparse.ArgumentParser(prog="python -m sandbox.playground", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="keep the bot going")
    running.add_argument("--folder", type=Path, default=FOLDER)
    running.add_argument("--port", type=int, default=8080, help="of the bot's status page; 0 takes any that is free")
    running.add_argument("--page-port", type=int, default=PAGE_PORT, help="of the page to open; 0: that of last time")
    telling = commands.add_parser("demo", help="tell the story with one file")
    telling.add_argument("file")
    try:
        return perform(parser.parse_args(given))
    except KeyboardInterrupt:
        say("Ended.")
        return INTERRUPTED
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        print(f"It cannot go on: {type(error).__name__}: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
