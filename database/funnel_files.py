"""Decides how the files of a funnel bot are read, users.json, tasks.json and its SQLite database; none is changed."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from database.json_records import NotReadable as NotReadable  # noqa: PLC0414 - what callers of `records_in` catch
from database.json_records import Records


class Kind(StrEnum):
    """What a record is about; also the name of its table, or of a list in JSON."""

    USER = "users"
    TASK = "tasks"
    CLICK = "button_clicks"


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was found: what it is, where it stands (`tasks.json 17`), and its fields."""

    kind: Kind
    file: str
    number: int
    fields: Mapping[str, Any]


FIELDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.USER: ("chat_id", "user_id", "username", "first_name", "last_name", "start_payload", "timestamp_utc"),
    Kind.TASK: ("id", "chat_id", "task_type", "send_at", "status", "retries", "payload"),
    Kind.CLICK: ("id", "chat_id", "button_type", "timestamp"),
}
"""What is read of each."""

NEEDED: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.USER: frozenset({"chat_id", "user_id"}),
    Kind.TASK: frozenset({"chat_id", "task_type", "send_at", "status"}),
    Kind.CLICK: frozenset({"chat_id", "button_type", "timestamp"}),
}
"""The columns without which a table is another bot's; of a person one of them is enough."""

_SQLITE: Final = b"SQLite format 3\x00"
_BESIDE: Final = ("", "-wal", "-journal")
"""What belongs to a database: what was written last may be in the file beside it."""


def records_in(path: Path) -> Iterator[Record]:
    """Yield the records of a file in their order.

    Raises:
        NotReadable: It is not there, broken, or of another kind.
    """
    try:
        with path.open("rb") as file:
            begins = file.read(len(_SQLITE))
    except OSError as error:
        raise NotReadable(f"it cannot be opened ({error.strerror})") from error
    yield from _in_sqlite(path) if begins == _SQLITE else _in_json(path)


def _in_json(path: Path) -> Iterator[Record]:
    for number, (key, fields) in enumerate(Records(path, [*Kind, "clicks"]), 1):
        if not isinstance(fields, dict):
            raise NotReadable(f"its record {number} is no object with fields, such as {json.dumps({'chat_id': 1})}")
        yield Record(_kind_of(fields), path.name, number, fields if key is None else _keyed(fields, key))


def _kind_of(fields: Mapping[str, Any]) -> Kind:
    if "task_type" in fields:
        return Kind.TASK
    return Kind.CLICK if "button_type" in fields else Kind.USER


def _keyed(fields: dict[str, Any], key: str) -> Mapping[str, Any]:
    """Complete a record by the key that it stands under: a task's or a click's id, a person's chat."""
    return {"chat_id" if _kind_of(fields) is Kind.USER else "id": key} | fields


def _in_sqlite(path: Path) -> Iterator[Record]:
    with tempfile.TemporaryDirectory(prefix="draftkeep-") as folder:
        copied = _copied(path, Path(folder))
        try:
            with closing(sqlite3.connect(copied)) as database:
                database.text_factory = lambda written: written.decode("utf-8", "replace")
                database.execute("PRAGMA query_only = ON")
                for kind, columns in _tables(database).items():
                    yield from _rows(database, kind, columns, path.name)
        except sqlite3.Error as error:
            raise NotReadable(f"SQLite cannot read it ({error})") from error


def _copied(path: Path, folder: Path) -> Path:
    """Copy a database with what is beside it: to read it in its place would write files there."""
    before = _state(path)
    try:
        for end in _BESIDE:
            if (there := path.with_name(path.name + end)).exists():
                shutil.copyfile(there, folder / f"former{end}")
    except OSError as error:
        raise NotReadable(f"it cannot be copied to {folder.parent} to be read ({error.strerror})") from error
    if _state(path) != before:
        raise NotReadable("it is being written to: stop the bot that it belongs to first")
    return folder / "former"


def _state(path: Path) -> list[tuple[int, int]]:
    files = (path.with_name(path.name + end) for end in _BESIDE)
    return [(each.stat().st_size, each.stat().st_mtime_ns) for each in files if each.exists()]


def _tables(database: sqlite3.Connection) -> dict[Kind, list[str]]:
    """Return which tables of ours there are, each with those of its columns that are read."""
    tables: dict[Kind, list[str]] = {}
    for kind in Kind:
        columns = {str(row[1]) for row in database.execute(f"PRAGMA table_info({kind.value})")}
        if not columns:
            continue
        missing = NEEDED[kind] - columns
        if missing and (kind is not Kind.USER or missing == NEEDED[kind]):
            names = ", ".join(sorted(missing))
            raise NotReadable(f"its table {kind.value} has no {names}: it is another bot's")
        tables[kind] = [name for name in FIELDS[kind] if name in columns]
    if not tables:
        raise NotReadable(f"it has none of the tables {', '.join(Kind)}")
    return tables


def _rows(database: sqlite3.Connection, kind: Kind, columns: list[str], file: str) -> Iterator[Record]:
    names = ", ".join(f'"{name}"' for name in columns)
    rows = database.execute(f"SELECT {names} FROM {kind.value}")  # noqa: S608 - names of ours alone
    for number, row in enumerate(rows, 1):
        yield Record(kind, f"{file} {kind.value}", number, dict(zip(columns, row, strict=True)))
