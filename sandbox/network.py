"""How a client of the library is led to a sandbox: its address, its key, and connections that go there."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram.connection import Connection
from pyrogram.crypto import rsa

from sandbox.wire.crypto import fingerprint

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """Where a running sandbox is; its command line prints this as one JSON line."""

    address: str
    """`host:port` of the MTProto server."""
    control: str
    """The URL of the control server."""
    public_key: str
    """Path of a PEM file with the server's RSA key, PKCS#1 (`BEGIN RSA PUBLIC KEY`)."""

    @classmethod
    def from_json(cls, line: str | bytes) -> ServerInfo:
        """Read the line that `python -m sandbox` prints."""
        return cls(**json.loads(line))

    def to_json(self) -> str:
        """The line that `python -m sandbox` prints."""
        return json.dumps(asdict(self))

    @property
    def host(self) -> str:
        """The address's host."""
        return self.address.rpartition(":")[0]

    @property
    def port(self) -> int:
        """The address's port."""
        return int(self.address.rpartition(":")[2])


def trust(public_key: Path) -> None:
    """Let the library accept the RSA key in this PEM file, PKCS#1 or SubjectPublicKeyInfo.

    Raises:
        ValueError: it holds no RSA public key.
    """
    key = load_pem_public_key(public_key.read_bytes())
    if not isinstance(key, RSAPublicKey):
        raise ValueError(f"{public_key} holds no RSA public key")  # noqa: TRY004 - the file is wrong, not a type
    numbers = key.public_numbers()
    rsa.server_public_keys[fingerprint(numbers.n, numbers.e)] = rsa.PublicKey(numbers.n, numbers.e)


class _AtOnce(Executor):
    """Runs everything where it stands: hundreds of people need no thread each for their AES."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Call `fn` and wrap what came of it."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - a future carries whatever its function raised
            future.set_exception(error)
        return future


def connection_factory(info: ServerInfo) -> type[Connection]:
    """Connections for `Client(connection_factory=…)` that go to the sandbox whatever data centre is asked for."""
    trust(Path(info.public_key))
    at_once = _AtOnce()

    class SandboxConnection(Connection):
        """A connection of the library, to the sandbox."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs.update(server_address=info.host, port=info.port)
            super().__init__(*args, **kwargs)

        async def connect(self) -> None:
            """Connect, and drop the thread that the library sets aside for each connection."""
            await super().connect()
            if self.protocol is not None:
                self.protocol.crypto_executor.shutdown(wait=False)
                self.protocol.crypto_executor = at_once  # type: ignore[assignment]  # it only submits to it

    return SandboxConnection
