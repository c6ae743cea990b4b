"""Errors that the library does not know are logged; by itself it would add them to a file where the process stands.

That file has no bound, and where it cannot be written an answer of Telegram's turns into a fault of the disk, which
looks as if it might pass.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from pyrogram.errors import RPCError

log = logging.getLogger(__name__)

MOST = 200
"""Different errors that are logged in one process; each of them once, whatever numbers it carries."""

_library_init = RPCError.__init__
_seen: set[tuple[str, str]] = set()


def log_unknown_errors() -> None:
    """Have the library log such errors from now on; the same again changes nothing."""
    RPCError.__init__ = _init  # type: ignore[method-assign]


def _init(
    self: RPCError, value: Any = None, rpc_name: str | None = None, is_unknown: bool = False, is_signed: bool = False
) -> None:
    _library_init(self, value, rpc_name, is_unknown=False, is_signed=is_signed)
    if is_unknown:
        _note(str(value)[:200], str(rpc_name))


def _note(text: str, method: str) -> None:
    error = re.sub("[0-9]+", "0", text), method
    if error in _seen or len(_seen) >= MOST:
        return
    _seen.add(error)
    log.warning("An error that the Telegram library does not know: %s, caused by %s", text, method)
    if len(_seen) == MOST:
        log.warning("Further such errors are not logged")
