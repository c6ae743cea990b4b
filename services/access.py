"""Decides who may do what: the owner, the admins, and everybody else."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the bot."""

    OWNER = "owner"
    ADMIN = "admin"
    READER = "reader"


class Access:
    """Roles as the environment gives them; asked when a button is pressed, not when it is drawn."""

    def __init__(self, owner_id: int, admin_ids: Iterable[int] = ()) -> None:
        """Take the ids of `OWNER_ID` and `ADMINS`."""
        self.owner_id = owner_id
        self.admin_ids = frozenset(admin_ids) - {owner_id}

    def role(self, user_id: int) -> Role:
        """Return what a person is; channels and unknown senders are readers."""
        if user_id == self.owner_id:
            return Role.OWNER
        return Role.ADMIN if user_id in self.admin_ids else Role.READER

    def is_admin(self, user_id: int) -> bool:
        """Tell whether a person may store files and manage links: the owner and the admins."""
        return self.role(user_id) is not Role.READER
