"""The sandbox as a whole: world, wire and control wired together, started and stopped."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.control import Control
from sandbox.faults.routes import Trouble
from sandbox.faults.weather import Faults
from sandbox.folders import temporary_folder
from sandbox.ledger import Ledger
from sandbox.listener import Listener
from sandbox.network import ServerInfo
from sandbox.page.app import Page
from sandbox.page.offers import Offers
from sandbox.page.tries import Suggestions
from sandbox.wire.connection import Connection
from sandbox.wire.crypto import ServerKey
from sandbox.wire.hub import Hub
from sandbox.world.api import Api
from sandbox.world.state import State

HOST = "127.0.0.1"
_STOP_TIMEOUT = 30.0


class Sandbox:
    """A local Telegram inside this event loop.

    With a state directory everything outlives it: accounts, chats, files, auth keys, the server's RSA key and the
    ledger. Clients go on after a restart as long as the port is the same.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        port: int = 0,
        control_port: int = 0,
        bots: Iterable[tuple[str, str]] = (),
        suggestions: Suggestions | None = None,
        offers: Offers | None = None,
    ) -> None:
        """`state` is a directory, None for one that goes at the end; `bots` are tokens with user names; port 0: any.

        `suggestions` and `offers` are what the page has to try, and what this process does when it is asked to there.
        """
        self._state_dir = state
        self._port = port
        self._control_port = control_port
        self._bots = list(bots)
        self._suggestions = suggestions or Suggestions()
        self._offers = offers or Offers()
        self._cleanup = contextlib.AsyncExitStack()
        self.info: ServerInfo
        self.api: Api
        self.hub: Hub
        self.ledger: Ledger
        self.page: Page

    async def start(self) -> ServerInfo:
        """Open the state and serve; returns where.

        Raises:
            OSError: a port is taken, or the directory cannot be written.
            StateInUseError: another sandbox serves the directory.
        """
        try:
            await self._start()
        except BaseException:
            await self._cleanup.aclose()
            raise
        return self.info

    async def stop(self) -> None:
        """Cut all connections and close the state; what was answered is kept."""
        await asyncio.wait_for(self._cleanup.aclose(), _STOP_TIMEOUT)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _start(self) -> None:
        directory = self._state_dir or self._cleanup.enter_context(temporary_folder())
        directory.mkdir(parents=True, exist_ok=True)
        server_key = ServerKey.load_or_make(directory / "server.pem")
        public_key = directory / "public.pem"
        public_key.write_bytes(server_key.public_pem())

        state = State(directory)
        self._cleanup.callback(state.close)
        self.ledger = Ledger(directory / "ledger.jsonl")
        self._cleanup.callback(self.ledger.close)

        faults = Faults()
        self.hub = Hub(state, server_key, weather=faults)
        listener = Listener(lambda: Connection(self.hub))
        self._cleanup.callback(listener.close)
        address = await listener.open(HOST, self._port)
        self.api = Api(state, self.ledger, address=address, push=self.hub.push, listening=self.hub.listening)
        for token, username in self._bots:
            self.api.add_bot(token, username)
        faults.watch(self.api, self.hub)
        self.hub.start(self.api)
        self._cleanup.push_async_callback(self.hub.stop)

        trouble = Trouble(self.api, self.hub, faults, listener)
        control = Control(self.api, self.ledger, trouble, directory, self._suggestions, self._offers)
        url = await control.start(HOST, self._control_port)
        self._cleanup.push_async_callback(control.stop)
        await listener.serve()
        self.info = ServerInfo(f"{address[0]}:{address[1]}", url, str(public_key.resolve()))
        self.page = control.page
        self.page.start(self.info)
