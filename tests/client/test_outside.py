"""What a shortener's address may lead to: nothing inside, however it is written; little time and few bytes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from client import outside
from client.outside import LONGEST, Outside, Unreachable, is_outside
from client.shortening import question, short_in
from services.shorteners import Shortener

V4 = (
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.255.255.254", "0", "0.0.0.0", "00000000",  # noqa: S104 - nothing is bound
    "localhost", "LOCALHOST", "127.0.0.1.", "localhost.",
)  # fmt: skip
"""This machine, in the ways in which IPv4 lets it be written."""

V6 = (
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::]",
    "[0000::0001]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[fec0::1]",
)  # fmt: skip

RANGES = (
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254", "169.254.169.254",
    "169.254.170.2", "100.64.0.1", "100.100.100.200", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376",
    "192.0.0.1", "192.0.0.9", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::ffff:192.168.0.1]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]",
    "[2002:c0a8:1::]", "[100::1]", "[2001:db8::1]",
)  # fmt: skip

NAMES = {
    "inside.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "lan.example": ["192.168.1.1"],
    "many.example": ["127.0.0.1", "::1", "10.0.0.1"],
    "zero.example": ["0.0.0.0"],  # noqa: S104 - nothing is bound
    "nat.example": ["64:ff9b::7f00:1"],
}
"""Names that lead inside, as whoever has them may let them."""

REBINDING = "rebinding.example"
"""A name that is outside at the first question, and inside at the second."""

SCHEMES = (
    "http://127.0.0.1", "ftp://127.0.0.1", "file:///etc/passwd", "gopher://127.0.0.1", "https://user@127.0.0.1",
    "https://short.example@127.0.0.1", "//127.0.0.1", "https:127.0.0.1", "https://", "https:///api", "unix:///run/x",
)  # fmt: skip

HOSTS = (*V4, *V6, *RANGES, *NAMES, REBINDING)


@dataclass
class Machine:
    """Every connection that anything here tries to make, in place of a network."""

    tried: list[str] = field(default_factory=list)
    questions: dict[str, int] = field(default_factory=dict)

    def find(self, host: str) -> list[str]:
        """Look a name up as name servers and the C library do."""
        self.questions[host] = self.questions.get(host, 0) + 1
        if host == REBINDING:
            return ["93.184.215.14"] if self.questions[host] == 1 else ["127.0.0.1"]
        return NAMES.get(host.rstrip("."), [])


def as_found(place: str, port: int) -> Any:
    """An address as the C library writes it."""
    six = ":" in place
    family = socket.AF_INET6 if six else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (place, port, 0, 0) if six else (place, port)


@pytest.fixture
async def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Nothing leaves: what would be connected to is written down and refused."""
    made, loop = Machine(), asyncio.get_running_loop()
    real = socket.getaddrinfo

    async def getaddrinfo(host: Any, port: Any, *_: Any, **kwargs: Any) -> Any:
        places = made.find(str(host))
        if not places:
            with contextlib.suppress(OSError):
                return real(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
            places = ["127.0.0.1"] if str(host).lower().rstrip(".") in {"localhost", "127.0.0.1"} else []
        return [as_found(place, port) for place in places]

    async def sock_connect(_: socket.socket, place: Any) -> None:
        made.tried.append(str(place[0]))
        raise ConnectionRefusedError

    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(loop, "sock_connect", sock_connect)
    return made


def addresses() -> Iterator[str]:
    for host in HOSTS:
        yield f"https://{host}/api?api=k&url=u"
    yield from SCHEMES


async def reach(made: Outside) -> None:
    for address in addresses():
        with pytest.raises(Unreachable):
            await made.get(address)
    with pytest.raises(Unreachable):
        await made.get(f"https://{REBINDING}/api")


async def test_of_eighty_addresses_that_reach_inside_none_is_connected_to(machine: Machine) -> None:
    assert len(list(addresses())) >= 80
    await reach(Outside())
    assert [place for place in machine.tried if place != "93.184.215.14"] == []
    assert machine.tried == ["93.184.215.14"], "the control: what is outside is connected to"
    assert machine.questions[REBINDING] == 2


async def test_control_without_the_guard_most_of_them_are_connected_to(machine: Machine) -> None:
    await reach(Outside(guarded=False))
    assert len(machine.tried) >= 60
    assert {"127.0.0.1", "169.254.169.254", "::1", "192.168.1.1"} <= set(machine.tried)


@pytest.mark.parametrize("host", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_of_the_internet_is_outside(host: str) -> None:
    assert is_outside(host)


@pytest.mark.parametrize("host", ["", "short.example", "127.0.0.1", "fe80::1%eth0"])
def test_names_and_numbers_of_here_are_not(host: str) -> None:
    assert not is_outside(host)


# A server that misbehaves, on this machine


Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def lead(request: web.Request) -> web.StreamResponse:
    """Lead to where the question says; without a question, in a circle."""
    return web.Response(status=302, headers={"Location": request.query.get("to", "/lead")})


@pytest.fixture
async def near() -> AsyncIterator[dict[str, Any]]:
    """Servers on this machine by their names: a good one, and one for each way to misbehave."""
    released = asyncio.Event()

    async def good(request: web.Request) -> web.StreamResponse:
        told = " ".join(f"{name}={value}" for name, value in request.query.items())
        return web.Response(text=f"{request.host} {told}")

    async def slow(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response(text="late")

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while not released.is_set():
                await response.write(b".")
                await asyncio.sleep(0.01)
        return response

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        sent["bytes"] = 0
        with contextlib.suppress(ConnectionError):
            while sent["bytes"] < 1 << 30:
                await response.write(b"x" * 65536)
                sent["bytes"] += 65536
        return response

    async def bomb(_: web.Request) -> web.StreamResponse:
        return web.Response(body=zlib.compress(b"x" * 10_000_000), headers={"Content-Encoding": "deflate"})

    async def redirect(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"http://{request.query['to']}/")

    async def heads(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={f"X-{number}": "x" for number in range(1000)})

    async def exact(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * LONGEST)

    sent: dict[str, Any] = {}
    app = web.Application()
    for each in (good, slow, drip, endless, bomb, redirect, lead, heads, exact):
        app.router.add_get(f"/{each.__name__}", each)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sent["place"] = f"127.0.0.1:{runner.addresses[0][1]}"
    yield sent
    released.set()
    await runner.cleanup()


async def asked(near: dict[str, Any], path: str) -> bytes:
    return await Outside({"short.example": near["place"]}).get(f"https://short.example/{path}")


async def test_a_name_that_is_on_this_machine_is_asked_there(near: dict[str, Any]) -> None:
    short = Shortener("x", "https://short.example/good?a=b", "k&y")
    answer = await Outside({"short.example": near["place"]}).get(question(short, "https://t.me/x?start=v"))
    assert answer == b"short.example a=b api=k&y url=https://t.me/x?start=v"
    assert len(await asked(near, "exact")) == LONGEST


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("endless", "its answer is too long"),
        ("redirect?to=169.254.169.254", "HTTP 302"),
        ("nothing", "HTTP 404"),
        ("heads", "ClientResponseError"),
    ],
)
async def test_what_misbehaves_is_given_up(near: dict[str, Any], path: str, reason: str) -> None:
    with pytest.raises(Unreachable, match=reason):
        await asked(near, path)
    assert near.get("bytes", 0) < 16 << 20


@pytest.mark.parametrize("path", ["slow", "drip"])
async def test_what_takes_too_long_is_given_up(
    near: dict[str, Any], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outside.TIMEOUT == 5
    monkeypatch.setattr(outside, "TIMEOUT", 0.2)
    with pytest.raises(Unreachable, match="no answer in time"):
        await asked(near, path)


async def test_nothing_is_unpacked(near: dict[str, Any]) -> None:
    assert len(await asked(near, "bomb")) < LONGEST


async def test_a_redirect_that_is_not_followed_connects_to_nothing(
    near: dict[str, Any],
) -> None:
    taken: list[Any] = []
    server = await asyncio.start_server(lambda reader, writer: taken.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable, match="HTTP 302"):
        await asked(near, f"redirect?to=127.0.0.1:{port}")
    assert taken == []
    server.close()


# What is saved


async def saved(near: dict[str, Any], url: str) -> bytes:
    """What comes of an address, where two hosts are on this machine."""
    got = bytearray()

    async def take(piece: bytes) -> None:
        got.extend(piece)

    await Outside({"short.example": near["place"], "long.example": near["place"]}).save(url, take)
    return bytes(got)


async def test_a_file_is_found_where_an_address_leads_to(near: dict[str, Any]) -> None:
    assert await saved(near, "https://short.example/lead?to=/lead?to=https://long.example/good") == b"long.example "
    assert len(await saved(near, "https://short.example/exact")) == LONGEST


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("https://169.254.169.254/", "it leads inside"),
        ("https://127.0.0.1:1/", "it leads inside"),
        ("http://long.example/good", "no plain https"),
        ("https://u:p@long.example/good", "no plain https"),
        ("https://[", "no address"),
    ],
)
async def test_where_it_leads_is_looked_at_as_well(near: dict[str, Any], to: str, reason: str) -> None:
    with pytest.raises(Unreachable, match=reason):
        await saved(near, f"https://short.example/lead?to={to}")


async def test_what_leads_on_and_on_is_given_up(near: dict[str, Any]) -> None:
    with pytest.raises(Unreachable, match="on and on"):
        await saved(near, "https://short.example/lead")


# What shorteners are asked, and answer


@pytest.mark.parametrize(
    ("base", "asked_for"),
    [
        ("https://short.example", "https://short.example/api?api=k&url=u"),
        ("https://short.example/", "https://short.example/api?api=k&url=u"),
        ("https://short.example/v2/api?type=1", "https://short.example/v2/api?type=1&api=k&url=u"),
    ],
)
def test_the_api_is_asked_as_nearly_all_take_it(base: str, asked_for: str) -> None:
    assert question(Shortener("x", base, "k"), "u") == asked_for


@pytest.mark.parametrize(
    "answer",
    [
        '{"status": "success", "shortenedUrl": "https:\\/\\/short.example\\/a"}',
        '{"short_url": "https://short.example/a"}',
        '"https://short.example/a"',
        " https://short.example/a\n",
    ],
)
def test_the_short_address_is_read(answer: str) -> None:
    assert short_in(answer.encode()) == "https://short.example/a"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "null",
        "\xff\x00",
        "[" * 50_000,
        '{"status": "error", "message": "Invalid API token", "shortenedUrl": "https://short.example/a"}',
        '{"shortenedUrl": ""}',
        '{"shortenedUrl": 5}',
        '{"shortenedUrl": "http://short.example/a"}',
        '{"shortenedUrl": "javascript:alert(1)"}',
        '{"shortenedUrl": "https://short.example/a b"}',
        f'{{"shortenedUrl": "https://short.example/{"a" * 2048}"}}',
        "<html>https://short.example/a</html>",
    ],
)
def test_what_is_no_short_address_is_none(answer: str) -> None:
    assert short_in(answer.encode("utf-8", "surrogateescape")) is None
