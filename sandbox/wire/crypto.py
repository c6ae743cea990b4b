"""How MTProto 2.0 messages are sealed and opened on the server's side, and the server's RSA key.

Source: core.telegram.org/mtproto/description. The client's side has x = 0, the server's x = 8.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from hmac import compare_digest
from pathlib import Path

import tgcrypto
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyrogram.raw.core import Bytes

_FROM_CLIENT, _FROM_SERVER = 0, 8


class SecurityError(Exception):
    """A packet that its key did not make: it is answered with nothing but a transport error."""


@dataclass(frozen=True, slots=True)
class AuthKey:
    """A key that a client and this server agreed on, 256 bytes."""

    key: bytes
    id: int = field(init=False)
    """The signed 64-bit number that names it: the low 64 bits of its SHA-1."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", int.from_bytes(sha1(self.key).digest()[-8:], "little", signed=True))

    @property
    def aux_hash(self) -> bytes:
        """The high 64 bits of the key's SHA-1, which the key exchange ends with."""
        return sha1(self.key).digest()[:8]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a client's packet holds: salt, session and one message."""

    salt: int
    session_id: int
    msg_id: int
    seq_no: int
    body: bytes


def _derive(auth_key: bytes, msg_key: bytes, x: int) -> tuple[bytes, bytes]:
    a = sha256(msg_key + auth_key[x : x + 36]).digest()
    b = sha256(auth_key[x + 40 : x + 76] + msg_key).digest()
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def _encrypt(key: AuthKey, plain: bytes, x: int) -> bytes:
    plain += os.urandom(12 + -(len(plain) + 12) % 16)
    msg_key = sha256(key.key[88 + x : 120 + x] + plain).digest()[8:24]
    sealed: bytes = tgcrypto.ige256_encrypt(plain, *_derive(key.key, msg_key, x))
    return key.id.to_bytes(8, "little", signed=True) + msg_key + sealed


def _decrypt(key: AuthKey, packet: bytes, x: int) -> bytes:
    if len(packet) < 24 + 48:
        raise SecurityError("too short")
    msg_key = packet[8:24]
    # Padded transports may leave bytes of their own at the end: they are no part of the message.
    sealed = packet[24 : len(packet) - (len(packet) - 24) % 16]
    plain: bytes = tgcrypto.ige256_decrypt(sealed, *_derive(key.key, msg_key, x))
    if not compare_digest(msg_key, sha256(key.key[88 + x : 120 + x] + plain).digest()[8:24]):
        raise SecurityError("wrong message key")
    return plain


def open_packet(key: AuthKey, packet: bytes) -> Envelope:
    """Decrypt a client's packet.

    Raises:
        SecurityError: the packet was not made with this key, or its lengths are wrong.
    """
    plain = _decrypt(key, packet, _FROM_CLIENT)
    salt, session_id, msg_id, seq_no, length = struct.unpack_from("<qqqii", plain)
    if length < 4 or length % 4 or not 12 <= len(plain) - 32 - length <= 1024:
        raise SecurityError("wrong length")
    return Envelope(salt, session_id, msg_id, seq_no, plain[32 : 32 + length])


def seal_packet(key: AuthKey, envelope: Envelope) -> bytes:
    """Encrypt a message for the client."""
    head = struct.pack(
        "<qqqii", envelope.salt, envelope.session_id, envelope.msg_id, envelope.seq_no, len(envelope.body)
    )
    return _encrypt(key, head + envelope.body, _FROM_SERVER)


class ServerKey:
    """The RSA key that the server proves itself with, 2048 bits."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private = private
        self._numbers = private.private_numbers()
        public = self._numbers.public_numbers
        self.fingerprint = fingerprint(public.n, public.e)

    @classmethod
    def load_or_make(cls, path: Path) -> ServerKey:
        """The key kept in this file (PEM, PKCS#8), made on the first call."""
        if not path.exists():
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            pem = made.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".new")
            partial.touch(0o600)
            partial.write_bytes(pem)
            partial.replace(path)
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, rsa.RSAPrivateKey) or private.key_size != 2048:
            raise ValueError(f"{path} holds no RSA key of 2048 bits")
        return cls(private)

    def public_pem(self) -> bytes:
        """The public key as PEM, in PKCS#1 form (`BEGIN RSA PUBLIC KEY`), the form Telegram's own keys come in."""
        return self._private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)

    def decrypt(self, data: bytes) -> bytes:
        """The bare RSA operation, without any padding scheme: 256 bytes in, 256 bytes out."""
        n, number = self._numbers, int.from_bytes(data, "big")
        first = pow(number, n.dmp1, n.p)
        second = pow(number, n.dmq1, n.q)
        return (second + (first - second) * n.iqmp % n.p * n.q).to_bytes(256, "big")


def fingerprint(modulus: int, exponent: int) -> int:
    """The number that names an RSA key in MTProto: the low 64 bits of its SHA-1, signed."""
    body = b"".join(Bytes(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (modulus, exponent))
    return int.from_bytes(sha1(body).digest()[-8:], "little", signed=True)
