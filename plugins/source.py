"""How the source channel is chosen: a press under the question that the owner is asked about a channel."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery

from client.bot import Bot
from client.cause import cause_of
from client.filters import owner
from plugins.people import person_of
from plugins.recognize import person, pressed, pressed_argument
from plugins.storage import names_chat


@Client.on_callback_query(person & owner & pressed("source") & names_chat)
async def use_channel(bot: Bot, query: CallbackQuery) -> None:
    """Pass the `/chat` posts of this channel on from now on; what it allows is looked at again."""
    facts = await bot.channel_facts(int(pressed_argument(query)))
    await bot.services.settings.choose_source(facts, by=person_of(query).id, cause=cause_of(query))
    bot.follow(facts.chat_id)
    await bot.edit_answer(query, "source-set", title=facts.title)
    await bot.toast(query)
