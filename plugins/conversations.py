"""What is the same in every conversation: giving it up, going on with it, and what is said of one that is over."""

from __future__ import annotations

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import everyone
from plugins.recognize import command, person, pressed
from plugins.talk import TALKING, cancels, choice_command, conversation_in, keyboard_of, was_taken
from services.conversations import Conversation, End


@Client.on_message(was_taken & everyone, group=TALKING)
async def pass_over(_bot: Bot, _message: Message) -> None:
    """Do nothing for an answer that comes again: it was taken, and what followed it was said."""


@Client.on_message(command("cancel") & everyone)
async def cancel(bot: Bot, message: Message) -> None:
    """Give up what is going on."""
    going = await conversation_in(bot, message)
    if going is None:
        await bot.answer(message, "conversation-none")
        return
    await bot.services.conversations.end(going, End.CANCELLED, heard=message.id)
    await bot.answer(message, "conversation-cancelled")


@Client.on_callback_query(cancels & everyone, group=TALKING)
async def press_cancel(bot: Bot, query: CallbackQuery) -> None:
    """Give up what is going on."""
    if going := await conversation_in(bot, query):
        await bot.services.conversations.end(going, End.CANCELLED)
    await bot.edit_answer(query, "conversation-cancelled")
    await bot.toast(query)


@Client.on_message(choice_command & everyone)
async def say_that_nothing_is_asked(bot: Bot, message: Message) -> None:
    """Say that a choice was written where none is offered."""
    going = await conversation_in(bot, message)
    await bot.answer(message, "conversation-no-choice" if going else "conversation-none")


@Client.on_callback_query(person & everyone & pressed("talk-on"))
async def go_on(bot: Bot, query: CallbackQuery) -> None:
    """Ask the question of what was going on again, in the place of the choice between the two."""
    going = await conversation_in(bot, query)
    await ask_here(bot, query, None if going is None or going.end else going)


@Client.on_callback_query(person & everyone & pressed("talk-new"))
async def begin_anew(bot: Bot, query: CallbackQuery) -> None:
    """Give up what was going on, and begin what was asked for since."""
    going = await conversation_in(bot, query)
    replaces, cause, epoch = bot.services.conversations.replace, cause_of(query), bot.lease.epoch
    await ask_here(bot, query, None if going is None or going.end else await replaces(going, cause, epoch=epoch))


@Client.on_callback_query(person & everyone & pressed("talk"))
async def say_that_it_is_over(bot: Bot, query: CallbackQuery) -> None:
    """Say that a question was answered before, or is somebody else's."""
    await bot.toast(query, "conversation-over", alert=True)


async def ask_here(bot: Bot, query: CallbackQuery, conversation: Conversation | None) -> None:
    """Ask a conversation's present question in the place of the message under which was pressed."""
    if conversation is None or query.message is None:
        await bot.toast(query, "conversation-over", alert=True)
        return
    question = conversation.question
    await bot.edit_answer(query, question.key, keyboard=keyboard_of(conversation), **question.args)
    await bot.services.conversations.asked(conversation, query.message.id, epoch=bot.lease.epoch)
    await bot.toast(query)
