"""The MongoDB in between: everything passes, and one command is held back on either side of the server's work."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient, InsertOne
from pymongo.errors import AutoReconnect

from tests.proof.mongo_proxy import Command, Hold, MongoProxy, Side, mongo_proxy


@pytest.fixture
async def proxy(mongo_url: str) -> AsyncIterator[MongoProxy]:
    async with mongo_proxy(mongo_url) as between:
        yield between


@contextlib.asynccontextmanager
async def two(proxy: MongoProxy) -> AsyncIterator[tuple[Any, Any]]:
    """A database by way of the proxy, twice: whoever is held back holds back nobody else."""
    name = f"test_{uuid4().hex}"
    one: AsyncMongoClient[Any] = AsyncMongoClient(proxy.url)
    other: AsyncMongoClient[Any] = AsyncMongoClient(proxy.url)
    async with one, other:
        yield one[name], other[name]
        await other.drop_database(name)


async def struck(hold: Hold) -> Command:
    async with asyncio.timeout(60):
        await hold.struck.wait()
    assert hold.command
    return hold.command


async def test_everything_passes_both_ways(proxy: MongoProxy) -> None:
    async with two(proxy) as (one, other):
        many = [{"_id": number, "text": "x" * 1000} for number in range(5000)]  # several megabytes and batches
        await one.things.insert_many(many)
        await one.things.create_index("text")
        assert await other.things.find().sort("_id").to_list() == many
        assert (await one.things.update_many({}, {"$set": {"text": "y"}})).modified_count == 5000


@pytest.mark.parametrize(("side", "cut", "while_held", "in_the_end"), [
    (Side.BEFORE, False, 0, 1),
    (Side.BEFORE, True, 0, 0),
    (Side.AFTER, False, 1, 1),
    (Side.AFTER, True, 1, 1),
])  # fmt: skip
async def test_a_command_is_held_back_before_or_after_it_is_carried_out(
    proxy: MongoProxy, side: Side, cut: bool, while_held: int, in_the_end: int
) -> None:
    async with two(proxy) as (one, other):
        await one.things.insert_one({"_id": "first"})
        hold = proxy.hold(side, "insert", "things", database=one.name)
        await one.others.insert_one({})  # another collection passes
        writing = asyncio.create_task(one.things.insert_one({"_id": "it"}))
        command = await struck(hold)
        assert (command.name, command.collection, command.database) == ("insert", "things", one.name)
        assert command.parts == [{"_id": "it"}]
        assert await other.things.count_documents({"_id": "it"}) == while_held
        await asyncio.sleep(0.1)
        assert not writing.done()
        hold.end(cut=cut)
        if cut:
            with pytest.raises(AutoReconnect):
                await writing
        else:
            await writing
        assert await other.things.count_documents({"_id": "it"}) == in_the_end
        await one.things.insert_one({"_id": "after"})  # nothing more is held back


async def test_the_command_is_chosen_by_its_number_and_its_content(proxy: MongoProxy) -> None:
    async with two(proxy) as (one, _):
        hold = proxy.hold(
            Side.BEFORE, "update", "things", skip=1, where=lambda command: "$set" in command.parts[0]["u"]
        )
        for _number in range(2):
            await one.things.update_one({}, {"$inc": {"n": 1}})
        await one.things.update_one({}, {"$set": {"n": 1}})
        writing = asyncio.create_task(one.things.update_one({"me": 2}, {"$set": {"n": 2}}))
        assert (await struck(hold)).parts[0]["q"] == {"me": 2}
        hold.end(cut=False)
        await writing


async def test_the_parts_of_a_bulk_are_seen(proxy: MongoProxy) -> None:
    async with two(proxy) as (one, _):
        hold = proxy.hold(Side.AFTER, "insert", "things")
        writing = asyncio.create_task(one.things.bulk_write([InsertOne({"_id": number}) for number in range(3)]))
        assert [part["_id"] for part in (await struck(hold)).parts] == [0, 1, 2]
        hold.end(cut=False)
        await writing


async def test_a_client_that_is_gone_leaves_nothing_behind(proxy: MongoProxy) -> None:
    async with two(proxy) as (one, other):
        hold = proxy.hold(Side.BEFORE, "insert", "things")
        writing = asyncio.create_task(one.things.insert_one({}))
        await struck(hold)
        await one.client.close()
        hold.end(cut=True)
        await asyncio.gather(writing, return_exceptions=True)
        assert await other.things.count_documents({}) == 0


async def test_what_is_armed_and_given_up_holds_nothing_back(proxy: MongoProxy) -> None:
    async with two(proxy) as (one, _):
        hold = proxy.hold(Side.BEFORE, "insert", "things")
        hold.end(cut=True)
        await one.things.insert_one({})
        assert not hold.struck.is_set()
