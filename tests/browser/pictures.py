"""`make pictures`: the pictures of docs/, taken of the page while the stories of its tests are told."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.async_api import expect

from tests.browser import chromium
from tests.browser.camera import FOLDER, keep
from tests.browser.playing import Playground
from tests.browser.stories import STORIES, Scene
from tests.browser.windows import PATIENCE, Windows

SIZE: Final = (1280, 800)
SHARP: Final = 1.5
"""Points of the picture to each of the page's, so that letters can be read where it is shown smaller."""


async def take(path: str, folder: Path) -> list[str]:
    """Tell every story once, on a playground in this folder. Returns what was wrong meanwhile."""
    file = folder / "Field guide.pdf"
    file.write_bytes(random.Random(3).randbytes(2_400_000))
    how: dict[str, Any] = {"size": SIZE, "device_scale_factor": SHARP}
    playground = Playground(folder / "playground")
    complaints: list[str] = []
    expect.set_options(timeout=PATIENCE)
    try:
        await playground.start()
        async with chromium.running(path) as browser:
            for name, story in STORIES.items():
                windows = Windows(browser)
                try:
                    await story.tell(Scene(playground, windows, keep, file, how))
                finally:
                    complaints += await windows.close()
                print(f"{name}: {', '.join(story.shows)}")
    finally:
        await playground.end()
    return complaints


def main() -> int:
    """Returns 0 when all of them were taken and nothing was wrong."""
    path = chromium.find()
    if path is None:
        print(chromium.MISSING, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="draftkeep-") as name:
        complaints = asyncio.run(take(path, Path(name)))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"The pictures are in {FOLDER}.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
