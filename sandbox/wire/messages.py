"""What is inside a packet: containers and gzip undone, calls unwrapped, results and errors written."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyrogram.raw import functions, types
from pyrogram.raw.all import layer as LAYER  # noqa: N812 - a constant in all but its name
from pyrogram.raw.core import Bool, Bytes, GzipPacked, Int, Long, MsgContainer, String, TLObject, Vector

from sandbox.errors import RpcError, bad_request
from sandbox.strict import StrictReader

_MAX_IN_CONTAINER = 1020
_MAX_UNPACKED = 16 * 1024 * 1024
_MIN_TO_GZIP = 4096
MSG_RESEND_REQ = 0x7D861A08
"""The library has no class for this service message."""

_VECTORS_OF_INT = {"contacts.GetContactIDs", "contacts.GetSponsoredPeers"}


class ContainerError(Exception):
    """A container whose contents cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a client, out of its container and unpacked."""

    msg_id: int
    seq_no: int
    body: bytes

    @property
    def constructor(self) -> int:
        """What the body is, by its first four bytes."""
        return int.from_bytes(self.body[:4], "little")

    @property
    def is_container(self) -> bool:
        """Whether there are messages inside, see `contents`."""
        return self.constructor == MsgContainer.ID

    def contents(self) -> Iterator[Incoming]:
        """The messages of a container, in their order.

        Raises:
            ContainerError: a length is wrong, there are too many, or one is a container itself.
        """
        (count,) = struct.unpack_from("<i", self.body, 4) if len(self.body) >= 8 else (-1,)
        if not 0 <= count <= _MAX_IN_CONTAINER:
            raise ContainerError
        at = 8
        for _ in range(count):
            if len(self.body) < at + 16:
                raise ContainerError
            msg_id, seq_no, length = struct.unpack_from("<qii", self.body, at)
            at += 16
            if length < 4 or length % 4 or len(self.body) < at + length:
                raise ContainerError
            inner = Incoming(msg_id, seq_no, self.body[at : at + length])
            if inner.is_container:
                raise ContainerError
            yield inner
            at += length


def unzipped(body: bytes) -> bytes:
    """The body itself, or what is inside if it is gzip_packed.

    Raises:
        ValueError: the packed data is broken, or larger than any call can be.
    """
    if int.from_bytes(body[:4], "little") != GzipPacked.ID:
        return body
    packed = Bytes.read(StrictReader(body[4:]))
    unpack = zlib.decompressobj(wbits=31)
    try:
        plain = unpack.decompress(packed, _MAX_UNPACKED)
    except zlib.error as error:
        raise ValueError("broken gzip data") from error
    if not unpack.eof or len(plain) < 4:
        raise ValueError("incomplete or oversized gzip data")
    return plain


@dataclass(slots=True)
class Call:
    """A call with everything that its wrappers said about it."""

    query: TLObject[Any]
    layer: int | None = None
    lang_code: str | None = None
    without_updates: bool = False
    after: list[int] = field(default_factory=list)


def read_call(body: bytes) -> Call:
    """Take a call out of invokeWithLayer, initConnection and the other wrappers.

    Raises:
        RpcError: the call is unknown, malformed or made for another layer.
    """
    wrapped: dict[str, Any] = {}
    after: list[int] = []
    try:
        while True:
            body = unzipped(body)
            reader = StrictReader(body)
            if not _unwrap(Int.read(reader, False), reader, wrapped, after):
                break
            body = body[reader.tell() :]
        query = TLObject.read(StrictReader(body))
    except KeyError as error:
        number = error.args[0] if error.args else 0
        raise bad_request(f"INPUT_METHOD_INVALID_{number}_{LAYER}") from None
    except (EOFError, ValueError, TypeError, AttributeError, RecursionError, OverflowError, MemoryError):
        raise bad_request("INPUT_FETCH_ERROR") from None
    if not getattr(query, "QUALNAME", "").startswith("functions."):
        raise bad_request(f"INPUT_METHOD_INVALID_{getattr(query, 'ID', 0)}_{LAYER}")
    return Call(query, after=after, **wrapped)


def _unwrap(constructor: int, reader: StrictReader, wrapped: dict[str, Any], after: list[int]) -> bool:
    """Read one wrapper up to the call inside; False if this is the call itself."""
    match constructor:
        case functions.InvokeWithLayer.ID:
            wrapped["layer"] = Int.read(reader)
            if wrapped["layer"] != LAYER:
                # Objects of another layer would be read wrongly without anybody noticing.
                raise bad_request("CONNECTION_LAYER_INVALID")
        case functions.InitConnection.ID:
            wrapped["lang_code"] = _init_connection(reader)
        case functions.InvokeWithoutUpdates.ID:
            wrapped["without_updates"] = True
        case functions.InvokeAfterMsg.ID:
            after.append(Long.read(reader))
        case functions.InvokeAfterMsgs.ID:
            after.extend(TLObject.read(reader, Long))
        case functions.InvokeWithMessagesRange.ID:
            TLObject.read(reader)
        case functions.InvokeWithTakeout.ID:
            Long.read(reader)
        case _:
            return False
    return True


def _init_connection(reader: StrictReader) -> str:
    flags = Int.read(reader)
    Int.read(reader)
    *_, lang_code = (String.read(reader) for _ in range(6))
    for bit in (0, 1):
        if flags & 1 << bit:
            TLObject.read(reader)
    return str(lang_code)


def method_name(query: TLObject[Any]) -> str:
    """The method as the documentation orders it, for example `messages.SendMessage`."""
    return str(query.QUALNAME).removeprefix("functions.")


def write_object(value: TLObject[Any]) -> bytes:
    """An object as a message body, packed when that makes it smaller."""
    return _gzipped(value.write())


def write_result(req_msg_id: int, query: TLObject[Any], result: object) -> bytes:
    """The answer to a call: rpc_result with the object, vector, boolean or number in it."""
    body = _write_value(query, result)
    if not isinstance(result, types.upload.File):
        body = _gzipped(body)
    return struct.pack("<Iq", types.RpcResult.ID, req_msg_id) + body


def write_error(req_msg_id: int, error: RpcError) -> bytes:
    """The answer to a refused call."""
    body = types.RpcError(error_code=error.code, error_message=error.name).write()
    return struct.pack("<Iq", types.RpcResult.ID, req_msg_id) + body


def _write_value(query: TLObject[Any], value: object) -> bytes:
    if isinstance(value, bool):
        return Bool(value)
    if isinstance(value, int):
        return Int(value)
    if isinstance(value, list):
        kind = None
        if value and isinstance(value[0], int):
            kind = Int if method_name(query) in _VECTORS_OF_INT else Long
        return Vector(value, kind)
    if isinstance(value, bytes):
        return value
    if not isinstance(value, TLObject):
        raise TypeError(f"{method_name(query)} answered with a {type(value).__name__}")
    return value.write()


def _gzipped(body: bytes) -> bytes:
    if len(body) < _MIN_TO_GZIP:
        return body
    packed = Int(GzipPacked.ID, False) + Bytes(gzip.compress(body, 1))
    return packed if len(packed) < len(body) else body
