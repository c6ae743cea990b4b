"""Makes a thumbnail of a picture: a program of its own, so that a hostile picture can take nothing but its own memory.

The picture comes in on the standard input, the thumbnail goes out on the standard output. It is started by its path
and knows nothing of the rest: see `services.pictures`, which gives it its limits.
"""

import sys
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

NO_PICTURE, TOO_LARGE = 3, 4
"""Exit codes: what came is no picture that is read here; it would take too much memory."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""What is read; the other readers of the library are never reached."""

SIDE = 320
BYTES = 200 * 1024
"""Pixels of a side and bytes of a thumbnail, at most (Telegram's limits)."""

PIXELS = 25_000_000
"""Pixels that are decoded, at most: some 100 MB. A JPEG is decoded at an eighth of its size where that is enough."""

QUALITIES = (87, 75, 60, 40, 20)


def main() -> int:
    """Read a picture, write its thumbnail. Returns the exit code."""
    Image.MAX_IMAGE_PIXELS = None  # the library's limit knows nothing of JPEGs that are decoded small; ours does
    try:
        with Image.open(BytesIO(sys.stdin.buffer.read()), formats=FORMATS) as picture:
            if picture.format == "JPEG":
                picture.draft("RGB", (SIDE, SIDE))
            if picture.width * picture.height > PIXELS:
                return TOO_LARGE
            thumbnail = shrunk(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return NO_PICTURE
    except MemoryError:
        return TOO_LARGE
    sys.stdout.buffer.write(thumbnail)
    return 0


def shrunk(picture: Image.Image) -> bytes:
    """Make the JPEG: turned as it is shown, on white where it is transparent."""
    picture.thumbnail((SIDE, SIDE))
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in {"RGBA", "LA", "P", "PA"}:
        layer = upright.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(white, layer)
    flat = upright.convert("RGB")
    out = BytesIO()
    for quality in QUALITIES:
        out = BytesIO()
        flat.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= BYTES:
            break
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
