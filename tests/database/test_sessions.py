"""A session outlives its process; a process whose lease is gone cannot write it."""

import asyncio
from datetime import timedelta

import pytest

from database.bots import BotDatabase
from database.connection import Database
from database.secrets import Vault, WrongSecret
from database.sessions import PeerRecord, SessionRecord, StateRecord
from tests.database.mongo import BOT_ID, NOW, bot_of, dump, raw

KEY = bytes(range(256))
FIELDS = {
    "dc_id": 2,
    "server_address": "149.154.167.51",
    "port": 443,
    "api_id": 17,
    "test_mode": False,
    "auth_key": KEY,
    "user_id": BOT_ID,
    "is_bot": True,
    "date": 0,
}
PEER = PeerRecord(5, 77, "user")
CHANNEL = -1001234567890


async def test_a_new_bot_has_an_empty_session(bot: BotDatabase) -> None:
    assert await bot.session.open(1) == SessionRecord()


async def test_a_session_is_there_at_the_next_start(bot: BotDatabase, database: Database) -> None:
    await bot.session.open(1)
    assert await bot.session.save(FIELDS, 1)
    assert await bot.session.save({"logins": [NOW]}, 1)
    await bot.session.save_peers([PEER], 1)
    assert await bot.session.save_states([StateRecord(0, pts=10, qts=1, date=5, seq=3), StateRecord(CHANNEL, pts=4)], 1)

    again = bot_of(database).session
    record = await again.open(2)
    assert record
    assert record.fields() == FIELDS
    assert record.logins == (NOW,)
    assert await again.peers([5]) == [PEER]
    assert await again.states() == [StateRecord(0, pts=10, qts=1, date=5, seq=3), StateRecord(CHANNEL, pts=4)]


async def test_the_key_is_sealed_in_the_database(bot: BotDatabase, database: Database) -> None:
    await bot.session.open(1)
    await bot.session.save(FIELDS, 1)
    everything = await dump(database)
    assert b"149.154.167.51" in everything  # the dump shows what is plain
    assert KEY[:32] not in everything


async def test_another_secret_is_told_clearly(bot: BotDatabase, database: Database) -> None:
    await bot.session.open(1)
    await bot.session.save(FIELDS, 1)
    with pytest.raises(WrongSecret, match="SECRET_KEY"):
        await database.bot(BOT_ID, Vault.from_secret("a new secret", BOT_ID)).session.open(2)


async def test_a_field_that_no_session_has_is_a_mistake(bot: BotDatabase) -> None:
    with pytest.raises(ValueError, match="pasword"):
        await bot.session.save({"pasword": 1}, 1)


async def test_a_stale_epoch_writes_nothing(bot: BotDatabase, database: Database) -> None:
    stale = bot_of(database).session
    await stale.open(1)
    await stale.save(FIELDS, 1)
    await stale.save_states([StateRecord(0, pts=10)], 1)
    await stale.save_peers([PEER], 1)

    current = bot.session
    await current.open(2)
    await current.save_peers([PeerRecord(5, 78, "user")], 2)
    before = await dump(database)

    assert await stale.open(1) is None
    assert not await stale.save({"auth_key": b"stale", "dc_id": 9}, 1)
    assert not await stale.save_states([StateRecord(0, pts=9)], 1)
    assert not await stale.save_states([StateRecord(CHANNEL, pts=9)], 1)  # a row that is not there yet
    assert not await stale.save_peers([PEER, PeerRecord(6, 1, "user")], 1)
    assert not await stale.drop(1)
    assert await dump(database) == before

    # The current epoch does all of that.
    assert await current.save({"dc_id": 9}, 2)
    assert await current.save_states([StateRecord(CHANNEL, pts=9)], 2)
    assert await current.drop(2)


async def test_without_the_epoch_a_stale_write_would_strike(bot: BotDatabase, database: Database) -> None:
    """The control: the same writes, their epoch left out of the filter, change what is stored."""
    await bot.session.open(1)
    await bot.session.save(FIELDS, 1)
    await bot.session.open(2)
    key = {"_id": str(BOT_ID)}
    result = await raw(database)["sessions"].update_one({**key, "epoch": 1}, {"$set": {"dc_id": 9}})
    assert result.matched_count == 0
    result = await raw(database)["sessions"].update_one(key, {"$set": {"dc_id": 9}})
    assert result.matched_count == 1


async def test_a_stale_peer_does_not_replace_a_later_one(bot: BotDatabase, database: Database) -> None:
    """Even if the session was still ours when we looked, and was taken over before we wrote."""
    await bot.session.open(2)
    await bot.session.save_peers([PeerRecord(5, 78, "user")], 2)
    await bot.session._peers.save([PEER, PeerRecord(6, 1, "user")], 1)
    [found] = await bot.session.peers([5])
    assert found
    assert found.access_hash == 78
    assert await bot.session.peers([6]) == [PeerRecord(6, 1, "user")]


async def test_first_openings_at_once_end_with_the_latest_epoch(database: Database) -> None:
    for number in range(20):
        bot_id = BOT_ID + 100 + number
        first, second = bot_of(database, bot_id).session, bot_of(database, bot_id).session
        opened = await asyncio.gather(first.open(1), second.open(2))
        assert opened[1] == SessionRecord()
        assert not await first.save({"dc_id": 1}, 1)
        assert not await first.save_states([StateRecord(CHANNEL, pts=1)], 1)
        assert await second.save({"dc_id": 2}, 2)
        assert await second.save_states([StateRecord(CHANNEL, pts=2)], 2)


async def test_states_keep_what_is_not_given(bot: BotDatabase) -> None:
    await bot.session.open(1)
    await bot.session.save_states([StateRecord(0, pts=10, qts=2, date=7, seq=1)], 1)
    await bot.session.save_states([StateRecord(0, pts=11)], 1)
    assert await bot.session.states() == [StateRecord(0, pts=11, qts=2, date=7, seq=1)]


async def test_many_channels_have_their_states(bot: BotDatabase) -> None:
    await bot.session.open(1)
    rows = [StateRecord(0, pts=1)] + [StateRecord(CHANNEL - number, pts=number + 1) for number in range(500)]
    assert await bot.session.save_states(rows, 1)
    kept = await bot.session.states()
    assert kept[0] == rows[0]
    assert {row.id: row for row in kept} == {row.id: row for row in rows}


async def test_a_dropped_session_leaves_peers_states_and_logins(bot: BotDatabase) -> None:
    await bot.session.open(1)
    await bot.session.save({**FIELDS, "logins": [NOW, NOW + timedelta(minutes=20)]}, 1)
    await bot.session.save_states([StateRecord(0, pts=10)], 1)
    await bot.session.save_peers([PEER], 1)
    assert await bot.session.drop(1)
    record = await bot.session.open(2)
    assert record
    assert record.fields() == {}
    assert len(record.logins) == 2
    assert await bot.session.states() == [StateRecord(0, pts=10)]
    assert await bot.session.peers([5])


async def test_bots_have_sessions_of_their_own(bot: BotDatabase, other_bot: BotDatabase) -> None:
    await bot.session.open(1)
    await bot.session.save(FIELDS, 1)
    await bot.session.save_peers([PEER], 1)
    await bot.session.save_states([StateRecord(0, pts=1)], 1)
    assert await other_bot.session.open(1) == SessionRecord()
    assert await other_bot.session.peers([5]) == []
    assert await other_bot.session.states() == []
