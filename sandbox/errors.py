"""What a refused call says: Telegram's error code and name."""

from __future__ import annotations


class RpcError(Exception):
    """A call refused the way Telegram refuses it, for example `RpcError(420, "FLOOD_WAIT_5")`."""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(code, name)
        self.code = code
        self.name = name

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


def bad_request(name: str) -> RpcError:
    """A 400: the call itself is wrong."""
    return RpcError(400, name)


def forbidden(name: str) -> RpcError:
    """A 403: the call is right, but not for this caller."""
    return RpcError(403, name)
