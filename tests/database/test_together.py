"""Questions asked at the same time are answered together, each by something younger than itself."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import AutoReconnect, BulkWriteError

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from database.links import Link, LinkItem, NewLink
from database.together import AT_MOST, Together
from database.users import Profile
from tests.database.mongo import NOW, Cut, bot_of, cut_at_write


class Oracle:
    """Answers each question with its double, when it is let."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = asyncio.Event()

    async def __call__(self, questions: Sequence[int]) -> list[int | Exception]:
        self.asked.append(list(questions))
        await self.go.wait()
        return [ValueError("odd") if question < 0 else question * 2 for question in questions]


async def test_a_crowd_is_answered_in_one_operation_and_each_gets_its_own_answer() -> None:
    oracle = Oracle()
    together = Together(oracle)
    oracle.go.set()
    assert await asyncio.gather(*(together.one(number) for number in range(50))) == [2 * number for number in range(50)]
    assert oracle.asked == [list(range(50))]


async def test_what_comes_while_an_operation_runs_waits_for_the_next() -> None:
    oracle = Oracle()
    together = Together(oracle)
    first = asyncio.create_task(together.one(1))
    await asyncio.sleep(0.01)
    later = [asyncio.create_task(together.one(number)) for number in (2, 1)]
    await asyncio.sleep(0.01)
    assert oracle.asked == [[1]]
    oracle.go.set()
    assert await asyncio.gather(first, *later) == [2, 4, 2]
    assert oracle.asked == [[1], [2, 1]]  # asked again for the later one: what was read before it is too old for it


async def test_no_operation_answers_more_than_it_may() -> None:
    oracle = Oracle()
    together = Together(oracle)
    oracle.go.set()
    await asyncio.gather(*(together.one(number) for number in range(AT_MOST * 2 + 1)))
    assert [len(part) for part in oracle.asked] == [AT_MOST, AT_MOST, 1]


async def test_one_that_fails_does_not_fail_the_others() -> None:
    oracle = Oracle()
    together = Together(oracle)
    oracle.go.set()
    good, bad = await asyncio.gather(together.one(1), together.one(-1), return_exceptions=True)
    assert good == 2
    assert isinstance(bad, ValueError)


async def test_an_operation_that_fails_fails_its_callers_and_nobody_after_them() -> None:
    failures = [OSError("away")]

    async def ask(questions: Sequence[int]) -> list[int | Exception]:
        if failures:
            raise failures.pop()
        return list(questions)

    together = Together(ask)
    assert all(isinstance(each, OSError) for each in await _both(together))
    assert await _both(together) == [1, 2]


async def test_one_that_is_refused_fails_nobody_else() -> None:
    asked: list[list[int]] = []

    async def ask(questions: Sequence[int]) -> list[int | Exception]:
        asked.append(list(questions))
        if 2 in questions:
            raise BulkWriteError({"writeErrors": [{"code": 11000}]})
        return list(questions)

    together = Together(ask)
    answers = await asyncio.gather(*(together.one(number) for number in (1, 2, 3)), return_exceptions=True)
    assert [answers[0], answers[2]] == [1, 3]
    assert isinstance(answers[1], BulkWriteError)
    assert asked == [[1, 2, 3], [1], [2], [3]]


async def test_a_database_that_is_away_is_not_asked_once_for_each() -> None:
    asked: list[list[int]] = []

    async def ask(questions: Sequence[int]) -> list[int | Exception]:
        asked.append(list(questions))
        raise AutoReconnect("away")

    assert all(isinstance(each, AutoReconnect) for each in await _both(Together(ask)))
    assert asked == [[1, 2]]


async def test_a_caller_that_leaves_disturbs_nobody() -> None:
    oracle = Oracle()
    together = Together(oracle)
    leaving, staying = asyncio.create_task(together.one(1)), asyncio.create_task(together.one(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    oracle.go.set()
    assert await staying == 4


async def _both(together: Together[int, int]) -> list[Any]:
    return [*await asyncio.gather(together.one(1), together.one(2), return_exceptions=True)]


# On the database


@pytest.fixture
async def bot(database: Database) -> BotDatabase:
    return bot_of(database)


async def make(bot: BotDatabase, number: int) -> Link:
    new = NewLink(LinkKind.FILE, (LinkItem(f"file{number}", number),), -100, f"content{number}")
    return await bot.links.create(new, by=1, cause=Cause(f"made:{number}"), now=NOW)


async def test_a_crowd_reads_its_links_in_one_operation(bot: BotDatabase) -> None:
    links = [await make(bot, number) for number in range(5)]
    asked = [links[number % 5].code for number in range(40)]
    with patch.object(AsyncCollection, "find", autospec=True, side_effect=AsyncCollection.find) as find:
        found = await asyncio.gather(*(bot.links.get(code) for code in [*asked, "f" + "x" * 21 + "A"]))
    assert [link and link.code for link in found] == [*asked, None]
    assert find.call_count == 1


async def test_a_crowd_counts_its_uses_in_one_write_once_per_cause(bot: BotDatabase) -> None:
    link = await make(bot, 1)
    assert await bot.links.use(link, 7, Cause("message:7:3"), NOW)  # one of them is a replay
    causes = [Cause(f"message:7:{number % 20}") for number in range(40)]  # and each comes twice
    with cut_at_write(99, applied=True) as writes:
        assert all(await asyncio.gather(*(bot.links.use(link, 7, cause, NOW) for cause in causes)))
    assert writes == ["uses.insert_many"]
    assert await bot.links.uses(link.code) == 20


@pytest.mark.parametrize("applied", [False, True])
async def test_uses_cut_off_fail_everybody_and_count_once_when_taken_again(bot: BotDatabase, applied: bool) -> None:
    link = await make(bot, 1)
    causes = [Cause(f"message:7:{number}") for number in range(10)]

    async def use_all() -> list[Any]:
        later = NOW + timedelta(seconds=1)
        return await asyncio.gather(*(bot.links.use(link, 7, cause, later) for cause in causes), return_exceptions=True)

    with cut_at_write(0, applied=applied):
        assert all(isinstance(each, Cut) for each in await use_all())
    assert await use_all() == [True] * 10
    assert await bot.links.uses(link.code) == 10


async def test_a_crowd_is_remembered_in_one_write_each_as_they_are(bot: BotDatabase) -> None:
    await bot.users.seen(Profile(3, first_name="Old"), NOW - timedelta(days=1), "first")
    await bot.users.set_language(3, "uz", NOW)
    sights = [(Profile(number % 20, first_name=f"P{number}"), f"payload{number}") for number in range(40)]
    with cut_at_write(99, applied=True) as writes:
        users = await asyncio.gather(*(bot.users.seen(profile, NOW, payload) for profile, payload in sights))
    assert writes == ["users.bulk_write"]
    assert [user.user_id for user in users] == [number % 20 for number in range(40)]
    assert {user.user_id: user.first_name for user in users}[7] == "P27"  # the last word
    assert {user.user_id: user.start_payload for user in users}[7] == "payload7"  # the first one stays
    known = await bot.users.get(3)
    assert known
    assert (known.start_payload, known.language, known.last_seen) == ("first", "uz", NOW)


async def test_a_name_that_no_document_takes_fails_its_own_person_only(bot: BotDatabase) -> None:
    names = ["Ann", "\ud800", "Bob"]
    seen = await asyncio.gather(
        *(bot.users.seen(Profile(number, first_name=name), NOW) for number, name in enumerate(names)),
        return_exceptions=True,
    )
    assert [isinstance(each, Exception) for each in seen] == [False, True, False]
    assert await bot.users.get(2)


async def test_a_revocation_that_was_confirmed_is_seen_by_every_later_reader(bot: BotDatabase) -> None:
    link = await make(bot, 1)
    for number in range(20):
        early = [asyncio.create_task(bot.links.get(link.code)) for _ in range(5)]
        await asyncio.sleep(0)
        verb = bot.links.restore if number % 2 else bot.links.revoke
        await verb(link.code, 1, Cause(f"change:{number}"), NOW)
        seen = await bot.links.get(link.code)
        assert seen
        assert (seen.revoked_at is None) == bool(number % 2)
        await asyncio.gather(*early)
