"""Where a sandbox lives that keeps nothing: a folder that names its process, so that others can clear up after it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PREFIX: Final = "local-telegram-"
_NAMED: Final = re.compile(re.escape(PREFIX) + r"(\d+)-\w+")


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of this process, gone at the end; folders of processes that were killed go at the start.

    Raises:
        OSError: no folder can be made.
    """
    clear_up()
    prefix = f"{PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        yield Path(name)


def clear_up() -> None:
    """Remove this user's folders whose process is gone; what cannot be removed stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        named = _NAMED.fullmatch(folder.name)
        if named and not _lives(int(named[1])) and _is_ours(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _is_ours(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return status.st_uid == os.getuid() and not folder.is_symlink()
