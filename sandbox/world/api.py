"""The one door into the world: a call comes in, its effect is applied once, recorded, told to others, and answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pyrogram.raw.core import TLObject

from sandbox.errors import RpcError
from sandbox.ledger import Ledger
from sandbox.world.state import State

Push = Callable[[int, "TLObject[Any]"], None]


@dataclass(slots=True)
class Caller:
    """Who is calling: one MTProto session, made and kept by the wire."""

    auth_key_id: int
    session_id: int
    layer: int = 229
    wants_updates: bool = False
    """Set by `Api` once the session made a call that subscribes it to updates."""
    lang_code: str = "en"
    """The language of initConnection; bots see it on the users that write to them."""


class Api:
    """Everything the server can be asked."""

    latency: float
    """Seconds added to every call, before its effect is applied."""
    file_reference_ttl: float | None
    """Seconds after which a file reference expires; None: never."""

    def __init__(
        self,
        state: State,
        ledger: Ledger,
        *,
        address: tuple[str, int],
        push: Push,
        clock: Callable[[], float] = time.time,
        listening: Callable[[int], bool] = lambda _: True,
    ) -> None:
        """Bind the world to its state.

        `push(auth_key_id, updates)` delivers to every live session of that key that wants updates. `listening` may say
        that a key has no such session, which spares the work of telling it. `clock` is the time in Unix seconds.
        """
        self.latency = 0.0
        self.file_reference_ttl = None

    @property
    def calls(self) -> Mapping[tuple[int, str], int]:
        """How often each account (0: nobody yet) called each method, for example `(777000, "messages.SendMessage")`."""
        return {}

    def add_bot(self, token: str, username: str) -> None:
        """Make a bot known by its token, as BotFather would; again: rename it or replace its token."""

    async def invoke(self, caller: Caller, query: TLObject[Any], *, without_updates: bool = False) -> object:
        """Serve one call; raises `RpcError` with Telegram's code and name when it is refused."""
        raise RpcError(400, "METHOD_NOT_IMPLEMENTED")
