"""What the sender takes for an answer: a text that need not or cannot be changed any more is no failure."""

from __future__ import annotations

from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import (
    BadRequest,
    ChatWriteForbidden403,
    MessageAuthorRequired,
    MessageIdInvalid,
    MessageNotModified,
)

from client.sender import Sender


class Bot:
    """As far as a sender asks for it; every call is refused."""

    parser: Any = None

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def resolve_peer(self, chat: int) -> Any:
        return raw.types.InputPeerUser(user_id=chat, access_hash=1)

    async def call(self, _: Any) -> Any:
        raise self.error


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    async def parsed(html: str, _: Any) -> dict[str, Any]:
        return {"message": html}

    monkeypatch.setattr("client.sender.parsed", parsed)


@pytest.mark.parametrize(
    "error", [MessageNotModified(), MessageIdInvalid(), MessageAuthorRequired(), ChatWriteForbidden403()]
)
@pytest.mark.usefixtures("plain")
async def test_a_text_that_is_as_it_should_be_or_that_cannot_be_changed_is_left_alone(error: Exception) -> None:
    await Sender(Bot(error), 777).edit(5, 1, "hello")


@pytest.mark.usefixtures("plain")
async def test_another_refusal_is_one() -> None:
    with pytest.raises(BadRequest):
        await Sender(Bot(BadRequest()), 777).edit(5, 1, "hello")
