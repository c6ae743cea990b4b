"""What the wire's tests stand on: a server with a world of a few lines, and a client that may say anything.

The client seals and opens packets with the library's own functions, not with the server's.
"""

from __future__ import annotations

import asyncio
import os
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from hashlib import sha1, sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tgcrypto
from pyrogram.crypto import mtproto, prime
from pyrogram.raw import functions, types
from pyrogram.raw.core import Message, MsgContainer, TLObject

from sandbox.errors import RpcError
from sandbox.wire.connection import Connection
from sandbox.wire.crypto import AuthKey, ServerKey
from sandbox.wire.hub import Hub
from sandbox.wire.salts import Salts
from sandbox.wire.transport import Abridged, Framing
from sandbox.wire.weather import Weather
from sandbox.world.api import Caller

TIMEOUT = 30.0


@cache
def server_key() -> ServerKey:
    """One RSA key for all tests: making one takes a tenth of a second."""
    with TemporaryDirectory() as folder:
        return ServerKey.load_or_make(Path(folder) / "server.pem")


class MemoryKeys:
    """Auth keys in memory."""

    def __init__(self) -> None:
        self.keys: dict[int, bytes] = {}

    def save_auth_key(self, key_id: int, key: bytes) -> None:
        self.keys[key_id] = key

    def auth_keys(self) -> dict[int, bytes]:
        return dict(self.keys)

    def delete_auth_key(self, key_id: int) -> None:
        del self.keys[key_id]


class EchoWorld:
    """Answers by the method; remembers what it was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.callers: list[Caller] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.answers: dict[type, Callable[[Any], object]] = {
            functions.help.GetNearestDc: lambda _: types.NearestDc(country="UZ", this_dc=2, nearest_dc=2),
            functions.help.GetConfig: lambda _: config(),
            functions.account.UpdateStatus: lambda _: True,
            functions.contacts.GetContactIDs: lambda _: [1, 2, 3],
            functions.photos.DeletePhotos: lambda _: [2**40, -5],
        }

    async def invoke(self, caller: Caller, query: TLObject[Any], *, without_updates: bool = False) -> object:
        self.asked.append(query)
        self.callers.append(caller)
        caller.wants_updates = caller.wants_updates or not without_updates
        if isinstance(query, functions.help.GetUserInfo | functions.contacts.ResolveUsername):
            await self.hold.wait()
        if type(query) not in self.answers:
            raise RpcError(400, "METHOD_NOT_IMPLEMENTED")
        return self.answers[type(query)](query)


def config() -> types.Config:
    """A configuration that says nothing."""
    words: dict[str, Any] = {"dc_txt_domain_name": "", "me_url_prefix": ""}
    numbers = [name for name in types.Config.__slots__ if name.endswith(("_ms", "_max", "_limit", "_period", "_decay"))]
    words |= dict.fromkeys(numbers, 1)
    return types.Config(date=0, expires=0, test_mode=False, this_dc=2, dc_options=[], webfile_dc_id=2, **words)


class Rig:
    """A running server."""

    def __init__(self, hub: Hub, world: EchoWorld, port: int) -> None:
        self.hub, self.world, self.port = hub, world, port

    async def connect(self, framing: Framing | None = None, hello: bytes = b"\xef") -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(hello)
        return Peer(reader, writer, framing or Abridged())

    async def agree(self) -> Peer:
        """A connection with a new key, ready to talk."""
        peer = await self.connect()
        await peer.exchange()
        return peer

    async def left(self, peer: Peer) -> None:
        """A client goes, and the server has noticed it."""
        peer.close()
        async with asyncio.timeout(TIMEOUT):
            while any(session.link for session in self.hub.sessions(peer.key.id)):  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.001)

    async def back(self, peer: Peer, *, same_session: bool = True) -> Peer:
        """A new connection with the key (and the session) of an earlier one."""
        new = await self.connect()
        new.key, new.salt = peer.key, peer.salt
        if same_session:
            new.session_id, new.content, new.last_id = peer.session_id, peer.content, peer.last_id
        return new


@asynccontextmanager
async def rig(
    *, salts: Salts | None = None, weather: Weather | None = None, max_connections: int = 5000
) -> AsyncIterator[Rig]:
    hub = Hub(MemoryKeys(), server_key(), salts=salts, weather=weather, max_connections=max_connections)
    world = EchoWorld()
    hub.start(world)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(hub), "127.0.0.1", 0)
    try:
        yield Rig(hub, world, server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await hub.stop()


class ClosedError(Exception):
    """The server closed the connection."""


class TransportFaultError(Exception):
    """The server sent an error in place of a packet."""


class Peer:
    """A client that may break every rule."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing) -> None:
        self.reader, self.writer, self.framing = reader, writer, framing
        self.buffer = bytearray()
        self.key = AuthKey(bytes(256))
        self.salt = 0
        self.session_id = os.urandom(8)
        self.content = 0
        self.last_id = 0
        self.inbox: list[Message] = []

    def close(self) -> None:
        self.writer.transport.abort()

    async def raw_send(self, packet: bytes) -> None:
        self.writer.write(self.framing.frame(packet))
        await self.writer.drain()

    async def raw_receive(self) -> bytes:
        async with asyncio.timeout(TIMEOUT):
            while (packet := self.framing.take(self.buffer)) is None:
                data = await self.reader.read(65536)
                if not data:
                    raise ClosedError
                self.buffer += data
        if len(packet) == 4:
            raise TransportFaultError(int.from_bytes(packet, "little", signed=True))
        return packet

    # The key exchange

    async def plain(self, request: TLObject[Any]) -> Any:
        body = request.write()
        await self.raw_send(struct.pack("<qqi", 0, self.next_id(), len(body)) + body)
        return TLObject.read(BytesIO((await self.raw_receive())[20:]))

    async def exchange(self, *, modern: bool = False, dc: int | None = None) -> None:
        """Agree on a key, with the padding of today or of old."""
        nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        offer = await self.plain(functions.ReqPqMulti(nonce=nonce))
        new_nonce = int.from_bytes(os.urandom(32), "little", signed=True)
        request, keys = dh_request(offer, nonce, new_nonce, modern=modern, dc=dc)
        params = await self.plain(request)
        b = int.from_bytes(os.urandom(256), "big")
        final, key, proof, salt = client_dh(params, keys, new_nonce, b)
        done = await self.plain(final)
        assert isinstance(done, types.DhGenOk)
        assert done.new_nonce_hash1 == proof
        self.key, self.salt = key, salt

    # Messages

    def next_id(self) -> int:
        self.last_id = max(int(time.time() * 2**32) & ~3, self.last_id + 4)
        return self.last_id

    def next_number(self, *, content: bool = True) -> int:
        number = self.content * 2 + content
        self.content += content
        return number

    async def send(
        self, body: TLObject[Any] | bytes, *, content: bool = True, msg_id: int | None = None,
        seq_no: int | None = None, salt: int | None = None,
    ) -> int:  # fmt: skip
        """Send one message; everything about it can be made wrong. Returns its id."""
        msg_id = self.next_id() if msg_id is None else msg_id
        seq_no = self.next_number(content=content) if seq_no is None else seq_no
        await self.raw_send(self.seal(body, msg_id, seq_no, salt))
        return msg_id

    def seal(self, body: TLObject[Any] | bytes, msg_id: int, seq_no: int, salt: int | None = None) -> bytes:
        written = body if isinstance(body, bytes) else body.write()
        message = Message(Written(written), msg_id, seq_no, len(written))
        key_id = self.key.id.to_bytes(8, "little", signed=True)
        packed: bytes = mtproto.pack(
            message, self.salt if salt is None else salt, self.session_id, self.key.key, key_id
        )
        return packed

    async def receive(self) -> Any:
        """The next message, out of its container."""
        while not self.inbox:
            key_id = self.key.id.to_bytes(8, "little", signed=True)
            message = mtproto.unpack(BytesIO(await self.raw_receive()), self.session_id, self.key.key, key_id)
            self.inbox = list(message.body.messages) if isinstance(message.body, MsgContainer) else [message]
        return self.inbox.pop(0)

    async def next(self, kind: type) -> Any:
        """The body of the next message of a kind; others are passed over."""
        while True:
            body = (await self.receive()).body
            if isinstance(body, kind):
                return body

    async def result(self, msg_id: int) -> Any:
        """What the call with this id was answered."""
        while True:
            result = await self.next(types.RpcResult)
            if result.req_msg_id == msg_id:
                return result.result

    async def call(self, query: TLObject[Any]) -> Any:
        return await self.result(await self.send(query))

    async def settle(self) -> list[Any]:
        """Everything that comes until a ping is answered."""
        ping = await self.send(functions.Ping(ping_id=1), content=False)
        bodies: list[Any] = []
        while True:
            body = (await self.receive()).body
            if isinstance(body, types.Pong) and body.msg_id == ping:
                return bodies
            bodies.append(body)


class Written(TLObject[Any]):
    """Bytes in the place of an object."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def write(self, *_: Any) -> bytes:
        return self.data


def dh_request(
    offer: types.ResPQ, nonce: int, new_nonce: int, *, modern: bool, dc: int | None = None
) -> tuple[functions.ReqDHParams, tuple[bytes, bytes]]:
    """The second request of the exchange, and the temporary AES key and iv."""
    pq = int.from_bytes(offer.pq, "big")
    factor = 1
    while factor in {1, pq}:  # the library's search is random, and finds nothing once in some thousand times
        factor = prime.decompose(pq)
    p, q = sorted((factor, pq // factor))
    said: dict[str, Any] = {
        "pq": offer.pq, "p": p.to_bytes(4, "big"), "q": q.to_bytes(4, "big"), "nonce": nonce,
        "server_nonce": offer.server_nonce, "new_nonce": new_nonce,
    }  # fmt: skip
    inner = (types.PQInnerData(**said) if dc is None else types.PQInnerDataDc(**said, dc=dc)).write()
    request = functions.ReqDHParams(
        nonce=nonce, server_nonce=offer.server_nonce, p=said["p"], q=said["q"],
        public_key_fingerprint=offer.server_public_key_fingerprints[0],
        encrypted_data=rsa_pad(inner) if modern else rsa_old(inner),
    )  # fmt: skip
    new, server = new_nonce.to_bytes(32, "little", signed=True), offer.server_nonce.to_bytes(16, "little", signed=True)
    crossed = sha1(server + new).digest()
    key = sha1(new + server).digest() + crossed[:12]
    return request, (key, crossed[12:] + sha1(new + new).digest() + new[:4])


def client_dh(
    params: types.ServerDHParamsOk, keys: tuple[bytes, bytes], new_nonce: int, b: int, g_b: bytes | None = None
) -> tuple[functions.SetClientDHParams, AuthKey, int, int]:
    """The last request, the key it makes, the proof to expect and the first salt."""
    answer = tgcrypto.ige256_decrypt(params.encrypted_answer, *keys)
    offer = TLObject.read(BytesIO(answer[20:]))
    assert sha1(offer.write()).digest() == answer[:20]
    assert int.from_bytes(offer.dh_prime, "big") == prime.CURRENT_DH_PRIME
    inner = types.ClientDHInnerData(
        nonce=params.nonce, server_nonce=params.server_nonce, retry_id=0,
        g_b=g_b or pow(offer.g, b, prime.CURRENT_DH_PRIME).to_bytes(256, "big"),
    ).write()  # fmt: skip
    plain = sha1(inner).digest() + inner
    plain += os.urandom(-len(plain) % 16)
    key = AuthKey(pow(int.from_bytes(offer.g_a, "big"), b, prime.CURRENT_DH_PRIME).to_bytes(256, "big"))
    new = new_nonce.to_bytes(32, "little", signed=True)
    server = params.server_nonce.to_bytes(16, "little", signed=True)
    proof = int.from_bytes(sha1(new + b"\x01" + sha1(key.key).digest()[:8]).digest()[4:], "little", signed=True)
    salt = int.from_bytes(bytes(x ^ y for x, y in zip(new[:8], server[:8], strict=True)), "little", signed=True)
    request = functions.SetClientDHParams(
        nonce=params.nonce, server_nonce=params.server_nonce, encrypted_data=tgcrypto.ige256_encrypt(plain, *keys)
    )
    return request, key, proof, salt


def rsa_old(data: bytes) -> bytes:
    """SHA-1, data and random bytes, as libraries did it before 2021 and some still do."""
    plain = sha1(data).digest() + data
    return _rsa(plain + os.urandom(255 - len(plain)))


def rsa_pad(data: bytes) -> bytes:
    """RSA_PAD: core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication."""
    numbers = server_key()._private.public_key().public_numbers()
    while True:
        padded = data + os.urandom(192 - len(data))
        temporary = os.urandom(32)
        hashed = padded[::-1] + sha256(temporary + padded).digest()
        sealed = tgcrypto.ige256_encrypt(hashed, temporary, bytes(32))
        whole = bytes(x ^ y for x, y in zip(temporary, sha256(sealed).digest(), strict=True)) + sealed
        if int.from_bytes(whole, "big") < numbers.n:
            return _rsa(whole)


def _rsa(data: bytes) -> bytes:
    numbers = server_key()._private.public_key().public_numbers()
    return pow(int.from_bytes(data, "big"), numbers.e, numbers.n).to_bytes(256, "big")
