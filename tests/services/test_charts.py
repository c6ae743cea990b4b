"""Charts: a picture that shows what it should, and nothing worse than none when drawing fails."""

from __future__ import annotations

import asyncio
import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from services import charts
from services.charts import LARGEST, Chart, Painter, Series

DAYS = [f"{day} окт" for day in range(1, 31)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the library knows of this machine's fonts, learnt once."""
    return tmp_path_factory.mktemp("charts")


def chart(values: list[int]) -> str:
    return Chart(
        "Oʻtgan 30 kun", DAYS, [Series("Выдачи", values), Series("Yangi odamlar", values[::-1])], "\u00a0"
    ).as_json()


def dark(picture: bytes) -> float:
    """The share of pixels that are not paper."""
    grey = Image.open(BytesIO(picture)).convert("L")
    return sum(grey.histogram()[:200]) / (grey.width * grey.height)


async def test_a_chart_is_a_picture_dark_on_light(folder: Path) -> None:
    drawn = await Painter(folder).draw(chart([day * 1_000 for day in range(30)]))
    empty = await Painter(folder).draw(chart([0] * 30))
    assert drawn
    assert empty
    assert max(len(drawn), len(empty)) <= LARGEST
    picture = Image.open(BytesIO(drawn))
    assert picture.format == "PNG"
    assert picture.width >= 1_000
    assert picture.width > picture.height
    assert picture.convert("L").getpixel((2, picture.height - 2)) == 255
    assert 0.1 < dark(drawn) < 0.6
    assert 0.005 < dark(empty) < 0.05


async def test_what_cannot_be_drawn_is_no_picture(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert await Painter(folder).draw(Chart("x", [], [Series("x", [])], ",").as_json()) is None
    assert "could not be drawn" in caplog.text


async def test_a_child_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pid = tmp_path / "pid"
    slow = tmp_path / "drawing.py"
    slow.write_text(f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    monkeypatch.setattr(charts, "__file__", str(tmp_path / "charts.py"))
    monkeypatch.setattr(charts, "SECONDS", 1)
    began = time.monotonic()
    assert await Painter(tmp_path).draw(chart([1] * 30)) is None
    assert time.monotonic() - began < 60
    assert "not drawn" in caplog.text
    if pid.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


async def test_the_child_knows_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "drawing.py").write_text("import os, sys\nsys.exit(' '.join(sorted(os.environ)))\n")
    monkeypatch.setattr(charts, "__file__", str(tmp_path / "charts.py"))
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    assert await asyncio.wait_for(Painter(tmp_path).draw(chart([1])), 60) is None
    assert "MPLCONFIGDIR" in caplog.text
    assert "BOT_TOKEN" not in caplog.text
