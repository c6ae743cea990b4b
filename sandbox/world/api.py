"""The one door into the world: a call comes in, its effect is applied once, recorded, told to others, and answered."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyrogram import raw

from sandbox.errors import RpcError
from sandbox.ledger import Ledger
from sandbox.world import methods
from sandbox.world.peers import peer_key
from sandbox.world.registry import METHODS, Call
from sandbox.world.state import State
from sandbox.world.tl import TL
from sandbox.world.world import World

Push = Callable[[int, TL], None]

SERVED = methods.LOADED
"""Importing the package registers every method; this keeps the import from looking idle."""

QUIET = ("upload.", "help.", "auth.", "langpack.")
"""Methods that do not subscribe a session to updates: what media sessions and newcomers call."""


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
        self.latency: float = 0.0
        """Seconds added to every call, before its effect is applied."""
        self.world = World(state, ledger, address=address, push=push, clock=clock, listening=listening)
        self._calls: Counter[tuple[int, str]] = Counter()
        self._running: set[tuple[int, int, int]] = set()

    @property
    def calls(self) -> Mapping[tuple[int, str], int]:
        """How often each account (0: nobody yet) called each method, for example `(777000, "messages.SendMessage")`."""
        return MappingProxyType(self._calls)

    @property
    def file_reference_ttl(self) -> float | None:
        """Seconds after which a file reference expires; None: never."""
        return self.world.library.reference_ttl

    @file_reference_ttl.setter
    def file_reference_ttl(self, seconds: float | None) -> None:
        self.world.library.reference_ttl = seconds

    def expire_file_references(self) -> None:
        """Let every file reference that was given out until now expire."""
        self.world.library.expire_references()

    def add_bot(self, token: str, username: str) -> None:
        """Make a bot known by its token, as BotFather would; again: rename it or replace its token.

        Raises:
            ValueError: The token is no token, or the username is somebody else's.
        """
        number = token.partition(":")[0]
        holder = self.world.accounts.by_username(username) or self.world.channels.by_username(username)
        if holder is not None and str(holder.id) != number:
            raise ValueError(f"the username {username} is taken")
        self.world.accounts.add_bot(token, username)
        self.world.settle()

    async def invoke(self, caller: Caller, query: TL, *, without_updates: bool = False) -> object:
        """Serve one call; raises `RpcError` with Telegram's code and name when it is refused."""
        account = self.world.accounts.of_key(caller.auth_key_id)
        name = query.QUALNAME.removeprefix("functions.")
        self._calls[account.id if account else 0, name] += 1
        method = METHODS.get(type(query))
        if method is None:
            await self._delay()
            raise RpcError(400, "METHOD_NOT_IMPLEMENTED")
        method.admit(account)
        if account is not None and not without_updates and not name.startswith(QUIET):
            caller.wants_updates = True
        call = Call(self.world, caller, account)
        running = self._claim(account.id, query) if account is not None else set()
        try:
            await self._delay()
            return await method.handler(call, query)
        finally:
            self._running -= running
            self.world.settle()

    async def _delay(self) -> None:
        if self.latency > 0:
            await asyncio.sleep(self.latency)

    def _claim(self, account: int, query: TL) -> set[tuple[int, int, int]]:
        """Register the random_ids of a call as running, so that the same one cannot run twice at a time."""
        numbers = _random_ids(query)
        if not numbers:
            return set()
        peer = peer_key(getattr(query, "peer", None) or getattr(query, "to_peer", None), account)
        mine = {(account, peer, number) for number in numbers}
        if mine & self._running:
            raise RpcError(500, "RANDOM_ID_DUPLICATE")
        self._running |= mine
        return mine


def _random_ids(query: TL) -> list[int]:
    if isinstance(query, raw.functions.messages.SendMultiMedia):
        return [single.random_id for single in query.multi_media]
    given = getattr(query, "random_id", None)
    if given is None:
        return []
    return list(given) if isinstance(given, list) else [given]
