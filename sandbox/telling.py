"""What the playground says to the person who watches, and which files it takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol

LONGEST = 2000 * 1024 * 1024
"""Bytes that a bot may upload (Telegram's limit)."""


class Trouble(Exception):  # noqa: N818 - told to a person, as it is
    """Why the story cannot go on, for the person who watches."""


class Tell(Protocol):
    """Who says what happened, to whoever watches."""

    def __call__(self, text: str, *, trouble: bool = False) -> None:
        """Say it; `trouble` when something went wrong."""


def say(text: str) -> None:
    """Tell the person who watches; when the terminal is gone, nobody."""
    try:
        print(text, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def in_bytes(size: int) -> str:
    """A size as one reads it: `1 byte`, `2,048 bytes`."""
    return "1 byte" if size == 1 else f"{size:,} bytes"


def shortened(text: str, length: int = 90) -> str:
    """A text in one line of at most this many characters; an ellipsis stands for the rest."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def file_named(name: str) -> Path:
    """The file that a person means, looked at whether the story can be told with it.

    Raises:
        Trouble: it cannot.
    """
    if not name:
        raise Trouble("Name a file: make demo FILE=path")
    try:
        os.fsencode(name).decode()
    except UnicodeDecodeError:
        raise Trouble(f"The name {name!a} is not UTF-8, and Telegram takes no other names: rename the file.") from None
    if not name.isprintable():
        raise Trouble(f"The name {name!a} has a line break or another unseen character in it: rename the file.")
    path = Path(name)
    try:
        if not path.exists():
            path = path.expanduser()
        if not path.is_file():
            raise Trouble(f"{path} is {'not a file' if path.exists() else 'not there'}.")
        with path.open("rb"):
            size = path.stat().st_size
    except (OSError, RuntimeError) as error:
        raise Trouble(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if size == 0:
        raise Trouble(f"{path} is empty, and Telegram takes no empty files.")
    if size > LONGEST:
        raise Trouble(f"{path} has {in_bytes(size)}; Telegram takes {in_bytes(LONGEST)} at most.")
    return path
