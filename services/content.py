"""Decides what a content is called, so that the same files in the same order are known again."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Protocol


class Part(Protocol):
    """What a content is made of: something that is one file."""

    @property
    def unique_id(self) -> str:
        """Telegram's `file_unique_id`."""
        ...


def content_of(parts: Iterable[Part]) -> str:
    """Return the name of a content: a hash of the unique ids in order, which any message with it has."""
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part.unique_id.encode() + b"\0")
    return digest.hexdigest()
