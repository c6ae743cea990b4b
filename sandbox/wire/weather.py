"""What may happen to a request, a reply and an update on their way: the seam where faults are put in."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from pyrogram.raw.core import TLObject

from sandbox.wire.sessions import Session
from sandbox.world.api import Caller

SENT: ContextVar[float | None] = ContextVar("sent", default=None)
"""When the call being served left its client, seconds since 1970 by the client's clock: its message id says so."""


class LostError(Exception):
    """The request, or its reply, never arrives: the client hears nothing."""


class Weather:
    """A calm day: everything arrives, once and in order. Subclasses make it worse."""

    async def before(self, caller: Caller, query: TLObject[Any]) -> None:
        """A request has arrived and is not applied yet.

        Raises:
            RpcError: what the client is told instead.
            LostError: the request vanishes.
        """

    async def after(self, caller: Caller, query: TLObject[Any]) -> None:
        """The request was applied, or refused by the world; its reply has not left.

        Raises:
            RpcError: what the client is told instead.
            LostError: the reply vanishes.
        """

    def updates(self, auth_key_id: int, updates: TLObject[Any]) -> Sequence[TLObject[Any]]:  # noqa: ARG002 - subclasses need it
        """What really goes out when the world tells a key's sessions something."""
        return (updates,)

    def reaches(self, session: Session) -> bool:  # noqa: ARG002 - subclasses need it
        """Whether updates reach this session; one that they do not reach has lost them."""
        return True
