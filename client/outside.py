"""How addresses that somebody typed are asked: https, nothing inside, little time and few bytes, at every hop."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any, Final

import aiohttp
from yarl import URL

TIMEOUT: Final = 5.0
"""Seconds for all of it, from the name server to the last byte."""

LONGEST: Final = 64 * 1024
"""Bytes of an answer, at most, unless who asks knows that it needs more."""

LONG: Final = 120.0
"""Seconds for a file."""

HOPS: Final = 5
"""Addresses that one may lead to, one after the other, on the way to a file."""

HEADS: Final = 64
HEAD: Final = 4096
"""Lines of an answer's head, and bytes of each, at most."""

_LEADS_ON: Final = frozenset({301, 302, 303, 307, 308})

_NO_HOST = (  # public by their number alone
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4
    ipaddress.ip_network("168.63.129.16/32"),  # a cloud's own services, as its machines see them
    ipaddress.ip_network("2001::/23"),  # protocol assignments, Teredo
    ipaddress.ip_network("2002::/16"),  # 6to4: an IPv4 address inside
)
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is handed out to anybody; what else there is embeds or stands for something inside."""


class Unreachable(Exception):  # noqa: N818 - says what is the case
    """There is no usable answer; the text says why, without the address."""


class Elsewhere(Unreachable):
    """What was asked leads to another address, `url`."""

    def __init__(self, status: int, url: str) -> None:
        super().__init__(f"HTTP {status}")
        self.url = url


class Outside:
    """Asks addresses outside of where the bot runs.

    Each socket is opened to the very address that was looked at, so no name can mean another one a moment later.
    """

    def __init__(self, near: Mapping[str, str] | None = None, *, guarded: bool = True) -> None:
        """Let the hosts of `near` be these addresses (`host:port`, without TLS): for tests on one machine.

        `guarded` is False only for the control of the proof: a socket is then opened to any address.
        """
        self._near = near or {}
        self._guarded = guarded

    async def get(self, url: str, *, longest: int = LONGEST) -> bytes:
        """Return what an https address answers with, `longest` bytes at most. Nothing that it leads to is asked.

        Raises:
            Unreachable: it may not be asked, does not answer in time, or not with 200 and so short a text.
        """
        body = bytearray()

        async def keep(piece: bytes) -> None:
            body.extend(piece)
            if len(body) > longest:
                raise Unreachable("its answer is too long")

        await self._read(url, keep, TIMEOUT)
        return bytes(body)

    async def save(self, url: str, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Hand over piece by piece what an https address answers with, or one that it leads to, `HOPS` at most.

        Each is looked at as the first one is; all of it may take `LONG`.

        Raises:
            Unreachable: it may not be asked, does not answer in time, or not with 200; and what `take` raises.
        """
        end = time.monotonic() + LONG
        for _ in range(HOPS + 1):
            try:
                return await self._read(url, take, end - time.monotonic())
            except Elsewhere as error:
                url = error.url
        raise Unreachable("it leads on and on")

    async def _read(self, url: str, take: Callable[[bytes], Awaitable[None]], seconds: float) -> None:
        try:
            asked = URL(url)
        except ValueError:
            raise Unreachable("it is no address") from None
        if asked.scheme != "https" or not asked.host or asked.user or asked.password:
            raise Unreachable("it is no plain https address")
        place = self._near.get(asked.host)
        headers = {"Accept-Encoding": "identity", "User-Agent": "Draftkeep"}
        where = asked
        if place is not None:
            headers["Host"] = asked.host
            where = URL(f"http://{place}").with_path(asked.path).with_query(asked.query)
        try:
            async with asyncio.timeout(seconds):
                answer = await self._ask(where, headers, take, near=place is not None)
        except (OSError, aiohttp.ClientError, ValueError) as error:  # TimeoutError is an OSError
            raise Unreachable(_reason(error)) from error
        if answer is not None:
            raise Elsewhere(answer[0], _led_to(asked, answer[1]))

    async def _ask(
        self, url: URL, headers: Mapping[str, str], take: Callable[[bytes], Awaitable[None]], *, near: bool
    ) -> tuple[int, str] | None:
        """Take what an address answers with. Returns the status and the address that it leads to, where it does."""
        make = None if near or not self._guarded else _open_outside
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(socket_factory=make, force_close=True),
                headers=headers,
                auto_decompress=False,
                max_headers=HEADS,
                max_field_size=HEAD,
            ) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status in _LEADS_ON and "Location" in answer.headers:
                return answer.status, answer.headers["Location"]
            if answer.status != 200:
                raise Unreachable(f"HTTP {answer.status}")
            while piece := await answer.content.readany():
                await take(piece)
        return None


class Inside(OSError):  # noqa: N818 - says what is the case
    """An address that is not one of the internet."""


def _led_to(asked: URL, location: str) -> str:
    """The whole address of what an answer leads to, which may be written without what is the same."""
    try:
        return str(asked.join(URL(location)))
    except ValueError:
        raise Unreachable("it leads to what is no address") from None


def _open_outside(found: Any) -> socket.socket:
    """Open a socket for an address that was found, if that is one of the internet."""
    family, kind, protocol, _, place = found
    if not is_outside(place[0]):
        raise Inside("it leads inside")
    return socket.socket(family, kind, protocol)


def is_outside(host: str) -> bool:
    """Tell whether this is an address (as numbers) of the internet, not of this machine, its network or its host's."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast and not _stands_for_another(address)


def _stands_for_another(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _NO_HOST)


def _reason(error: Exception) -> str:
    """What went wrong, by its kind alone: texts quote the address, which has a key in it."""
    causes = [error, error.__cause__, *getattr(error, "exceptions", ()), getattr(error, "os_error", None)]
    if any(isinstance(each, Inside) for each in causes):
        return "it leads inside"
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
