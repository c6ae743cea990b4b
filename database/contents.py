"""Decides how what is behind links is found by its messages, mended where those are gone, and replaced."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, replace

from database.audit import Change, carried
from database.collection import Collection, Document
from database.links import STAMPED, Link, LinkItem, caused


class Contents(Collection):
    """What is behind one bot's links (`database.links`), by the messages of their channels."""

    name = "links"

    async def replace(
        self, link: Link, items: Sequence[LinkItem], storage_chat: int, content: str, change: Change
    ) -> bool:
        """Let a link just read hand out these messages, once per cause; False where this changed nothing.

        It does not where the link's messages are others by now. What was made because of its content gives that cause
        free: the same content gets another link when it comes again.
        """
        cause = change.cause
        new = {"items": [asdict(item) for item in items], "storage_chat": storage_chat, "content": content}
        if content != link.content and link.cause.startswith("content:"):
            new["cause"] = f"{link.cause}:until:{cause}"
        result = await self._documents.update_one(
            {"_id": self._key(link.code), "causes": {"$ne": cause}, "items": [asdict(item) for item in link.items]},
            {"$set": new, "$push": caused(cause) | carried(replace(change, subject=link.code)), **STAMPED},
        )
        return result.matched_count == 1

    async def items_at(self, storage_chat: int, message_ids: AbstractSet[int]) -> dict[int, str]:
        """Return those of a channel's messages that are behind links, each with the unique id of its file."""
        where = self._holding(storage_chat, message_ids)
        return {
            item["message_id"]: item["unique_id"]
            async for document in self._documents.find(where, {"items": 1})
            for item in document["items"]
            if item["message_id"] in message_ids
        }

    async def holding(self, storage_chat: int, message_id: int) -> list[Link]:
        """Return the links that have a message of a channel, the newest first."""
        found = self._documents.find(self._holding(storage_chat, [message_id]), sort=[("created_at", -1), ("_id", -1)])
        return [Link.of(document) async for document in found]

    async def are_behind(self, lost: Mapping[int, AbstractSet[int]], content: str, storage_chat: int) -> bool:
        """Tell whether a link that `renew` and `redirect` can mend has one of these lost messages, by channel."""
        mendable: list[Document] = [
            self._holding(chat, ids) | ({} if chat == storage_chat else {"content": content})
            for chat, ids in lost.items()
        ]
        return await self._documents.find_one({"$or": mendable}, {"_id": 1}) is not None

    async def renew(
        self, content: str, lost: Mapping[int, AbstractSet[int]], storage_chat: int, items: Sequence[LinkItem]
    ) -> None:
        """Let every link to a content that has a lost message hand out these messages, once as often as it is said."""
        new = {"storage_chat": storage_chat, "items": [asdict(item) for item in items]}
        for chat, ids in lost.items():
            await self._documents.update_many(self._holding(chat, ids) | {"content": content}, {"$set": new})

    async def redirect(self, storage_chat: int, old: int, new: int) -> None:
        """Let every link hand out another message of its channel in place of one that is lost."""
        await self._documents.update_many(
            self._holding(storage_chat, [old]),
            {"$set": {"items.$[lost].message_id": new}},
            array_filters=[{"lost.message_id": old}],
        )

    def _holding(self, storage_chat: int, message_ids: Iterable[int]) -> Document:
        return {
            "bot_id": self._bot_id,
            "storage_chat": storage_chat,
            "items.message_id": {"$in": list(message_ids)},
        }
