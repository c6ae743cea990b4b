"""How big a picture or a video is and how long a video or a sound lasts, as far as the file says so near its ends.

JPEG, PNG, GIF and WebP; MP4, MOV and M4A; WebM and Matroska; OGG (Opus, Vorbis); WAV; MP3 at a constant rate or with
a Xing header.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sandbox.world.images import HEAD, dimensions

_TAIL: Final = 64 * 1024
_BOXES: Final = 10_000
"""Boxes that are looked at before a file is taken for a broken one."""
_LONGEST: Final = 1_000_000.0
"""Seconds from which on a duration means that there is none."""
_WIDEST: Final = 100_000
"""Pixels from which on sides mean that there are none."""
_MATROSKA_INSIDE: Final = frozenset({b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\xae", b"\xe0"})
"""Segment, Info, Tracks, TrackEntry, Video."""
_MP3_RATES: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Kilobits a second of MPEG 1 layer III, by their number."""
_MP3_RATES_2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_FREQUENCIES: Final = (44_100, 48_000, 32_000)


@dataclass(slots=True, frozen=True)
class Measures:
    """Pixels and seconds; 0 is unknown."""

    width: int = 0
    height: int = 0
    duration: float = 0.0


def measure(path: Path) -> Measures:
    """Look into a file; a broken or an unknown one has no measures.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        size = file.seek(0, io.SEEK_END)
        try:
            found = _measures(file, head, size)
        except (struct.error, IndexError, ZeroDivisionError, ValueError):
            return Measures()
    width, height = (found.width, found.height) if max(found.width, found.height) <= _WIDEST else (0, 0)
    return Measures(width, height, found.duration if 0 <= found.duration <= _LONGEST else 0.0)


def _measures(file: BinaryIO, head: bytes, size: int) -> Measures:
    sides = dimensions(head)
    if sides is not None:
        return Measures(*sides)
    if head[4:8] == b"ftyp":
        return _mp4(file, size)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _matroska(head)
    if head.startswith(b"OggS"):
        return Measures(duration=_ogg(file, head, size))
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return Measures(duration=_wav(head, size))
    return Measures(duration=_mp3(head, size))


def _mp4(file: BinaryIO, size: int) -> Measures:
    """The duration from the header of the film, the sides from the first track that has any."""
    width = height = 0
    duration = 0.0
    for name, start, end in _boxes(file, 0, size, into=(b"moov", b"trak")):
        if name not in {b"mvhd", b"tkhd"}:
            continue
        file.seek(start)
        body = file.read(min(end - start, 120))
        if name == b"mvhd":
            long = body[0] == 1
            scale, length = struct.unpack_from(">IQ" if long else ">II", body, 20 if long else 12)
            duration = length / scale
        elif not width:
            *_, wide, high = struct.unpack_from(">9iII", body, 52 if body[0] == 1 else 40)
            turned = struct.unpack_from(">i", body, 52 if body[0] == 1 else 40)[0] == 0
            width, height = (high >> 16, wide >> 16) if turned else (wide >> 16, high >> 16)
    return Measures(width, height, duration)


def _boxes(file: BinaryIO, start: int, end: int, into: tuple[bytes, ...]) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places, and those inside of some: the name, and where the contents begin and end."""
    left = [(start, end)]
    for _ in range(_BOXES):
        while left and left[-1][0] + 8 > left[-1][1]:
            left.pop()
        if not left:
            return
        at, until = left.pop()
        file.seek(at)
        size, name = struct.unpack(">I4s", file.read(8))
        body = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            body += 8
        close = until if size == 0 else at + size
        if not body <= close <= until:
            return
        left.append((close, until))
        if name in into:
            left.append((body, close))
        yield name, body, close


def _matroska(head: bytes) -> Measures:
    """The sides of the first track that has any, and the duration where the header has one (matroska.org)."""
    scale, ticks, width, height = 1_000_000, 0.0, 0, 0
    for name, body in _elements(head, 0, len(head)):
        if name == b"\x2a\xd7\xb1":
            scale = int.from_bytes(body, "big")
        elif name == b"\x44\x89":
            (ticks,) = struct.unpack(">d" if len(body) == 8 else ">f", body)
        elif name == b"\xb0":
            width = width or int.from_bytes(body[:4], "big")
        elif name == b"\xba":
            height = height or int.from_bytes(body[:4], "big")
    return Measures(width, height, ticks * scale / 1_000_000_000)


def _elements(data: bytes, at: int, end: int, deep: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """The elements of a Matroska header that are no bigger than a number, down to those of its tracks."""
    while at < min(end, len(data)):
        name = data[at : at + 9 - data[at].bit_length()]
        at += len(name)
        wide = 9 - data[at].bit_length()
        size = int.from_bytes(data[at : at + wide], "big") & ((1 << 7 * wide) - 1)
        at += wide
        if name == b"\x1f\x43\xb6\x75":  # the film itself begins
            return
        if name in _MATROSKA_INSIDE and deep < len(_MATROSKA_INSIDE):
            yield from _elements(data, at, at + size, deep + 1)
        elif size <= 8:
            yield name, data[at : at + size]
        at += size


def _ogg(file: BinaryIO, head: bytes, size: int) -> float:
    """The place of the last page, in samples of the stream's rate; Opus always counts 48,000 a second."""
    rate: int
    skipped: int
    if b"OpusHead" in head[:100]:
        at = head.index(b"OpusHead")
        rate, skipped = 48_000, struct.unpack_from("<H", head, at + 10)[0]
    else:
        at = head.index(b"\x01vorbis")
        rate, skipped = struct.unpack_from("<I", head, at + 12)[0], 0
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    place: int = struct.unpack_from("<q", tail, tail.rindex(b"OggS") + 6)[0]
    return max(0.0, (place - skipped) / rate)


def _wav(head: bytes, size: int) -> float:
    (rate,) = struct.unpack_from("<I", head, head.index(b"fmt ") + 16)
    at = head.index(b"data")
    (length,) = struct.unpack_from("<I", head, at + 4)
    return float(min(length, size - at - 8) / rate)


def _mp3(head: bytes, size: int) -> float:
    """The length by the rate of the first frame, or by the number of frames where a Xing header has it."""
    start = 0
    if head.startswith(b"ID3"):
        start = 10 + sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    frame = head[start : start + 200]
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE6 != 0xE2:
        return 0.0
    first = frame[1] >> 3 & 3 == 3
    kilobits = (_MP3_RATES if first else _MP3_RATES_2)[frame[2] >> 4]
    frequency = _MP3_FREQUENCIES[frame[2] >> 2 & 3] >> {3: 0, 2: 1, 0: 2}.get(frame[1] >> 3 & 3, 0)
    xing = max(frame.find(b"Xing"), frame.find(b"Info"))
    if xing > 0 and frame[xing + 7] & 1:
        frames: int = struct.unpack_from(">I", frame, xing + 8)[0]
        return frames * (1152 if first else 576) / frequency
    return (size - start) * 8 / (kilobits * 1000)
