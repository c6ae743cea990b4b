"""What the service messages of MTProto do: pings, acknowledgements, states, salts, dropped answers, destroyed sessions.

Source: core.telegram.org/mtproto/service_messages.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyrogram.raw import functions, types
from pyrogram.raw.core import FutureSalt, FutureSalts, Long, TLObject, Vector

from sandbox.strict import StrictReader
from sandbox.wire.messages import MSG_RESEND_REQ, Incoming
from sandbox.wire.sessions import Kind, Session

if TYPE_CHECKING:
    from sandbox.wire.hub import Hub, Wire

Service = Callable[["Hub", "Wire", Session, Incoming], None]

_MAX_DELAY = 600


def find(body: bytes) -> Service | None:
    """The service that handles a message, or None if it is a call of the API."""
    return _SERVICES.get(int.from_bytes(body[:4], "little"))


def _tolerant(service: Service) -> Service:
    """A malformed service message is dropped, as it is by Telegram: there is nobody to tell."""

    def handle(hub: Hub, wire: Wire, session: Session, message: Incoming) -> None:
        try:
            service(hub, wire, session, message)
        except (EOFError, KeyError, ValueError, OverflowError):
            return

    return handle


def _read(message: Incoming) -> Any:
    return TLObject.read(StrictReader(message.body))


def _notice(session: Session, notice: TLObject[Any]) -> None:
    session.send(notice.write(), Kind.NOTICE)


def _ping(_hub: Hub, wire: Wire, session: Session, message: Incoming) -> None:
    ping = _read(message)
    if isinstance(ping, functions.PingDelayDisconnect):
        wire.disconnect_in(max(1, min(ping.disconnect_delay, _MAX_DELAY)))
    _notice(session, types.Pong(msg_id=message.msg_id, ping_id=ping.ping_id))


def _ack(_hub: Hub, _wire: Wire, session: Session, message: Incoming) -> None:
    session.acknowledged(_read(message).msg_ids)


def _ignore(_hub: Hub, _wire: Wire, _session: Session, _message: Incoming) -> None:
    return


def _future_salts(hub: Hub, _wire: Wire, session: Session, message: Incoming) -> None:
    salts = [FutureSalt(*each) for each in hub.salts.future(session.key, _read(message).num)]
    _notice(session, FutureSalts(message.msg_id, int(time.time()), salts))


def _states(session: Session, asked_by: Incoming, msg_ids: list[int]) -> types.MsgsStateInfo:
    now = time.time()
    # A `bytes` field that the library takes for a string; every state is below 128, so both are the same.
    info = "".join(chr(session.state_of(msg_id, now)) for msg_id in msg_ids)
    return types.MsgsStateInfo(req_msg_id=asked_by.msg_id, info=info)


def _state_request(_hub: Hub, _wire: Wire, session: Session, message: Incoming) -> None:
    _notice(session, _states(session, message, _read(message).msg_ids))


def _resend_request(_hub: Hub, _wire: Wire, session: Session, message: Incoming) -> None:
    reader = StrictReader(message.body[4:])
    reader.read(4)
    msg_ids = Vector.read(reader, Long)
    if any([not session.resend(msg_id) for msg_id in msg_ids]):  # noqa: C419 - every one is tried
        _notice(session, _states(session, message, msg_ids))


def _drop_answer(_hub: Hub, _wire: Wire, session: Session, message: Incoming) -> None:
    seen = session.seen(_read(message).req_msg_id)
    sent = session.find_unacked(seen.answer) if seen else None
    reply: TLObject[Any] = types.RpcAnswerUnknown()
    if seen is not None and seen.running:
        seen.dropped = True
        reply = types.RpcAnswerDroppedRunning()
    elif sent is not None:
        session.acknowledged([sent.msg_id])
        reply = types.RpcAnswerDropped(msg_id=sent.msg_id, seq_no=sent.seq_no, bytes=len(sent.body))
    session.send(struct.pack("<Iq", types.RpcResult.ID, message.msg_id) + reply.write(), Kind.ANSWER)


def _destroy_session(hub: Hub, _wire: Wire, session: Session, message: Incoming) -> None:
    session_id = _read(message).session_id
    destroyed = session_id != session.id and hub.destroy_session(session.key, session_id)
    kind = types.DestroySessionOk if destroyed else types.DestroySessionNone
    _notice(session, kind(session_id=session_id))


def _destroy_auth_key(hub: Hub, wire: Wire, session: Session, _message: Incoming) -> None:
    hub.forget(session.key.id)
    _notice(session, types.DestroyAuthKeyOk())
    wire.close_after_writing()


_SERVICES: dict[int, Service] = {
    functions.Ping.ID: _tolerant(_ping),
    functions.PingDelayDisconnect.ID: _tolerant(_ping),
    types.MsgsAck.ID: _tolerant(_ack),
    functions.GetFutureSalts.ID: _tolerant(_future_salts),
    types.MsgsStateReq.ID: _tolerant(_state_request),
    types.MsgsStateInfo.ID: _ignore,
    types.MsgsAllInfo.ID: _ignore,
    types.HttpWait.ID: _ignore,
    MSG_RESEND_REQ: _tolerant(_resend_request),
    functions.RpcDropAnswer.ID: _tolerant(_drop_answer),
    functions.DestroySession.ID: _tolerant(_destroy_session),
    functions.DestroyAuthKey.ID: _tolerant(_destroy_auth_key),
}
