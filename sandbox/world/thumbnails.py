"""The thumbnails that the server makes itself: of pictures that it can read, where a sender's own one is ignored."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from sandbox.world.images import HEAD, dimensions

PARSED_BELOW: Final = 10 * 1024 * 1024
"""Bytes from which on files are not looked into (so users report)."""

PIXELS_MAX: Final = 25_000_000
SIDE_MAX: Final = 320
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")


def thumbnail_of(path: Path) -> tuple[bytes, tuple[int, int]] | None:
    """A small JPEG of a picture, with its sides; None of anything else. Takes the time that decoding takes."""
    with path.open("rb") as file:
        sides = dimensions(file.read(HEAD))
    if sides is None or not 0 < sides[0] * sides[1] <= PIXELS_MAX:
        return None
    made = BytesIO()
    try:
        with Image.open(path, formats=FORMATS) as picture:
            picture.thumbnail((SIDE_MAX, SIDE_MAX))
            small = picture.convert("RGB")
            small.save(made, "JPEG")
    except (OSError, ValueError, SyntaxError, EOFError):  # what Pillow raises for broken pictures
        return None
    return made.getvalue(), small.size
