"""How big a picture is, read from the first bytes of the file."""

from __future__ import annotations

from typing import Final

HEAD: Final = 256 * 1024
"""Bytes to read: EXIF data before the size of a JPEG may take tens of kilobytes."""

JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def dimensions(head: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG, PNG, GIF or WebP; None for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(head)
    if head.startswith(b"\x89PNG\r\n\x1a\n") and len(head) >= 24:
        return _size(head[16:20], head[20:24], "big")
    if head[:6] in {b"GIF87a", b"GIF89a"} and len(head) >= 10:
        return _size(head[6:8], head[8:10], "little")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and len(head) >= 30:
        return _webp(head)
    return None


def _size(width: bytes, height: bytes, order: str) -> tuple[int, int]:
    little = order == "little"
    return (
        int.from_bytes(width, "little" if little else "big"),
        int.from_bytes(height, "little" if little else "big"),
    )


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in JPEG_FRAMES:
            return _size(head[at + 7 : at + 9], head[at + 5 : at + 7], "big")
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = _size(head[24:27], head[27:30], "little")
        return width + 1, height + 1
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = _size(head[26:28], head[28:30], "little")
        return width & 0x3FFF, height & 0x3FFF
    return None
