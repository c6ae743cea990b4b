"""`python -m sandbox`: a local Telegram from the command line."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import logging
import signal
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from sandbox.page.tries import Suggestions, WrongSuggestionsError
from sandbox.server import Sandbox
from sandbox.world.state import StateInUseError


def _bot(value: str) -> tuple[str, str]:
    token, equals, username = value.partition("=")
    if not equals or not username or not token.partition(":")[0].isdigit() or ":" not in token:
        raise argparse.ArgumentTypeError("must look like 123456:secret=username")
    return token, username.removeprefix("@")


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) > 65535:
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(value)


def _folder(value: str) -> Path:
    folder = Path(value)
    if not value or (folder.exists() and not folder.is_dir()):
        raise argparse.ArgumentTypeError(f"{value!r} is no folder")
    return folder


def _suggestions(value: str) -> Suggestions:
    try:
        return Suggestions.read(Path(value))
    except WrongSuggestionsError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        """End with 2."""
        self.exit(2, f"sandbox: {message}\n")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(
        prog="python -m sandbox",
        description="A local Telegram: an MTProto server on loopback. Prints one JSON line once it is ready.",
    )
    parser.add_argument("--port", type=_port, default=0, help="of the MTProto server; 0 takes any that is free")
    parser.add_argument("--control-port", type=_port, default=0, help="of the control server (HTTP)")
    parser.add_argument("--state", type=_folder, metavar="DIR", help="keep everything here; without it nothing is kept")
    parser.add_argument(
        "--bot", type=_bot, action="append", default=[], metavar="TOKEN=USERNAME", help="may be repeated"
    )
    parser.add_argument(
        "--suggestions",
        type=_suggestions,
        metavar="FILE",
        default=Suggestions(),
        help="who is on the page and what it offers to try (JSON)",
    )
    parser.add_argument("--verbose", action="store_true", help="log what is going on to stderr")
    return parser.parse_args(argv)


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sandbox = Sandbox(
        arguments.state,
        port=arguments.port,
        control_port=arguments.control_port,
        bots=arguments.bot,
        suggestions=arguments.suggestions,
    )
    async with sandbox:
        print(sandbox.info.to_json(), flush=True)
        await stop.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 after a clean stop, 1 if it could not start, 2 for wrong arguments."""
    gc.freeze()  # what the imports made stays for good: looking through it would make every client wait
    arguments = _arguments(argv)
    logging.basicConfig(
        level=logging.INFO if arguments.verbose else logging.WARNING,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(serve(arguments))
        except (OSError, ValueError, StateInUseError, sqlite3.Error) as error:
            print(f"sandbox: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
