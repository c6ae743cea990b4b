"""How pictures of the page are taken, kept small, and left alone when only times and links would be new in them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageChops
from playwright.async_api import Page

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SAME = 0.01
"""The part of a picture's points in which one that shows the same may differ: clocks, codes of links."""
_COLOURS = 256
_KEPT = 64
"""Colours that are kept as they are, the most frequent ones: surfaces and letters. The others share what is left."""


class Camera(Protocol):
    """Called by a story at each moment that is worth a picture, with its name."""

    async def __call__(
        self, name: str, page: Page, /, *, dark: bool = False, size: tuple[int, int] | None = None
    ) -> None:
        """Take it, in the dark or in another size if that is wanted; the window is then as it was before."""


async def keep(name: str, page: Page, /, *, dark: bool = False, size: tuple[int, int] | None = None) -> None:
    """Take a picture of what the window shows, for the documents."""
    before = page.viewport_size
    assert before
    if dark:
        await page.emulate_media(color_scheme="dark")
    if size:
        await page.set_viewport_size({"width": size[0], "height": size[1]})
    taken = await page.screenshot(animations="disabled", caret="hide")
    if dark:
        await page.emulate_media(color_scheme="light")
    if size:
        await page.set_viewport_size(before)
    path = FOLDER / f"{name}.png"
    old = path.read_bytes() if path.exists() else None
    small = smaller(taken)
    if old is None or not looks_same(old, small):
        FOLDER.mkdir(exist_ok=True)
        path.write_bytes(small)


def smaller(picture: bytes) -> bytes:
    """The same picture in few colours, as PNG without anything that tells when it was made."""
    full = Image.open(io.BytesIO(picture)).convert("RGB")
    counted: Any = full.getcolors(full.width * full.height)
    often = sorted(counted, reverse=True)[:_KEPT]
    others = full.quantize(_COLOURS - len(often), Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([light for _, colour in often for light in colour] + others[: 3 * (_COLOURS - len(often))])
    out = io.BytesIO()
    full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
    return out.getvalue()


def looks_same(one: bytes, other: bytes) -> bool:
    """Whether two pictures differ in nothing but a few points."""
    first, second = (Image.open(io.BytesIO(each)).convert("RGB") for each in (one, other))
    if first.size != second.size:
        return False
    difference = ImageChops.difference(first, second).convert("L").point(lambda light: 255 if light > 16 else 0)
    return difference.histogram()[255] <= SAME * first.width * first.height
