"""What a request or an update is about: whose it is, what it is called, and which chat it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyrogram import raw

from sandbox.world.channels import peer_of_channel
from sandbox.world.peers import peer_key

_WHERE = ("peer", "to_peer", "channel", "user_id", "bot")
"""Where a query names its chat, the first that does."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One request, or one push with all the updates in it."""

    account: int
    """0 for somebody who is not signed in."""
    parts: tuple[tuple[str, int], ...]
    """Name and chat (-100… for channels, 0 for none) of each; a request has one."""


def of_request(account: int, query: Any) -> Subject:
    """The subject of a query; a bot that signs in is known by its token."""
    if isinstance(query, raw.functions.auth.ImportBotAuthorization):
        number = query.bot_auth_token.partition(":")[0]
        account = int(number) if number.isascii() and number.isdigit() and len(number) < 20 else account
    chats = (peer_key(getattr(query, where, None), account) for where in _WHERE)
    return Subject(account, ((method_name(query), next((chat for chat in chats if chat), 0)),))


def of_push(account: int, envelope: Any) -> Subject:
    """The subject of an envelope of updates."""
    return Subject(account, tuple((_type_name(each), _chat(each)) for each in _inside(envelope)))


def method_name(query: Any) -> str:
    """For example `messages.SendMessage`."""
    return str(query.QUALNAME).removeprefix("functions.")


def _inside(envelope: Any) -> Iterable[Any]:
    if isinstance(envelope, raw.types.Updates):
        return envelope.updates
    return (getattr(envelope, "update", envelope),)


def _type_name(update: Any) -> str:
    return str(update.QUALNAME).removeprefix("types.")


def _chat(update: Any) -> int:
    peer = getattr(getattr(update, "message", None), "peer_id", None) or getattr(update, "peer", None)
    if isinstance(peer, raw.types.PeerUser):
        return int(peer.user_id)
    channel_id = getattr(peer, "channel_id", None) or getattr(update, "channel_id", None)
    if isinstance(channel_id, int):
        return peer_of_channel(channel_id)
    user_id = getattr(update, "user_id", None)
    return user_id if isinstance(user_id, int) else 0
