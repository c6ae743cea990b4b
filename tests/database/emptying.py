"""Databases for one test after the other: emptying one costs a tenth of making its collections and indexes anew."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from pymongo import WriteConcern

from database.bots import COLLECTIONS
from database.connection import Database
from database.schema import check_version
from tests.database.mongo import raw

_NAMES = {"meta"} | {each.name for each in COLLECTIONS}
_INDEXES = {name: 1 + sum(len(each.indexes) for each in COLLECTIONS if each.name == name) for name in _NAMES}
"""How many indexes each collection has, with that of its `_id`."""
_PREPARED = {"meta"} | {each.name for each in COLLECTIONS if each.indexes}
"""The collections that are there from the start."""
_UNSAFE = WriteConcern(w=1, j=False)


class Databases:
    """One server's databases, each for one test at a time.

    `resting` of them are left alone before the one left first is taken again: what its test left in flight is over
    by then.
    """

    def __init__(self, url: str, resting: int = 4) -> None:
        self._url = url
        self._resting = resting
        self._left: deque[str] = deque()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Database]:
        """Yield a database of its own, prepared and empty."""
        name = self._left.popleft() if len(self._left) > self._resting else f"test_{uuid4().hex}"
        async with await Database.connect(self._url, name) as database:
            if not await emptied(database):
                await raw(database).client.drop_database(name)
                await database.prepare()
            yield database
        self._left.append(name)


async def emptied(database: Database) -> bool:
    """Empty a database and say so; False if it does not have our collections and indexes as they are, and no others."""
    inside: Any = raw(database).with_options(write_concern=_UNSAFE)
    collections = await (await inside.list_collections()).to_list()
    names = {each["name"] for each in collections}
    if not _PREPARED <= names <= _INDEXES.keys() or any(each["options"] for each in collections):
        return False
    if (await inside.command("dbStats"))["indexes"] != sum(_INDEXES[name] for name in names):
        return False
    looks = {name: [{"$limit": 1}, {"$project": {"_id": 0, "of": {"$literal": name}}}] for name in names}
    others = [{"$unionWith": {"coll": name, "pipeline": looks[name]}} for name in names - {"meta"}]
    for filled in await (await inside["meta"].aggregate([*looks["meta"], *others])).to_list():
        await inside[filled["of"]].delete_many({})
    await check_version(inside)
    return True
