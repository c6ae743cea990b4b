"""Decides which databases this version may work on: those of its own schema and of older ones."""

from pymongo.asynchronous.database import AsyncDatabase

from database.collection import Document

SCHEMA_VERSION = 1
"""Grows when documents change so that an older version of the program would misread them."""


class SchemaTooNew(Exception):  # noqa: N818 - says what is the case
    """A newer version of the program has worked on this database; the text says what to do."""


async def check_version(database: AsyncDatabase[Document]) -> None:
    """Write our schema's version where an older one or none is written.

    Raises:
        SchemaTooNew: A newer one is written; nothing is changed.
    """
    meta = database["meta"]
    await meta.update_one({"_id": "schema"}, {"$max": {"version": SCHEMA_VERSION}}, upsert=True)
    document = await meta.find_one({"_id": "schema"})
    if document is not None and document["version"] > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"The database has schema {document['version']}, this version of the program knows {SCHEMA_VERSION}."
            " Start the newer version again, or restore the backup that was made before it."
        )
