"""Decides what codes and tokens look like: a kind letter and 128 random bits, which nobody can guess."""

import re
import secrets
from base64 import urlsafe_b64encode
from enum import StrEnum
from hashlib import sha256
from typing import Final


class LinkKind(StrEnum):
    """What is behind a link; the first letter of its code."""

    FILE = "f"
    ALBUM = "a"
    BUNDLE = "b"


# 16 bytes are 21 characters of 6 bits and one that carries the last 2: only four values of it ever occur.
_CODE = re.compile(r"[fab][A-Za-z0-9_-]{21}[AQgw]")

_VERIFICATION: Final = "v"
"""The first letter of a token of verification, which a deep link may carry as well."""


def new_code(kind: LinkKind) -> str:
    """Make a code: 23 characters that a deep link may carry."""
    return kind.value + random_id()


def random_id() -> str:
    """Make 128 random bits: 22 characters that a button or a link may carry."""
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


def is_code(text: str) -> bool:
    """Tell whether a text could be a code at all; whether it is one only the database knows."""
    return _CODE.fullmatch(text) is not None


def new_token() -> str:
    """Make a token of verification: its letter and 128 random bits."""
    return _VERIFICATION + random_id()


def is_meant_as_token(text: str) -> bool:
    """Tell whether a text is a token of verification, or was one before characters of it were changed, lost or added.

    No code and no link of a bot before this one begins like that; what is as short as a word, such as `vk`, is none.
    """
    return text.startswith(_VERIFICATION) and 16 <= len(text) <= 64


def hashed(token: str) -> str:
    """Return what is kept of a token: who reads the database can make no use of it."""
    return sha256(token.encode()).hexdigest()
