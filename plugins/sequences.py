"""What /sequences does: lists the sequences, shows what became of one, holds, tests, changes and deletes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from plugins.cards import say, show
from plugins.people import person_of
from plugins.recognize import command, person, pressed, pressed_argument
from plugins.sequence_cards import ALL, delete_card, list_card, sequence_card
from plugins.sequence_drafts import ask_for_file
from plugins.sequence_pictures import funnel_of, timeline_of
from services.access import Permission
from services.sequence_writing import yaml_of

if TYPE_CHECKING:
    from services.charts import Drawable

broadcaster = may(Permission.BROADCAST)


@Client.on_message(command("sequences") & broadcaster)
async def sequences(bot: Bot, message: Message) -> None:
    """List the sequences."""
    await say(bot, message, await list_card(bot))


@Client.on_callback_query(person & broadcaster & pressed("sequences"))
async def press_sequences(bot: Bot, query: CallbackQuery) -> None:
    """Go back to the list, as it is now."""
    await show(bot, query, await list_card(bot))


@Client.on_callback_query(person & broadcaster & pressed("sequence"))
async def press_sequence(bot: Bot, query: CallbackQuery) -> None:
    """Show one sequence as it is now."""
    await show(bot, query, await sequence_card(bot, pressed_argument(query)))


@Client.on_callback_query(person & broadcaster & pressed("sequence-timeline"))
async def press_timeline(bot: Bot, query: CallbackQuery) -> None:
    """Draw the steps in time."""
    plan = (await bot.services.sequences.get(pressed_argument(query))).plan
    await bot.toast(query, "sequence-drawing")
    await draw(bot, query, await timeline_of(bot, plan, await bot.language_of(query.from_user)))


@Client.on_callback_query(person & broadcaster & pressed("sequence-funnel"))
async def press_funnel(bot: Bot, query: CallbackQuery) -> None:
    """Draw what became of the steps."""
    plan = (await bot.services.sequences.get(pressed_argument(query))).plan
    await bot.toast(query, "sequence-drawing")  # before the counting, which may take seconds
    await draw(bot, query, await funnel_of(bot, plan, await bot.language_of(query.from_user)))


@Client.on_callback_query(person & broadcaster & pressed("sequence-pause"))
async def press_pause(bot: Bot, query: CallbackQuery) -> None:
    """Hold a sequence."""
    await bot.services.sequences.pause(name := pressed_argument(query), person_of(query).id, cause_of(query))
    await show(bot, query, await sequence_card(bot, name))


@Client.on_callback_query(person & broadcaster & pressed("sequence-resume"))
async def press_resume(bot: Bot, query: CallbackQuery) -> None:
    """Let a sequence go on."""
    await bot.services.sequences.resume(name := pressed_argument(query), person_of(query).id, cause_of(query))
    await show(bot, query, await sequence_card(bot, name))


@Client.on_callback_query(person & broadcaster & pressed("sequence-test"))
async def press_test(bot: Bot, query: CallbackQuery) -> None:
    """Send a sequence to whoever pressed, fast."""
    await bot.services.sequences.test(pressed_argument(query), person_of(query).id, cause_of(query))
    await bot.toast(query, "sequence-testing", alert=True)


@Client.on_callback_query(person & broadcaster & pressed("sequence-new"))
async def press_new(bot: Bot, query: CallbackQuery) -> None:
    """Ask for the file of a new sequence."""
    await ask_for_file(bot, query)


@Client.on_callback_query(person & broadcaster & pressed("sequence-edit"))
async def press_edit(bot: Bot, query: CallbackQuery) -> None:
    """Give a sequence as a file, and ask for it again."""
    await bot.toast(query)
    sequence = await bot.services.sequences.get(pressed_argument(query))
    await hand_over(bot, query, "sequence-file", sequence.name, yaml_of(sequence.plan))
    await ask_for_file(bot, query, sequence.name)


@Client.on_callback_query(person & broadcaster & pressed("sequence-delete"))
async def press_delete(bot: Bot, query: CallbackQuery) -> None:
    """Ask whether that is meant."""
    await show(bot, query, await delete_card(bot, pressed_argument(query)))


@Client.on_callback_query(person & broadcaster & pressed("sequence-delete-yes"))
async def press_delete_yes(bot: Bot, query: CallbackQuery) -> None:
    """Delete a sequence, after it was given as a file by which it can be had again."""
    await bot.toast(query)
    sequence = await bot.services.sequences.get(pressed_argument(query))
    await hand_over(bot, query, "sequence-deleted-file", sequence.name, yaml_of(sequence.plan))
    await bot.services.sequences.delete(sequence.name, person_of(query).id, cause_of(query))
    await bot.edit_answer(query, "sequence-deleted", keyboard=[[ALL]], name=sequence.name)


async def hand_over(bot: Bot, query: CallbackQuery, key: str, name: str, content: bytes) -> None:
    """Give a sequence as a file."""
    await bot.hand_over(query, f"{name}.yaml", content, key, name=name)


async def draw(bot: Bot, query: CallbackQuery, wanted: Drawable) -> None:
    """Let whoever pressed have a picture soon."""
    await bot.services.charts.ask(wanted, to=person_of(query).id, cause=cause_of(query))
