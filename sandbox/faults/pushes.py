"""What may be pushed by order: bytes as they are, or updates of anybody's making with places in the event logs."""

from __future__ import annotations

from typing import Any

from pyrogram.raw.core import TLObject

from sandbox.body import WrongError
from sandbox.world.accounts import Account
from sandbox.world.channels import Channel
from sandbox.world.tl import unpack
from sandbox.world.world import World


class Ready(TLObject[Any]):
    """An object that is written already."""

    QUALNAME = "types.Ready"

    def __init__(self, body: bytes) -> None:
        self._body = body

    def write(self, *_: Any) -> bytes:
        """What was given."""
        return self._body


def in_sequence(world: World, account: Account, envelope: bytes) -> Any:
    """The updates in an envelope, each made the next in its sequence and written into that event log.

    The people and channels that exist get the access hashes by which this account may address them.

    Raises:
        WrongError: these bytes are no such envelope.
    """
    try:
        told: Any = unpack(envelope)
        updates = told.updates
    except Exception:  # noqa: BLE001 - whatever reading bytes of anybody's making comes to
        raise WrongError("numbered updates must be of the type updates") from None
    for update in updates:
        if getattr(update, "pts_count", None) is not None:
            channel = _channel_of(world, update)
            world.boxes.other(channel or account, update)
            if channel:
                world.channels.touch(channel)
        if getattr(update, "qts", None) is not None:
            world.boxes.quiet(account, update)
    world.accounts.touch(account)
    _name_rightly(world, account, told)
    return told


def _name_rightly(world: World, account: Account, told: Any) -> None:
    """Give the people and channels that exist the access hashes by which this account may address them."""
    people = [(user, known.id) for user in told.users if (known := world.accounts.get(user.id))]
    channels = [(chat, place.peer) for chat in told.chats if (place := world.channels.get(chat.id))]
    for named, target in (*people, *channels):
        if hasattr(named, "access_hash"):  # UserEmpty and groups have none
            named.access_hash = world.access_hash(account.id, target)


def _channel_of(world: World, update: Any) -> Channel | None:
    place = getattr(getattr(update, "message", None), "peer_id", None)
    number = getattr(place, "channel_id", None) or getattr(update, "channel_id", None)
    return world.channels.get(number) if isinstance(number, int) else None
