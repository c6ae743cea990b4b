"""Secrets in every shape they could leak in: in a log, on a page, in a message, in the bytes of a database."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

Secrets = Mapping[str, bytes]


def shapes(secret: bytes) -> set[bytes]:
    """What a secret may look like where it leaked: as it is, quoted, in hexadecimal digits, inside any base64."""
    found = {secret, secret[::-1], repr(secret)[2:-1].encode()}
    found |= {quote(secret).encode(), quote(secret, safe="").encode(), quote_plus(secret).encode()}
    found |= {secret.hex().encode(), secret.hex().upper().encode(), secret.decode("latin-1").encode()}
    found |= {secret.decode("latin-1").encode("utf-16-le")}
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\0" * before + secret + b"\0" * 3)
            first = -(-before * 8 // 6)  # the first letter that is made of the secret alone
            found.add(whole[first : (before + len(secret)) * 8 // 6])
    return found


def leaks(where: Mapping[str, bytes | str], secrets: Secrets) -> list[str]:
    """Every place that a secret shows in, as `secret in place`."""
    return [
        f"{name} in {place}"
        for place, content in where.items()
        for name, secret in secrets.items()
        if any(shape in (content.encode() if isinstance(content, str) else content) for shape in shapes(secret))
    ]
