"""What may be ordered over HTTP to go wrong: faults, cut connections, lost keys, silence, absence, long gaps."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from pyrogram import raw

from sandbox.body import WrongError, number, only, read_body, truth, whole, word
from sandbox.faults.keys import ENDINGS
from sandbox.faults.pushes import Ready, in_sequence
from sandbox.faults.silence import Reach
from sandbox.faults.weather import Faults
from sandbox.listener import Listener
from sandbox.wire.hub import Hub
from sandbox.world.accounts import Account
from sandbox.world.api import Api
from sandbox.world.channels import Channel, channel_of_peer
from sandbox.world.world import Limits

_MAX_ID: Final = 2**63 - 1
_MAX_SECONDS: Final = 86_400
_MAX_EVENTS: Final = 1_000_000
_MAX_WAIT: Final = 60
LIMITS: Final = {
    "slice": ("difference", 1),
    "too_long": ("difference_too_long", 0),
    "channel_slice": ("channel_difference", 1),
    "channel_too_long": ("channel_difference_too_long", 0),
}
"""Field -> the world's limit, and its lowest value."""

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Everything that can be made to go wrong."""

    api: Api
    hub: Hub
    faults: Faults
    listener: Listener

    def account(self, body: dict[str, Any]) -> Account:
        """The account that a body names.

        Raises:
            WrongError: there is none.
        """
        account = self.api.world.accounts.get(whole(body.get("account"), "account", 1, _MAX_ID))
        if account is None:
            raise WrongError(f"there is no account {body['account']}")
        return account

    def account_or_all(self, body: dict[str, Any]) -> Account | None:
        """The same; None, said aloud, is everybody."""
        if "account" not in body:
            raise WrongError("account must be an id, or null for everybody")
        return None if body["account"] is None else self.account(body)

    def channel(self, body: dict[str, Any]) -> Channel:
        """The channel that a body names by its -100… id."""
        channel = self.api.world.channels.get(channel_of_peer(whole(body.get("channel"), "channel", -_MAX_ID, 0)))
        if channel is None:
            raise WrongError(f"there is no channel {body['channel']}")
        return channel

    def links(self, account: Account | None) -> set[Any]:
        """The connections that an account's sessions talk through, or all there are."""
        if account is None:
            return set(self.hub.connections)
        return {s.link for key in account.keys for s in self.hub.sessions(key) if s.link is not None}

    def tell(self, account: Account, envelope: Any) -> int:
        """Push this, whatever faults there are; returns how many sessions it goes to."""
        return sum(self.hub.deliver(key, [envelope]) for key in account.keys)

    def limits(self) -> dict[str, int | None]:
        """The limits of differences, by the names they have here."""
        return {name: getattr(self.api.world.limits, limit) for name, (limit, _) in LIMITS.items()}


TROUBLE = web.AppKey("trouble", Trouble)


@routes.post("/faults")
async def order_fault(request: web.Request) -> web.Response:
    """`{"kind": …, "method", "account", "chat", "count", "probability", "seed", …}`: switch a fault on."""
    return web.json_response(request.app[TROUBLE].faults.order(await read_body(request)).shown())


@routes.get("/faults")
async def show_faults(request: web.Request) -> web.Response:
    """Everything that is on, and how often it matched and struck."""
    trouble = request.app[TROUBLE]
    faults = trouble.faults
    return web.json_response(
        {
            "faults": faults.shown(),
            "silences": faults.silences.shown(),
            "away": trouble.listener.away,
            "revoked": faults.keys.shown(),
            "exclusive": {"on": faults.keys.exclusive, "duplicated": faults.keys.duplicated},
            "differences": trouble.limits(),
        }
    )


@routes.get("/faults/strikes")
async def show_strikes(request: web.Request) -> web.Response:
    """`?since=N&fault=ID&wait=S`: the strikes with a number above N, oldest first, at most 10,000 at a time.

    With `fault` those of one fault; with `wait` it answers once there is a strike, or after so many seconds.
    """
    asked = {name: _digits(request, name) for name in ("since", "fault", "wait")}
    seconds = whole(asked["wait"] or 0, "wait", 0, _MAX_WAIT)
    faults = request.app[TROUBLE].faults
    return web.json_response(await faults.await_strikes(asked["since"] or 0, asked["fault"], seconds))


def _digits(request: web.Request, name: str) -> int | None:
    given = request.query.get(name)
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise WrongError(f"{name} must be a whole number")
    return int(given)


@routes.delete("/faults")
async def cancel_faults(request: web.Request) -> web.Response:
    """Switch all faults off."""
    return web.json_response({"cancelled": request.app[TROUBLE].faults.cancel_all()})


@routes.delete("/faults/{id}")
async def cancel_fault(request: web.Request) -> web.Response:
    """Switch one off; answers its last counts."""
    given = request.match_info["id"]
    known = given.isascii() and given.isdigit() and len(given) < 18
    fault = request.app[TROUBLE].faults.cancel(int(given)) if known else None
    if fault is None:
        raise WrongError(f"there is no fault {given}")
    return web.json_response(fault.shown())


@routes.post("/updates/too_long")
async def updates_too_long(request: web.Request) -> web.Response:
    """`{"account": id}`: tell it updatesTooLong; answers to how many `sessions`."""
    body = await read_body(request)
    only(body, ("account",))
    trouble = request.app[TROUBLE]
    return web.json_response({"sessions": trouble.tell(trouble.account(body), raw.types.UpdatesTooLong())})


@routes.post("/updates/channel_too_long")
async def channel_too_long(request: web.Request) -> web.Response:
    """`{"account": id, "channel": -100… id, "pts": true}`: tell it updateChannelTooLong, with or without the pts."""
    body = await read_body(request)
    only(body, ("account", "channel", "pts"))
    trouble = request.app[TROUBLE]
    account, channel = trouble.account(body), trouble.channel(body)
    pts = channel.pts if truth(body.get("pts", True), "pts") else None
    view = trouble.api.world.view(account).mention([channel.peer])
    envelope = view.updates([raw.types.UpdateChannelTooLong(channel_id=channel.id, pts=pts)])
    return web.json_response({"sessions": trouble.tell(account, envelope)})


@routes.post("/updates/raw")
async def raw_updates(request: web.Request) -> web.Response:
    """`{"account": id, "updates": ["base64", …], "numbered": false}`: push these bytes as they are, or numbered."""
    body = await read_body(request)
    only(body, ("account", "updates", "numbered"))
    trouble = request.app[TROUBLE]
    account, updates = trouble.account(body), body.get("updates")
    if not isinstance(updates, list) or not all(isinstance(each, str) for each in updates):
        raise WrongError("updates must be a list of texts")
    try:
        given = [base64.b64decode(each, validate=True) for each in updates]
    except binascii.Error:
        raise WrongError("updates must be base64") from None
    numbered = truth(body.get("numbered", False), "numbered")
    told = [in_sequence(trouble.api.world, account, each) if numbered else Ready(each) for each in given]
    return web.json_response({"sessions": min((trouble.tell(account, each) for each in told), default=0)})


@routes.post("/limits")
async def limit(request: web.Request) -> web.Response:
    """`{"bot", "chat", "group": {"rate", "burst"} or null}`, or `{"seed", "scale"}`: limits on sending, hidden ones."""
    trouble = request.app[TROUBLE]
    trouble.faults.allowance.order(await read_body(request))
    return web.json_response({"on": bool(trouble.faults.allowance)})


@routes.get("/limits")
async def show_limits(request: web.Request) -> web.Response:
    """The limits that are on, and what each let pass and refused."""
    return web.json_response(request.app[TROUBLE].faults.allowance.shown())


@routes.post("/limits/differences")
async def limit_differences(request: web.Request) -> web.Response:
    """`{"slice", "too_long", "channel_slice", "channel_too_long"}`: in events; null is as at the start."""
    body = await read_body(request)
    only(body, LIMITS)
    trouble = request.app[TROUBLE]
    values = {
        limit: getattr(Limits(), limit) if body[name] is None else whole(body[name], name, low, _MAX_EVENTS)
        for name, (limit, low) in LIMITS.items()
        if name in body
    }
    for limit, value in values.items():
        setattr(trouble.api.world.limits, limit, value)
    return web.json_response(trouble.limits())


@routes.post("/connections/drop")
async def drop_connections(request: web.Request) -> web.Response:
    """`{"account": id or null}`: cut its connections off, or everybody's."""
    body = await read_body(request)
    only(body, ("account",))
    trouble = request.app[TROUBLE]
    links = trouble.links(trouble.account_or_all(body))
    for link in links:
        link.abort()
    return web.json_response({"dropped": len(links)})


@routes.post("/sessions/forget")
async def forget_sessions(request: web.Request) -> web.Response:
    """`{"account": id}`: its auth keys are unknown from now on, transport error -404."""
    body = await read_body(request)
    only(body, ("account",))
    trouble = request.app[TROUBLE]
    return web.json_response({"keys": trouble.faults.keys.forget(trouble.account(body))})


@routes.post("/sessions/revoke")
async def revoke_sessions(request: web.Request) -> web.Response:
    """`{"account": id, "name": "AUTH_KEY_UNREGISTERED", "every_call": true}`: its sessions are over."""
    body = await read_body(request)
    only(body, ("account", "name", "every_call"))
    trouble = request.app[TROUBLE]
    account = trouble.account(body)
    name = word(body.get("name", "AUTH_KEY_UNREGISTERED"), "name", ENDINGS)
    every_call = truth(body.get("every_call", True), "every_call")
    if not every_call and name != "AUTH_KEY_UNREGISTERED":
        raise WrongError("only AUTH_KEY_UNREGISTERED leaves calls that are served: every_call must be true")
    return web.json_response({"keys": trouble.faults.keys.revoke(account, name, every_call=every_call)})


@routes.post("/sessions/exclusive")
async def exclusive_sessions(request: web.Request) -> web.Response:
    """`{"on": true}`: one auth key in two places at once ends it with 406 AUTH_KEY_DUPLICATED."""
    body = await read_body(request)
    only(body, ("on",))
    keys = request.app[TROUBLE].faults.keys
    keys.exclusive = truth(body.get("on"), "on")
    return web.json_response({"on": keys.exclusive})


@routes.post("/silence")
async def silence(request: web.Request) -> web.Response:
    """`{"account": id or null, "seconds": n or null, "answers": true, "reach": "connection"}`: no updates come."""
    body = await read_body(request)
    only(body, ("account", "seconds", "answers", "reach"))
    trouble = request.app[TROUBLE]
    account = trouble.account_or_all(body)
    given = body.get("seconds")
    seconds = None if given is None else number(given, "seconds", 0, _MAX_SECONDS)
    answers = truth(body.get("answers", True), "answers")
    reach = Reach(word(body.get("reach", "connection"), "reach", Reach))
    links = trouble.links(account)
    trouble.faults.silences.begin(account.id if account else None, seconds, links, answers=answers, reach=reach)
    return web.json_response({"connections": len(links)})


@routes.delete("/silence")
async def end_silence(request: web.Request) -> web.Response:
    """Everybody hears again; what was said meanwhile is lost to them but for the difference."""
    return web.json_response({"ended": request.app[TROUBLE].faults.silences.end()})


@routes.post("/away")
async def away(request: web.Request) -> web.Response:
    """`{"seconds": n}`: the server is gone, all connections with it, and back on the same port after that time."""
    body = await read_body(request)
    only(body, ("seconds",))
    trouble = request.app[TROUBLE]
    seconds = number(body.get("seconds"), "seconds", 0, _MAX_SECONDS)
    trouble.listener.leave(seconds)
    for connection in list(trouble.hub.connections):
        connection.abort()
    return web.json_response({"seconds": seconds})
