"""How the log is written: lines for a person at a terminal, JSON for programs, and no secret in either.

The secrets are taken out of the finished line, so nothing passes by: message, arguments, traceback, extra fields, and
what the libraries write.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from web.redaction import Redactor

_log = logging.getLogger(__name__)

ORDINARY = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
"""A record's own attributes; anything else on it came through `extra`."""

QUIET = {
    **dict.fromkeys(("pyrogram", "apscheduler", "aiohttp.access", "httpx2"), logging.WARNING),
    "pyrogram.connection.transport": logging.CRITICAL,
}
"""Libraries whose running commentary is for their own developers; at DEBUG they speak as well.

A transport calls it an error when a connection is lost, which is healed; whoever waits for it warns of it.
"""

CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {10: "\\n", 9: "\t", 13: "\\r"}
"""What a terminal would obey, and a new line, which would forge one of ours."""


class Line(logging.Formatter):
    """One line for a person, with the traceback under it."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, level, logger, message, then the extra fields as name=value."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        fields = "".join(f" {name}={value}" for name, value in extras(record).items())
        line = f"{when} {record.levelname:<7} {record.name}: {message(record)}{fields}".translate(CONTROLS)
        if trace := trace_of(self, record):
            below = CONTROLS | {10: "\n"}
            line += "\n" + trace.translate(below)
        return line


class JsonLine(logging.Formatter):
    """One JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give time (ISO, UTC), level, logger, message, the extra fields, and the traceback as `error`."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message(record),
        }
        told |= {name: value for name, value in extras(record).items() if name not in told}
        if trace := trace_of(self, record):
            told["error"] = trace
        return json.dumps(told, ensure_ascii=False, default=str, skipkeys=True)


def message(record: logging.LogRecord) -> str:
    """The record's message; where its arguments do not fit, it as it was written."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError, IndexError):
        return f"{record.msg} (with arguments that do not fit: {record.args!r})"


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What was given through `extra`."""
    return {name: value for name, value in record.__dict__.items() if name not in ORDINARY}


def trace_of(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The record's traceback and stack, empty without them."""
    parts = [formatter.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
    if not parts and record.exc_text:
        parts.append(record.exc_text)
    if record.stack_info:
        parts.append(record.stack_info)
    return "\n".join(parts)


class SafeHandler(logging.StreamHandler[TextIO]):
    """Writes finished lines after every secret was taken out of them."""

    def __init__(self, stream: TextIO, redactor: Redactor) -> None:
        super().__init__(stream)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Format the record and redact the whole of what came out."""
        text = super().format(record).encode("utf-8", "backslashreplace").decode()  # lone surrogates cannot be written
        return self._redactor.redact(text)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Say that a line was lost; the library's own way would print its arguments as they are."""
        text = f"A log record of {record.name} could not be written: {traceback.format_exc()}"
        try:
            self.stream.write(self._redactor.redact(text))
            self.flush()
        except (OSError, ValueError):
            pass  # the stream itself is gone


class Logs:
    """The log of this process: everything goes through the root's one handler, the libraries' lines included."""

    def __init__(
        self,
        level: str,
        *,
        secrets: Iterable[str | bytes] = (),
        stream: TextIO | None = None,
        as_json: bool | None = None,
    ) -> None:
        """Take over the root logger and what Python prints of uncaught exceptions.

        Args:
            level: DEBUG, INFO, WARNING or ERROR.
            secrets: what no line may contain; `protect` adds more.
            stream: where to write, standard error by default.
            as_json: JSON or lines for a person; by default JSON unless the stream is a terminal.
        """
        stream = stream or sys.stderr
        self._redactor = Redactor()
        for secret in secrets:
            self._redactor.protect(secret)
        handler = SafeHandler(stream, self._redactor)
        handler.setFormatter(JsonLine() if (not stream.isatty() if as_json is None else as_json) else Line())
        root = logging.getLogger()
        self._before = (root.level, root.handlers[:], sys.excepthook, threading.excepthook, sys.unraisablehook)
        root.handlers[:] = [handler]
        root.setLevel(level)
        for name, quiet in QUIET.items():
            logging.getLogger(name).setLevel(logging.NOTSET if level == "DEBUG" else quiet)
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = lambda args: _log.critical(
            "Uncaught in the thread %s", args.thread and args.thread.name, exc_info=args.exc_value
        )
        sys.unraisablehook = lambda args: _log.error("Cannot be raised: %s", args.err_msg, exc_info=args.exc_value)

    def protect(self, secret: str | bytes) -> None:
        """Let no line contain this secret from now on, in any of its forms."""
        self._redactor.protect(secret)

    def redact(self, text: str) -> str:
        """Take every secret out of a text that leaves the process by another way."""
        return self._redactor.redact(text)

    def close(self) -> None:
        """Give back what was taken over."""
        root = logging.getLogger()
        level, root.handlers[:], sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        root.setLevel(level)
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.NOTSET)
        logging.captureWarnings(False)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("Uncaught", exc_info=(kind, error, trace))
