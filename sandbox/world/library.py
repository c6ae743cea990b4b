"""What files are: photos and documents with stable ids, and the references that open them for a while."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.files import Upload
from sandbox.world.state import State
from sandbox.world.tl import pack_list, unpack_list

CACHED: Final = 20_000
REFERENCE_VERSION: Final = b"\x01"


@dataclass(slots=True, frozen=True)
class Size:
    """A picture of a photo, or a thumbnail of a document, by its one-letter type."""

    type: str
    width: int
    height: int
    size: int
    sha256: str


@dataclass(slots=True, frozen=True)
class Item:
    """A photo or a document. The same bytes with the same description are the same item, whoever sends them."""

    id: int
    kind: str
    sha256: str
    size: int
    mime_type: str
    attributes: tuple[Any, ...]
    sizes: tuple[Size, ...]
    date: int

    @property
    def is_photo(self) -> bool:
        """Whether it is a photo, not a document."""
        return self.kind == "photo"

    @property
    def file_name(self) -> str | None:
        """The name its sender gave it."""
        names = [a.file_name for a in self.attributes if isinstance(a, raw.types.DocumentAttributeFilename)]
        return names[0] if names else None

    def picture(self, letter: str) -> Size | None:
        """The picture of this type."""
        return next((size for size in self.sizes if size.type == letter), None)


def document_kind(attributes: list[Any]) -> str:
    """What a document is to people, from what its sender says about it."""
    found = {type(attribute): attribute for attribute in attributes}
    video = found.get(raw.types.DocumentAttributeVideo)
    audio = found.get(raw.types.DocumentAttributeAudio)
    if raw.types.DocumentAttributeSticker in found:
        return "sticker"
    if video is not None and video.round_message:
        return "video_note"
    if raw.types.DocumentAttributeAnimated in found:
        return "animation"
    if video is not None:
        return "video"
    if audio is not None:
        return "voice" if audio.voice else "audio"
    return "document"


class Library:
    """Every photo and document that was ever sent or uploaded for sending."""

    def __init__(self, state: State, secret: bytes) -> None:
        self._state = state
        self._secret = secret
        self._cache: OrderedDict[int, Item] = OrderedDict()
        self.reference_ttl: float | None = None
        self._last_issued = 0
        self._expired = 0

    def add(
        self, kind: str, upload: Upload, mime_type: str, attributes: list[Any], sizes: list[Size], date: int
    ) -> Item:
        """The item with these contents and this description, made if it is new."""
        described = pack_list(attributes) or b""
        pictures = json.dumps([[s.type, s.width, s.height, s.size, s.sha256] for s in sizes])
        identity = [kind.encode(), upload.sha256.encode(), mime_type.encode(), described, pictures.encode()]
        digest = hashlib.sha256(b"\0".join(identity))
        number = int.from_bytes(digest.digest()[:8], "big") >> 1 or 1
        known = self.get(number)
        if known is not None:
            return known
        item = Item(number, kind, upload.sha256, upload.size, mime_type, tuple(attributes), tuple(sizes), date)
        self._state.write(
            "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, kind, upload.sha256, upload.size, mime_type, described, pictures, date),
        )
        self._remember(item)
        return item

    def get(self, number: int) -> Item | None:
        """The item with this id."""
        item = self._cache.get(number)
        if item is None:
            row = self._state.one(
                "SELECT id, kind, sha256, size, mime_type, attributes, sizes, date FROM media WHERE id = ?", (number,)
            )
            if row is None:
                return None
            (_, kind, sha256, size, mime_type, described, pictures, date) = row
            sizes = tuple(Size(*picture) for picture in json.loads(pictures))
            item = Item(number, kind, sha256, size, mime_type, tuple(unpack_list(described)), sizes, date)
            self._remember(item)
        return item

    def __getitem__(self, number: int) -> Item:
        item = self.get(number)
        if item is None:
            raise KeyError(number)
        return item

    def access_hash(self, viewer: int, number: int) -> int:
        """The key that opens an item for this viewer."""
        return int.from_bytes(self._mac(b"media", viewer, number)[:8], "little", signed=True) or 1

    def reference(self, viewer: int, number: int, now: float) -> bytes:
        """A file reference, good for `reference_ttl` seconds from now."""
        self._last_issued = max(int(now * 1000), self._expired + 1)
        issued = self._last_issued.to_bytes(8, "big")
        return REFERENCE_VERSION + issued + self._mac(b"reference", viewer, number, issued)[:16]

    def expire_references(self) -> None:
        """Let every reference that was given out until now expire, whatever its time."""
        self._expired = self._last_issued

    def open(self, viewer: int, given: Any, now: float, name: str = "FILE_REFERENCE") -> Item:
        """The item of an InputPhoto, InputDocument or file location.

        Raises:
            RpcError: The viewer has no right to it, or its reference is empty, wrong or too old.
        """
        item = self.get(given.id)
        if item is None or given.access_hash != self.access_hash(viewer, item.id):
            raise bad_request("MEDIA_EMPTY")
        reference = given.file_reference
        if not reference:
            raise bad_request(f"{name}_EMPTY")
        issued = reference[1:9]
        if reference != REFERENCE_VERSION + issued + self._mac(b"reference", viewer, item.id, issued)[:16]:
            raise bad_request(f"{name}_INVALID")
        at = int.from_bytes(issued, "big")
        if at <= self._expired or (self.reference_ttl is not None and now - at / 1000 > self.reference_ttl):
            raise bad_request(f"{name}_EXPIRED")
        return item

    def _mac(self, purpose: bytes, viewer: int, number: int, extra: bytes = b"") -> bytes:
        text = purpose + viewer.to_bytes(8, "big", signed=True) + number.to_bytes(8, "big", signed=True) + extra
        return hmac.digest(self._secret, text, "sha256")

    def _remember(self, item: Item) -> None:
        self._cache[item.id] = item
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)
