"""People for tests and demos: each has a real client of the library, signs in, writes, presses and downloads."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Any, Self, cast

from pyrogram import Client, raw, types
from pyrogram.session import Session

from sandbox.mailbox import Mailbox
from sandbox.network import ServerInfo, connection_factory
from sandbox.person import Person
from sandbox.tasks import OwnTasks

CODE = "22222"
"""The code that signs in every number of the form 99966XXXXX, as on Telegram's own test servers."""
_API_ID = 1
_API_HASH = "0" * 32
_STOP_TIMEOUT = 60.0
_RESTART_WITHIN = 2.0
"""Seconds for a session that connects anew to be done with it before it is ended."""


class PersonClient(Client):
    """A client that keeps nothing on disk, costs little, and gives its updates to a mailbox in their order."""

    def __init__(self, name: str, info: ServerInfo, *, language_code: str, session: str | None) -> None:
        super().__init__(
            name,
            api_id=_API_ID,
            api_hash=_API_HASH,
            lang_code=language_code,
            session_string=session,
            in_memory=True,
            workers=1,
            max_message_cache_size=1,
            max_topic_cache_size=1,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
            connection_factory=connection_factory(info),
        )
        self._tasks = OwnTasks()
        self.loop = cast(asyncio.AbstractEventLoop, self._tasks)
        self.mailbox = Mailbox(self)
        self.connect_handler = self._back

    async def handle_updates(self, updates: Any) -> None:
        """Take what the server sent; the library's dispatcher is not used."""
        self.mailbox.put(updates)

    async def invoke(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Call, and let the mailbox know what the call itself changed."""
        result = await super().invoke(query, *args, **kwargs)
        if isinstance(result, raw.types.messages.AffectedMessages | raw.types.messages.AffectedHistory):
            peer = getattr(query, "channel", None) or getattr(query, "peer", None)
            if not isinstance(peer, raw.types.InputChannel | raw.types.InputPeerChannel):
                self.mailbox.put(result)
        elif isinstance(result, raw.types.Updates | raw.types.UpdateShortSentMessage):
            self.mailbox.put(result)
        return result

    async def connect(self) -> bool:
        """As the library does; but the session is known before it starts, so that `close` ends a half-open one too."""
        await self.load_session()  # type: ignore[no-untyped-call]
        storage = self.storage
        self.session = Session(
            self,
            await storage.dc_id(),
            await storage.server_address(),
            await storage.port(),
            await storage.auth_key(),
            await storage.test_mode(),
        )
        await self.session.start()
        self.is_connected = True
        return bool(await storage.user_id())

    async def close(self) -> None:
        """Disconnect everything, and end what still goes on in it; only then is the storage closed."""
        sessions = [*self.media_sessions.values(), *self.sessions.values(), self.session]
        open_ones = [session for session in sessions if session is not None]
        try:
            await self.mailbox.stop()
            await asyncio.gather(*map(_stopped, open_ones), return_exceptions=True)
        finally:
            await self._tasks.end()
            for session in open_ones:
                if session.connection is not None and session.connection.protocol is not None:
                    await session.connection.close()
            self.media_sessions.clear()
            self.sessions.clear()
            self.session, self.is_connected = None, False
            storage: Any = self.storage
            if storage.conn is not None:
                await storage.close()
            self.executor.shutdown(wait=False)

    async def _back(self, _client: Client, session: Any) -> None:
        if session is self.session and self.is_connected:
            self.mailbox.catch_up()


async def _stopped(session: Session) -> None:
    """Stop a session; one that connects anew at this moment is given some time to be done with that."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_RESTART_WITHIN), session.restart_lock:
            await session.stop()


class People:
    """Everybody who uses one sandbox from this process.

    ```python
    async with People(info) as people:
        reader = await people.sign_up("9996600001", first_name="Rita", language_code="ru")
        await reader.talk_to("the_bot")
        await reader.send("/start")
        print((await reader.next_message()).text)
    ```
    """

    def __init__(self, info: ServerInfo) -> None:
        self._info = info
        self._people: list[Person] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def sign_up(
        self, phone: str, *, first_name: str = "Somebody", last_name: str = "", language_code: str = "en"
    ) -> Person:
        """Sign in with a number `99966XXXXX`; an unknown one is signed up under this name.

        `language_code` is what bots see on the person, ISO 639-1.

        Raises:
            RPCError: the server refuses the number or the name.
        """
        client = PersonClient(phone, self._info, language_code=language_code, session=None)
        try:
            await client.connect()
            sent = await client.invoke(
                raw.functions.auth.SendCode(
                    phone_number=phone, api_id=_API_ID, api_hash=_API_HASH, settings=raw.types.CodeSettings()
                )
            )
            proof = {"phone_number": phone, "phone_code_hash": sent.phone_code_hash}
            signed = await client.invoke(raw.functions.auth.SignIn(**proof, phone_code=CODE))
            if isinstance(signed, raw.types.auth.AuthorizationSignUpRequired):
                signed = await client.invoke(
                    raw.functions.auth.SignUp(**proof, first_name=first_name, last_name=last_name)
                )
            await client.storage.user_id(signed.user.id)
            await client.storage.is_bot(False)
        except BaseException:
            await client.close()
            raise
        return await self._settle(client, language_code)

    async def return_with(self, session: str, *, language_code: str = "en") -> Person:
        """Go on as somebody who was here before, from what `Person.session_string` gave."""
        client = PersonClient("returned", self._info, language_code=language_code, session=session)
        try:
            await client.connect()
        except BaseException:
            await client.close()
            raise
        return await self._settle(client, language_code)

    async def close(self) -> None:
        """Everybody leaves; accounts and sessions stay with the server."""
        people, self._people = self._people, []
        async with asyncio.timeout(_STOP_TIMEOUT + len(people) / 10):
            await asyncio.gather(*(person.close() for person in people), return_exceptions=True)

    async def _settle(self, client: PersonClient, language_code: str) -> Person:
        try:
            (user,) = await client.invoke(raw.functions.users.GetUsers(id=[raw.types.InputUserSelf()]))
            await client.fetch_peers([user])
            client.me = await types.User._parse(client, user)  # noqa: SLF001 - the library keeps no public way
            client.mailbox.users[user.id] = user
            await client.mailbox.start()
        except BaseException:
            await client.close()
            raise
        person = Person(client, client.mailbox, user, language_code)
        self._people.append(person)
        return person


__all__ = ["CODE", "People", "Person", "PersonClient"]
