"""A database that a test gets has nothing of the tests before it, whatever they did to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from database.connection import Database
from database.schema import SCHEMA_VERSION
from tests.database.emptying import Databases
from tests.database.mongo import raw


async def shape_of(database: Database) -> dict[str, Any]:
    """The collections and their indexes."""
    return {name: await raw(database)[name].index_information() for name in await raw(database).list_collection_names()}


async def identity_of(database: Database) -> Any:
    """What a collection keeps for as long as it is not made anew."""
    [users] = await (await raw(database).list_collections(filter={"name": "users"})).to_list()
    return users["info"]["uuid"]


async def nothing(_: Any) -> None:
    pass


async def fill(database: Any) -> None:
    for name in ("users", "links", "leases", "tallies"):
        await database[name].insert_one({"name": name})


async def make_newer(database: Any) -> None:
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION + 1}})


async def drop_an_index(database: Any) -> None:
    await database["uses"].drop_index("bot_id_1_code_1_slot_1")


async def add_an_index(database: Any) -> None:
    await database["uses"].create_index("something")


async def drop_a_collection(database: Any) -> None:
    await database["uses"].drop()


async def add_a_collection(database: Any) -> None:
    await database["others"].insert_one({})


async def watch(database: Any) -> None:
    await database.command({"profile": 2})
    await database["users"].find_one()
    await database.command({"profile": 0})


async def refuse_documents(database: Any) -> None:
    await database.command({"collMod": "users", "validator": {"name": "nobody"}})


@pytest.mark.parametrize(
    ("harm", "kept"),
    [
        (nothing, True),
        (fill, True),
        (make_newer, True),
        (drop_an_index, False),
        (add_an_index, False),
        (drop_a_collection, False),
        (add_a_collection, False),
        (watch, False),
        (refuse_documents, False),
    ],
)
async def test_what_a_test_did_is_gone_for_the_next(
    mongo_url: str, harm: Callable[[Any], Awaitable[None]], *, kept: bool
) -> None:
    databases = Databases(mongo_url, resting=0)
    async with databases.one() as database:
        name, shape = raw(database).name, await shape_of(database)
        before = await identity_of(database)
        await harm(raw(database))
    async with databases.one() as again:
        assert raw(again).name == name
        assert (await identity_of(again) == before) is kept
        found = await shape_of(again)
        assert {each: found[each] for each in shape} == shape
        assert all(len(found[each]) == 1 for each in found.keys() - shape.keys())
        for each in found:
            documents = await raw(again)[each].find().to_list()
            assert documents == ([{"_id": "schema", "version": SCHEMA_VERSION}] if each == "meta" else []), each


async def test_what_was_left_just_now_is_not_taken_again_at_once(mongo_url: str) -> None:
    databases, names = Databases(mongo_url, resting=1), []
    for _ in range(3):
        async with databases.one() as database:
            names.append(raw(database).name)
    assert names[0] == names[2] != names[1]
