"""Auth keys that lost their standing: forgotten, revoked, or used in two places at once."""

from __future__ import annotations

from typing import Any, Final

from sandbox.errors import RpcError
from sandbox.faults.subject import method_name
from sandbox.wire.hub import Hub
from sandbox.world.accounts import Account
from sandbox.world.api import QUIET, Api, Caller

DUPLICATED: Final = "AUTH_KEY_DUPLICATED"
ENDINGS: Final[dict[str, int]] = {
    "AUTH_KEY_UNREGISTERED": 401,
    "SESSION_REVOKED": 401,
    "SESSION_EXPIRED": 401,
    "AUTH_KEY_INVALID": 401,
    "USER_DEACTIVATED": 401,
    "USER_DEACTIVATED_BAN": 401,
    DUPLICATED: 406,
}
"""How Telegram says that a session is over, and with which code."""


class Keys:
    """Ends what auth keys stand for. What a key lost is lost for good, also across a restart."""

    def __init__(self, api: Api, hub: Hub) -> None:
        self._accounts = api.world.accounts
        self._settle = api.world.settle
        self._hub = hub
        self._ended: dict[int, tuple[str, int]] = {}
        self._began: dict[int, dict[int, int]] = {}
        self._sessions_seen = 0
        self._exclusive = False
        self.duplicated = 0
        """How many keys ended so."""

    def __bool__(self) -> bool:
        return self._exclusive or bool(self._ended)

    @property
    def exclusive(self) -> bool:
        """Whether one key in two places at once ends it, as Telegram does; off until it is ordered."""
        return self._exclusive

    @exclusive.setter
    def exclusive(self, on: bool) -> None:
        self._exclusive = on
        self._began.clear()

    def forget(self, account: Account) -> int:
        """Destroy the account's keys: their connections are told -404 at the next packet. Returns how many."""
        keys = list(account.keys)
        for key in keys:
            self._accounts.sign_out(key)
            self._hub.forget(key)
        self._settle()
        return len(keys)

    def revoke(self, account: Account, name: str, *, every_call: bool) -> int:
        """Sign the account out of its keys. Returns how many.

        With `every_call` whatever comes with such a key is refused with `name`, one of `ENDINGS`; else the key lives
        on as nobody's: what needs no account is served, and signing in again works.
        """
        keys = list(account.keys)
        for key in keys:
            self._accounts.sign_out(key)
            if every_call:
                self._ended[key] = (name, account.id)
        self._settle()
        return len(keys)

    def admit(self, caller: Caller, query: Any) -> None:
        """Let a call pass, or not.

        Raises:
            RpcError: the key's session is over.
        """
        ended = self._ended.get(caller.auth_key_id)
        if ended is None and self._exclusive and self._in_two_places(caller, query):
            account = self._accounts.of_key(caller.auth_key_id)
            ended = self._ended[caller.auth_key_id] = (DUPLICATED, account.id if account else 0)
            self._accounts.sign_out(caller.auth_key_id)
            self._settle()
            self.duplicated += 1
        if ended is not None:
            raise RpcError(ENDINGS[ended[0]], ended[0])

    def shown(self) -> list[dict[str, Any]]:
        """Keys on which every call is refused."""
        return [{"account": account, "name": name} for name, account in self._ended.values()]

    def _in_two_places(self, caller: Caller, query: Any) -> bool:
        """Whether an older session of the key speaks while a newer one is connected and has spoken.

        That is what "in parallel" is taken to mean: a client that takes over from one that fell silent is no harm, also
        while the other's connection lingers; the other's next word is. Sessions that only transfer files may be many.
        """
        if method_name(query).startswith(QUIET) or self._accounts.of_key(caller.auth_key_id) is None:
            return False
        began = self._began.setdefault(caller.auth_key_id, {})
        if caller.session_id not in began:
            self._sessions_seen += 1
            began[caller.session_id] = self._sessions_seen
        mine = began[caller.session_id]
        newer = [number for number, at in began.items() if at > mine]
        for session_id in newer:
            session = self._hub.find(caller.auth_key_id, session_id)
            if session is None:
                del began[session_id]
            elif session.link is not None:
                return True
        return False
