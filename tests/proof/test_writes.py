"""The witness of the proof of leases: it sees who wrote after whom, and what went back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from database.connection import Database
from database.sessions import PeerRecord, StateRecord
from tests.database.mongo import bot_of, raw
from tests.proof.writes import Account, Witness, Write, named, witness


def write(process: str, pts: int = 0, *, changed: bool = True, opens: bool = False) -> Write:
    values = {"rows.0.pts": pts} if pts else {}
    return Write(process, "states", "1:0", changed, refused=not changed, opens=opens, values=values)


@pytest.mark.parametrize(("writes", "stale", "refused", "backwards", "clean"), [
    ([write("one", opens=True), write("one", 5), write("two", opens=True), write("two", 6)], 0, 0, 0, True),
    ([write("one", opens=True), write("two", opens=True), write("one", 5, changed=False)], 0, 1, 0, True),
    ([write("one", opens=True), write("two", opens=True), write("one", 5)], 1, 0, 0, False),
    ([write("one", opens=True), write("one", 5), write("one", 4)], 0, 0, 1, False),
    ([write("one", opens=True), write("one", 5), write("one", 4, changed=False)], 0, 0, 0, True),
])  # fmt: skip
def test_what_is_written_late_or_goes_back_is_seen(
    writes: list[Write], stale: int, refused: int, backwards: int, clean: bool
) -> None:
    told = Account.of(writes)
    assert (told.stale.total(), told.refused, told.backwards, told.clean) == (stale, refused, backwards, clean)


@pytest.fixture
async def pair(database: Database, mongo_url: str) -> AsyncIterator[tuple[Database, Database, Witness]]:
    """One database as two processes have it, and the witness of both."""
    name = raw(database).name
    async with (
        await Database.connect(named(mongo_url, "one"), name) as one,
        await Database.connect(named(mongo_url, "two"), name) as two,
        witness(database) as seen,
    ):
        yield one, two, seen


@pytest.mark.parametrize("weak", [False, True], ids=["protected", "without the epoch"])
async def test_the_server_tells_whether_a_process_wrote_after_its_lease(
    pair: tuple[Database, Database, Witness], weak: bool
) -> None:
    one, two = bot_of(pair[0]), bot_of(pair[1])
    if weak:
        one.session.ignore_epochs()
    first = await one.lease.acquire("one", 0.1)
    assert first
    assert await one.session.open(first.epoch) is not None
    await one.session.save_states([StateRecord(0, pts=5, qts=1)], first.epoch)
    await one.lease.release(first)
    second = await two.lease.acquire("two", 10)
    assert second
    assert await two.session.open(second.epoch) is not None
    await two.session.save_states([StateRecord(0, pts=9, qts=1)], second.epoch)
    await two.session.save_peers([PeerRecord(7, 8, "user")], second.epoch)
    await one.session.save({"date": 1}, first.epoch)
    await one.session.save_states([StateRecord(0, pts=7, qts=1)], first.epoch)
    told = await pair[2].account()
    assert told.takeovers == 2
    if weak:
        assert told.stale == {"sessions": 1, "states": 1}
        assert told.backwards == 1
        assert not told.clean
    else:
        assert told.refused == 2
        assert told.clean
