"""How a client and the server agree on a key: core.telegram.org/mtproto/auth_key, the server's half."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any

import tgcrypto
from pyrogram.crypto.prime import CURRENT_DH_PRIME
from pyrogram.raw import functions, types
from pyrogram.raw.core import TLObject

from sandbox.strict import StrictReader
from sandbox.wire.crypto import AuthKey, ServerKey

_GENERATOR = 3
_SAFE = 2 ** (2048 - 64)
# Telegram's p and q have 31 bits. Smaller ones cost a client two milliseconds instead of fifty, and guard nothing here.
_PRIME_BITS = 24
_REQUESTS = (functions.ReqPq, functions.ReqPqMulti, functions.ReqDHParams, functions.SetClientDHParams)
_BY_ID = {request.ID: request for request in _REQUESTS}


class HandshakeError(Exception):
    """The client broke the exchange: it gets a transport error and the connection ends."""

    def __init__(self, reason: str, code: int = 404) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Agreed:
    """A finished exchange: the key, and the salt that both sides start with."""

    key: AuthKey
    salt: int


class Handshake:
    """One connection's key exchange, from request to request."""

    def __init__(self, server_key: ServerKey, dc: int) -> None:
        self._server_key = server_key
        self._dc = dc
        self._nonce = 0
        self._server_nonce = 0
        self._pq = 0
        self._factors = (0, 0)
        self._new_nonce = b""
        self._secret = 0

    def answer(self, body: bytes) -> tuple[TLObject[Any], Agreed | None]:
        """Answer one unencrypted request; with the last one comes the key.

        Raises:
            HandshakeError: the request is malformed, out of order, or does not fit what was said before.
        """
        request_type = _BY_ID.get(int.from_bytes(body[:4], "little"))
        if request_type is None:
            raise HandshakeError("only the key exchange goes unencrypted")
        try:
            request = request_type.read(StrictReader(body[4:]))
        except EOFError as error:
            raise HandshakeError("a truncated request") from error
        if isinstance(request, functions.ReqPq | functions.ReqPqMulti):
            return self._start(request.nonce), None
        if not self._server_nonce or (request.nonce, request.server_nonce) != (self._nonce, self._server_nonce):
            raise HandshakeError("unknown nonce")
        if isinstance(request, functions.ReqDHParams):
            return self._offer(request), None
        return self._finish(request)

    def _start(self, nonce: int) -> types.ResPQ:
        self._nonce = nonce
        self._server_nonce = int.from_bytes(os.urandom(16), "little", signed=True) or 1
        self._new_nonce, self._secret = b"", 0
        low = _prime()
        while (high := _prime()) == low:
            pass
        self._factors = (min(low, high), max(low, high))
        self._pq = low * high
        return types.ResPQ(
            nonce=nonce,
            server_nonce=self._server_nonce,
            pq=self._pq.to_bytes(8, "big"),
            server_public_key_fingerprints=[self._server_key.fingerprint],
        )

    def _offer(self, request: functions.ReqDHParams) -> types.ServerDHParamsOk:
        said = (int.from_bytes(request.p, "big"), int.from_bytes(request.q, "big"))
        if said != self._factors or request.public_key_fingerprint != self._server_key.fingerprint:
            raise HandshakeError("wrong factors or an unknown server key")
        inner = self._open_inner(request.encrypted_data)
        if isinstance(inner, types.PQInnerDataDc) and abs(inner.dc) % 10000 != self._dc:
            raise HandshakeError("another data centre", 444)
        if (inner.nonce, inner.server_nonce) != (self._nonce, self._server_nonce) or (
            int.from_bytes(inner.pq, "big") != self._pq
        ):
            raise HandshakeError("inner data does not fit")
        self._new_nonce = inner.new_nonce.to_bytes(32, "little", signed=True)
        while True:
            self._secret = int.from_bytes(os.urandom(64), "big")
            shared = pow(_GENERATOR, self._secret, CURRENT_DH_PRIME)
            if _SAFE < shared < CURRENT_DH_PRIME - _SAFE:
                break
        answer = types.ServerDHInnerData(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            g=_GENERATOR,
            dh_prime=CURRENT_DH_PRIME.to_bytes(256, "big"),
            g_a=shared.to_bytes(256, "big"),
            server_time=int(time.time()),
        ).write()
        plain = sha1(answer).digest() + answer
        plain += os.urandom(-len(plain) % 16)
        return types.ServerDHParamsOk(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            encrypted_answer=tgcrypto.ige256_encrypt(plain, *self._temporary_key()),
        )

    def _open_inner(self, data: bytes) -> Any:
        """Undo either padding: RSA_PAD of today, or SHA-1 and random bytes, which older libraries still send."""
        if len(data) != 256:
            raise HandshakeError("wrong length of encrypted data")
        plain = self._server_key.decrypt(data)
        temporary = bytes(a ^ b for a, b in zip(plain[:32], sha256(plain[32:]).digest(), strict=True))
        padded: bytes = tgcrypto.ige256_decrypt(plain[32:], temporary, bytes(32))
        body, digest = padded[:192][::-1], padded[192:]
        try:
            if sha256(temporary + body).digest() == digest:
                inner, _ = _read_inner(body)
                return inner
            if plain[0] == 0:
                inner, length = _read_inner(plain[21:])
                if sha1(plain[21 : 21 + length]).digest() == plain[1:21]:
                    return inner
        except (EOFError, KeyError) as error:
            raise HandshakeError("malformed inner data") from error
        raise HandshakeError("inner data has a wrong hash")

    def _finish(self, request: functions.SetClientDHParams) -> tuple[TLObject[Any], Agreed]:
        data = request.encrypted_data
        if not self._secret or not data or len(data) % 16:
            raise HandshakeError("out of order")
        plain = BytesIO(tgcrypto.ige256_decrypt(data, *self._temporary_key()))
        digest, body = plain.read(20), plain.read()
        if int.from_bytes(body[:4], "little") != types.ClientDHInnerData.ID:
            raise HandshakeError("malformed inner data")
        reader = StrictReader(body[4:])
        try:
            inner = types.ClientDHInnerData.read(reader)
        except EOFError as error:
            raise HandshakeError("malformed inner data") from error
        if sha1(body[: 4 + reader.tell()]).digest() != digest or (
            (inner.nonce, inner.server_nonce) != (self._nonce, self._server_nonce)
        ):
            raise HandshakeError("inner data does not fit")
        shared = int.from_bytes(inner.g_b, "big")
        if not _SAFE < shared < CURRENT_DH_PRIME - _SAFE:
            raise HandshakeError("g_b is out of range")
        key = AuthKey(pow(shared, self._secret, CURRENT_DH_PRIME).to_bytes(256, "big"))
        proof = sha1(self._new_nonce + b"\x01" + key.aux_hash).digest()[4:]
        server_nonce = self._server_nonce.to_bytes(16, "little", signed=True)
        salt = int.from_bytes(self._new_nonce[:8], "little") ^ int.from_bytes(server_nonce[:8], "little")
        reply = types.DhGenOk(
            nonce=self._nonce,
            server_nonce=self._server_nonce,
            new_nonce_hash1=int.from_bytes(proof, "little", signed=True),
        )
        self._server_nonce = self._secret = 0
        return reply, Agreed(key, salt - (1 << 64) if salt >> 63 else salt)

    def _temporary_key(self) -> tuple[bytes, bytes]:
        new, server = self._new_nonce, self._server_nonce.to_bytes(16, "little", signed=True)
        crossed = sha1(server + new).digest()
        return sha1(new + server).digest() + crossed[:12], crossed[12:] + sha1(new + new).digest() + new[:4]


def _read_inner(body: bytes) -> tuple[Any, int]:
    kinds = {kind.ID: kind for kind in (types.PQInnerData, types.PQInnerDataDc)}
    reader = StrictReader(body[4:])
    inner = kinds[int.from_bytes(body[:4], "little")].read(reader)
    return inner, 4 + reader.tell()


def _prime() -> int:
    while True:
        number = secrets.randbits(_PRIME_BITS) | 1 << (_PRIME_BITS - 1) | 1
        if _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    """Miller-Rabin with the bases that decide every number below 3.2e9 for certain."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7):
        x = pow(base, odd, number)
        if x in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True
