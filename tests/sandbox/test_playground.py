"""The playground bears what newcomers do: odd names, broken folders, Ctrl-C at any time; and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from aiohttp import web

from config import Settings
from sandbox import botprocess
from sandbox.botprocess import free_port, wait_until_ready
from sandbox.network import ServerInfo
from sandbox.people import People
from sandbox.playground import FOLDER, main
from sandbox.server import Sandbox
from sandbox.show import explained, prepared, show
from sandbox.stage import OWNER_PHONE, BrokenScene, Scene, control, set_scene
from sandbox.telling import Trouble, file_named, in_bytes, shortened

ROOT = Path(__file__).parents[2]
TOKEN = f"1:{'a' * 35}"
SCENE = Scene(TOKEN, "demo_bot", 5, -1001234567890)
BOT = """
import json, os
from pathlib import Path
print(json.dumps({"cwd": os.getcwd(), "env": Path(".env").exists(), **os.environ}))
"""


def processes_with(text: str) -> list[int]:
    """The processes, other than this one, whose environment or command line has this text in it."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in words and place.name != str(os.getpid()):
            found.append(int(place.name))
    return found


async def gone(text: str, within: float = 60.0) -> bool:
    """Whether all processes that name this text end in time."""
    for _ in range(int(within * 10)):
        if not processes_with(text):
            return True
        await asyncio.sleep(0.1)
    return False


@asynccontextmanager
async def playing(folder: Path, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The playground as a process, with its temporary folders in `folder`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.playground", *words, cwd=ROOT, env=os.environ | {"TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        for number in processes_with(str(folder)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


async def read_until(process: asyncio.subprocess.Process, word: str) -> str:
    """What the process says up to the line with this word."""
    assert process.stdout is not None
    text = ""
    async with asyncio.timeout(120):
        while line := (await process.stdout.readline()).decode():
            text += line
            if word in line:
                return text
    raise AssertionError(text)


async def rest(process: asyncio.subprocess.Process) -> str:
    """What it says until it ends."""
    assert process.stdout is not None
    async with asyncio.timeout(120):
        text = (await process.stdout.read()).decode()
        await process.wait()
    return text


async def test_the_bot_sees_neither_the_env_file_nor_the_database_of_a_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    folder = root / "data"
    folder.mkdir(parents=True)
    (root / "bot.py").write_text(BOT)
    (root / ".env").write_text("TG_BOT_TOKEN=1:real\nDATABASE_URL=mongodb://real\n")
    monkeypatch.chdir(root)
    monkeypatch.setattr(botprocess, "ROOT", root)
    for name in ("DATABASE_URL", "MONGO_URI", "TG_BOT_TOKEN"):
        monkeypatch.setenv(name, "mongodb://real")
    info = ServerInfo("127.0.0.1:1", "http://127.0.0.1:2", "key.pem")
    lines: list[str] = []
    for start in (1, 2):
        process = await botprocess.start_bot(SCENE, info, folder, folder / "bot.log", 8080)
        assert await process.wait() == 0
        lines = (folder / "bot.log").read_text().splitlines()
        assert len(lines) == 2 * start  # a log goes on, with a line between starts
        assert lines[-2].startswith("--- started ")
    seen = json.loads(lines[-1])
    assert Path(seen["cwd"]).is_relative_to(folder)
    assert not seen["env"]
    assert "mongodb://real" not in seen.values()
    assert seen["BOT_TOKEN"] == TOKEN
    assert Path(seen["DATA_DIR"]) == folder


def test_what_it_keeps_is_apart_from_what_a_real_bot_keeps() -> None:
    real = ROOT / Settings.model_fields["data_dir"].default
    assert real in FOLDER.parents
    kept_by_a_bot = {"mongo", "mongo.sock", "mongo.lock", "mongod.log"}
    assert FOLDER.relative_to(real).parts[0] not in kept_by_a_bot


async def former(data: Path) -> None:
    """A folder as the playground left it before it had a page: no News channel, and nothing known of one."""
    data.mkdir()
    async with Sandbox(data / "telegram") as sandbox, People(sandbox.info) as people:
        owner = await people.sign_up(OWNER_PHONE, first_name="Olivia")
        kept = data / "scene.json"
        await set_scene(sandbox.info, username="former_bot", owner=owner, kept=kept)
        known = json.loads(kept.read_text())
        kept.write_text(json.dumps({name: known[name] for name in ("token", "username", "owner_id", "channel_id")}))


async def test_a_folder_of_the_former_version_goes_on_at_one_address_and_nothing_is_left(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await former(data)
    words = ("run", "--folder", str(data), "--port", "0", "--page-port", "0")
    async with playing(tmp_path, *words) as process:
        said = await read_until(process, "Open")
        assert "@former_bot, as you left it" in said
        address = said.split()[-1]
        start = await control(ServerInfo("", address.rstrip("/"), ""), "GET", "/api/start")
        process.send_signal(signal.SIGHUP)
        said = await rest(process)
        assert said.splitlines()[-2:] == ["Ending …", "Ended."]
        assert process.returncode == 0
    assert [each["name"] for each in start["people"]] == ["Olivia", "Rustam", "Anna"]
    assert all(step["chat"] for one in start["tries"] for step in one["steps"])  # the News channel is there
    assert not processes_with(str(data))
    async with playing(tmp_path, *words) as process:
        assert (await read_until(process, "Open")).split()[-1] == address
        assert len(processes_with(str(data))) >= 3  # itself, the bot, the database
        process.kill()
        await process.wait()
        assert await gone(str(data))


@pytest.mark.parametrize(
    "number, there",
    [(signal.SIGTERM, 1), (signal.SIGINT, 2), (signal.SIGHUP, 3)],
    ids=["at once", "with the bot", "with its database"],
)
async def test_a_demo_ended_during_its_start_leaves_nothing(tmp_path: Path, number: signal.Signals, there: int) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"x")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    async with playing(temporary, "demo", "--", str(file)) as process:
        await read_until(process, "Starting")
        async with asyncio.timeout(60):
            while len(processes_with(str(temporary))) < there:  # noqa: ASYNC110 - they are other processes
                await asyncio.sleep(0.01)
        process.send_signal(number)
        process.send_signal(number)  # a second one changes nothing
        said = await rest(process)
        assert process.returncode == 130, said
        assert said.splitlines()[-1] == "Ended."
        assert "Traceback" not in said
    assert list(temporary.iterdir()) == []
    assert not processes_with(str(temporary))


async def test_a_demo_with_an_odd_name(tmp_path: Path) -> None:
    file = tmp_path / "-a $(id) $x 'q' \"p\" ü.bin"
    file.write_bytes(b"x")
    async with playing(tmp_path, "demo", "--", str(file)) as process:
        said = await rest(process)
        assert process.returncode == 0, said
    assert f"{file.name} (1 byte)" in said
    assert said.splitlines()[-1] == "Equal."


def test_which_names_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("-rf", "a b $c", "'\"`"):
        Path(name).write_bytes(b"x")
        assert file_named(name) == Path(name)
    assert file_named("~/-rf") == tmp_path / "-rf"
    Path("empty").touch()
    refused = {
        "": "Name a file",
        "a\nb": "line break",
        "\udcff.bin": "not UTF-8",
        "none": "not there",
        ".": "not a file",
        "empty": "empty",
        "~nobody-of-that-name/x": "cannot be read",
        "n" * 300: "cannot be read",
    }
    for name, reason in refused.items():
        with pytest.raises(Trouble, match=reason):
            file_named(name)


def test_sizes_and_texts() -> None:
    assert [in_bytes(1), in_bytes(2048)] == ["1 byte", "2,048 bytes"]
    assert shortened("a \n b") == "a b"
    assert shortened("x" * 91) == "x" * 89 + "…"


def test_a_scene_is_kept_whole_and_private(tmp_path: Path) -> None:
    kept = tmp_path / "scene.json"
    assert Scene.load(kept) is None
    SCENE.save(kept)
    SCENE.save(kept)
    assert Scene.load(kept) == SCENE
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "5", "{}", '{"token": 1, "username": "a", "owner_id": 1, "channel_id": 0}']
)
def test_a_broken_scene_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "scene.json").write_text(text)
    with pytest.raises(BrokenScene):
        Scene.load(tmp_path / "scene.json")


async def test_an_interrupted_scene_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "scene.json"
    async with Sandbox() as sandbox, People(sandbox.info) as people:
        owner = await people.sign_up("9996600001")
        with monkeypatch.context() as patch:
            patch.setattr(type(owner), "promote", AsyncMock(side_effect=asyncio.CancelledError))
            with pytest.raises(asyncio.CancelledError):
                await set_scene(sandbox.info, username="demo_bot", owner=owner, kept=kept)
        begun = Scene.load(kept)
        assert begun is not None
        assert not begun.is_set
        scene = await set_scene(sandbox.info, username="demo_bot", owner=owner, kept=kept)
    assert scene.is_set
    assert scene.token == begun.token
    assert Scene.load(kept) == scene


def test_one_line_says_what_is_wrong_with_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    lost = tmp_path / "lost"
    lost.mkdir()
    SCENE.save(lost / "scene.json")
    broken = tmp_path / "broken"
    (broken / "telegram").mkdir(parents=True)
    (broken / "scene.json").touch()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    levels = {"pyrogram": logging.ERROR, "pyrogram.connection": logging.CRITICAL}
    libraries = {logging.getLogger(name): level for name, level in levels.items()}
    loud = {library: library.level for library in libraries}
    try:
        for folder, reason in ((file, "is a file"), (lost, "is gone"), (broken, "empty or damaged")):
            assert main(["run", "--folder", str(folder), "--port", "0", "--page-port", "0"]) == 2
            said = capsys.readouterr().err
            assert reason in said
            assert str(folder) in said
            assert said.count("\n") == 1
        assert {library: library.level for library in libraries} == libraries  # they would fill the terminal
    finally:
        for library, level in loud.items():
            library.setLevel(level)
        for number, handler in before.items():
            signal.signal(number, handler)


async def test_a_folder_in_use_is_said(tmp_path: Path) -> None:
    async with Sandbox(tmp_path / "telegram"):
        with pytest.raises(Trouble, match="in use"):
            async with show(tmp_path):
                pass


def test_a_folder_without_rights_is_said(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"Permission denied.*Make it writable"), explained(tmp_path):
        raise PermissionError(13, "Permission denied", str(tmp_path))
    assert prepared(tmp_path / "new").is_absolute()


async def test_a_bot_that_does_not_get_ready_says_why(tmp_path: Path) -> None:
    async def ready(_request: web.Request) -> web.Response:
        checks = {"telegram": "not connected", "database": "ok"}
        return web.json_response({"ready": False, "checks": checks}, status=503)

    app = web.Application()
    app.router.add_get("/readyz", ready)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port(0)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    assert free_port(port) != port
    log = tmp_path / "bot.log"
    log.write_text("of the last start\nof this one\n")
    process = await asyncio.create_subprocess_exec("sleep", "30")
    try:
        with pytest.raises(Trouble) as caught:
            await wait_until_ready(process, f"http://127.0.0.1:{port}", log, len("of the last start\n"), within=2)
    finally:
        process.kill()
        await process.wait()
        await runner.cleanup()
    assert str(caught.value).splitlines() == [
        "The bot did not get ready within 2 seconds (telegram: not connected). Its last words:",
        "of this one",
    ]
