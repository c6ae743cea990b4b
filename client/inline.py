"""How the bot answers who writes its name and some words in any chat: with links to choose from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyrogram import raw
from pyrogram.errors import QueryIdInvalid
from pyrogram.types import InlineQuery

from client import keyboard as keyboards
from client.keyboard import Keyboard
from client.markup import parsed
from client.speech import Speech

log = logging.getLogger(__name__)

CACHED = 0
"""Seconds for which Telegram may give the same answer again: none, so that a closed link is gone at once."""


@dataclass(frozen=True, slots=True)
class InlineLink:
    """One link to choose: what its texts say of it, and the buttons under the message that choosing it sends."""

    code: str
    args: dict[str, Any]
    keyboard: Keyboard


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """Links to choose from; `after` asks for more (empty at the end).

    `lead` is the text of a button that leads to the chat with the bot, with `payload` (`[A-Za-z0-9_-]`) for /start.
    """

    links: Sequence[InlineLink]
    after: str = ""
    lead: str | None = None
    payload: str = ""


class Inline(Speech):
    """What the bot offers in other chats."""

    async def answer_inline(self, query: InlineQuery, answer: InlineAnswer) -> None:
        """Answer what somebody is writing, for them alone; an answer that Telegram no longer waits for is no error."""
        language = await self.language_of(query.from_user)
        lead = None
        if answer.lead:
            words = self.texts.label(language, answer.lead)
            lead = raw.types.InlineBotSwitchPM(text=words, start_param=answer.payload)
        results: list[Any] = [await self._offered(language, link) for link in answer.links]
        try:
            await self.call(  # type: ignore[attr-defined]  # the client's
                raw.functions.messages.SetInlineBotResults(
                    query_id=int(query.id),
                    results=results,
                    cache_time=CACHED,
                    private=True,
                    next_offset=answer.after or None,
                    switch_pm=lead,
                )
            )
        except QueryIdInvalid:
            log.debug("The inline query %s is over", query.id)

    async def _offered(self, language: str, link: InlineLink) -> Any:
        html = self.texts.text(language, "inline-message", **link.args)
        message = raw.types.InputBotInlineMessageText(
            **await parsed(html, self.parser),  # type: ignore[attr-defined]  # the client's
            no_webpage=True,
            reply_markup=keyboards.render(link.keyboard, self.texts, language),
        )
        return raw.types.InputBotInlineResult(
            id=link.code,
            type="article",
            send_message=message,
            title=self.texts.label(language, "inline-title", **link.args),
            description=self.texts.label(language, "inline-description", **link.args),
        )
