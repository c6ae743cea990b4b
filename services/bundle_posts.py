"""Decides which posts of the storage channel make a bundle: those between two, albums whole, and no file twice."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from database.bundle_items import BundleItems
from database.bundles import Bundle
from database.files import Files
from services.content import Upload
from services.imports import PER_CALL, PostsRead

LONGEST_ALBUM = 10
"""Messages of an album (Telegram's limit)."""

ReadPosts = Callable[[int, Sequence[int]], Awaitable[PostsRead]]
"""Reads posts of a channel by their numbers, `PER_CALL` at most."""


@dataclass(frozen=True, slots=True)
class PostsFound:
    """What the next posts bring: the files, how many posts have none, how many are gone, and the last that was read."""

    uploads: Sequence[Upload]
    others: int
    absent: int
    upto: int


async def next_posts(bundle: Bundle, read: ReadPosts, files: Files, items: BundleItems) -> PostsFound:
    """Read the posts that come next in a bundle.

    An album at one of its ends is taken whole: whoever names it by one of its posts means all of it. A processed copy
    is left out where the post that it was made of is in the bundle: that one brings the copy.
    """
    numbers = range(bundle.next, min(bundle.next + PER_CALL, bundle.last + 1))
    posts = await read(bundle.chat, numbers) if numbers else PostsRead([], 0)
    found = {upload.message_id for upload in posts.uploads}
    made_of = await files.processed_at(bundle.chat, found)
    there = found | await items.taken(bundle.code, made_of.values())
    once = [upload for upload in posts.uploads if made_of.get(upload.message_id) not in there]
    return PostsFound(
        [*once, *await _beyond_ends(bundle, posts.uploads, read)],
        others=posts.others,
        absent=len(numbers) - len(posts.uploads) - posts.others,
        upto=numbers[-1] if numbers else bundle.last,
    )


async def _beyond_ends(bundle: Bundle, uploads: Sequence[Upload], read: ReadPosts) -> list[Upload]:
    """Read what lies beyond the ends of the albums that the first and the last post belong to."""
    reach = LONGEST_ALBUM - 1
    ends = [
        (bundle.first, range(max(1, bundle.first - reach), bundle.first)),
        (bundle.last, range(bundle.last + 1, bundle.last + 1 + reach)),
    ]
    beyond: list[Upload] = []
    for end, around in ends:
        group = next((upload.group_id for upload in uploads if upload.message_id == end), None)
        if group is not None and around:
            beyond += [each for each in (await read(bundle.chat, around)).uploads if each.group_id == group]
    return beyond
