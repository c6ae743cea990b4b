"""Files of the page: sent as what they are, streamed both ways, under safe names, and none left lying about."""

from __future__ import annotations

import asyncio
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image

from sandbox.folders import PREFIX
from tests.sandbox.page_rig import WITHIN, PageRig, page_rig

TEXT, PNG, PDF = "text/plain", "image/png", "application/pdf"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[PageRig]:
    async with page_rig() as rig:
        yield rig


pytestmark = pytest.mark.asyncio(loop_scope="module")


def png(width: int, height: int) -> bytes:
    """A whole picture, all black."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def wav(seconds: int) -> bytes:
    """Silence."""
    data = bytes(8000 * seconds)
    head = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return b"RIFF" + struct.pack("<I", len(data) + 36) + b"WAVE" + head + b"data" + struct.pack("<I", len(data)) + data


def lying_about() -> list[Path]:
    """Folders of uploads; the sandbox's own is the one that has a state in it."""
    folders = Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*")
    return [folder for folder in folders if not (folder / "server.pem").exists()]


async def until(true: Callable[[], bool]) -> None:
    """Wait for something; the caller says how long at most."""
    while True:
        if true():
            return
        await asyncio.sleep(0.01)


async def sent(rig: PageRig, *files: tuple[str, bytes, str], **fields: str) -> list[Any]:
    answer = await rig.upload(rig.rita, rig.olga.id, *files, **fields)
    assert answer.status == 200, answer.body
    assert lying_about() == []
    found: list[Any] = answer.json["messages"]
    return found


async def refused(rig: PageRig, *files: tuple[str, bytes, str], status: int = 400, **fields: str) -> str:
    before = await rig.messages(rig.rita, rig.olga.id)
    answer = await rig.upload(rig.rita, rig.olga.id, *files, **fields)
    assert answer.status == status, answer.body
    assert await rig.messages(rig.rita, rig.olga.id) == before
    assert lying_about() == []
    return str(answer.json["error"])


@pytest.mark.parametrize(
    ("name", "content_type", "data", "way", "kind"),
    [
        ("a.png", PNG, png(64, 48), "auto", "photo"),
        ("a.png", PNG, png(64, 48), "document", "document"),
        ("a.png", PNG, png(2100, 20), "auto", "document"),
        ("a.png", PNG, b"no picture", "auto", "document"),
        ("a.mp3", "audio/mpeg", b"sound", "auto", "audio"),
        ("a.wav", "", wav(3), "auto", "audio"),
        ("a.wav", "audio/wav", wav(3), "voice", "voice"),
        ("a.mp4", "", b"film", "auto", "video"),
        ("a.webm", "video/webm", b"film", "auto", "video"),
        ("a.mkv", "video/x-matroska", b"film", "auto", "document"),
        ("a.pdf", PDF, b"%PDF", "auto", "document"),
        ("no suffix", "", b"x", "auto", "document"),
        ("a.html", "text/html", b"<script>", "auto", "document"),
    ],
)  # fmt: skip
async def test_a_file_is_sent_as_what_it_is(
    rig: PageRig, name: str, content_type: str, data: bytes, way: str, kind: str
) -> None:
    (message,) = await sent(rig, (name, data, content_type or "application/octet-stream"), as_=way)
    media = message["media"]
    assert media["kind"] == kind
    if kind == "photo":
        assert (media["width"], media["height"]) == (64, 48)
    elif kind in {"audio", "voice"} and name == "a.wav":
        assert media["duration"] == 3
    if kind not in {"photo", "voice"}:
        assert media["name"] == name
    got = await rig.ask("GET", media["url"])
    assert got.body == data


async def test_a_photo_of_a_turned_camera_stands_upright_and_a_file_stays_as_it_is(rig: PageRig) -> None:
    noted = Image.Exif()
    noted[0x0112] = 6  # turned to the right
    made = BytesIO()
    Image.new("RGB", (60, 40), "red").save(made, "JPEG", exif=noted)
    (photo,) = await sent(rig, ("a.jpg", made.getvalue(), "image/jpeg"))
    assert (photo["media"]["width"], photo["media"]["height"]) == (40, 60)
    with Image.open(BytesIO((await rig.ask("GET", photo["media"]["url"])).body)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((40, 60), {})
    (paper,) = await sent(rig, ("a.jpg", made.getvalue(), "image/jpeg"), as_="document")
    assert (await rig.ask("GET", paper["media"]["url"])).body == made.getvalue()


async def test_a_film_has_the_still_that_came_behind_it(rig: PageRig) -> None:
    async def send(*parts: tuple[str, bytes, str]) -> Any:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, data, content_type in parts:
            form.add_field(name, data, filename="a.mp4", content_type=content_type)
        return await rig.ask("POST", f"/chats/{rig.olga.id}/files", seat=rig.rita, data=form)

    film, still = ("file", b"film", "video/mp4"), ("still", png(320, 180), "image/jpeg")
    (message,) = (await send(film, still)).json["messages"]
    assert (await rig.ask("GET", message["media"]["thumb"])).body == still[1]
    messages = (await send(film, still, ("file", b"another", "video/mp4"))).json["messages"]
    assert [message["media"]["thumb"] is not None for message in messages] == [True, False]
    assert (await send(still, film)).status == 400
    assert (await send(film, ("still", bytes(200 * 1024 + 1), "image/jpeg"))).status == 413
    assert lying_about() == []


async def test_a_caption_is_formatted_and_a_spoiler_hides(rig: PageRig) -> None:
    (message,) = await sent(rig, ("a.png", png(9, 9), PNG), caption="**look** 😀", spoiler="1")
    assert (message["text"], message["media"]["spoiler"]) == ("look 😀", True)
    assert [(each["type"], each["offset"], each["length"]) for each in message["entities"]] == [("bold", 0, 4)]
    (answer,) = await sent(rig, ("b.txt", b"b", TEXT), reply_to=str(message["id"]))
    assert answer["reply_to"]["id"] == message["id"]


async def test_several_are_albums_of_what_goes_together(rig: PageRig) -> None:
    pictures = [("1.png", png(9, 9), PNG), ("2.png", png(8, 9), PNG)]
    papers = [("3.txt", b"3", TEXT), ("4.txt", b"4", TEXT)]
    messages = await sent(rig, *pictures, *papers, ("5.mp3", b"5", "audio/mpeg"), caption="all")
    albums = [message["album"] for message in messages]
    assert None not in albums[:4]
    assert albums[0] == albums[1] != albums[2] == albums[3]
    assert albums[4] is None
    assert [message["text"] for message in messages] == ["all", "", "", "", ""]
    papers_alone = await sent(rig, *papers, caption="below")
    assert [message["text"] for message in papers_alone] == ["", "below"]
    assert [message["media"]["name"] for message in papers_alone] == ["3.txt", "4.txt"]


async def test_what_cannot_be_sent_is_refused_with_words(rig: PageRig) -> None:
    assert "empty" in await refused(rig, ("a.txt", b"", TEXT))
    assert "10" in await refused(rig, *[(f"{number}.txt", b"x", TEXT) for number in range(11)])
    assert "choose" in await refused(rig)
    assert "no sound" in await refused(rig, ("a.txt", b"x", TEXT), as_="voice")
    assert "1024" in await refused(rig, ("a.txt", b"x", TEXT), caption="😀" * 513)
    await refused(rig, ("a.txt", b"x", TEXT), as_="sticker")
    await refused(rig, ("a.txt", b"x", TEXT), reply_to="first")
    await refused(rig, ("a.txt", b"x", TEXT), color="red")
    answer = await rig.ask("POST", f"/chats/{rig.olga.id}/files", seat=rig.rita, json={"file": "x"})
    assert answer.status == 400
    assert (await rig.upload(rig.rita, 12345, ("a.txt", b"x", TEXT))).status == 404


async def test_a_file_that_is_too_big_is_refused(rig: PageRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.page.receiving.SIZE_MAX", 1000)
    await refused(rig, ("a.bin", bytes(1001), "application/octet-stream"), status=413)
    (message,) = await sent(rig, ("a.bin", bytes(1000), "application/octet-stream"))
    assert message["media"]["size"] == 1000


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../x", "x"),
        ("..\\..\\x.txt", "x.txt"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("\u202egnp.exe", "gnp.exe"),
        ("имя 👨‍👩‍👧.txt", "имя 👨‍👩‍👧.txt"),
        ("a" * 300 + ".txt", "a" * 196 + ".txt"),
        ('q"uo;te.txt', 'q"uo;te.txt'),
    ],
)
async def test_a_name_is_never_a_path(rig: PageRig, given: str, shown: str) -> None:
    (message,) = await sent(rig, (given.replace('"', "%22"), b"contents", TEXT))
    assert message["media"]["name"] == shown
    got = await rig.ask("GET", message["media"]["url"] + "&download=1")
    header = got.headers["Content-Disposition"]
    assert header.startswith("attachment; filename=")
    assert not any(each in header for each in ("/", "\\", "\n", "\u202e"))
    assert got.body == b"contents"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.xml", "application/xml"),
        ("a.xhtml", "application/xhtml+xml"), ("a.js", "text/javascript"), ("a.pdf", PDF),
        ("a.txt", TEXT), ("a.png", "image/png; text/html"),
    ],
)  # fmt: skip
async def test_a_file_is_never_served_as_markup(rig: PageRig, name: str, content_type: str) -> None:
    (message,) = await sent(rig, (name, b"<script>alert(1)</script>", content_type), as_="document")
    got = await rig.ask("GET", message["media"]["url"])
    assert got.headers["Content-Type"] in {"application/octet-stream", "image/png"}
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox"
    if got.headers["Content-Type"] == "application/octet-stream":
        assert got.headers["Content-Disposition"].startswith("attachment")


async def test_pictures_are_shown_and_have_small_ones(rig: PageRig) -> None:
    (photo, paper) = [
        *await sent(rig, ("a.png", png(64, 48), PNG)),
        *await sent(rig, ("b.png", png(640, 480), PNG), as_="document"),
    ]
    got = await rig.ask("GET", photo["media"]["url"])
    assert got.headers["Content-Type"] == PNG
    assert got.headers["Content-Disposition"].startswith('inline; filename="photo_')
    assert ".png" in got.headers["Content-Disposition"]
    small = await rig.ask("GET", paper["media"]["thumb"])
    assert (small.status, small.headers["Content-Type"]) == (200, "image/jpeg")
    again = await rig.ask("GET", paper["media"]["thumb"], headers={"If-None-Match": small.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    (text,) = await sent(rig, ("a.txt", b"x", TEXT))
    for missing in (f"/messages/{text['id']}/thumb", "/messages/999999/file"):
        assert (await rig.ask("GET", f"/chats/{rig.olga.id}{missing}", seat=rig.rita)).status == 404


async def test_a_part_is_served_and_no_more(rig: PageRig) -> None:
    data = os.urandom(3 * 1024 * 1024 + 5)
    (message,) = await sent(rig, ("a.bin", data, "application/octet-stream"))
    url, size = message["media"]["url"], len(data)
    whole = await rig.ask("GET", url)
    assert hashlib.sha256(whole.body).digest() == hashlib.sha256(data).digest()
    for asked, start, end in (
        ("bytes=0-0", 0, 0),
        ("bytes=1048570-1048590", 1_048_570, 1_048_590),
        ("bytes=3000000-", 3_000_000, size - 1),
        ("bytes=-7", size - 7, size - 1),
        ("bytes=5-99999999999", 5, size - 1),
    ):
        part = await rig.ask("GET", url, headers={"Range": asked})
        assert (part.status, part.headers["Content-Range"]) == (206, f"bytes {start}-{end}/{size}")
        assert part.body == data[start : end + 1]
    beyond = await rig.ask("GET", url, headers={"Range": f"bytes={size}-"})
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    for ignored in ("bytes=9-3", "bytes=-", "lines=1-2", "bytes=0-1,5-6"):
        assert (await rig.ask("GET", url, headers={"Range": ignored})).status == 200
    other = await rig.ask("GET", url, headers={"Range": "bytes=0-0", "If-Range": '"other"'})
    assert other.status == 200
    head = await rig.ask("HEAD", url)
    assert (head.status, head.headers["Content-Length"], head.body) == (200, str(size), b"")


async def test_a_reference_that_expires_on_the_way_is_asked_for_again(rig: PageRig) -> None:
    data = os.urandom(9 * 1024 * 1024)
    (message,) = await sent(rig, ("a.bin", data, "application/octet-stream"))
    async with rig.http.get(f"{rig.box.info.control}{message['media']['url']}") as response:
        got = await response.content.readexactly(1024)
        rig.box.api.expire_file_references()
        got += await response.read()
    assert got == data


async def test_files_of_another_data_centre_come_too(rig: PageRig) -> None:
    centres = rig.box.api.world.centres
    before, centres.of_files = centres.of_files, 4
    try:
        (message,) = await sent(rig, ("a.txt", b"far away", TEXT))
        assert (await rig.ask("GET", message["media"]["url"])).body == b"far away"
    finally:
        centres.of_files = before


async def test_a_download_that_is_broken_off_leaves_the_next_its_way(rig: PageRig) -> None:
    data = os.urandom(20 * 1024 * 1024)
    (message,) = await sent(rig, ("a.bin", data, "application/octet-stream"))
    for _ in range(3):
        async with rig.http.get(f"{rig.box.info.control}{message['media']['url']}") as response:
            await response.content.readexactly(10)
            response.close()
    async with asyncio.timeout(WITHIN):
        part = await rig.ask("GET", message["media"]["url"], headers={"Range": "bytes=-3"})
    assert part.body == data[-3:]


async def test_an_upload_that_is_broken_off_leaves_nothing(rig: PageRig) -> None:
    before = await rig.messages(rig.rita, rig.olga.id)
    host, port = rig.box.info.control.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST /api/people/{rig.rita.id}/chats/{rig.olga.id}/files HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    )
    writer.write(head.encode() + bytes(1_000_000))
    await writer.drain()
    async with asyncio.timeout(WITHIN):
        await until(lambda: any(path.is_file() for folder in lying_about() for path in folder.rglob("*")))
        writer.transport.abort()
        await until(lambda: not lying_about())
    assert await rig.messages(rig.rita, rig.olga.id) == before


async def test_who_goes_while_telegram_takes_the_file_sends_nothing(
    rig: PageRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gone = asyncio.Event(), asyncio.Event()

    async def never(*_: Any, **__: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()

    monkeypatch.setattr("sandbox.page.files.upload", never)
    before = await rig.messages(rig.rita, rig.olga.id)
    upload = asyncio.ensure_future(rig.upload(rig.rita, rig.olga.id, ("a.txt", b"x", TEXT)))
    async with asyncio.timeout(WITHIN):
        await begun.wait()
        upload.cancel()
        await gone.wait()
        await until(lambda: not lying_about())
    assert await rig.messages(rig.rita, rig.olga.id) == before
