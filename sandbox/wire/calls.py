"""The calls in progress: each is started in its turn, served beside the others, and answered once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable
from typing import Any, Protocol

from pyrogram.raw import types
from pyrogram.raw.core import TLObject

from sandbox.errors import RpcError, bad_request
from sandbox.wire.messages import read_call, write_error, write_result
from sandbox.wire.sessions import Kind, Seen, Session
from sandbox.wire.weather import SENT, LostError, Weather
from sandbox.world.api import Caller

log = logging.getLogger(__name__)

_SLOW = 0.5
"""Seconds after which a call that is not answered yet is acknowledged."""


class World(Protocol):
    """What answers the calls."""

    def invoke(self, caller: Caller, query: TLObject[Any], *, without_updates: bool = False) -> Awaitable[object]:
        """Serve one call; raises `RpcError` when it is refused."""


class CallCounter(Protocol):
    """A connection that wants to know how many of its calls are in progress."""

    def call_started(self) -> None:
        """One more."""

    def call_ended(self) -> None:
        """One less."""


class Calls:
    """Every call that was received and is not answered."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._world: World | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unanswered: dict[tuple[Session, int], float] = {}
        self._said: dict[int, tuple[int, str]] = {}

    def serve_with(self, world: World) -> None:
        """Let this world answer from now on."""
        self._world = world

    async def stop(self) -> None:
        """Give up the calls in progress; they get no answer."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def caller(self, auth_key_id: int, session_id: int) -> Caller:
        """Who a new session is: what the key said with initConnection holds for all of its sessions."""
        caller = Caller(auth_key_id, session_id)
        caller.layer, caller.lang_code = self._said.get(auth_key_id, (caller.layer, caller.lang_code))
        return caller

    def forget(self, auth_key_id: int) -> None:
        """The key is gone, and what it said with it."""
        self._said.pop(auth_key_id, None)

    def start(self, counter: CallCounter, session: Session, msg_id: int, body: bytes, seen: Seen) -> None:
        """Serve a call; calls begin in the order in which they are started, and need not end in it."""
        self._unanswered[session, msg_id] = time.monotonic()
        counter.call_started()
        task = asyncio.get_running_loop().create_task(self._serve(counter, session, msg_id, body, seen))
        seen.task = task
        self._tasks.add(task)

        def over(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            seen.task = None

        task.add_done_callback(over)

    def acknowledge_slow(self) -> None:
        """Tell clients that calls which take long have at least arrived."""
        until = time.monotonic() - _SLOW
        slow: dict[Session, list[int]] = {}
        for (session, msg_id), since in self._unanswered.items():
            if since > until:
                break
            slow.setdefault(session, []).append(msg_id)
        for session, msg_ids in slow.items():
            session.send(types.MsgsAck(msg_ids=msg_ids).write(), Kind.NOTICE)
            for msg_id in msg_ids:
                del self._unanswered[session, msg_id]

    async def _serve(self, counter: CallCounter, session: Session, msg_id: int, body: bytes, seen: Seen) -> None:
        try:
            answer = await self._call(session, msg_id, body)
        except LostError:
            return
        except RpcError as error:
            seen.failed = True
            answer = write_error(msg_id, error)
        except Exception:  # the one judge of what goes wrong inside a call: the client must get an answer
            log.exception("A call failed inside the server")
            seen.failed = True
            answer = write_error(msg_id, RpcError(500, "INTERNAL"))
        finally:
            self._unanswered.pop((session, msg_id), None)
            counter.call_ended()
        if not seen.dropped:
            session.send(answer, Kind.ANSWER, in_reply_to=seen)

    async def _call(self, session: Session, msg_id: int, body: bytes) -> bytes:
        call = read_call(body)
        caller = session.caller
        if call.layer is not None or call.lang_code is not None:
            caller.layer = call.layer or caller.layer
            caller.lang_code = call.lang_code or caller.lang_code
            self._said[caller.auth_key_id] = (caller.layer, caller.lang_code)
        for earlier in call.after:
            await _finished(session, earlier)
        if self._world is None:
            raise RpcError(500, "WORLD_NOT_STARTED")
        SENT.set(msg_id / 2**32)
        await self._weather.before(caller, call.query)
        try:
            result = await self._world.invoke(caller, call.query, without_updates=call.without_updates)
        except RpcError:
            await self._weather.after(caller, call.query)
            raise
        await self._weather.after(caller, call.query)
        return write_result(msg_id, call.query, result)


async def _finished(session: Session, msg_id: int) -> None:
    """Wait until an earlier call of the session is over.

    Raises:
        RpcError: it is unknown, failed, or is this very call.
    """
    seen = session.seen(msg_id)
    task = seen.task if seen else None
    if seen is None or task is asyncio.current_task():
        raise bad_request("MSG_WAIT_FAILED")
    if task is not None:
        await asyncio.wait([task])
    if seen.failed:
        raise bad_request("MSG_WAIT_FAILED")
