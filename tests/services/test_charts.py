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
from services.charts import LARGEST, Chart, Funnel, FunnelStep, Painter, Series, Share, Timeline, TimelineStep

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


async def test_each_series_has_its_room(folder: Path) -> None:
    series = [Series(f"{number}", [number] * 30) for number in range(1, 5)]
    drawn = await Painter(folder).draw(Chart("x", DAYS, series, ",").as_json())
    assert drawn
    assert len(drawn) <= LARGEST
    picture = Image.open(BytesIO(drawn)).convert("RGB")
    assert picture.height > picture.width
    colours = {colour for _, colour in picture.getcolors(1 << 20) or ()}
    assert {(0x1F, 0x6F, 0xEB), (0xD9, 0x73, 0x0D), (0x2E, 0x7D, 0x32), (0x82, 0x50, 0xDF)} <= colours


async def test_what_a_series_is_made_of_is_seen_and_named(folder: Path) -> None:
    named = [Share("w" * 32 if number else "like", [number + 1] * 30) for number in range(5)]
    shares = [*named, Share("остальные", [4] * 30, "others")]
    steps = [Share("sent", [9] * 30, "sent"), Share("failed", [3] * 30, "failed")]
    series = [Series("Presses", [19] * 30, shares), Series("Steps", [12] * 30, steps)]
    drawn = await Painter(folder).draw(Chart("x", DAYS, series, ",").as_json())
    assert drawn
    assert len(drawn) <= LARGEST
    amounts = {colour: count for count, colour in Image.open(BytesIO(drawn)).convert("RGB").getcolors(1 << 20) or ()}
    colours = [0x8250DF, 0xD9730D, 0x2E7D32, 0x1F6FEB, 0xC2185B, 0xC3C9D1, 0xB42318]
    areas = [amounts.get(tuple(colour.to_bytes(3, "big")), 0) for colour in colours]
    assert min(areas) > 1_000
    assert areas[0] < areas[1] < areas[2] < areas[4], "the more presses, the larger"


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


def step(name: str, *, text: str = "", only: tuple[str, ...] = (), buttons: tuple[str, ...] = ()) -> TimelineStep:
    return TimelineStep(3600, "1 h", "+ 1 h", name, text, only, buttons)


def size(picture: bytes | None) -> tuple[int, int]:
    assert picture
    assert len(picture) <= LARGEST
    return Image.open(BytesIO(picture)).size


async def test_a_timeline_is_as_wide_as_a_telephone_and_as_high_as_its_steps_need(folder: Path) -> None:
    long = "Очень длинное слово 😀🎉 $x^2$ مرحبا 你好 " * 40
    buttons = (long, "Я вступил", "🎉", *("b" * 8,) * 8)
    full = [
        step(f"step-{n}", text=long, only=("Только для тех, кто не нажал", long), buttons=buttons) for n in range(30)
    ]
    one = await Painter(folder).draw(Timeline(long, long, full[:1], "").as_json())
    every = await Painter(folder).draw(Timeline(long, long, full, "… and 5 more").as_json())
    (width, low), (same, high) = size(one), size(every)
    assert width == same == 1080
    assert low < high < 10_000 - width, "Telegram takes no picture whose sides are longer together"
    assert one
    assert 0.02 < dark(one) < 0.5
    plain = await Painter(folder).draw(Timeline("x", "", [step("named")], "").as_json())
    bare = await Painter(folder).draw(Timeline("x", "", [step("🎉")], "").as_json())
    assert plain
    assert bare
    assert dark(plain) > dark(bare), "what shows nothing is called by its name"


async def test_a_funnel_shows_the_shares_of_each_step(folder: Path) -> None:
    names = dict.fromkeys(("due", "sent", "clicked", "skipped", "stopped", "failed", "waiting"), "слово подлиннее")

    def drawn(*steps: FunnelStep) -> str:
        return Funnel("Oʻyin", "1 000 000 читателей", names, steps, "", "\u00a0").as_json()

    full = await Painter(folder).draw(drawn(FunnelStep("one", 10**6, 10**6, 0, 0, 0, 0, 0)))
    none = await Painter(folder).draw(drawn(FunnelStep("one", 0, 0, 0, 0, 0, 0, 0)))
    many = [FunnelStep(f"{n}", 10**6, 10**5 * 4, 10**5, 10**5, 10**5, 10**5, 3 * 10**5) for n in range(30)]
    assert size(await Painter(folder).draw(drawn(*many)))[1] < 10_000 - 1080
    assert full
    assert none
    assert blue(full) > 0.05
    assert blue(none) < 0.01


def blue(picture: bytes) -> float:
    """The share of pixels that are of the colour of what was sent."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    colours = image.getcolors(image.width * image.height) or []
    return sum(count for count, colour in colours if colour == (0x1F, 0x6F, 0xEB)) / (image.width * image.height)
