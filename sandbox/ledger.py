"""What the server really did: one JSON line per applied effect, on disk before the reply leaves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Ledger:
    """The append-only record of effects that tests and demos read to know what was delivered, and how often.

    Every line is a JSON object with a `seq` that rises by one, also across restarts. Lines are written with a single
    `os.write`, so a killed process leaves at most one torn line, which the next start cuts off.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._offsets: list[int] = []
        self._end = 0
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self._index()

    @property
    def last_seq(self) -> int:
        """The number of the newest line; 0 when there is none."""
        return len(self._offsets)

    def append(self, lines: list[bytes]) -> None:
        """Write encoded lines (see `encode`), whose seq must follow `last_seq`."""
        for line in lines:
            self._offsets.append(self._end)
            self._end += len(line)
        os.write(self._fd, b"".join(lines))

    def encode(self, seq: int, fields: dict[str, object]) -> bytes:
        """One line of the file; fields that are None are left out."""
        record = {"seq": seq, **{name: value for name, value in fields.items() if value is not None}}
        return _ENCODER.encode(record).encode() + b"\n"

    def lines(self, seq: int) -> Iterator[bytes]:
        """The raw lines with a number above `seq`, oldest first, newline included."""
        seq = max(seq, 0)
        if seq >= len(self._offsets):
            return
        with self.path.open("rb") as file:
            file.seek(self._offsets[seq])
            for _ in range(len(self._offsets) - seq):
                yield file.readline()

    def since(self, seq: int) -> list[dict[str, object]]:
        """The effects with a number above `seq`, oldest first."""
        return [json.loads(line) for line in self.lines(seq)]

    def close(self) -> None:
        """Give the file back; nothing is buffered, so nothing needs flushing."""
        os.close(self._fd)

    def _index(self) -> None:
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    os.truncate(self._fd, self._end)
                    break
                self._offsets.append(self._end)
                self._end += len(line)
