"""What people call those who are here: names for ids, and which bots there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.world.accounts import Account
from sandbox.world.channels import channel_of_peer
from sandbox.world.world import World


def names_of(world: World, ids: Iterable[int]) -> dict[str, str]:
    """A name for each id, as bots write it; ids that nobody has are left out."""
    found = ((number, _name_of(world, number)) for number in ids)
    return {str(number): name for number, name in found if name}


def bots_of(world: World) -> list[dict[str, Any]]:
    """The bots that are here: whom faults are aimed at."""
    return [{"id": each.id, "name": name_of(each)} for each in world.accounts.bots()]


def name_of(account: Account) -> str:
    """A bot by its user name, a person by theirs."""
    if account.bot and account.username:
        return f"@{account.username}"
    return f"{account.first_name} {account.last_name}".strip() or "Deleted account"


def _name_of(world: World, number: int) -> str:
    if number < 0:
        channel = world.channels.get(channel_of_peer(number))
        return channel.title if channel else ""
    account = world.accounts.get(number)
    return name_of(account) if account else ""
