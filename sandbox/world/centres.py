"""Where files lie: in the data centre that everybody is in, or in another one, for which a key has to be let in."""

from __future__ import annotations

import secrets
from typing import Final

from sandbox.errors import RpcError, bad_request

HOME: Final = 2
OTHER: Final = 4
ALL: Final = (HOME, OTHER)


class Centres:
    """Which data centre all files are in, and which auth keys belong to another one than everybody's.

    Both are reached under the same address. A key is of the centre that the ticket was for with which it was let in.
    """

    def __init__(self) -> None:
        self.of_files = HOME
        self._tickets: dict[bytes, tuple[int, int]] = {}
        """Exported authorizations that nobody used yet: whom they stand for, and where."""
        self._keys: dict[int, int] = {}

    def export(self, account: int, centre: int) -> bytes:
        """Make a ticket with which another auth key becomes the account in this centre; raises as Telegram does."""
        if centre not in ALL:
            raise bad_request("DC_ID_INVALID")
        ticket = secrets.token_bytes(32)
        self._tickets[ticket] = account, centre
        return ticket

    def let_in(self, ticket: bytes, account: int, key_id: int) -> None:
        """Use a ticket, once; raises as Telegram does for one that is not the account's."""
        owner, centre = self._tickets.pop(ticket, (0, HOME))
        if owner != account:
            raise bad_request("AUTH_BYTES_INVALID")
        self._keys[key_id] = centre

    def check(self, key_id: int) -> None:
        """Send away whose key is not of the centre that the files are in.

        Raises:
            RpcError: FILE_MIGRATE_n.
        """
        if self._keys.get(key_id, HOME) != self.of_files:
            raise RpcError(303, f"FILE_MIGRATE_{self.of_files}")
