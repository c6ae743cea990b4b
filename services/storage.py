"""What the rules need of Telegram to keep files; the client implements it."""

from collections.abc import Sequence
from typing import Protocol

from database.cause import Cause


class Storage(Protocol):
    """The way into the storage channel."""

    async def copy_to_storage(
        self, storage_chat: int, from_chat: int, message_ids: Sequence[int], *, cause: Cause
    ) -> Sequence[int | None]:
        """Copy messages of one chat into the storage channel; albums stay albums.

        Once per cause: the same again copies nothing and returns the same ids. Returns the new message ids, in order;
        None, or nothing at all, for a message that is gone.

        Raises:
            UserError: The channel does not take messages (`storage-failed`).
            TryLater: Telegram wants us to wait.
        """
        ...
