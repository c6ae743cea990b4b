"""A crash that nobody foresaw: the log has it, whoever is to be told is told, the exit code asks for a new start."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import bot
from config import EXIT_CODE, Settings, SettingsError
from tests.test_config import REQUIRED
from web.logs import Logs


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    got: list[dict[str, Any]] = []

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Take)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", got
    server.shutdown()
    server.server_close()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log says; given back to the other tests afterwards."""
    stream, made = io.StringIO(), []

    class Kept(Logs):
        def __init__(self, level: str, **options: Any) -> None:
            super().__init__(level, stream=stream, **options)
            made.append(self)

    monkeypatch.setattr(bot, "Logs", Kept)
    yield stream
    for each in reversed(made):
        each.close()


def test_a_crash_is_told_once(
    receiver: tuple[str, list[dict[str, Any]]],
    log: io.StringIO,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def crashes(_: bot.Installation) -> None:
        raise LookupError("canary-of-a-reader")

    url, got = receiver
    for name, value in {**REQUIRED, "ALERT_URL": url, "DATA_DIR": str(tmp_path / "data")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.Installation, "run", crashes)
    codes = [bot.main([]), bot.main([])]
    said = log.getvalue()
    assert codes == [bot.NOT_NOW] * 2
    assert said.count("Draftkeep crashed") == 2
    assert "canary-of-a-reader" in said, "the log has the traceback"
    (body,) = got
    assert (body["event"], body["kind"], body["what"]) == ("crash", "crash", "it crashed (LookupError)")
    assert "canary" not in str(got), "nobody outside needs more"


def test_wrong_settings_are_told_once_and_that_is_remembered_in_data_dir(
    receiver: tuple[str, list[dict[str, Any]]], log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process with wrong settings is started again and again, perhaps where nothing can be written."""
    url, got = receiver
    (elsewhere := tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    for wrong in ({"PORT": "none"}, {"API_HASH": "short"}):
        for _ in range(3):
            with pytest.raises(SettingsError) as caught:
                Settings.load({**REQUIRED, **wrong, "ALERT_URL": url, "DATA_DIR": str(tmp_path / "data")}, None)
            assert bot.refuse(caught.value) == EXIT_CODE
    assert [body["what"].rpartition(" ")[2] for body in got] == ["PORT", "API_HASH"]
    assert list(elsewhere.iterdir()) == []
    assert not log.getvalue(), "nothing stood in the way"
