"""What a call is: its method, and the chat that it acts on."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, TypeAlias

from pyrogram.raw.functions.auth import ImportBotAuthorization

from client.evidence import Chat

Query: TypeAlias = Any
"""A raw function of the library."""


def method_of(query: Query) -> str:
    """The method's name as Telegram documents it, such as `messages.sendMessage`."""
    path = str(query.QUALNAME).split(".")[1:]
    return ".".join([*path[:-1], path[-1][0].lower() + path[-1][1:]])


def chat_of(query: Query) -> Chat:
    """The raw id of the chat that a call acts on, None when it acts on none.

    A login acts on its credentials: a wait that one token earned is not for another.
    """
    if isinstance(query, ImportBotAuthorization):
        return hash_of_credentials(query.bot_auth_token, query.api_id, query.api_hash)
    peer = getattr(query, "to_peer", None) or getattr(query, "peer", None) or getattr(query, "channel", None)
    for name in ("user_id", "channel_id", "chat_id"):
        number = getattr(peer, name, None)
        if isinstance(number, int):
            return number
    return None


def hash_of_credentials(token: str, api_id: int, api_hash: str) -> str:
    """A hash of what a login is made with, to tell whether it was tried before."""
    return blake2b(f"{token}\n{api_id}\n{api_hash}".encode(), digest_size=16).hexdigest()
