"""What `@bot words` in any chat does: offer what readers may find, as links to be shared there, never as files."""

from __future__ import annotations

from typing import Final

from pyrogram import Client
from pyrogram.types import InlineQuery

from client.bot import Bot
from client.filters import everyone
from client.inline import InlineAnswer, InlineLink
from client.keyboard import Button
from plugins.search import PAYLOAD, described
from services.search import FoundLink

PAGE: Final = 20
"""Results at a time; scrolling asks for more. Telegram takes 50 at most."""

_PLACES: Final = 4
"""Digits of a place in the results at most."""


@Client.on_inline_query(everyone)
async def offer(bot: Bot, query: InlineQuery) -> None:
    """Offer what the words find; where they find nothing, the way to the chat with the bot."""
    place = query.offset if query.offset.isdecimal() and len(query.offset) <= _PLACES else "0"
    found = await bot.services.search.glance(query.query, int(place), size=PAGE)
    links = [offered(bot, each) for each in found.links]
    after = "" if found.after is None else str(found.after)
    lead = None if links or found.first else "inline-nothing"
    await bot.answer_inline(query, InlineAnswer(links, after, lead, PAYLOAD))


def offered(bot: Bot, found: FoundLink) -> InlineLink:
    """One link, as it is listed and as the message that choosing it sends."""
    url = bot.link_url(found.link.code)
    return InlineLink(found.link.code, described(found) | {"url": url}, [[Button("button-get", url=url)]])
