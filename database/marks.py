"""Decides what is remembered of what was told to Telegram, so that only what changed is told again."""

from database.collection import Collection


class Marks(Collection):
    """One bot's marks: short texts by name, which nobody but the program writes."""

    name = "marks"

    async def get(self, name: str) -> str | None:
        """Return a mark, None where there is none."""
        document = await self._documents.find_one({"_id": self._key(name)}, {"mark": 1})
        return None if document is None else str(document["mark"])

    async def put(self, name: str, mark: str) -> None:
        """Set a mark."""
        await self._documents.update_one(
            {"_id": self._key(name)}, {"$set": {"bot_id": self._bot_id, "mark": mark}}, upsert=True
        )
