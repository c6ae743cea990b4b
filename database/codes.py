"""Decides what a link's code looks like: a kind letter and 128 random bits, which nobody can guess."""

import re
import secrets
from base64 import urlsafe_b64encode
from enum import StrEnum


class LinkKind(StrEnum):
    """What is behind a link; the first letter of its code."""

    FILE = "f"
    ALBUM = "a"
    BUNDLE = "b"


# 16 bytes are 21 characters of 6 bits and one that carries the last 2: only four values of it ever occur.
_CODE = re.compile(r"[fab][A-Za-z0-9_-]{21}[AQgw]")


def new_code(kind: LinkKind) -> str:
    """Make a code: 23 characters that a deep link may carry."""
    return kind.value + random_id()


def random_id() -> str:
    """Make 128 random bits: 22 characters that a button or a link may carry."""
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


def is_code(text: str) -> bool:
    """Tell whether a text could be a code at all; whether it is one only the database knows."""
    return _CODE.fullmatch(text) is not None
