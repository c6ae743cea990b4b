"""Sending media, alone and as albums."""

from __future__ import annotations

import secrets
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.channels import Channel
from sandbox.world.content import check_caption, check_text, entities_of, markup_of
from sandbox.world.media import media_of
from sandbox.world.messages import Media
from sandbox.world.methods.messages import add_reply, flags_of, open_peer
from sandbox.world.peers import Peer, resolve
from sandbox.world.registry import Call, serves
from sandbox.world.sending import Draft, answer, check_may_write, send, sent_before

messages = raw.functions.messages
ALBUM_MAX: Final = 10
ALBUMS: Final = ({"photo", "video"}, {"document"}, {"audio"})
"""What may stand together in an album."""
UPLOADED: Final = (raw.types.InputMediaUploadedPhoto, raw.types.InputMediaUploadedDocument)
"""What an album refuses: its parts are made with messages.uploadMedia first, and named by reference."""


@serves(messages.SendMedia)
async def send_media(call: Call, query: Any) -> object:
    """Send one medium."""
    peer = open_peer(call, query, query.random_id)
    known = sent_before(call, peer, query.random_id)
    if known is None:
        check_may_write(call, peer)
        text = check_caption(query.message) if not _is_preview(query.media) else check_text(query.message)
        entities = entities_of(call, text, query.entities)
        markup = markup_of(call, query.reply_markup, channel=isinstance(peer, Channel))
        media = await media_of(call, query.media)
        draft = Draft(query.random_id, text, entities, media, markup, flags_of(call, query))
        add_reply(call, peer, query, draft)
        [known] = send(call, peer, [draft])
    return answer(call, [known])


@serves(messages.UploadMedia)
async def upload_media(call: Call, query: Any) -> object:
    """Make media of an upload without sending it, so that an album can name it by reference."""
    resolve(call, query.peer)
    media = await media_of(call, query.media)
    if media is None:
        raise bad_request("MEDIA_INVALID")
    return call.view().media(media)


@serves(messages.SendMultiMedia)
async def send_multi_media(call: Call, query: Any) -> object:
    """Send an album. Those of its parts that an earlier call sent already are not sent again."""
    singles = query.multi_media
    numbers = [single.random_id for single in singles]
    if not singles:
        raise bad_request("MEDIA_EMPTY")
    if len(singles) > ALBUM_MAX:
        raise bad_request("MULTI_MEDIA_TOO_LONG")
    if len(set(numbers)) != len(numbers):
        raise bad_request("RANDOM_ID_INVALID")
    peer = open_peer(call, query, *numbers)
    known = {number: sent_before(call, peer, number) for number in numbers}
    missing = [(place, single) for place, single in enumerate(singles) if known[single.random_id] is None]
    if missing:
        check_may_write(call, peer)
        group = next((sent.message.grouped_id for sent in known.values() if sent is not None), 0)
        drafts = await _album(call, peer, query, missing, group or _new_group(len(singles)))
        known |= {sent.message.random_id: sent for sent in send(call, peer, drafts)}
    return answer(call, [sent for number in numbers if (sent := known[number]) is not None])


async def _album(call: Call, peer: Peer, query: Any, singles: list[tuple[int, Any]], group: int) -> list[Draft]:
    drafts: list[Draft] = []
    for place, single in singles:
        if isinstance(single.media, UPLOADED):
            raise bad_request("MEDIA_INVALID")
        media = await media_of(call, single.media, place)
        text = check_caption(single.message)
        entities = entities_of(call, text, single.entities)
        draft = Draft(single.random_id, text, entities, media, flags=flags_of(call, query), grouped_id=group)
        add_reply(call, peer, query, draft)
        drafts.append(draft)
    check_album([draft.media for draft in drafts])
    return drafts


def check_album(album: list[Media | None]) -> None:
    """Raise when media cannot stand together."""
    kinds = {media.kind if media is not None else "" for media in album}
    if not any(kinds <= together for together in ALBUMS):
        raise bad_request("MEDIA_INVALID")


def _new_group(count: int) -> int:
    """A number for an album; a single medium is none."""
    return secrets.randbits(62) + 1 if count > 1 else 0


def _is_preview(media: Any) -> bool:
    return isinstance(media, raw.types.InputMediaWebPage)
