"""Asking bots in other chats: what somebody does who writes `@bot words` and picks one of the offers."""

from __future__ import annotations

from typing import Any

from pyrogram import raw, types

from sandbox.member import Member, Peer, random_id


class Asker(Member):
    """A person who uses bots in chats that are not theirs."""

    async def ask_inline(
        self, bot: Peer, words: str = "", *, offset: str = "", chat: Peer | None = None
    ) -> raw.types.messages.BotResults:
        """Write a bot's name and some words, in the chat with the bot or in another; returns what it offers.

        Raises:
            RPCError: BOT_RESPONSE_TIMEOUT, when the bot does not answer.
        """
        peer: Any = await self._peer(bot)
        asked = raw.types.InputUser(user_id=peer.user_id, access_hash=peer.access_hash)
        results: raw.types.messages.BotResults = await self.client.invoke(
            raw.functions.messages.GetInlineBotResults(
                bot=asked, peer=await self._peer(bot if chat is None else chat), query=words, offset=offset
            ),
            retries=1,
        )
        return results

    async def choose(
        self, results: raw.types.messages.BotResults, number: int = 0, *, to: Peer | None = None
    ) -> types.Message:
        """Send one of the offers, counted from 0, as one's own message; to the chat of `talk_to` if none is named."""
        sent: Any = await self.client.invoke(
            raw.functions.messages.SendInlineBotResult(
                peer=await self._peer(to),
                random_id=random_id(),
                query_id=results.query_id,
                id=results.results[number].id,
            )
        )
        [message] = [update.message for update in sent.updates if hasattr(update, "message")][:1]
        users, chats = {user.id: user for user in sent.users}, {chat.id: chat for chat in sent.chats}
        return await types.Message._parse(self.client, message, users, chats, replies=0)  # noqa: SLF001 - no public way
