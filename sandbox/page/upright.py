"""Photos stand upright: what a camera noted about how it was held is applied, as Telegram's clients do it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = 1
_QUALITY: Final = 90


def set_upright(path: Path) -> bool:
    """Turn a JPEG that is to be looked at turned; False where there is nothing to turn, or nothing to be read.

    Takes the time that a picture takes to be written anew. What else the camera noted goes with it.
    """
    try:
        with Image.open(path, formats=("JPEG",)) as picture:
            if picture.getexif().get(_ORIENTATION, _UPRIGHT) == _UPRIGHT:
                return False
            turned = ImageOps.exif_transpose(picture)
        turned.info.pop("exif", None)
        turned.save(path, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, SyntaxError):  # what Pillow raises for broken pictures
        return False
    return True
