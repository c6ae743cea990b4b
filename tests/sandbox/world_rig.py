"""What the tests of the world stand on: an Api without wire, people and bots to call it with, a clock to turn."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from typing import Any

from pyrogram import raw

from sandbox.ledger import Ledger
from sandbox.world.api import Api, Caller
from sandbox.world.state import State

f: Any = raw.functions
t: Any = raw.types
TOKEN = "7000001:secret"
START = 1_800_000_000.0


class Actor:
    """Somebody signed in, with everything that was pushed to them."""

    def __init__(self, rig: Rig, caller: Caller, account_id: int) -> None:
        self.rig = rig
        self.caller = caller
        self.id = account_id
        self.inbox: list[Any] = []

    async def __call__(self, query: Any, **options: Any) -> Any:
        return await self.rig.api.invoke(self.caller, query, **options)

    def to(self, other: Actor | Any) -> Any:
        """An InputPeer for somebody or for a channel (a raw Channel)."""
        if isinstance(other, Actor):
            access_hash = self.rig.api.world.access_hash(self.id, other.id)
            return t.InputPeerUser(user_id=other.id, access_hash=access_hash)
        peer = -1_000_000_000_000 - other.id
        return t.InputPeerChannel(channel_id=other.id, access_hash=self.rig.api.world.access_hash(self.id, peer))

    def user(self, other: Actor) -> Any:
        """An InputUser."""
        peer = self.to(other)
        return t.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)

    def channel(self, channel: Any) -> Any:
        """An InputChannel."""
        peer = self.to(channel)
        return t.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    async def say(self, other: Any, text: str, random_id: int | None = None, **fields: Any) -> Any:
        """Send a text."""
        number = next(self.rig.numbers) if random_id is None else random_id
        return await self(f.messages.SendMessage(peer=self.to(other), message=text, random_id=number, **fields))

    async def upload(self, data: bytes, name: str = "file.bin", part: int = 512 * 1024) -> Any:
        """Upload bytes as a small file."""
        file_id = next(self.rig.numbers)
        parts = [data[at : at + part] for at in range(0, len(data), part)]
        for number, piece in enumerate(parts):
            assert await self(f.upload.SaveFilePart(file_id=file_id, file_part=number, bytes=piece))
        checksum = hashlib.md5(data).hexdigest()
        return t.InputFile(id=file_id, parts=len(parts), name=name, md5_checksum=checksum)

    async def document(self, data: bytes, name: str = "file.bin", *attributes: Any, **fields: Any) -> Any:
        """Upload bytes and describe them as a document."""
        described = [*attributes, t.DocumentAttributeFilename(file_name=name)]
        mime = fields.pop("mime_type", "application/octet-stream")
        return t.InputMediaUploadedDocument(
            file=await self.upload(data, name), mime_type=mime, attributes=described, **fields
        )

    async def send_media(
        self, other: Any, media: Any, caption: str = "", random_id: int | None = None, **fields: Any
    ) -> Any:
        """Send media."""
        number = next(self.rig.numbers) if random_id is None else random_id
        query = f.messages.SendMedia(peer=self.to(other), media=media, message=caption, random_id=number, **fields)
        return await self(query)

    async def state(self) -> Any:
        return await self(f.updates.GetState())

    async def difference(self, state: Any, **fields: Any) -> Any:
        return await self(f.updates.GetDifference(pts=state.pts, date=state.date, qts=state.qts, **fields))

    def received(self, kind: type = t.UpdateNewMessage) -> list[Any]:
        """Every update of a kind that was pushed so far."""
        return [update for envelope in self.inbox for update in envelope.updates if isinstance(update, kind)]


class Rig:
    """An Api on a state that can be closed and opened again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.numbers = itertools.count(1_000_003, 7919)
        self.keys = itertools.count(11)
        self.actors: dict[int, list[Actor]] = {}
        self.now = START
        self.open()

    def open(self) -> None:
        self.state = State(self.directory)
        self.ledger = Ledger(self.directory / "ledger.jsonl")
        self.api = Api(self.state, self.ledger, address=("127.0.0.1", 4430), push=self._push, clock=lambda: self.now)

    def close(self) -> None:
        self.state.close()
        self.ledger.close()

    def reopen(self) -> None:
        """What a restart of the server does."""
        self.close()
        self.open()

    async def call(self, caller: Caller, query: Any) -> Any:
        """A call of a session that need not be signed in."""
        return await self.api.invoke(caller, query)

    def caller(self) -> Caller:
        return Caller(auth_key_id=next(self.keys), session_id=1)

    async def person(self, digits: str, name: str = "Ann", lang_code: str = "en") -> Actor:
        """Sign up, or in again, with the test number 99966 and five digits."""
        caller = self.caller()
        caller.lang_code = lang_code
        phone = f"99966{digits}"
        sent = await self.call(
            caller, f.auth.SendCode(phone_number=phone, api_id=1, api_hash="", settings=t.CodeSettings())
        )
        known = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
        result = await self.call(caller, f.auth.SignIn(**known, phone_code="22222"))
        if isinstance(result, t.auth.AuthorizationSignUpRequired):
            result = await self.call(caller, f.auth.SignUp(**known, first_name=name, last_name=""))
        return await self._actor(caller, result.user.id)

    async def bot(self, token: str = TOKEN, username: str = "the_bot") -> Actor:
        """A bot, signed in."""
        self.api.add_bot(token, username)
        caller = self.caller()
        query = f.auth.ImportBotAuthorization(flags=0, api_id=1, api_hash="", bot_auth_token=token)
        result = await self.call(caller, query)
        return await self._actor(caller, result.user.id)

    async def channel(self, owner: Actor, title: str = "Channel", *, broadcast: bool = True) -> Any:
        """A channel, or a group, as its owner sees it."""
        kind = {"broadcast": True} if broadcast else {"megagroup": True}
        result = await owner(f.channels.CreateChannel(title=title, about="", **kind))
        return result.chats[0]

    async def promote(self, owner: Actor, channel: Any, other: Actor, **rights: bool) -> Any:
        """Make somebody an admin; everything a storage channel needs unless said otherwise."""
        given = rights or dict.fromkeys(("post_messages", "edit_messages", "delete_messages", "invite_users"), True)
        return await owner(
            f.channels.EditAdmin(
                channel=owner.channel(channel),
                user_id=owner.user(other),
                admin_rights=t.ChatAdminRights(**given),
                rank="",
            )
        )

    def lines(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The ledger, or its lines of a kind."""
        return [line for line in self.ledger.since(0) if kind is None or line["kind"] == kind]

    async def _actor(self, caller: Caller, account_id: int) -> Actor:
        actor = Actor(self, caller, account_id)
        self.actors.setdefault(caller.auth_key_id, []).append(actor)
        return actor

    def _push(self, key: int, updates: Any) -> None:
        for actor in self.actors.get(key, ()):
            actor.inbox.append(updates)
