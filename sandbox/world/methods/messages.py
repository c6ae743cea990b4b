"""Sending text, starting bots, typing: the plain side of talking."""

from __future__ import annotations

import re
from typing import Any, Final

from pyrogram import raw

from sandbox.errors import bad_request
from sandbox.world.channels import Channel
from sandbox.world.content import check_text, entities_of, markup_of
from sandbox.world.messages import Flag
from sandbox.world.peers import Peer, resolve
from sandbox.world.registry import Call, Who, serves
from sandbox.world.sending import Draft, Sent, answer, check_may_write, send, sent_before, tell_channel

messages = raw.functions.messages
START_PARAM: Final = re.compile(r"[A-Za-z0-9_-]*")
REPLY = raw.types.InputReplyToMessage


@serves(messages.SendMessage)
async def send_message(call: Call, query: Any) -> object:
    """Send a text."""
    peer = open_peer(call, query, query.random_id)
    known = sent_before(call, peer, query.random_id)
    if known is None:
        check_may_write(call, peer)
        text = check_text(query.message)
        draft = Draft(
            random_id=query.random_id,
            text=text,
            entities=entities_of(call, text, query.entities),
            markup=markup_of(call, query.reply_markup, channel=isinstance(peer, Channel)),
            flags=flags_of(call, query),
        )
        add_reply(call, peer, query, draft)
        [known] = send(call, peer, [draft])
    short = _short(call, known)
    return answer(call, [known]) if short is None else short


@serves(messages.StartBot, Who.USER)
async def start_bot(call: Call, query: Any) -> object:
    """Press a bot's START button, with the parameter of its link."""
    bot = resolve(call, query.bot)
    if isinstance(bot, Channel) or not bot.bot:
        raise bad_request("BOT_INVALID")
    parameter = query.start_param
    if len(parameter) > 64:
        raise bad_request("START_PARAM_TOO_LONG")
    if not START_PARAM.fullmatch(parameter):
        raise bad_request("START_PARAM_INVALID")
    peer = bot if isinstance(query.peer, raw.types.InputPeerEmpty) else open_peer(call, query, query.random_id)
    known = sent_before(call, peer, query.random_id)
    if known is None:
        check_may_write(call, peer)
        text = f"/start {parameter}" if parameter else "/start"
        [known] = send(
            call, peer, [Draft(random_id=query.random_id, text=text, entities=entities_of(call, text, None))]
        )
    return answer(call, [known])


@serves(messages.SetTyping)
async def set_typing(call: Call, query: Any) -> object:
    """Show that the caller is about to say something."""
    peer = resolve(call, query.peer)
    check_may_write(call, peer)
    me = call.me
    if isinstance(peer, Channel):
        tell_channel(
            call,
            peer,
            lambda view: [
                raw.types.UpdateChannelUserTyping(channel_id=peer.id, from_id=view.peer(me.id), action=query.action)
            ],
        )
    elif peer is not me and not peer.bot:
        typing = raw.types.UpdateUserTyping(user_id=me.id, action=query.action)
        call.world.tell(peer, lambda _: [typing], mention=[me.id])
    return True


def open_peer(call: Call, query: Any, *random_ids: int) -> Peer:
    """The chat that a sending call names; raises when a random_id is missing or the send is to be scheduled."""
    if any(number == 0 for number in random_ids):
        raise bad_request("RANDOM_ID_EMPTY")
    if getattr(query, "schedule_date", None):
        raise bad_request("SCHEDULE_BOT_NOT_ALLOWED" if call.me.bot else "SCHEDULE_DATE_INVALID")
    if getattr(query, "send_as", None) is not None:
        raise bad_request("SEND_AS_PEER_INVALID")
    return resolve(call, query.peer)


def flags_of(call: Call, query: Any) -> int:
    """The switches of a sending call; protecting single messages is for bots only."""
    flags = 0
    if query.silent:
        flags |= Flag.SILENT
    if query.noforwards and call.me.bot:
        flags |= Flag.NOFORWARDS
    if getattr(query, "invert_media", None):
        flags |= Flag.INVERT_MEDIA
    return flags


def add_reply(call: Call, peer: Peer, query: Any, draft: Draft) -> None:
    """Let a draft answer the message that the call names; one that is gone is an error, as Telegram has it."""
    given = query.reply_to
    if not isinstance(given, REPLY) or not given.reply_to_msg_id:
        return
    owner, chat = (peer.peer, peer.peer) if isinstance(peer, Channel) else (call.me.id, peer.id)
    answered = call.world.messages.get(owner, given.reply_to_msg_id)
    if answered is None or answered.chat_for(call.me.id) != chat:
        raise bad_request("REPLY_MESSAGE_ID_INVALID" if call.me.bot else "MSG_ID_INVALID")
    draft.reply_to = given.reply_to_msg_id
    if given.quote_text is not None:
        if given.quote_text not in answered.text:
            raise bad_request("QUOTE_TEXT_INVALID")
        draft.quote = raw.types.TextWithEntities(text=given.quote_text, entities=given.quote_entities or [])


def _short(call: Call, sent: Sent) -> Any:
    """The short answer to a plain text to another person, from which the client makes the message itself."""
    message = sent.message
    elsewhere = message.in_channel or message.peer == call.me.id or message.reply_to
    if elsewhere or any(part is not None for part in (message.markup, message.media, message.forward)):
        return None
    return raw.types.UpdateShortSentMessage(
        out=True,
        id=message.sender_id,
        pts=sent.pts,
        pts_count=1,
        date=message.date,
        entities=message.entities or None,
    )
