"""Which function serves which method, and who may call it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sandbox.errors import RpcError

if TYPE_CHECKING:
    from sandbox.world.accounts import Account
    from sandbox.world.api import Caller
    from sandbox.world.view import View
    from sandbox.world.world import World


class Who(Enum):
    """Who may call a method."""

    ANYBODY = "anybody"
    """Also before signing in."""
    BOTH = "both"
    USER = "user"
    BOT = "bot"


@dataclass(slots=True)
class Call:
    """A call under way: who calls, and the world they call into."""

    world: World
    caller: Caller
    account: Account | None

    @property
    def me(self) -> Account:
        """Who is signed in on the caller's auth key."""
        if self.account is None:
            raise RpcError(401, "AUTH_KEY_UNREGISTERED")
        return self.account

    def view(self) -> View:
        """The world as the caller sees it."""
        return self.world.view(self.me)


Handler = Callable[[Call, Any], Awaitable[object]]


@dataclass(slots=True, frozen=True)
class Method:
    """A method that is served."""

    handler: Handler
    who: Who

    def admit(self, account: Account | None) -> None:
        """Raise what Telegram answers to a caller that may not."""
        if self.who is Who.ANYBODY:
            return
        if account is None:
            raise RpcError(401, "AUTH_KEY_UNREGISTERED")
        if self.who is Who.USER and account.bot:
            raise RpcError(400, "BOT_METHOD_INVALID")
        if self.who is Who.BOT and not account.bot:
            raise RpcError(400, "USER_BOT_REQUIRED")


METHODS: dict[type, Method] = {}


def serves(function: type, who: Who = Who.BOTH) -> Callable[[Handler], Handler]:
    """Let a coroutine function serve a raw function type."""

    def register(handler: Handler) -> Handler:
        METHODS[function] = Method(handler, who)
        return handler

    return register
