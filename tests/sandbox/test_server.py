"""The sandbox from outside: its command line, its control, and what outlives it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pyrogram.errors import RPCError

from sandbox.__main__ import main
from sandbox.network import ServerInfo
from sandbox.people import People
from tests.e2e.harness import ROOT, SandboxProcess
from tests.e2e.nursery import SANDBOX, forking, start
from tests.ports import free_port

TOKEN, USERNAME = "777002:secret", "store_bot"


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[SandboxProcess]:
    sandbox = SandboxProcess(*arguments)
    try:
        await sandbox.start()
        yield sandbox
    finally:
        await sandbox.stop(signal.SIGKILL)


async def refused(folder: Path, *arguments: str) -> str:
    """The line with which a sandbox that cannot start ends."""
    said = folder / "said"
    with said.open("wb") as file:
        process = await start(SANDBOX, arguments, ROOT, os.environ, file.fileno(), file.fileno())
    assert await asyncio.wait_for(process.wait(), 60) == 1
    [line] = said.read_text("utf-8").splitlines()
    return line


@asynccontextmanager
async def control(info: ServerInfo) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(info.control, timeout=aiohttp.ClientTimeout(60)) as session:
        yield session


async def lines(session: aiohttp.ClientSession, since: int | str = 0) -> list[dict[str, Any]]:
    async with session.get(f"/ledger?since={since}") as response:
        assert response.status == 200
        return [json.loads(line) for line in (await response.text()).splitlines()]


async def seconds_of(call: Awaitable[object]) -> float:
    started = time.monotonic()
    await call
    return time.monotonic() - started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_is_and_ends_cleanly(number: signal.Signals) -> None:
    with forking(on=False):  # `python -m sandbox`, as anybody starts it
        sandbox = SandboxProcess("--bot", f"{TOKEN}={USERNAME}")
        await sandbox.start()
    try:
        assert sandbox.info.control.startswith("http://127.0.0.1:")
        assert Path(sandbox.info.public_key).read_text().startswith("-----BEGIN RSA PUBLIC KEY-----")
        assert "PRIVATE" not in Path(sandbox.info.public_key).read_text()
        folder = Path(sandbox.info.public_key).parent
        assert await sandbox.stop(number) == 0
        assert not folder.exists()
    finally:
        await sandbox.stop(signal.SIGKILL)


async def test_it_ends_while_clients_are_connected_and_calls_run() -> None:
    async with running() as sandbox, People(sandbox.info) as people:
        for number in range(5):
            await people.sign_up(f"9996600{number:03d}")
        assert await sandbox.stop() == 0


async def test_a_taken_port_is_said_in_a_line(tmp_path: Path) -> None:
    async with running() as sandbox:
        port = str(sandbox.info.port)
        assert port in await refused(tmp_path, "--port", port)


async def test_a_state_in_use_is_said_in_a_line(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running("--state", str(state)):
        line = await refused(tmp_path, "--state", str(state))
        assert f"{state} is in use" in line
        assert "stop that one" in line


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--bot", "nonsense"], "123456:secret=username"),
        (["--port", "99999"], "from 0 to 65535"),
        (["--port", "-1"], "from 0 to 65535"),
        (["--control-port", "x"], "from 0 to 65535"),
        (["--state", __file__], "is no folder"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_arguments_are_said_in_a_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert told in line


async def test_what_a_killed_one_left_goes_with_the_next_start() -> None:
    async with running() as killed:
        folder = Path(killed.info.public_key).parent
        assert await killed.stop(signal.SIGKILL) == -signal.SIGKILL
        assert folder.is_dir()
    async with running() as living, running() as other:
        assert not folder.exists()
        for each in (living, other):
            assert Path(each.info.public_key).is_file()


async def test_control_tells_and_sets() -> None:
    async with running() as sandbox, control(sandbox.info) as session, People(sandbox.info) as people:
        async with session.get("/health") as response:
            assert await response.json() == {"ok": True}
        async with session.post("/bots", json={"token": TOKEN, "username": USERNAME}) as response:
            assert await response.json() == {"id": 777002, "username": USERNAME}
        person = await people.sign_up("9996600001", first_name="Rita")
        await person.talk_to(USERNAME)
        before = (await lines(session))[-1]["seq"]
        await person.send("hello")
        await person.send("again")
        seen = await lines(session, before)
        assert [(line["kind"], line["text"], line["from_id"]) for line in seen] == [
            ("message", "hello", person.id),
            ("message", "again", person.id),
        ]
        assert [line["seq"] for line in seen] == [before + 1, before + 2]
        async with session.get("/calls") as response:
            assert (await response.json())[str(person.id)]["messages.SendMessage"] == 2
        async with session.post("/latency", json={"milliseconds": 300}) as response:
            assert response.status == 200
        assert await seconds_of(person.send("slow")) >= 0.3
        await session.post("/latency", json={"milliseconds": 0})
        fast = [await seconds_of(person.send("fast")) for _ in range(10)]
        assert min(fast) < 0.3, "on a busy machine one of ten is still fast"


async def test_people_without_clients_write_like_others() -> None:
    async with running("--bot", f"{TOKEN}={USERNAME}") as sandbox, control(sandbox.info) as session:
        async with session.post("/people", json={"count": 3, "first_name": "Crowd"}) as response:
            ids = (await response.json())["ids"]
        assert len(set(ids)) == 3
        before = (await lines(session))[-1]["seq"]
        said = {"from": ids, "to": USERNAME, "texts": ["/start", "hello"]}
        async with session.post("/say", json=said) as response:
            assert (await response.json())["message_ids"] == [1, 2] * 3
        seen = await lines(session, before)
        assert [(line["from_id"], line["text"]) for line in seen] == [
            (each, text) for each in ids for text in ("/start", "hello")
        ]
        async with session.post("/say", json={"from": ids[0], "to": 777002, "texts": [""]}) as response:
            assert (response.status, (await response.json())["error"]) == (400, "400 MESSAGE_EMPTY")


async def test_one_person_writes_without_end_at_the_rate_that_is_asked_for() -> None:
    async with running("--bot", f"{TOKEN}={USERNAME}") as sandbox, control(sandbox.info) as session:
        async with session.post("/people", json={"count": 1}) as response:
            (who,) = (await response.json())["ids"]
        flood = {"from": who, "to": USERNAME, "text": "again", "count": 1000}

        async def begin(**more: Any) -> str:
            async with session.post("/floods", json=flood | more) as response:
                return f"/floods/{(await response.json())['id']}"

        async def shown(path: str) -> dict[str, Any]:
            async with session.get(path) as response:
                seen: dict[str, Any] = await response.json()
                return seen

        async def until(path: str, look: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
            async with asyncio.timeout(30):
                while True:
                    seen = await shown(path)
                    if look(seen):
                        return seen
                    await asyncio.sleep(0.02)

        paced, free = await begin(count=20, per_second=40), await begin()
        seen = await until(free, lambda flood: not flood["running"])
        assert (seen["sent"], seen["error"]) == (1000, "")
        seen = await until(paced, lambda flood: not flood["running"])
        assert seen["sent"] == 20
        assert seen["seconds"] >= 0.5
        said = [line for line in await lines(session) if line["kind"] == "message"]
        assert [line["message_id"] for line in said] == list(range(1, 1021))

        endless = await begin(count=1_000_000)
        await until(endless, lambda flood: bool(flood["sent"]))
        async with session.delete(endless) as response:
            assert not (await response.json())["running"]
        seen = await until(await begin(text="x" * 5000, count=3), lambda flood: not flood["running"])
        assert (seen["sent"], seen["error"]) == (0, "400 MESSAGE_TOO_LONG")
        async with session.get("/floods/99") as response:
            assert response.status == 400


async def test_file_references_expire_when_told_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    async with (
        running("--bot", f"{TOKEN}={USERNAME}") as sandbox,
        control(sandbox.info) as session,
        People(sandbox.info) as people,
    ):
        person = await people.sign_up("9996600001")
        await person.talk_to(USERNAME)
        sent: Any = await person.send_file(tmp_path / "file")
        await person.download(sent, tmp_path / "got")
        await session.post("/file_references", json={"ttl": 0.05})
        await asyncio.sleep(0.06)
        with pytest.raises(RPCError, match="FILE_REFERENCE_EXPIRED"):
            await person.client.send_cached_media(person.id, sent.document.file_id)
        await session.post("/file_references", json={"ttl": None})
        await person.client.send_cached_media(person.id, sent.document.file_id)


NONSENSE: list[tuple[str, object]] = [
    ("/latency", {"milliseconds": -1}),
    ("/latency", {"milliseconds": "soon"}),
    ("/latency", {}),
    ("/latency", [1]),
    ("/file_references", {"ttl": "never"}),
    ("/bots", {"token": "nonsense", "username": "x"}),
    ("/bots", {"token": "1:other", "username": USERNAME}),
    ("/bots", {}),
    ("/people", {"count": 0}),
    ("/say", {"from": 1, "to": USERNAME, "texts": ["x"]}),
    ("/say", {"from": [], "to": USERNAME, "texts": ["x"]}),
    ("/say", {"from": 1, "to": None, "texts": ["x"]}),
    ("/say", {"from": 1, "to": USERNAME, "texts": "x"}),
    ("/floods", {"from": 1, "to": USERNAME, "text": "x", "count": 1}),
    ("/floods", {"from": 1, "to": USERNAME, "text": "x", "count": 1, "pace": 3}),
    ("/floods", {"from": 1, "to": USERNAME, "text": "", "count": 1}),
    ("/floods", {"from": 1, "to": USERNAME, "text": "x", "count": 0}),
    ("/floods", {"from": 1, "to": None, "text": "x", "count": 1}),
    ("/floods", {"from": 1, "to": USERNAME, "text": "x", "count": 1, "per_second": 0}),
]


async def test_control_refuses_what_makes_no_sense() -> None:
    async with running("--bot", f"{TOKEN}={USERNAME}") as sandbox, control(sandbox.info) as session:
        for path, body in NONSENSE:
            async with session.post(path, json=body) as response:
                assert response.status == 400, (path, body)
                assert (await response.json())["error"]
        async with session.post("/latency", data=b"{no json") as response:
            assert response.status == 400
        async with session.get("/ledger?since=x") as response:
            assert response.status == 400


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_everything_outlives_a_restart(number: signal.Signals, tmp_path: Path) -> None:
    port, folder = free_port(), tmp_path / "state"
    arguments = ("--port", str(port), "--state", str(folder))
    async with running(*arguments, "--bot", f"{TOKEN}={USERNAME}") as first, People(first.info) as people:
        person = await people.sign_up("9996600001", first_name="Rita")
        await person.talk_to(USERNAME)
        channel = await person.create_channel("Storage")
        (tmp_path / "file").write_bytes(os.urandom(100_000))
        await person.send_file(tmp_path / "file", to=channel)
        session = await person.session_string()
        key = Path(first.info.public_key).read_bytes()
        async with control(first.info) as http:
            before = await lines(http)
        await first.stop(number)
        # the same client goes on by itself, on the same connection object
        async with running(*arguments) as second:
            assert second.info.address == first.info.address
            assert Path(second.info.public_key).read_bytes() == key
            sent = await person.send("still here")
            assert sent.id == 1
            history = await person.history(channel)
            got = await person.download(history[-1], tmp_path / "got")
            assert got.read_bytes() == (tmp_path / "file").read_bytes()
            async with control(second.info) as http:
                after = await lines(http)
            assert after[: len(before)] == before
            assert [line["text"] for line in after[len(before) :]] == ["still here"]
            async with People(second.info) as others:
                returned = await others.return_with(session)
                assert returned.id == person.id
                assert [line["kind"] for line in after].count("signup") == 1
