"""Every transport cuts packets where they were put together, however the stream arrives."""

from __future__ import annotations

import os

import pytest
import tgcrypto
from hypothesis import given
from hypothesis import strategies as st

from sandbox.wire.transport import (
    MAX_PACKET,
    Abridged,
    Framing,
    FramingError,
    Full,
    Intermediate,
    PaddedIntermediate,
    Transport,
)

HELLO: dict[str, tuple[type[Framing], bytes]] = {
    "abridged": (Abridged, b"\xef"),
    "intermediate": (Intermediate, b"\xee" * 4),
    "padded": (PaddedIntermediate, b"\xdd" * 4),
    "full": (Full, b""),
}
packets = st.lists(st.binary(min_size=1, max_size=200).map(lambda b: b * 4), min_size=1, max_size=8)


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def without_padding(name: str, sent: bytes, received: bytes) -> bytes:
    return received[: len(sent)] if name == "padded" else received


@pytest.mark.parametrize("name", HELLO)
@given(sent=packets, size=st.integers(1, 100))
def test_packets_survive_any_chunking(name: str, sent: list[bytes], size: int) -> None:
    framing, hello = HELLO[name]
    client, server = framing(), Transport()
    stream = hello + b"".join(client.frame(packet) for packet in sent)
    received = [packet for chunk in chunks(stream, size) for packet in server.feed(chunk)]
    assert [without_padding(name, *pair) for pair in zip(sent, received, strict=True)] == sent
    # and back
    back, buffer = framing(), bytearray(b"".join(server.frame(packet) for packet in sent))
    assert [without_padding(name, packet, back.take(buffer) or b"") for packet in sent] == sent
    assert not buffer


def obfuscated(tag: bytes) -> tuple[bytes, list[bytes | bytearray]]:
    while True:
        start = bytearray(os.urandom(64))
        if start[0] != 0xEF and start[4:8] != bytes(4) and bytes(start[:4]) not in {b"\xee" * 4, b"\xdd" * 4}:
            break
    start[56:60] = tag
    key, iv, state = bytes(start[8:40]), bytearray(start[40:56]), bytearray(1)
    sealed = tgcrypto.ctr256_encrypt(bytes(start), key, iv, state)
    return bytes(start[:56]) + sealed[56:], [key, iv, state]


@pytest.mark.parametrize("name", ["abridged", "intermediate", "padded"])
@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_an_obfuscated_stream_is_read_and_answered(name: str, size: int) -> None:
    framing, hello = HELLO[name]
    header, cipher = obfuscated(hello * 4 if name == "abridged" else hello)
    sent = [os.urandom(4 * n) for n in (1, 100, 500)]
    client, server = framing(), Transport()
    stream = header + tgcrypto.ctr256_encrypt(b"".join(client.frame(packet) for packet in sent), *cipher)
    received = [packet for chunk in chunks(stream, size) for packet in server.feed(chunk)]
    assert [without_padding(name, *pair) for pair in zip(sent, received, strict=True)] == sent
    backwards = header[8:56][::-1]
    answer = b"".join(server.frame(packet) for packet in sent)
    clear = bytearray(tgcrypto.ctr256_decrypt(answer, backwards[:32], bytearray(backwards[32:]), bytearray(1)))
    back = framing()
    assert [without_padding(name, packet, back.take(clear) or b"") for packet in sent] == sent


def test_an_obfuscated_stream_of_an_unknown_transport_is_refused() -> None:
    header, _ = obfuscated(b"\x01\x02\x03\x04")
    with pytest.raises(FramingError):
        list(Transport().feed(header))


@pytest.mark.parametrize(
    "stream",
    [
        b"\xef\x7f" + (MAX_PACKET // 4 + 1).to_bytes(3, "little"),
        b"\xef\x00",
        b"\xee" * 4 + (MAX_PACKET + 4).to_bytes(4, "little"),
        (12).to_bytes(4, "little") + bytes(12),
    ],
    ids=["abridged too long", "abridged empty", "intermediate too long", "full too short"],
)
def test_a_length_that_cannot_be_is_refused(stream: bytes) -> None:
    with pytest.raises(FramingError):
        list(Transport().feed(stream))


def test_a_full_packet_with_a_wrong_checksum_or_number_is_refused() -> None:
    client = Full()
    first, second = client.frame(b"one."), client.frame(b"two.")
    assert list(Transport().feed(first)) == [b"one."]
    with pytest.raises(FramingError):
        list(Transport().feed(first[:-1] + bytes([first[-1] ^ 1])))
    with pytest.raises(FramingError):
        list(Transport().feed(first + first))
    assert list(Transport().feed(first + second)) == [b"one.", b"two."]


def test_a_quick_acknowledgement_may_be_asked_for() -> None:
    assert list(Transport().feed(b"\xef\x81abcd")) == [b"abcd"]
    assert list(Transport().feed(b"\xee" * 4 + (0x80000004).to_bytes(4, "little") + b"abcd")) == [b"abcd"]
