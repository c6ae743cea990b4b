"""A film that is chosen on the page goes with a picture of its first second, which the browser makes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageStat

from tests.browser.companion import BOT, WRITER, Company, company
from tests.browser.windows import Windows

FILMED = """
async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const paint = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  for (let frame = 0; frame < 20; frame += 1) {
    paint.fillStyle = "rgb(0, 0, 255)";
    paint.fillRect(0, 0, 320 - frame, 180);
    await new Promise((done) => setTimeout(done, 40));
  }
  recorder.stop();
  await new Promise((done) => { recorder.onstop = done; });
  return Array.from(new Uint8Array(await new Blob(parts).arrayBuffer()));
}
"""
"""A short film, all blue, made by the browser itself."""


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path) -> AsyncIterator[Company]:
    """A sandbox of this test's own, there until the browser has left it."""
    async with company(tmp_path / "company") as made:
        yield made


async def test_a_film_goes_with_a_still_of_it(stage: Company, windows: Windows, tmp_path: Path) -> None:
    film = tmp_path / "film.webm"
    site = await windows.site(stage.url)
    place = await site.person(WRITER)
    film.write_bytes(bytes(await place.page.evaluate(FILMED)))
    await place.find(f"@{BOT}")
    await place.start()
    async with place.page.expect_response(re.compile("/files$")) as answered:
        await place.attach(film)
    (message,) = (await (await answered.value).json())["messages"]
    media = message["media"]
    assert (media["kind"], media["width"], media["height"]) == ("video", 320, 180)
    still = await (await place.page.request.get(f"{stage.url}{media['thumb']}")).body()
    with Image.open(BytesIO(still)) as picture:
        assert picture.size == (320, 180)
        assert ImageStat.Stat(picture.convert("RGB")).median == pytest.approx([0, 0, 255], abs=40)
