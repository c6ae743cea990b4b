"""What becomes of a question without its person saying anything: other words, the next question, or the end."""

from __future__ import annotations

from client.bot import Bot
from plugins.talk import keyboard_of
from services.conversations import Conversation, Question
from services.errors import UserError


async def reword(bot: Bot, conversation: Conversation, question: Question) -> None:
    """Put the present question in other words, where it stands."""
    await bot.services.conversations.reworded(conversation, question)
    await _show(bot, conversation, question)


async def ask_instead(bot: Bot, conversation: Conversation, step: str, question: Question) -> None:
    """Ask the next question in the place of the present one, which needs no answer any more."""
    after = bot.services.conversations.after(conversation, step, question, {})
    await _show(bot, after, question, conversation.question_id)
    asked = conversation.question_id or 0
    await bot.services.conversations.moved(after, asked=asked, epoch=conversation.asked_in, heard=None)


async def refuse_instead(bot: Bot, conversation: Conversation, refusal: UserError) -> None:
    """Say in the place of the present question why it leads nowhere, and end."""
    if conversation.question_id:
        await bot.retell(conversation.chat_id, conversation.question_id, refusal.key, keyboard=None, **refusal.args_)
    await bot.services.conversations.end(conversation)


async def _show(bot: Bot, conversation: Conversation, question: Question, place: int | None = None) -> None:
    if number := place or conversation.question_id:
        buttons = keyboard_of(conversation)
        await bot.retell(conversation.chat_id, number, question.key, keyboard=buttons, **question.args)
