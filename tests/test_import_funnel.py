"""The command that brings a funnel bot: what comes along, what does not and why; and its files stay as they are."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from database.sequences import Plan, Step
from database.task import Claim, End, Status
from database.users import Profile
from import_funnel import main, read_arguments, run
from services.funnel import SEQUENCE, STEPS
from services.sequence_example import example_file
from services.sequence_files import plan_in
from services.steps import FIRST, tasks_of
from tests.database.mongo import BOT_ID, bot_of

ROOT = Path(__file__).parents[1]
NOW = datetime.now(UTC).replace(microsecond=0)
SOON, PAST = NOW + timedelta(hours=1), NOW - timedelta(days=3)
PLAN = Plan("welcome", tuple(Step(key, place * 60) for place, key in enumerate(dict.fromkeys(STEPS.values()))))
TABLES = """
CREATE TABLE users (chat_id, user_id, username, first_name, last_name, start_payload, timestamp_utc);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, chat_id, task_type, send_at, status, retries, payload);
CREATE TABLE button_clicks (id INTEGER PRIMARY KEY, chat_id, button_type, timestamp);
"""


@dataclass
class Town:
    """A funnel bot's files, and this bot's database."""

    folder: Path
    url: str
    database: Database
    room: BotDatabase
    capture: pytest.CaptureFixture[str]
    files: list[str] = field(default_factory=list)

    def json(self, name: str, content: Any) -> str:
        """Write a file of JSON."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def sqlite(self, name: str = "bot.db", tables: str = TABLES, **rows: list[tuple[Any, ...]]) -> str:
        """Write a database."""
        path = self.folder / name
        with closing(sqlite3.connect(path)) as made, made:
            made.executescript(tables)
            for table, values in rows.items():
                made.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values[0]))})", values)  # noqa: S608
        return str(path)

    def environment(self) -> dict[str, str]:
        """What an operator sets."""
        return {
            "BOT_TOKEN": f"{BOT_ID}:{'a' * 35}", "API_ID": "1", "API_HASH": "a" * 32, "OWNER_ID": "1",
            "DATABASE_URL": self.url, "DATABASE_NAME": self.database._database.name,
        }  # fmt: skip

    async def run(self, *arguments: str) -> tuple[int, str]:
        """Run the command. Returns its exit code and what it said."""
        self.capture.readouterr()
        code = await run(Settings.load(self.environment(), None), read_arguments(list(arguments)))
        return code, self.capture.readouterr().out

    async def tasks(self, chat: int) -> dict[str, tuple[Status, int, datetime]]:
        """What became of a reader's tasks, in the first run."""
        return {
            task.step: (task.status, task.retries, task.send_at)
            for task in await self.room.tasks.of(chat)
            if task.run == FIRST
        }

    async def counts(self) -> tuple[int, int, int]:
        """How many people, tasks and presses there are."""
        data = self.database._database
        found = [await data[name].count_documents({}) for name in ("users", "tasks", "button_clicks")]
        return found[0], found[1], found[2]


@pytest.fixture
async def town(
    tmp_path: Path, mongo_url: str, database: Database, capsys: pytest.CaptureFixture[str]
) -> Town:  # fmt: skip
    made = Town(tmp_path, mongo_url, database, bot_of(database), capsys)
    await made.room.sequences.put(PLAN, 1, Cause("plan"), NOW)
    return made


def task(number: int, chat: int, kind: str, at: Any, status: str = "pending", retries: int = 0) -> dict[str, Any]:
    return {
        "id": number, "chat_id": chat, "task_type": kind, "send_at": at, "status": status, "retries": retries,
        "payload": {"text": "x"},
    }  # fmt: skip


# What comes along


async def test_people_tasks_and_presses_come_along_once_with_their_states(town: Town) -> None:
    users = town.json("users.json", [{"chat_id": 101, "first_name": "Rita"}, {"chat_id": 102, "username": "sam"}])
    tasks = town.json(
        "tasks.json",
        [
            task(1, 101, "msg_immediate", PAST.isoformat(), "sent", 1),
            task(2, 101, "msg_3min", SOON.isoformat(), "pending", 2),
            task(3, 101, "msg_2h", (SOON + timedelta(hours=1)).isoformat()),
            task(4, 102, "msg_30s", PAST.timestamp(), "failed", 3),
            task(5, 103, "cleanup", PAST.isoformat(), "SKIPPED"),
        ],
    )
    known = await town.room.users.seen(Profile(102, "sam", "Samuel", None, "ru"), NOW)
    base = town.sqlite(
        users=[
            (101, 101, "rita", "Rita", None, "promo", "2024-02-01 10:00:00"),
            (104, 104, None, "Tom", "T", None, None),
        ],
        tasks=[
            (2, 101, "msg_3min", str(SOON), "pending", 2, "{}"),
            (6, 104, "msg_2h", str(SOON), "cancelled", 0, None),
        ],
        button_clicks=[(1, 101, "joined_btn", "2024-02-01T10:05:00Z"), (2, 105, "promo", 1706781900)],
    )
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in town.folder.iterdir()}
    arguments = [users, tasks, base, "--button", "joined_btn=joined"]
    code, said = await town.run(*arguments, "--dry-run")
    assert (code, "Nothing was changed: this was a dry run." in said) == (0, True), said
    assert await town.counts() == (1, 0, 0)
    code, said = await town.run(*arguments)
    assert code == 0, said
    assert "People: 5, of whom 4 are new here." in said
    assert "Presses: 2, of which 2 are new here." in said
    assert "Tasks: 6 (1 cancelled, 1 failed, 2 pending, 1 sent, 1 skipped), of which 6 are new here." in said
    assert "Left out: 0." in said
    assert await town.tasks(101) == {
        "hello": (Status.SENT, 1, PAST),
        "how": (Status.PENDING, 2, SOON),
        "reminder": (Status.PENDING, 0, SOON + timedelta(hours=1)),
    }
    assert await town.tasks(102) == {"join": (Status.FAILED, 3, PAST)}
    assert await town.tasks(103) == {"farewell": (Status.SKIPPED, 0, PAST)}
    former = {t.step: t.payload["former"] for t in await town.room.tasks.of(101)}
    assert (former["how"]["id"], former["how"]["task_type"]) == ("2", "msg_3min")
    assert await town.room.button_clicks.of("joined", [101, 105]) == {101}
    assert await town.room.button_clicks.by_button(datetime(2024, 1, 1, tzinfo=UTC)) == {"joined": 1, "promo": 1}
    assert await town.room.users.get(102) == known
    rita = await town.room.users.get(101)
    assert rita
    assert (rita.username, rita.first_name, rita.start_payload) == ("rita", "Rita", "promo")
    assert rita.first_seen == rita.last_seen == datetime(2024, 2, 1, 10, tzinfo=UTC)
    assert rita.begun_at, "who comes along is no newcomer"
    counts = await town.counts()
    code, said = await town.run(*arguments)
    assert (code, "of whom 0 are new" in said, "of which 0 are new" in said) == (0, True, True), said
    assert await town.counts() == counts
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in town.folder.iterdir()} == before


async def test_pending_tasks_are_due_one_after_the_other(town: Town) -> None:
    at = [(NOW - timedelta(minutes=each)).isoformat() for each in (3, 2, 1)]
    rows = [task(n, 101, kind, at[n]) for n, kind in enumerate(("msg_30s", "msg_3min", "msg_2h"))]
    code, said = await town.run(town.json("tasks.json", rows))
    assert code == 0, said
    went = []
    for number in range(3):
        [taken] = await town.room.tasks.claim(Claim(1, str(number)), NOW, 9)
        went.append(taken.step)

        await town.room.tasks.end([End(taken, Status.SENT, NOW)], Claim(1, str(number)))
    assert went == ["join", "how", "reminder"]
    assert await town.room.tasks.claim(Claim(1, "x"), NOW, 9) == []


async def test_who_began_the_sequence_here_gets_no_step_twice(town: Town) -> None:
    await town.room.tasks.add(tasks_of(PLAN, 101, FIRST, NOW))
    before = await town.tasks(101)
    code, said = await town.run(town.json("tasks.json", [task(1, 101, "msg_2h", SOON.isoformat())]))
    assert (code, "Tasks: 1 (1 pending), of which 0 are new here." in said) == (0, True), said
    assert await town.tasks(101) == before


async def test_what_waited_too_long_is_not_sent_any_more(town: Town) -> None:
    rows = [task(1, 101, "msg_2h", (NOW - timedelta(days=8)).isoformat()), task(2, 102, "msg_2h", PAST.isoformat())]
    file = town.json("tasks.json", rows)
    await town.run(file)
    assert [(await town.tasks(chat))["reminder"][0] for chat in (101, 102)] == [Status.CANCELLED, Status.PENDING]
    late = town.json("more.json", [task(3, 103, "msg_2h", PAST.isoformat())])
    await town.run(late, "--late", "1 day")
    assert (await town.tasks(103))["reminder"][0] is Status.CANCELLED


async def test_of_one_step_twice_the_one_to_be_sent_counts_and_ended_ones_stay_known(town: Town) -> None:
    rows = [
        task(1, 101, "msg_2h", PAST.isoformat(), "sent"),
        task(2, 101, "msg_2h", SOON.isoformat()),
        task(3, 101, "msg_2h", (SOON + timedelta(hours=1)).isoformat()),
        task(4, 102, "msg_2h", (PAST - timedelta(days=1)).isoformat(), "failed"),
        task(5, 102, "msg_2h", PAST.isoformat(), "sent"),
    ]
    code, said = await town.run(town.json("tasks.json", rows))
    assert code == 0, said
    assert "1, because its reader waits for the same step twice, and gets it once: task id 3" in said
    assert (await town.tasks(101))["reminder"][:2] == (Status.PENDING, 0)
    assert (await town.tasks(102))["reminder"][0] is Status.SENT
    assert sorted(t.run for t in await town.room.tasks.of(101)) == [FIRST, "former-id 1"]
    assert sorted(t.run for t in await town.room.tasks.of(102)) == [FIRST, "former-id 4"]
    counts = await town.counts()
    await town.run(town.json("tasks.json", rows))
    assert await town.counts() == counts


async def test_a_task_that_ended_in_one_file_is_not_sent_because_of_another(town: Town) -> None:
    waits, ended = task(1, 101, "msg_2h", SOON.isoformat()), task(1, 101, "msg_2h", SOON.isoformat(), "sent", 1)
    await town.run(town.json("old.json", [waits]), town.json("new.json", [ended]), town.json("older.json", [waits]))
    assert (await town.tasks(101))["reminder"][:2] == (Status.SENT, 1)


async def test_a_database_with_its_last_writes_beside_it_is_read_whole_and_left_alone(town: Town) -> None:
    path = town.folder / "bot.db"
    with closing(sqlite3.connect(path)) as live:
        live.execute("PRAGMA journal_mode = WAL")
        live.execute("PRAGMA wal_autocheckpoint = 0")
        live.executescript(TABLES)
        live.execute("INSERT INTO users (chat_id, first_name) VALUES (101, ?)", (b"R\xffta",))
        live.commit()
        copied = town.folder / "old"
        copied.mkdir()
        for end in ("", "-wal"):  # as a bot leaves them that was killed
            (copied / f"bot.db{end}").write_bytes(path.with_name(f"bot.db{end}").read_bytes())
    before = {each.name: each.read_bytes() for each in copied.iterdir()}
    code, said = await town.run(str(copied / "bot.db"))
    assert (code, "People: 1, of whom 1 are new here." in said) == (0, True), said
    assert {each.name: each.read_bytes() for each in copied.iterdir()} == before


@pytest.mark.parametrize(
    "content",
    [
        {"users": [{"chat_id": 101}, {"user_id": "102"}]},
        {"101": {"first_name": "Rita"}, "102": {"chat_id": 102.0}},
        '\ufeff [ {"chat_id":101} ,\n{"chat_id": "102"}\t]\n',
        {"version": {"chat_id": 101}, "users": [{"chat_id": 102}], "tasks": [], "clicks": []},
    ],
)
async def test_json_may_be_a_list_an_object_or_lists_in_one(town: Town, content: Any) -> None:
    code, said = await town.run(town.json("users.json", content))
    assert (code, "People: 2, of whom 2 are new here." in said) == (0, True), said


# What does not


async def test_what_is_left_out_is_named_with_its_reason_and_place_within_bounds(town: Town) -> None:
    bad = [
        task(1, -100123, "msg_2h", SOON.isoformat()),
        task(2, 101, "msg_2h", "soon"),
        task(3, 101, "msg_2h", SOON.isoformat(), "exploded"),
        task(4, 101, "msg_2h", "1970-01-01T00:00:00Z"),
        {**task(5, 101, "msg_2h", SOON.isoformat()), "retries": "many"},
        {**task(6, 101, "msg_2h", SOON.isoformat()), "chat_id": None},
        *(task(n, 101, "promo_7d", SOON.isoformat()) for n in range(7, 200)),
        *(task(n, 101, f"type {n}", SOON.isoformat()) for n in range(200, 300)),
        {"chat_id": 5, "user_id": 6},
        {"button_type": "x" * 99, "chat_id": 5, "timestamp": SOON.isoformat()},
    ]
    file, everything = town.json("tasks.json", bad), town.folder / "left.csv"
    code, said = await town.run(file, "--left-out", str(everything))
    assert code == 0, said
    assert f"Left out: {len(bad)}." in said
    assert "193, because nothing is known of its task type 'promo_7d': tasks.json 7, tasks.json 8" in said
    assert "and 183 more" in said
    assert "its chat_id is a group's, or nobody's: tasks.json 1" in said
    assert "other reasons" in said
    assert len(said.splitlines()) < 45
    assert len(everything.read_text().splitlines()) == len(bad)
    assert await town.counts() == (0, 0, 0)


def test_the_sequence_that_ships_has_the_steps_that_old_tasks_become() -> None:
    plan = plan_in(example_file(), {"en"}).plan
    assert (plan.name, {step.key for step in plan.steps}) == (SEQUENCE, {*STEPS.values()})


async def test_other_task_types_may_be_named(town: Town) -> None:
    file = town.json("tasks.json", [task(1, 101, "promo_7d", SOON.isoformat()), task(2, 101, "x", SOON.isoformat())])
    code, said = await town.run(file, "--step", "promo_7d=reminder", "--step", "x=nowhere")
    assert code == 0, said
    assert "the sequence 'welcome' has no step 'nowhere' for its task type 'x': tasks.json 2" in said
    assert list(await town.tasks(101)) == ["reminder"]


async def test_tasks_want_a_sequence(town: Town) -> None:
    file = town.json("all.json", [{"chat_id": 101}, task(1, 101, "msg_2h", SOON.isoformat())])
    code, said = await town.run(file, "--sequence", "other")
    assert (code, "the bot has no sequence 'other'" in said, await town.counts()) == (2, True, (0, 0, 0)), said
    code, said = await town.run(town.json("users.json", [{"chat_id": 101}]), "--sequence", "other")
    assert (code, await town.counts()) == (0, (1, 0, 0)), said


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "it is empty"),
        ("hello", "neither a list nor an object"),
        ('[{"chat_id": 1}, {"chat_id": 2', "ends too early"),
        ('[{"chat_id": 1} {"chat_id": 2}]', "is broken at"),
        ('[{"chat_id": 1}] garbage', "something follows"),
        ("[1, 2]", "its record 1 is no object"),
        ("[" * 100_000, "too many lists"),
        ('[{"chat_id": 1, "x": "' + "y" * 2_000_000, "longer than 1 MiB"),
        ("[{\x00]", "is broken"),
    ],
)
async def test_a_wrong_file_changes_nothing(town: Town, content: str, named: str) -> None:
    good = town.json("good.json", [{"chat_id": 101}])
    code, said = await town.run(good, town.json("bad.json", content))
    assert (code, "Cannot import bad.json" in said, named in said) == (2, True, True), said
    assert await town.counts() == (0, 0, 0)


async def test_wrong_databases_change_nothing_either(town: Town) -> None:
    good = Path(town.sqlite(users=[(n, n, "x" * 500, None, None, None, None) for n in range(1, 2000)]))
    cut = town.folder / "cut.db"
    cut.write_bytes(good.read_bytes()[:-200_000])
    other = town.sqlite("other.db", "CREATE TABLE tasks (id, name)")
    empty = town.sqlite("empty.db", "CREATE TABLE people (id)")
    for path, named in (
        (str(cut), "SQLite cannot read it"),
        (other, "its table tasks has no chat_id, send_at, status, task_type: it is another bot's"),
        (empty, "none of the tables"),
        (str(town.folder / "nowhere.db"), "it cannot be opened"),
        (str(town.folder), "it cannot be opened"),
    ):
        code, said = await town.run(path)
        assert (code, named in said) == (2, True), said
    assert await town.counts() == (0, 0, 0)


@pytest.mark.parametrize(
    ("when", "zone", "meant"),
    [
        ("2024-02-01T10:00:00Z", "UTC", 10),
        ("2024-02-01T15:00:00+05:00", "UTC", 10),
        ("2024-02-01 10:00:00", "UTC", 10),
        ("2024-02-01 10:00:00 UTC", "Asia/Tashkent", 10),
        ("2024-02-01 15:00:00.250000", "Asia/Tashkent", 10),
        (1706781600, "Asia/Tashkent", 10),
        ("1706781600.5", "UTC", 10),
        (1706781600000, "UTC", 10),
        (1706781600000000, "UTC", 10),
    ],
)
async def test_times_are_read_with_and_without_zones(town: Town, when: Any, zone: str, meant: int) -> None:
    code, said = await town.run(town.json("t.json", [task(1, 101, "msg_2h", when, "sent")]), "--zone", zone.lower())
    assert code == 0, said
    at = (await town.tasks(101))["reminder"][2]
    assert at.replace(microsecond=0) == datetime(2024, 2, 1, meant, tzinfo=UTC)


async def test_the_command_runs_as_a_program(town: Town) -> None:
    file = town.json("users.json", [{"chat_id": 101}])
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "import_funnel.py"), file, cwd="/", env=town.environment(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, b"Done." in said) == (0, True), said


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("", "files"),
        ("x --zone Mars", "--zone"),
        ("x --late soon", "--late"),
        ("x --step a", "--step"),
        ("x --button =b", "--button"),
    ],
)
def test_wrong_arguments_are_named(given: str, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given.split())
    assert ended.value.code == 2
    assert named in capsys.readouterr().err
