"""What survives a restart, and when it is safe: one SQLite file, committed before a reply leaves."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sandbox.world.schema import SCHEMA

Row = tuple[Any, ...]


class StateInUseError(Exception):
    """Another process has the state open; the message names the folder."""


class State:
    """The durable side of the world.

    Writes join one open transaction that `commit` ends. WAL with `synchronous=OFF`: a killed process loses nothing
    that was committed, a power cut may.
    """

    def __init__(self, directory: Path | None) -> None:
        """Open the state in `directory`, or in a temporary folder that goes with `close`.

        Raises:
            StateInUseError: Another server has it open.
            sqlite3.Error: It cannot be opened, or is no state.
        """
        self._temporary = tempfile.TemporaryDirectory(prefix="sandbox-") if directory is None else None
        self.directory = Path(self._temporary.name) if self._temporary else Path(directory or ".")
        self.directory.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            self.directory / "world.sqlite", isolation_level=None, check_same_thread=False, timeout=1
        )
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            if error.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
            raise StateInUseError(
                f"{self.directory} is in use by another sandbox; stop that one, or name another folder"
            ) from None

    def _prepare(self) -> None:
        # One server owns a state: a second one on it fails at once, and no lock is taken per transaction.
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA cache_size=-65536")
        self._db.executescript(SCHEMA)

    def save_auth_key(self, key_id: int, key: bytes) -> None:
        """Keep an auth key by its id (signed 64 bits, little endian, the last 8 bytes of its SHA-1)."""
        self.write("INSERT OR REPLACE INTO auth_keys (key_id, key) VALUES (?, ?)", (key_id, key))
        self.commit()

    def auth_keys(self) -> dict[int, bytes]:
        """Every auth key that is kept, by its id."""
        return dict(self._db.execute("SELECT key_id, key FROM auth_keys"))

    def delete_auth_key(self, key_id: int) -> None:
        """Forget an auth key and whom it stood for."""
        self.write("DELETE FROM auth_keys WHERE key_id = ?", (key_id,))
        self.write("DELETE FROM sessions WHERE key_id = ?", (key_id,))
        self.commit()

    def write(self, sql: str, values: Sequence[object] = ()) -> None:
        """Change something; durable with the next `commit`."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
        self._db.execute(sql, values)

    def write_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Change many rows by one statement; durable with the next `commit`."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
        self._db.executemany(sql, rows)

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row that matches, or None."""
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row that matches."""
        return self._db.execute(sql, values).fetchall()

    def commit(self) -> None:
        """Make what was written so far survive a kill of the process."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Commit and close; a temporary folder is removed."""
        self.commit()
        self._db.close()
        if self._temporary is not None:
            self._temporary.cleanup()
