"""Pictures, films and sounds say how big and how long they are; broken ones say nothing, and break nothing."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.measures import Measures, measure


def box(name: bytes, *contents: bytes) -> bytes:
    body = b"".join(contents)
    return struct.pack(">I4s", len(body) + 8, name) + body


def big_box(name: bytes, *contents: bytes) -> bytes:
    """One whose size takes eight bytes."""
    body = b"".join(contents)
    return struct.pack(">I4sQ", 1, name, len(body) + 16) + body


def track(width: int, height: int, *, turned: bool = False, long: bool = False) -> bytes:
    matrix = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30) if turned else (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    head = bytes([int(long), 0, 0, 7]) + bytes(48 if long else 36)
    return box(b"trak", box(b"tkhd", head, struct.pack(">9iII", *matrix, width << 16, height << 16)))


def film(*tracks: bytes, seconds: float = 2.5, long: bool = False, first: bytes = b"") -> bytes:
    times = struct.pack(">QQIQ" if long else ">IIII", 0, 0, 1000, int(seconds * 1000))
    header = box(b"mvhd", bytes([int(long), 0, 0, 0]), times, bytes(80))
    return box(b"ftyp", b"isom", bytes(4)) + first + box(b"moov", header, *tracks)


def element(name: str, *contents: bytes, unknown: bool = False) -> bytes:
    body = b"".join(contents)
    size = (1 << 56) - 1 if unknown else len(body)
    return bytes.fromhex(name) + (size | 1 << 56).to_bytes(8, "big") + body


def matroska(*, ticks: float | None = 2500.0, unknown: bool = False) -> bytes:
    info = element("1549a966", element("2ad7b1", (1_000_000).to_bytes(3, "big")))
    if ticks is not None:
        info = element("1549a966", element("2ad7b1", b"\x0f\x42\x40"), element("4489", struct.pack(">d", ticks)))
    sides = element("e0", b"\xb0\x82" + (640).to_bytes(2, "big"), b"\xba\x82" + (360).to_bytes(2, "big"))
    tracks = element("1654ae6b", element("ae", b"\xd7\x81\x01", sides))
    cluster = element("1f43b675", b"\xb0\x82\x00\x01" * 9)
    return element("1a45dfa3", b"\x42\x86\x81\x01") + element("18538067", info, tracks, cluster, unknown=unknown)


def ogg(samples: int, *, opus: bool = True) -> bytes:
    def page(place: int, body: bytes) -> bytes:
        return b"OggS\0\0" + struct.pack("<qIIIB", place, 1, 0, 0, 1) + bytes([len(body)]) + body

    head = (
        b"OpusHead\1\1" + struct.pack("<HI", 312, 16_000) if opus else b"\1vorbis" + struct.pack("<IBI", 0, 1, 22_050)
    )
    return page(0, head + bytes(10)) + bytes(100_000) + page(samples, b"end")


def wav(seconds: float) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(int(64_000 * seconds)))
    return made.getvalue()


def mp3(*, tag: int = 0, xing: int | None = None) -> bytes:
    """MPEG 1 layer III, 128 kbit/s, 44.1 kHz; four seconds unless a header says otherwise."""
    frame = b"\xff\xfb\x90\x00" + bytes(32)
    if xing is not None:
        frame += b"Xing" + struct.pack(">II", 1, xing)
    id3 = b"ID3\4\0\0" + bytes([0, 0, tag >> 7, tag & 127]) + bytes(tag) if tag else b""
    return id3 + frame.ljust(64_000, b"\0")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (film(track(640, 360)), Measures(640, 360, 2.5)),
        (film(track(640, 360, turned=True)), Measures(360, 640, 2.5)),
        (film(track(640, 360, long=True), long=True), Measures(640, 360, 2.5)),
        (film(track(0, 0), track(320, 240), seconds=61), Measures(320, 240, 61.0)),
        (film(track(64, 48), first=big_box(b"mdat", bytes(70_000))), Measures(64, 48, 2.5)),
        (film(), Measures(0, 0, 2.5)),
        (matroska(), Measures(640, 360, 2.5)),
        (matroska(ticks=None, unknown=True), Measures(640, 360)),
        (matroska(ticks=float("nan")), Measures(640, 360)),
        (element("1a45dfa3") + bytes.fromhex("18538067ff") * 9_000, Measures()),
        (film(track(64, 48), seconds=(2**32 - 1) / 1000), Measures(64, 48)),
        (ogg(2**62), Measures()),
        (ogg(48_000 * 3 + 312), Measures(duration=3.0)),
        (ogg(22_050 * 2, opus=False), Measures(duration=2.0)),
        (wav(1.5), Measures(duration=1.5)),
        (mp3(), Measures(duration=4.0)),
        (mp3(tag=1000), Measures(duration=4.0)),
        (mp3(xing=441), Measures(duration=11.52)),
        (b"GIF89a" + struct.pack("<HH", 30, 20), Measures(30, 20)),
        (b"hello", Measures()),
        (b"", Measures()),
        (film(track(640, 360))[:40], Measures()),
        (box(b"ftyp", bytes(8)) + struct.pack(">I4s", 0, b"free") * 50, Measures()),
        (b"OggS" + bytes(400), Measures()),
        (b"RIFF" + bytes(4) + b"WAVE", Measures()),
    ],
)
def test_a_file_says_how_big_and_how_long_it_is(tmp_path: Path, data: bytes, expected: Measures) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert measure(path) == expected


_WHOLE = [film(track(640, 360)), matroska(), ogg(9_000), wav(0.1), mp3(xing=5)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(_WHOLE), st.integers(0, 300), st.binary(min_size=1, max_size=12))
def test_a_broken_file_breaks_nothing(tmp_path: Path, whole: bytes, at: int, instead: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(whole[:at] + instead + whole[at + len(instead) :])
    found = measure(path)
    assert min(found.width, found.height, found.duration) >= 0
    assert max(found.width, found.height, found.duration) < 2**31
