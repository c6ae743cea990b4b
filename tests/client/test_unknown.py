"""What Telegram answers and the library does not know is logged, and leaves no file wherever the process stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyrogram import errors, raw
from pyrogram.errors import (
    BadRequest,
    ChannelPrivate,
    ChatAdminRequired,
    ChatForwardsRestricted,
    ChatWriteForbidden,
    FloodWait,
    PeerIdInvalid,
    RandomIdDuplicate,
    RPCError,
    UnknownError,
    UserBannedInChannel,
    UserIsBlocked,
)
from pyrogram.errors.exceptions.all import exceptions

from client import unknown
from client.calls import Calls
from client.delivery import CLOSED_STORAGE
from client.refusals import GONE
from client.sender import CLOSED, NOT_EDITABLE


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(unknown, "_seen", set())
    yield
    assert not list(tmp_path.iterdir())


def answered(code: int, text: str) -> None:
    RPCError.raise_it(raw.types.RpcError(error_code=code, error_message=text), raw.functions.updates.GetState)


def test_the_library_alone_would_write_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The control: what is kept from happening does happen without us."""
    monkeypatch.setattr(RPCError, "__init__", unknown._library_init)
    with pytest.raises(BadRequest):
        answered(400, "BRAND_NEW_ERROR")
    (file,) = tmp_path.iterdir()
    file.unlink()


def test_it_is_logged_once_and_raised_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    for number in range(3):
        with pytest.raises(BadRequest, match=f"BRAND_NEW_{number}"):
            answered(400, f"BRAND_NEW_{number}_ERROR")
    with pytest.raises(UnknownError, match="ODD"):
        answered(-599, "ODD")
    with pytest.raises(FloodWait) as caught:
        answered(420, "FLOOD_WAIT_7")
    assert caught.value.value == 7
    lines = [record.message for record in caplog.records if record.name == unknown.__name__]
    assert len(lines) == 2
    assert "BRAND_NEW_0_ERROR" in lines[0]
    assert "updates.GetState" in lines[0]


def test_there_is_an_end_to_what_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(unknown.MOST + 50):
        with pytest.raises(BadRequest):
            answered(400, f"NEW_{chr(65 + number // 26)}{chr(65 + number % 26)}_" + "X" * 300)
    assert len(caplog.records) == unknown.MOST + 1
    assert max(len(record.message) for record in caplog.records) < 400


def test_an_error_is_caught_by_its_name_whatever_code_it_comes_with() -> None:
    """Telegram sends many names under two codes, each a class of its own in the library: our catches name one."""
    two = {
        403: (ChatAdminRequired, ChatWriteForbidden, UserIsBlocked, UserBannedInChannel, PeerIdInvalid),
        406: (ChannelPrivate, ChatForwardsRestricted, PeerIdInvalid),
        500: (RandomIdDuplicate,),
    }
    caught = [(int(kind.CODE or 0), kind) for kind in (*CLOSED_STORAGE, *CLOSED, *NOT_EDITABLE, *GONE)]
    for code, kind in caught + [(code, kind) for code, kinds in two.items() for kind in kinds]:
        with pytest.raises(kind):
            answered(code, str(kind.ID))
    by_name: dict[str, list[type[RPCError]]] = {}
    for table in exceptions.values():
        for name, kind_name in table.items():
            by_name.setdefault(name, []).append(getattr(errors, kind_name))
    for name, same in by_name.items():
        if name != "_":
            assert any(all(issubclass(each, first) for each in same) for first in same), name


async def test_a_call_that_meets_one_in_a_folder_that_cannot_be_written_is_refused_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("/proc")
    tries = 0

    async def send(_: Any, __: float) -> Any:
        nonlocal tries
        tries += 1
        answered(400, "BRAND_NEW_ERROR")

    with pytest.raises(BadRequest):
        await Calls(send).make(raw.functions.updates.GetState(), timeout=1)
    assert tries == 1
