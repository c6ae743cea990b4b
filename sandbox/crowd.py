"""People without clients: benches need ten thousand who write, and no machine runs ten thousand clients."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from pyrogram import raw

from sandbox.world.accounts import Account
from sandbox.world.api import Api, Caller
from sandbox.world.channels import CHANNEL_BASE

MAX_AT_ONCE = 100_000
"""People or messages that one request may ask for."""
_CODE = "22222"
_BREATH = 25
"""Messages after which others get their turn: about five milliseconds."""


class Crowd:
    """Lets accounts act from inside the server, through the same door as any client's calls."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._signing_up = asyncio.Lock()

    async def sign_up(self, count: int, *, first_name: str = "Somebody", language_code: str = "en") -> list[int]:
        """Make people; returns their ids. Nobody is connected for them: what they are sent waits in their history.

        Raises:
            ValueError: the numbers of the form 99966XXXXX that nobody has are not enough.
        """
        async with self._signing_up:
            return [one async for one in self._signed_up(count, first_name, language_code)]

    async def _signed_up(self, count: int, first_name: str, language_code: str) -> AsyncIterator[int]:
        free = (phone for number in range(99_999, -1, -1) if not self._taken(phone := f"99966{number:05d}"))
        for number in range(1, count + 1):
            phone = next(free, "")
            if not phone:
                raise ValueError("no phone number is left")
            caller = Caller(secrets.randbits(62), 0, lang_code=language_code)
            sent: Any = await self._api.invoke(
                caller,
                raw.functions.auth.SendCode(
                    phone_number=phone, api_id=1, api_hash="0" * 32, settings=raw.types.CodeSettings()
                ),
            )
            proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
            await self._api.invoke(caller, raw.functions.auth.SignIn(**proof, phone_code=_CODE))
            signed: Any = await self._api.invoke(
                caller, raw.functions.auth.SignUp(**proof, first_name=first_name, last_name="")
            )
            yield int(signed.user.id)
            if number % _BREATH == 0:
                await asyncio.sleep(0)

    async def say(self, who: int, to: int | str, texts: list[str]) -> list[int]:
        """Let somebody send texts, one after the other; returns the ids of the messages, as the sender counts them.

        Raises:
            ValueError: there is no such person, the person is signed out, or `to` is nobody.
            RpcError: a message is refused.
        """
        write = self.writer(who, to)
        ids = []
        for number, text in enumerate(texts):
            ids.append(await write(text))
            if number % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)
        return ids

    def writer(self, who: int, to: int | str) -> Callable[[str], Awaitable[int]]:
        """What sends a text of somebody's, and returns the id of the message as the sender counts it.

        Raises:
            ValueError: there is no such person, the person is signed out, or `to` is nobody.
        """
        sender = self._account(who)
        if not sender.keys:
            raise ValueError(f"{who} is not signed in")
        caller = Caller(min(sender.keys), 0)
        peer = self._peer(sender, to)

        async def write(text: str) -> int:
            query = raw.functions.messages.SendMessage(peer=peer, message=text, random_id=secrets.randbits(63) or 1)
            return _message_id(await self._api.invoke(caller, query))

        return write

    async def block(self, who: int, whom: int | str, *, told: bool = True) -> None:
        """Let somebody block somebody, of which a bot is told; unless `told`, as if it had been told long ago.

        Raises:
            ValueError: there is no such person, the person is signed out, or `whom` is nobody.
            RpcError: it is refused.
        """
        account, peer = self._account(who), self._peer(self._account(who), whom)
        if not account.keys:
            raise ValueError(f"{who} is not signed in")
        if told:
            await self._api.invoke(Caller(min(account.keys), 0), raw.functions.contacts.Block(id=peer))
            return
        world = self._api.world
        other = self._account(getattr(peer, "user_id", 0))
        if world.accounts.block(account, other, world.now):
            world.record("block", from_id=who, peer_id=other.id)

    def _taken(self, phone: str) -> bool:
        return self._api.world.accounts.by_phone(phone) is not None

    def _account(self, account_id: int) -> Account:
        account = self._api.world.accounts.get(account_id)
        if account is None:
            raise ValueError(f"there is no account {account_id}")
        return account

    def _peer(self, sender: Account, to: int | str) -> Any:
        world = self._api.world
        if isinstance(to, str):
            found = world.accounts.by_username(to) or world.channels.by_username(to)
            if found is None:
                raise ValueError(f"nobody is called {to}")
            to = found.id if isinstance(found, Account) else found.peer
        access_hash = world.access_hash(sender.id, to)
        if to < 0:
            return raw.types.InputPeerChannel(channel_id=-to - CHANNEL_BASE, access_hash=access_hash)
        return raw.types.InputPeerUser(user_id=self._account(to).id, access_hash=access_hash)


def _message_id(result: Any) -> int:
    if isinstance(result, raw.types.UpdateShortSentMessage):
        return result.id
    return next(int(update.id) for update in result.updates if isinstance(update, raw.types.UpdateMessageID))
