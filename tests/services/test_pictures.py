"""Thumbnails of whatever people send: within Telegram's limits, and within ours."""

import resource
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from services.errors import UserError
from services.pictures import LARGEST, Pictures
from services.shrinking import BYTES, SIDE


def picture(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB", **how: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, how.pop("color", "red")).save(out, kind, **how)
    return out.getvalue()


async def made(given: bytes) -> Image.Image:
    """The thumbnail that is made, which is looked at for what Telegram takes."""
    jpeg = await Pictures().thumbnail(given)
    shown = Image.open(BytesIO(jpeg))
    assert shown.format == "JPEG"
    assert shown.mode == "RGB"
    assert max(shown.size) <= SIDE
    assert len(jpeg) <= BYTES
    return shown


async def refusal(given: bytes) -> str:
    with pytest.raises(UserError) as caught:
        await Pictures().thumbnail(given)
    return caught.value.key


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
async def test_a_picture_is_made_as_small_as_telegram_wants_it(kind: str) -> None:
    assert (await made(picture((1600, 800), kind))).size == (320, 160)
    assert (await made(picture((50, 40), kind))).size == (50, 40)


async def test_a_picture_is_turned_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    assert (await made(picture((800, 400), "JPEG", exif=exif))).size == (160, 320)


async def test_what_is_transparent_is_white() -> None:
    shown = await made(picture((400, 400), "PNG", "RGBA", color=(0, 0, 0, 0)))
    assert shown.getpixel((5, 5)) == (255, 255, 255)
    assert (await made(picture((400, 400), "PNG", "P", color=0))).size == (320, 320)
    assert (await made(picture((400, 400), "PNG", "I;16", color=0))).size == (320, 320)


async def test_noise_fits_as_well() -> None:
    noise = Image.effect_noise((640, 640), 120).convert("RGB")
    out = BytesIO()
    noise.save(out, "PNG")
    await made(out.getvalue())


def huge_png(side: int) -> bytes:
    """A PNG of so many pixels a side, all black: some kilobytes that would become gigabytes."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(1)
    row = b"\x00" * (3 * side + 1)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def huge_jpeg(side: int) -> bytes:
    """A grey JPEG of so many pixels a side, made without having them: four blocks without a difference, many times."""
    small = picture((8, 8), "JPEG", "L")
    size, scan = small.index(b"\xff\xc0") + 5, small.index(b"\xff\xda")
    header = small[:size] + struct.pack(">HH", side, side) + small[size + 4 : scan + 2 + 8]
    return header + b"\x28\xa2\x8a" * ((side // 8) ** 2 // 4) + b"\xff\xd9"


@pytest.mark.slow
async def test_20_000_by_20_000_pixels_take_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert await refusal(huge_png(20_000)) == "thumb-too-large"
    assert (await made(huge_jpeg(20_000))).size == (320, 320)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    mine = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # what a fork has until its program is loaded
    assert most <= max(before, mine) + 150 * 1024, f"{most} KiB"


async def test_what_is_no_picture_is_refused() -> None:
    assert await refusal(b"") == "thumb-no-picture"
    assert await refusal(b"just words" * 100) == "thumb-no-picture"
    assert await refusal(picture((400, 400))[:60]) == "thumb-no-picture"
    assert await refusal(b"%!PS-Adobe-3.0 EPSF-3.0\n") == "thumb-no-picture"
    assert await refusal(b"\x00" * (LARGEST + 1)) == "thumb-too-large"


async def test_a_child_without_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.pictures.MEMORY", 48 * 1024 * 1024)
    assert await refusal(picture((4000, 4000), "PNG")) == "thumb-too-large"
