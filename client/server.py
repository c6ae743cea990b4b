"""Which Telegram the bot talks to: the real one, or another server named in the settings."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.raw.core import Bytes

from client.connection import NearConnection


@dataclass(frozen=True, slots=True)
class Server:
    """Another server than Telegram's: where it listens and the key it proves itself with."""

    host: str
    port: int
    public_key: Path

    def connection_factory(self) -> type[Connection]:
        """Make connections that go to this server whatever data centre is asked for.

        Raises:
            ValueError: the file holds no RSA public key in PEM.
        """
        _trust(self.public_key)
        host, port = self.host, self.port

        class ServerConnection(NearConnection):
            """A connection, to the server of the settings."""

            def __init__(self, **kwargs: Any) -> None:
                super().__init__(**{**kwargs, "server_address": host, "port": port})

        return ServerConnection


def _trust(path: Path) -> None:
    """Let the library accept the RSA key in this file (PEM, either public key form)."""
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, RSAPublicKey):
        raise ValueError(f"{path} holds no RSA public key")  # noqa: TRY004 - the file is wrong, not the type
    numbers = key.public_numbers()
    rsa.server_public_keys[fingerprint(numbers.n, numbers.e)] = rsa.PublicKey(numbers.n, numbers.e)


def fingerprint(modulus: int, exponent: int) -> int:
    """The number that names an RSA key in MTProto: the low 64 bits of its SHA-1, signed.

    Source: core.telegram.org/mtproto/auth_key.
    """
    body = b"".join(Bytes(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (modulus, exponent))
    return int.from_bytes(sha1(body).digest()[-8:], "little", signed=True)
