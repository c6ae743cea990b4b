"""How packets are cut from the stream: the transports a client may choose with its first bytes.

Abridged, intermediate, padded intermediate and full, plain or obfuscated: core.telegram.org/mtproto/mtproto-transports.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from typing import Protocol

import tgcrypto

MAX_PACKET = 2 * 1024 * 1024
"""Bytes of the largest packet taken from a client; an upload's part with everything around it is under 600 KiB."""

_OBFUSCATION_HEADER = 64


class FramingError(Exception):
    """The stream is not what its first bytes promised: the connection cannot go on."""


class Framing(Protocol):
    """One transport: cuts packets off a buffer and wraps packets for the way back."""

    def take(self, buffer: bytearray) -> bytes | None:
        """Remove the first whole packet from the buffer; None while it is incomplete.

        Raises:
            FramingError: what comes next cannot be a packet.
        """

    def frame(self, packet: bytes) -> bytes:
        """The packet as it goes on the wire."""


def _cut(buffer: bytearray, start: int, length: int) -> bytes | None:
    if length > MAX_PACKET or length <= 0:
        raise FramingError(f"a packet of {length} bytes")
    if len(buffer) < start + length:
        return None
    packet = bytes(memoryview(buffer)[start : start + length])
    del buffer[: start + length]
    return packet


class Abridged:
    """One length byte, in words of four bytes; three more above 126 words."""

    def take(self, buffer: bytearray) -> bytes | None:
        """See `Framing`; the high bit of the length byte only asks for a quick acknowledgement."""
        if not buffer:
            return None
        words = buffer[0] & 0x7F
        if words < 0x7F:
            return _cut(buffer, 1, words * 4)
        if len(buffer) < 4:
            return None
        return _cut(buffer, 4, int.from_bytes(buffer[1:4], "little") * 4)

    def frame(self, packet: bytes) -> bytes:
        """See `Framing`."""
        words = len(packet) // 4
        head = bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")
        return head + packet


class Intermediate:
    """Four bytes of length before each packet."""

    def take(self, buffer: bytearray) -> bytes | None:
        """See `Framing`; the high bit of the length only asks for a quick acknowledgement."""
        if len(buffer) < 4:
            return None
        return _cut(buffer, 4, int.from_bytes(buffer[:4], "little") & 0x7FFFFFFF)

    def frame(self, packet: bytes) -> bytes:
        """See `Framing`."""
        return len(packet).to_bytes(4, "little") + packet


class PaddedIntermediate(Intermediate):
    """Intermediate with up to 15 random bytes after each packet, which the reader ignores."""

    def frame(self, packet: bytes) -> bytes:
        """See `Framing`; at most three bytes are added, so that a reader can tell them by the length's remainder."""
        return super().frame(packet + os.urandom(os.urandom(1)[0] % 4))


class Full:
    """Length, running number and CRC32 around each packet."""

    def __init__(self) -> None:
        self._sent = 0
        self._received = 0

    def take(self, buffer: bytearray) -> bytes | None:
        """See `Framing`."""
        if len(buffer) < 4:
            return None
        length = int.from_bytes(buffer[:4], "little")
        if length < 16:
            raise FramingError(f"a packet of {length} bytes")
        packet = _cut(buffer, 0, length)
        if packet is None:
            return None
        number, checksum = int.from_bytes(packet[4:8], "little"), int.from_bytes(packet[-4:], "little")
        if number != self._received or checksum != zlib.crc32(packet[:-4]):
            raise FramingError("wrong number or checksum")
        self._received += 1
        return packet[8:-4]

    def frame(self, packet: bytes) -> bytes:
        """See `Framing`."""
        body = struct.pack("<II", len(packet) + 12, self._sent) + packet
        self._sent += 1
        return body + zlib.crc32(body).to_bytes(4, "little")


class _Cipher:
    """AES-CTR that goes on where it stopped."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        self._key, self._iv, self._state = key, bytearray(iv), bytearray(1)

    def __call__(self, data: bytes) -> bytes:
        out: bytes = tgcrypto.ctr256_encrypt(data, self._key, self._iv, self._state)
        return out


class Transport:
    """One connection's stream: finds out which transport the client speaks, then cuts and wraps packets."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._framing: Framing | None = None
        self._decrypt: _Cipher | None = None
        self._encrypt: _Cipher | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take what arrived and yield every packet that is whole now.

        Raises:
            FramingError: the stream is broken; nothing more can be read from it.
        """
        self._buffer += self._decrypt(data) if self._decrypt else data
        if self._framing is None:
            self._framing = self._detect()
            if self._framing is None:
                return
        while (packet := self._framing.take(self._buffer)) is not None:
            yield packet

    def frame(self, packet: bytes) -> bytes:
        """The packet as it goes on the wire; empty before the client has chosen its transport."""
        if self._framing is None:
            return b""
        data = self._framing.frame(packet)
        return self._encrypt(data) if self._encrypt else data

    def _detect(self) -> Framing | None:
        buffer = self._buffer
        if buffer[:1] == b"\xef":
            del buffer[:1]
            return Abridged()
        if len(buffer) < 8:
            return self._intermediate(bytes(buffer[:4]), skip=4) if len(buffer) >= 4 else None
        if (framing := self._intermediate(bytes(buffer[:4]), skip=4)) is not None:
            return framing
        if buffer[4:8] == bytes(4):
            return Full()
        if len(buffer) < _OBFUSCATION_HEADER:
            return None
        return self._deobfuscate()

    def _intermediate(self, tag: bytes, *, skip: int) -> Framing | None:
        framing: dict[bytes, type[Intermediate]] = {b"\xee" * 4: Intermediate, b"\xdd" * 4: PaddedIntermediate}
        if tag not in framing:
            return None
        del self._buffer[:skip]
        return framing[tag]()

    def _deobfuscate(self) -> Framing:
        header = bytes(self._buffer[:_OBFUSCATION_HEADER])
        backwards = header[8:56][::-1]
        decrypt = _Cipher(header[8:40], header[40:56])
        clear = decrypt(bytes(self._buffer))
        self._buffer = bytearray(clear[_OBFUSCATION_HEADER:])
        self._decrypt, self._encrypt = decrypt, _Cipher(backwards[:32], backwards[32:])
        if clear[56:60] == b"\xef" * 4:
            return Abridged()
        framing = self._intermediate(clear[56:60], skip=0)
        if framing is None:
            raise FramingError("an unknown transport")
        return framing
