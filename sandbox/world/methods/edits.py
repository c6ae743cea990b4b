"""Changing a message after it was sent."""

from __future__ import annotations

import functools
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import RpcError, bad_request, forbidden
from sandbox.world.channels import Channel
from sandbox.world.content import button_texts, check_caption, check_text, entities_of, markup_of
from sandbox.world.media import media_of
from sandbox.world.messages import Flag, Media, Message
from sandbox.world.methods.media import check_album
from sandbox.world.peers import Peer, resolve
from sandbox.world.registry import Call, serves
from sandbox.world.sending import tell_channel
from sandbox.world.tl import pack, pack_list
from sandbox.world.view import View

EDIT_SECONDS: Final = 48 * 60 * 60
"""How long people may edit what they wrote in a private chat; bots may for ever."""


@serves(raw.functions.messages.EditMessage)
async def edit_message(call: Call, query: Any) -> object:
    """Give a message another text, other media, another keyboard."""
    peer = resolve(call, query.peer)
    message = _editable(call, peer, query.id)
    media = message.media
    if query.media is not None:
        media = await _new_media(call, message, query.media)
        message = _editable(call, peer, query.id)
    text, entities = _new_text(call, query, message, media)
    markup = markup_of(call, query.reply_markup, channel=isinstance(peer, Channel)) if call.me.bot else message.markup
    same_content = (text, pack_list(entities), media) == (message.text, pack_list(message.entities), message.media)
    if same_content and pack(markup) == pack(message.markup):
        raise bad_request("MESSAGE_NOT_MODIFIED")
    message.text, message.entities, message.media, message.markup = text, entities, media, markup
    message.edit_date = call.world.now
    message.flags &= ~(Flag.EDIT_HIDE | Flag.INVERT_MEDIA)
    message.flags |= Flag.EDIT_HIDE if same_content else 0
    message.flags |= Flag.INVERT_MEDIA if query.invert_media else 0
    call.world.messages.update(message)
    call.world.record(
        "edit",
        from_id=call.me.id,
        peer_id=message.chat_for(call.me.id),
        message_id=message.id_for(call.me.id),
        receiver_message_id=message.receiver_id or None,
        text=text,
        media=media.kind if media is not None else None,
        buttons=button_texts(markup),
    )
    return tell_edited(call, peer, message)


def tell_edited(call: Call, peer: Peer, message: Message) -> Any:
    """Write a change into every box, tell everybody, and return it for the caller."""
    world, view = call.world, call.view()
    if isinstance(peer, Channel):
        pts = world.boxes.edited(peer, message.sender_id)
        peer.event_date = world.now
        world.channels.touch(peer)
        kind = raw.types.UpdateEditChannelMessage
        tell_channel(call, peer, lambda v: [kind(message=v.message(message), pts=pts, pts_count=1)], about=[message])
        return view.updates([kind(message=view.message(message), pts=pts, pts_count=1)])
    mine = 0
    for number in {message.sender, message.peer}:
        account = world.accounts[number]
        box_id = message.id_for(number)
        if not world.messages.lies_in(number, message):
            continue
        pts = world.boxes.edited(account, box_id)
        world.accounts.touch(account)
        if account is call.me:
            mine = pts
        world.tell(
            account,
            functools.partial(_edited, message, pts),
            but=call.caller.auth_key_id,
        )
    return view.updates(_edited(message, mine, view))


def _edited(message: Message, pts: int, view: View) -> list[Any]:
    return [raw.types.UpdateEditMessage(message=view.message(message), pts=pts, pts_count=1)]


def _editable(call: Call, peer: Peer, message_id: int) -> Message:
    """The message as it is now, if the caller may edit it."""
    owner = peer.peer if isinstance(peer, Channel) else call.me.id
    message = call.world.messages.get(owner, message_id)
    if message is None or message.action is not None:
        raise bad_request("MESSAGE_ID_INVALID")
    _check_may_edit(call, peer, message)
    return message


def _check_may_edit(call: Call, peer: Peer, message: Message) -> None:
    mine = message.sender == call.me.id
    if isinstance(peer, Channel):
        if peer.member(call.me.id) is None:
            raise forbidden("CHAT_WRITE_FORBIDDEN")
        may = peer.may(call.me.id, "edit_messages") or (mine and peer.may(call.me.id, "post_messages"))
        if peer.broadcast and not may:
            raise bad_request("CHAT_ADMIN_REQUIRED")
        if not peer.broadcast and not mine:
            raise forbidden("MESSAGE_AUTHOR_REQUIRED")
    else:
        if message.chat_for(call.me.id) != peer.id:
            raise bad_request("MESSAGE_ID_INVALID")
        if not mine:
            raise forbidden("MESSAGE_AUTHOR_REQUIRED")
        if not call.me.bot and peer is not call.me and call.world.now - message.date > EDIT_SECONDS:
            raise bad_request("MESSAGE_EDIT_TIME_EXPIRED")
    if message.forward is not None:
        raise bad_request("MESSAGE_ID_INVALID")


async def _new_media(call: Call, message: Message, given: Any) -> Media | None:
    media = await media_of(call, given)
    if media is None:
        return message.media
    if media.value is not None:
        raise bad_request("MEDIA_NEW_INVALID")
    if message.media is not None and message.media.value is not None:
        raise bad_request("MEDIA_PREV_INVALID")
    if message.grouped_id:
        try:
            check_album([message.media, media])
        except RpcError:
            raise bad_request("MEDIA_GROUPED_INVALID") from None
    return media


def _new_text(call: Call, query: Any, message: Message, media: Media | None) -> tuple[str, list[Any]]:
    """The text after the edit; no text in the call keeps the old one, except that new media come with their own."""
    if query.message is None and query.media is None:
        return message.text, message.entities
    text = query.message or ""
    text = check_caption(text) if media is not None else check_text(text)
    return text, entities_of(call, text, query.entities)
