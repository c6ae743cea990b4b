"""Decides how a funnel bot's records wait to be brought: put in order in a file of their own, each of them once.

Whatever is wrong with the files shows before anything is written to the bot's database, and memory stays small.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

AT_ONCE: Final = 1000
"""Records that are written or read together."""

_TABLES: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE people (
    user_id INTEGER PRIMARY KEY, username TEXT, first_name TEXT, last_name TEXT, start_payload TEXT, joined_at REAL);
CREATE TABLE tasks (
    key TEXT PRIMARY KEY, chat_id INTEGER, step TEXT, send_at REAL, status TEXT, retries INTEGER, former TEXT);
CREATE TABLE clicks (key TEXT PRIMARY KEY, chat_id INTEGER, button TEXT, at REAL);
CREATE INDEX by_reader ON tasks (chat_id, send_at);
"""

_PERSON: Final = """
INSERT INTO people VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    username = coalesce(username, excluded.username),
    first_name = coalesce(nullif(first_name, ''), excluded.first_name),
    last_name = coalesce(last_name, excluded.last_name),
    start_payload = coalesce(start_payload, excluded.start_payload),
    joined_at = min(coalesce(joined_at, excluded.joined_at), coalesce(excluded.joined_at, joined_at))
"""
# Of two records of one task the one counts that has ended: it may have been sent since the other was written.
_TASK: Final = """
INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    status = excluded.status, retries = excluded.retries
    WHERE tasks.status = 'pending' AND excluded.status <> 'pending'
"""
_CLICK: Final = "INSERT OR IGNORE INTO clicks VALUES (?, ?, ?, ?)"

Row = tuple[Any, ...]


class FunnelStage:
    """What is to be brought; times are epochs in seconds."""

    def __init__(self, folder: Path) -> None:
        """Make an empty one in a folder."""
        self._database = sqlite3.connect(folder / "funnel")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def add_people(self, rows: Iterable[Row]) -> None:
        """Add people: id, username, first and last name, start payload, when they joined."""
        self._add(_PERSON, rows)

    def add_tasks(self, rows: Iterable[Row]) -> None:
        """Add tasks: key, chat, step, when to send, status, retries, what else there was."""
        self._add(_TASK, rows)

    def add_clicks(self, rows: Iterable[Row]) -> None:
        """Add presses: key, chat, button, when."""
        self._add(_CLICK, rows)

    def finish(self) -> None:
        """Add those as people of whom nothing but a task or a press is known: they wrote to the old bot too."""
        for table in ("tasks", "clicks"):
            self._database.execute(
                f"INSERT OR IGNORE INTO people (user_id, first_name) SELECT DISTINCT chat_id, '' FROM {table}"  # noqa: S608 - names of ours
            )

    def count(self, table: str) -> int:
        """Return how many there are of `people`, `tasks` or `clicks`."""
        return int(self._database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of ours

    def statuses(self) -> dict[str, int]:
        """Return how many tasks there are of each status."""
        return dict(self._database.execute("SELECT status, count(*) FROM tasks GROUP BY status ORDER BY status"))

    def people(self) -> Iterator[list[Row]]:
        """Yield all people, some at a time."""
        yield from self._all("SELECT * FROM people ORDER BY user_id")

    def clicks(self) -> Iterator[list[Row]]:
        """Yield all presses, some at a time."""
        yield from self._all("SELECT * FROM clicks ORDER BY rowid")

    def tasks(self) -> Iterator[dict[int, list[Row]]]:
        """Yield all tasks by their readers, some readers at a time, each with all of theirs by their times."""
        readers = self._database.execute("SELECT DISTINCT chat_id FROM tasks ORDER BY chat_id")
        while chats := [row[0] for row in islice(readers, AT_ONCE)]:
            found: dict[int, list[Row]] = {}
            span = "SELECT * FROM tasks WHERE chat_id BETWEEN ? AND ? ORDER BY chat_id, send_at, rowid"
            for row in self._database.execute(span, (chats[0], chats[-1])):
                found.setdefault(row[1], []).append(row)
            yield found

    def _add(self, statement: str, rows: Iterable[Row]) -> None:
        with self._database:
            self._database.executemany(statement, rows)

    def _all(self, statement: str) -> Iterator[list[Row]]:
        found = self._database.execute(statement)
        while rows := found.fetchmany(AT_ONCE):
            yield rows
