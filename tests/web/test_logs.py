"""The log: lines for people or JSON for programs, and no secret in any form.

The control switches the redaction off: then every way of logging a secret shows it.
"""

import asyncio
import base64
import contextlib
import io
import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.logs import Logs, SafeHandler
from web.redaction import MASK, Redactor, forms_of

SECRET = "7654321:AA-canary_Secret/with+odd=chars%and\"quotes'é"
KEY = bytes(range(60, 220))

Write = Callable[[logging.Logger], None]


class Trap:
    def __repr__(self) -> str:
        return f"Trap(token={SECRET!r})"


def raise_with_secret(log: logging.Logger) -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        log.exception("It failed")


WAYS: dict[str, Write] = {
    "message": lambda log: log.warning(f"token {SECRET}"),  # noqa: G004 - people do
    "argument": lambda log: log.warning("token %s", SECRET),
    "repr of an argument": lambda log: log.warning("token %r", [SECRET]),
    "object": lambda log: log.warning("got %s", Trap()),
    "mapping": lambda log: log.warning("token %(token)s", {"token": SECRET}),
    "arguments that do not fit": lambda log: log.warning("token %d", SECRET),
    "exception": raise_with_secret,
    "extra": lambda log: log.warning("x", extra={"given": {"deep": [SECRET]}}),
    "extra object": lambda log: log.warning("x", extra={"given": Trap()}),
    "stack": lambda log: log.warning("x %s", SECRET, stack_info=True),
    "url": lambda log: log.warning("GET https://example.org/?t=%s", quote(SECRET, safe="")),
    "url, lower case": lambda log: log.warning("GET /%s", re.sub("%..", lambda x: x[0].lower(), quote(SECRET))),
    "basic auth": lambda log: log.warning("Basic %s", base64.b64encode(f"me:{SECRET}!".encode()).decode()),
    "base64url": lambda log: log.warning("%s", base64.urlsafe_b64encode(SECRET.encode()).decode()),
    "hex": lambda log: log.warning("%s", SECRET.encode().hex()),
    "bytes": lambda log: log.warning("%r", SECRET.encode()),
    "json in json": lambda log: log.warning("%s", json.dumps({"a": SECRET})),
    "key": lambda log: log.warning("%r", KEY),
    "key in hex": lambda log: log.warning("%s", KEY.hex()),
}


def traces(text: str) -> list[str]:
    """Pieces of the secrets, in the forms that a person could turn back into them."""
    with contextlib.suppress(ValueError):
        text += json.loads(text)["message"]
    pieces = ["canary_Secret", "anary_Secr", b"canary_Secret".hex(), KEY[20:60].hex(), repr(KEY[20:60])[2:-1]]
    pieces += [base64.b64encode(b"\0" * before + b"canary_Secret")[4:-4].decode() for before in range(3)]
    return [piece for piece in pieces if piece in text]


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(params=[True, False], ids=["json", "terminal"])
def logs(request: pytest.FixtureRequest, stream: io.StringIO) -> Iterator[Logs]:
    logs = Logs("DEBUG", secrets=[SECRET, KEY], stream=stream, as_json=request.param)
    yield logs
    logs.close()


@pytest.fixture
def alone(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> Callable[[], logging.Logger]:
    """Switch pytest's own handlers off: they raise what the real ones survive."""

    def switch() -> logging.Logger:
        ours = [handler for handler in logging.root.handlers if isinstance(handler, SafeHandler)]
        monkeypatch.setattr(logging.root, "handlers", ours)
        return logging.getLogger("some.library")

    return switch


@pytest.mark.parametrize("way", WAYS)
def test_no_secret_is_written_however_it_is_logged(
    alone: Callable[[], logging.Logger], stream: io.StringIO, way: str
) -> None:
    WAYS[way](alone())
    assert MASK in stream.getvalue()
    assert traces(stream.getvalue()) == []


@pytest.mark.parametrize("way", WAYS)
def test_control_without_the_redaction_every_way_shows_it(
    alone: Callable[[], logging.Logger], stream: io.StringIO, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Redactor, "redact", lambda _self, text: text)
    WAYS[way](alone())
    assert traces(stream.getvalue()) != []


def test_a_secret_may_be_added_at_run_time(logs: Logs, stream: io.StringIO) -> None:
    logging.getLogger("a").warning("late-canary")
    logs.protect("late-canary")
    logging.getLogger("a").warning("late-canary")
    assert stream.getvalue().count("late-canary") == 1


def test_what_is_uncaught_is_redacted_too(logs: Logs, stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert stream.getvalue().count("Uncaught") == 2
    assert stream.getvalue().count("ValueError") >= 2
    assert traces(stream.getvalue()) == []


async def test_what_a_task_leaves_behind_is_redacted_too(logs: Logs, stream: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": "left", "exception": ValueError(SECRET)})
    assert "left" in stream.getvalue()
    assert traces(stream.getvalue()) == []


def test_a_record_that_cannot_be_written_shows_no_secret(
    alone: Callable[[], logging.Logger], stream: io.StringIO
) -> None:
    class Broken:
        def __str__(self) -> str:
            raise OSError(SECRET)

    alone().warning("x %s", Broken())
    assert "could not be written" in stream.getvalue()
    assert traces(stream.getvalue()) == []


@given(st.binary(max_size=12), st.binary(max_size=12), st.text(min_size=12, max_size=40))
def test_base64_is_found_at_every_alignment(before: bytes, after: bytes, secret: str) -> None:
    redactor = Redactor()
    raw = secret.encode("utf-8", "surrogateescape") if secret.isascii() else secret.encode("utf-8", "replace")
    redactor.protect(raw)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert MASK in redactor.redact(encode(before + raw + after).decode())


def test_ordinary_words_stay() -> None:
    redactor = Redactor()
    redactor.protect("abc")
    redactor.protect("")
    assert redactor.redact("abc of the alphabet") == "abc of the alphabet"
    assert all(len(form) >= 5 for form in forms_of("abcde"))


def test_programs_get_one_object_per_line(stream: io.StringIO) -> None:
    logs = Logs("INFO", stream=stream)
    try:
        log = logging.getLogger("client.bot")
        log.info("Two\nlines", extra={"bot": 5, "when": object})
        log.debug("not at this level")
        try:
            raise KeyError("x")
        except KeyError:
            log.exception("failed")
        log.info("lone \udc80 surrogate")
    finally:
        logs.close()
    first, second, third = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["message"] == "Two\nlines"
    assert first["bot"] == 5
    assert (first["level"], first["logger"]) == ("INFO", "client.bot")
    assert first["time"].endswith("+00:00")
    assert "KeyError" in second["error"]
    assert third["message"] == "lone \udc80 surrogate"


def test_people_get_a_line_that_no_message_can_forge(stream: io.StringIO) -> None:
    logs = Logs("INFO", stream=stream, as_json=False)
    try:
        logging.getLogger("a").info("name: %s", "x\n2026-01-01 00:00:00 ERROR   bot: forged \x1b[31m")
    finally:
        logs.close()
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_libraries_are_quiet_unless_asked(stream: io.StringIO) -> None:
    for level, expected in (("INFO", 0), ("DEBUG", 1)):
        logs = Logs(level, stream=stream)
        logging.getLogger("pyrogram.session").info("commentary")
        logs.close()
        assert stream.getvalue().count("commentary") == expected


def test_a_lost_connection_is_no_error_of_ours(stream: io.StringIO) -> None:
    logs = Logs("INFO", stream=stream)
    logging.getLogger("pyrogram.connection.transport.tcp.tcp").error("Send failed")
    logging.getLogger("pyrogram.connection.connection").warning("Connection failed! Trying again...")
    logs.close()
    assert "Send failed" not in stream.getvalue()
    assert "Trying again" in stream.getvalue()


def test_closing_gives_everything_back(stream: io.StringIO) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)
    Logs("DEBUG", stream=stream).close()
    assert (root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook) == before
