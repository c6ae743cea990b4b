"""Decides how a program beside the bot reaches its database, also the one of its own that it runs at this moment."""

from contextlib import AsyncExitStack
from pathlib import Path

from database.connection import Database
from database.embedded import EmbeddedMongo


async def reach_database(url: str | None, name: str, data_dir: Path, stack: AsyncExitStack) -> Database:
    """Reach the database, and make it ready; the stack closes what was opened. `url` None: the one in `data_dir`.

    Raises:
        DatabaseUnavailable, EmbeddedMongoError, SchemaTooNew: It cannot be used; the text is for the operator.
    """
    if url is None:
        embedded = EmbeddedMongo()
        url = await embedded.start(data_dir)
        stack.push_async_callback(embedded.stop)
    database = await stack.enter_async_context(await Database.connect(url, name))
    await database.prepare()
    return database
