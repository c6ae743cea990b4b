"""The bundled MongoDB: dies with its parent, comes back when it dies, and is run by one process at a time."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from database.embedded import STOP_SECONDS, EmbeddedMongo
from database.mongod import EmbeddedMongoError, explain, find_mongod, probe, socket_path

HOUSE = Path(__file__).parents[2]
PROCESS = """
import asyncio, json, sys
from pathlib import Path
from database.embedded import EmbeddedMongo

async def main():
    mongo = EmbeddedMongo()
    url = await mongo.start(Path(sys.argv[1]))
    print(json.dumps({"url": url, "pid": mongo.pid}), flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@contextlib.contextmanager
def another_process(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """Run the server of a folder from a process of its own; yields it, and what it says of its server."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(folder)], cwd=HOUSE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait(60)
        assert process.stdout
        process.stdout.close()


@pytest.fixture
async def mongo() -> AsyncIterator[EmbeddedMongo]:
    mongo = EmbeddedMongo()
    yield mongo
    await mongo.stop()


@contextlib.asynccontextmanager
async def documents(url: str, *, journal: bool = True) -> AsyncIterator[Any]:
    url = url if journal else url.replace("journal=true", "journal=false")
    async with AsyncMongoClient[dict[str, Any]](url, timeoutMS=60_000) as client:
        yield client["test"]["documents"]


async def until(condition: Any, seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def sockets_of(pid: int) -> set[str]:
    """Return the inodes of a process's sockets."""
    names = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            names.append(os.readlink(each))  # noqa: PTH115 - they are no paths
    return {name.removeprefix("socket:[").rstrip("]") for name in names if name.startswith("socket:[")}


def runs(mongo: EmbeddedMongo) -> bool:
    return mongo.pid is not None and mongo.failure is None


async def insert_until_it_breaks(collection: Any, acknowledged: list[int], first: int = 0) -> None:
    with contextlib.suppress(PyMongoError):
        for number in range(first, first + 10**6):
            await collection.insert_one({"_id": number})
            acknowledged.append(number)


async def test_it_listens_on_its_socket_alone_and_ends_cleanly(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    url = await mongo.start(tmp_path)
    pid = mongo.pid
    assert pid
    socket = tmp_path / "mongo.sock"
    assert socket.is_socket()
    assert socket.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mongo").stat().st_mode & 0o777 == 0o700
    async with documents(url) as collection:
        options = (await collection.database.client.admin.command("getCmdLineOpts"))["parsed"]
    assert options["net"]["bindIp"] == str(socket)
    ours = sockets_of(pid)
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        assert not ours & {row.split()[9] for row in rows}
    await mongo.stop(within=60)
    assert not is_alive(pid)
    assert '"exitCode":0' in (tmp_path / "mongod.log").read_text().splitlines()[-1]


async def test_it_is_killed_with_its_parent_and_the_next_start_finds_everything(
    mongo: EmbeddedMongo, tmp_path: Path
) -> None:
    acknowledged: list[int] = []
    with another_process(tmp_path) as (process, server):
        async with documents(server["url"]) as collection:
            writing = asyncio.create_task(insert_until_it_breaks(collection, acknowledged))
            await until(lambda: len(acknowledged) >= 50)
            process.send_signal(signal.SIGKILL)
            await until(lambda: not is_alive(server["pid"]))
            writing.cancel()
    # What a killed server leaves behind is in nobody's way.
    assert (tmp_path / "mongo.sock").is_socket()
    url = await mongo.start(tmp_path)
    assert url == server["url"]
    async with documents(url) as collection:
        kept = {document["_id"] async for document in collection.find()}
    assert set(acknowledged) <= kept


@pytest.mark.parametrize("journal", [True, False])
async def test_killed_itself_it_comes_back_with_what_was_acknowledged(
    mongo: EmbeddedMongo, tmp_path: Path, *, journal: bool
) -> None:
    """Without the journal, the control, what was acknowledged last is lost, unless it was written out just then."""
    url = await mongo.start(tmp_path)
    acknowledged: list[int] = []
    lost: set[int] = set()
    async with documents(url, journal=journal) as collection:
        for attempt in range(1 if journal else 5):
            before, enough = mongo.pid, len(acknowledged) + 300
            assert before
            writing = asyncio.create_task(insert_until_it_breaks(collection, acknowledged, attempt * 10**6))
            await until(lambda enough=enough: len(acknowledged) >= enough)
            os.kill(before, signal.SIGKILL)
            await until(lambda before=before: mongo.pid not in (None, before) and runs(mongo))
            await asyncio.wait([writing], timeout=5)
            lost = set(acknowledged) - {document["_id"] async for document in collection.find()}
            if lost:
                break
    assert bool(lost) is not journal


async def test_a_copy_of_the_folder_is_a_backup(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    """As docs/operators.md has it: copied while the bot is stopped, or as a snapshot, as if it had crashed."""
    here = tmp_path / "data"
    async with documents(await mongo.start(here)) as collection:
        await collection.insert_many([{"_id": number} for number in range(1000)])
        assert mongo.pid
        os.kill(mongo.pid, signal.SIGSTOP)  # nothing changes while it is copied, nor is anything written out
        shutil.copytree(here, tmp_path / "snapshot", ignore=shutil.ignore_patterns("mongo.sock"))
        os.kill(mongo.pid, signal.SIGCONT)
    await mongo.stop()
    shutil.copytree(here, tmp_path / "stopped")
    shutil.rmtree(here)
    for copy in ("snapshot", "stopped"):
        restored = EmbeddedMongo()
        try:
            async with documents(await restored.start(tmp_path / copy)) as collection:
                assert await collection.count_documents({}) == 1000
        finally:
            await restored.stop()


async def test_a_second_process_shares_the_server_and_takes_it_over(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    with another_process(tmp_path) as (process, server):
        url = await mongo.start(tmp_path)
        assert url == server["url"]
        assert mongo.pid is None
        async with documents(url) as collection:
            await collection.insert_one({"_id": 1})
            process.send_signal(signal.SIGKILL)
            await until(lambda: runs(mongo))
            found = None
            async with asyncio.timeout(60):
                while not found:
                    with contextlib.suppress(PyMongoError):  # its old connection is broken
                        found = await collection.find_one({"_id": 1})
    assert not is_alive(server["pid"])


async def test_a_second_process_leaves_the_first_ones_server_alone(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    url = await mongo.start(tmp_path)
    guest = EmbeddedMongo()
    assert await guest.start(tmp_path) == url
    assert guest.pid is None
    await guest.stop()
    assert mongo.pid
    assert is_alive(mongo.pid)
    async with documents(url) as collection:
        await collection.insert_one({"_id": 1})


async def test_a_path_too_long_for_a_socket_has_it_in_a_private_folder(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    url = await mongo.start(folder)
    socket = socket_path(folder)
    assert len(os.fsencode(socket)) <= 104
    assert socket.is_socket()
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    async with documents(url) as collection:
        await collection.insert_one({"_id": 1})
    await mongo.stop()
    assert not socket.parent.exists()


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    folder = socket_path(tmp_path / ("open" * 30)).parent
    try:
        folder.chmod(0o755)
        with pytest.raises(EmbeddedMongoError, match="private"):
            socket_path(tmp_path / ("open" * 30))
    finally:
        folder.rmdir()


async def test_damaged_data_is_told_as_such(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    await mongo.start(tmp_path)
    await mongo.stop()
    for name in ("WiredTiger.wt", "WiredTiger.turtle", "WiredTiger.turtle.set"):
        damaged = tmp_path / "mongo" / name
        if damaged.exists():
            damaged.write_bytes(os.urandom(4096))
    with pytest.raises(EmbeddedMongoError, match=r"damaged.*backup"):
        await EmbeddedMongo().start(tmp_path)


async def test_a_server_that_stands_still_is_ended_in_the_time_given(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    await mongo.start(tmp_path)
    pid = mongo.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    await mongo.stop(within=0.3)
    assert time.monotonic() - began < STOP_SECONDS, "and not in its usual time"
    await until(lambda: not is_alive(pid))


async def test_a_process_that_nothing_ends_is_not_waited_for(
    mongo: EmbeddedMongo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The kernel keeps a killed process whose disk hangs."""

    class Kept:
        pid, returncode = 1, None

        def terminate(self) -> None: ...
        def kill(self) -> None: ...

        async def wait(self) -> int:
            await asyncio.sleep(600)
            return 0

    mongo._process = Kept()  # type: ignore[assignment]  # a stand-in
    began = time.monotonic()
    await mongo.stop(within=0.1)
    assert time.monotonic() - began < 30
    assert "does not end though it was killed" in caplog.text
    mongo._process = None


async def test_a_start_that_is_cancelled_leaves_no_server(mongo: EmbeddedMongo, tmp_path: Path) -> None:
    for moment in (0.0, 0.02, 0.1, 0.3):
        starting = asyncio.create_task(mongo.start(tmp_path))
        await asyncio.sleep(moment)
        starting.cancel()
        await asyncio.wait([starting], timeout=60)
        assert starting.done()
        await until(lambda: mongo.pid is None)
    await mongo.start(tmp_path)


async def test_a_folder_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedMongoError, match="DATA_DIR"):
        await EmbeddedMongo().start(tmp_path / "file" / "data")


async def test_a_program_that_cannot_run_is_told_with_what_to_do(tmp_path: Path) -> None:
    assert (await probe(find_mongod())).startswith("6.0.")
    broken = tmp_path / "mongod"
    broken.write_bytes(b"\x7fELF and nothing more")
    broken.chmod(0o700)
    with pytest.raises(EmbeddedMongoError, match="DATABASE_URL"):
        await probe(broken)
    broken.write_text("#!/bin/sh\necho 'mongod: error while loading shared libraries: libcurl.so.4' >&2\nexit 127\n")
    with pytest.raises(EmbeddedMongoError, match=r"library.*DATABASE_URL"):
        await probe(broken)


@pytest.mark.parametrize(
    ("code", "output", "said"),
    [
        (-signal.SIGILL, "", "AVX"),
        (-signal.SIGKILL, '{"s":"I","msg":"Wiredtiger is not corrupt, featureCompatibilityVersion 6.0"}', "signal 9"),
        (
            14,
            '{"s":"E","msg":"WiredTiger error","attr":{"error":28,"message":"No space left on device"}}',
            "disk is full",
        ),
        (
            100,
            '{"s":"E","msg":"DBException in initAndListen, terminating","attr":{"error":"DBPathInUse: x"}}',
            "Another",
        ),
        (1, "prctl: Operation not permitted", "cannot be written"),
        (3, "", "code 3"),
    ],
)
def test_an_end_is_explained(code: int, output: str, said: str) -> None:
    assert said in explain(code, output)
