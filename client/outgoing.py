"""How a message goes out to many: in as few calls as Telegram allows, once per cause; what became of it is said."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from pyrogram import raw
from pyrogram.errors import ChatNotModified, MessageIdInvalid, MessageNotModified, RPCError

from client import keyboard as keyboards
from client.calls import MustWait
from client.keyboard import Button
from client.markup import parsed
from client.pace import Lane, lane
from client.refusals import refusal_of
from client.sender import PER_CALL, Manner
from client.sources import GONE, Source, SourceGone, Sourcing
from client.storage import MongoStorage
from database.cause import Cause
from database.outgoing import Outgoing
from locales.texts import FALLBACK
from services.errors import NotThrough, TryLater
from services.posted import Posted
from services.refusals import Refusal

log = logging.getLogger(__name__)


class Posting(Sourcing):
    """What the bot sends of its own accord: broadcasts, the steps of sequences."""

    store: MongoStorage

    # What runners send

    async def post_broadcast(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        """Send a reader their message of a broadcast, behind everything else. See `post`."""
        with lane(Lane.BROADCAST):
            return await self.post(to, out, cause=cause, step=step)

    async def post_step(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        """Send a reader a step of a sequence, after the answers to people. See `post`."""
        with lane(Lane.SEQUENCE):
            return await self.post(to, out, cause=cause, step=step)

    async def preview(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        """Show whoever asked for it what readers will get. See `post`."""
        return await self.post(to, out, cause=cause, step=step)

    async def post(self, to: int, out: Outgoing, *, cause: Cause, step: str) -> Posted:
        """Send a message to a person, once per cause and step, and say what became of it.

        Raises:
            TryLater: nobody can be sent anything until then.
            NotThrough: this one failed in ways that pass; others may get theirs.
        """

        async def send() -> Posted:
            return Posted(tuple(await self.send_out(to, out, cause=cause, step=step)))

        return await judged(send)

    async def post_edit(self, to: int, message_ids: Sequence[int], out: Outgoing) -> Posted:
        """Change a broadcast's message that a reader has: its text, or its medium's caption, and its buttons.

        `message_ids` are what `post` returned. The same again is no error. Raises what `post` does.
        """

        async def change() -> Posted:
            await self._edit_out(to, message_ids, out)
            return Posted(tuple(message_ids))

        with lane(Lane.BROADCAST):
            return await judged(change)

    async def post_pin(self, to: int, message_id: int) -> Posted:
        """Pin a message in a reader's chat. See `pin`.

        In private chats nobody is notified of a pin, and a pin that is not silent says so in the chat each time that it
        is made.
        """
        with lane(Lane.BROADCAST):
            return await self.pin(to, message_id)

    async def pin(self, chat: int, message_id: int) -> Posted:
        """Pin a message in a chat, silently; what is pinned already is no error. Raises what `post` does."""

        async def pin() -> Posted:
            peer = await self.resolve_peer(chat)  # type: ignore[attr-defined]  # the client's
            query = raw.functions.messages.UpdatePinnedMessage(peer=peer, id=message_id, silent=True)
            try:
                await self.invoke(query)  # type: ignore[attr-defined]  # the client's
            except ChatNotModified:
                log.debug("Message %d of %d is pinned already", message_id, chat)
            return Posted((message_id,))

        return await judged(pin)

    async def answers(self) -> bool:
        """Tell whether Telegram answers at all: where one message does not get through, it may be that one's fault."""
        try:
            with lane(Lane.BROADCAST):
                await self.invoke(raw.functions.updates.GetState())  # type: ignore[attr-defined]  # the client's
        except (TryLater, RPCError):
            return False
        return True

    async def meet_readers(self, user_ids: Iterable[int]) -> None:
        """Learn how readers are addressed, all with one query, before they are written to one by one.

        Of whom the database does not know that, Telegram is asked, a hundred with one call: people whom another bot
        left us.
        """
        people = list(user_ids)
        await self.store.prefetch(people)
        unknown = [each for each in people if self.store.peers.get(each) is None]
        for start in range(0, len(unknown), PER_CALL):
            asked: Any = [
                raw.types.InputUser(user_id=each, access_hash=0) for each in unknown[start : start + PER_CALL]
            ]
            with lane(Lane.BROADCAST):
                try:
                    found = await self.invoke(raw.functions.users.GetUsers(id=asked))  # type: ignore[attr-defined]  # the client's
                except RPCError as error:  # they are asked for one by one, then
                    log.warning("Telegram names none of %d readers: %s", len(asked), error)
                    return
            await self.fetch_peers(found)  # type: ignore[attr-defined]  # the client's

    # How it is sent

    async def send_out(
        self, to: int, out: Outgoing, *, cause: Cause, step: str, reply_to: int | None = None
    ) -> list[int]:
        """Send a message to somebody, once per cause and step. Returns the ids of what arrived.

        One call, where buttons need not be put under an album or under what has no file. `reply_to` is the message of
        that chat which it answers; what is neither a text nor a file, such as a poll, comes without answering it, as
        Telegram lets nobody answer with what is passed on.

        Raises:
            SourceGone: there is nothing (any more) to be sent.
            RPCError: Telegram refused; TryLater: it must wait.
        """
        manner = Manner(out.protect, out.silent, reply_to)
        if out.chat is None:
            return [await self._send_text(to, out, out.html or "", cause, step, manner)]
        if reply_to is None and out.goes_as_it_is:
            return await self._pass_on(to, out, cause, step, manner)
        source = await self.source_of(out)
        number = out.message_ids[0]
        if number in source.words and number not in source.files and number not in source.others:
            return [await self._send_text(to, out, out.html or source.words[number], cause, step, manner)]
        if source.others:
            sent = await self._pass_on(to, out, cause, step, manner)
        else:
            sent = await self._send_files(to, out, source, cause, step, manner)
        if out.buttons and (source.others or len(out.message_ids) > 1):
            sent.append(await self._send_buttons_of(to, out, cause, f"{step} buttons"))
        return sent

    async def _send_buttons_of(self, to: int, out: Outgoing, cause: Cause, step: str) -> int:
        """Send buttons in a message of their own, which makes no second sound."""
        text = self.texts.text(await self.services.users.language_of(to), "out-buttons")
        markup, manner = _markup(self, out), Manner(out.protect, silent=True)
        return await self.sender.text(to, text, cause=cause, step=step, markup=markup, manner=manner)

    async def _send_text(self, to: int, out: Outgoing, html: str, cause: Cause, step: str, manner: Manner) -> int:
        markup = _markup(self, out)
        return await self.sender.text(to, html, cause=cause, step=step, markup=markup, preview=True, manner=manner)

    async def _pass_on(self, to: int, out: Outgoing, cause: Cause, step: str, manner: Manner) -> list[int]:
        """Let Telegram copy the source; the text that is kept goes in the place of one that is gone."""
        chat = await self.source_chat(out)
        try:
            sent = await self.sender.forward(
                to, chat, out.message_ids, cause=cause, steps=_steps(out, step), manner=manner
            )
        except MessageIdInvalid as error:
            if not (out.is_text and out.html):
                raise SourceGone from error
            return [await self._send_text(to, out, out.html, cause, _steps(out, step)[0], manner)]
        return [number for number in sent if number is not None]

    async def _send_files(
        self, to: int, out: Outgoing, source: Source, cause: Cause, step: str, manner: Manner
    ) -> list[int]:
        """Send the source's files anew: with our caption (an album's first one), with our buttons (not an album's)."""
        first, *others = out.message_ids
        captions = [source.words.get(first, "") if out.html is None else out.html]
        captions += [source.words.get(number, "") if out.html is None else "" for number in others]

        async def remember(fresh: Mapping[int, str]) -> None:
            source.files = dict(fresh)

        sent = await self.sender.stored(
            to,
            await self.source_chat(out),
            out.message_ids,
            captions,
            cause=cause,
            steps=_steps(out, step),
            references=source.files,
            on_fresh=remember,
            markup=_markup(self, out) if not others else None,
            manner=manner,
        )
        if not any(sent):
            raise SourceGone
        return [number for number in sent if number is not None]

    async def _edit_out(self, to: int, message_ids: Sequence[int], out: Outgoing) -> None:
        """Change the words of a message, and its buttons: those of an album are in a message of their own, the last."""
        peer = await self.resolve_peer(to)  # type: ignore[attr-defined]  # the client's
        apart = len(message_ids) > max(1, len(out.message_ids))
        said = await parsed(out.html or "", self.parser)  # type: ignore[attr-defined]  # the client's
        markup = _markup(self, out) if len(message_ids) == 1 else None
        edit = raw.functions.messages.EditMessage
        queries = [edit(peer=peer, id=message_ids[0], reply_markup=markup, **said)]
        if apart:
            queries.append(edit(peer=peer, id=message_ids[-1], reply_markup=_markup(self, out)))
        for query in queries:
            try:
                await self.invoke(query)  # type: ignore[attr-defined]  # the client's
            except MessageNotModified:
                log.debug("Message %d of %d is already as it should be", query.id, to)


async def judged(work: Callable[[], Awaitable[Posted]]) -> Posted:
    """Do something for one reader; what is refused is an answer too."""
    try:
        return await work()
    except NotThrough:
        raise
    except MustWait as error:
        if not error.one_chat:
            raise
        return Posted(refusal=Refusal.PASSING, reason=error.reason, after=error.after)
    except TryLater:
        raise
    except SourceGone:
        return Posted(refusal=Refusal.CONTENT, reason=GONE)
    except RPCError as error:
        return Posted(refusal=refusal_of(error), reason=str(error.ID or error.CODE))


def _steps(out: Outgoing, step: str) -> list[str]:
    """Name the step of each message of a source."""
    return [step if place == 0 else f"{step} {place + 1}" for place in range(len(out.message_ids))]


def _markup(bot: Posting, out: Outgoing) -> Any:
    rows = [[Button(text=each.text, url=each.url, data=each.data) for each in row] for row in out.buttons]
    return keyboards.render(rows, bot.texts, FALLBACK)
