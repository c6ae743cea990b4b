"""Connecting: when Telegram orders a wait for it, and how often it is done.

The first call of every connection is help.getConfig, made by the library and not through `client.calls`. Seen in the
wild: FLOOD_WAIT_3600 for it, and the library tries again at once for as long as it lasts. Connecting is therefore a
call like any other: it passes the gates, and closes them.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pyrogram.client
from pyrogram import raw
from pyrogram.errors import AuthKeyDuplicated, Unauthorized
from pyrogram.session import Session
from pyrogram.session.session import TransportError

from client.calls import WAITS, MustWait
from client.server_time import Numbers

CONNECTING = "help.getConfig"
"""The method by which connecting is known at the gates."""


REFUSALS = (Unauthorized, AuthKeyDuplicated, TransportError)
"""What a server says that does not take the stored key."""


class ObedientSession(Session):
    """A session that does not connect before its time. Whoever watches the bot sees `put_off` and starts it anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = asyncio.Lock()
        self.msg_factory = Numbers(self.client)

    async def send(self, data: Any, wait_response: bool = True, timeout: float = Session.WAIT_TIMEOUT) -> Any:
        """Send one message; what opens a connection waits as Telegram says.

        Raises:
            ConnectionError: the time to connect has not come.
        """
        calls = getattr(self.client, "calls", None)
        if calls is None or not isinstance(data, raw.functions.InvokeWithLayer):
            return await super().send(data, wait_response, timeout)
        if wait := calls.gates.wait(CONNECTING, None):
            self._put_off(wait)
            raise ConnectionError("connecting must wait")
        try:
            return await super().send(data, wait_response, timeout)
        except WAITS as error:
            await calls.obey(error, CONNECTING, None)
            self._put_off(calls.gates.wait(CONNECTING, None))
            raise

    async def restart(self) -> None:
        """Connect anew, once for each connection that broke; a key that the server refuses is told to the watch.

        The library asks for this in tasks that nobody awaits: what is raised there is lost, and the bot with it. And it
        asks once for every packet that it does not like: each would cost all calls under way their replies.
        """
        broken = self.connection
        async with self._turn:
            if self.connection is not broken:
                return
            try:
                await super().restart()  # type: ignore[no-untyped-call]  # the library's
            except REFUSALS as error:
                bot: Any = self.client
                if bot.session in (None, self):
                    bot.refused = error
                self._must_stay_stopped = True

    async def _stop(self) -> None:
        """Close the connection, and keep in mind what came over it: the session goes on over the next one.

        There the server sends again what was not confirmed. The library forgets what it has had, takes in a little more
        while it stops, and then takes for a forgery whatever is older than that: what was still to be read, and every
        reply. Seen: 1,400 such messages, and a connection ordered for each.
        """
        had = list(self.stored_msg_ids)
        await super()._stop()
        self.stored_msg_ids = sorted({*had, *self.stored_msg_ids})
        self.recent_msg_ids.clear()

    def _put_off(self, seconds: float) -> None:
        """Keep the library from trying again by itself."""
        self._must_stay_stopped = True
        bot: Any = self.client
        bot.put_off = MustWait(seconds, "connecting must wait")


def obey_when_connecting() -> None:
    """Have the library's clients use such sessions; the same again changes nothing."""
    pyrogram.client.Session = ObedientSession  # type: ignore[misc]  # the class that it makes sessions of
