"""How a person is asked something, and how the answer finds the handler that waits for it.

To ask for a text (or a file, or a choice) from any plugin:

    @Client.on_callback_query(person & may(Permission.UPLOAD) & pressed("rename"))
    async def press_rename(bot: Bot, query: CallbackQuery) -> None:
        question = Question("rename-ask", {"name": name}, ((CANCEL,),))
        await ask(bot, query, "rename", question, data={"code": pressed_argument(query)})

    @Client.on_message(answers("rename") & may(Permission.UPLOAD), group=TALKING)
    async def rename(bot: Bot, message: Message) -> None:
        async with talking(bot, message) as talk:
            await bot.services.links.rename(talk.data["code"], talk.text, cause=talk.cause)
            await talk.finish("renamed", name=talk.text)

`talk.next(step, question, key=value)` asks something else instead; what it is given is in `talk.data` from then on. A
`UserError` says what is wrong with the answer, and the question stays. Buttons of a question reach the handler whose
filter has `chose("rename")`, `/skip` and its like come by `answers`; both are read with `talk.choice`. CANCEL needs no
handler, and neither does anything that goes wrong: restarts ask the question again, an answer that comes twice is taken
once, and after a day the person is told that nobody waits any more.

Do the work first and end with `next`, `finish`, `stay` or `pass_on`: they write down that the answer was taken, and a
crash before that brings it again. So the work must be harmless when done twice; `talk.cause` is the same both times.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from pyrogram import ContinuePropagation, filters
from pyrogram.filters import Filter
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.keyboard import Button, Keyboard
from client.refusals import GONE
from client.speech import chat_of
from plugins.people import person_of
from plugins.recognize import any_command, person, pressed, pressed_argument
from services.conversations import Choice, Conversation, NewConversation, Question
from services.errors import UserError

TALKING: Final = -1
"""The group of handlers that take answers: before those that take the same message on its own."""

BACK: Final = Choice("back", "button-back")
SKIP: Final = Choice("skip", "button-skip")
DONE: Final = Choice("done", "button-done")
UNDO: Final = Choice("undo", "button-undo")
YES: Final = Choice("yes", "button-yes")
CANCEL: Final = Choice("cancel", "button-cancel")
"""Gives the whole conversation up; no handler hears of it."""

_COMMANDS: Final = [choice.name for choice in (BACK, SKIP, DONE, UNDO)]
"""Choices that may be written as commands."""


async def ask(
    bot: Bot, update: Message | CallbackQuery, topic: str, question: Question, *, step: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Ask a person something; the answer goes to the handlers of this topic (see the top of this file).

    A person who is in the middle of something else is asked first what becomes of that. Call it once per update.
    """
    new = NewConversation(chat_of(update), person_of(update).id, topic, question, step, data or {})
    since = update.id if isinstance(update, Message) else None
    begun = await bot.services.conversations.begin(new, cause=cause_of(update), since=since, epoch=bot.lease.epoch)
    going = begun.conversation
    if begun.busy:
        buttons = [Button("button-go-on", data=f"talk-on:{going.code}")]
        buttons.append(Button("button-begin-anew", data=f"talk-new:{going.code}"))
        await bot.answer(update, "conversation-busy", keyboard=[buttons], topic=going.topic)
    elif going.turn == 0 and going.end is None:
        await say(bot, going, "question", going.asked_in)
    if isinstance(update, CallbackQuery):
        await bot.toast(update)


async def say(bot: Bot, conversation: Conversation, step: str, epoch: int) -> bool:
    """Ask a conversation's present question, once per turn and `step`; False when this person is not there any more."""
    question, buttons = conversation.question, keyboard_of(conversation)
    to, cause = conversation.chat_id, conversation.asking
    try:
        number = await bot.tell(to, question.key, cause=cause, step=step, keyboard=buttons, **question.args)
    except GONE:
        return False
    await bot.services.conversations.asked(conversation, number, epoch=epoch)
    return True


def keyboard_of(conversation: Conversation) -> Keyboard:
    """The buttons under a conversation's question; each names its turn, so that an old one is told apart."""
    prefix = f"talk:{conversation.code}:{conversation.turn}"
    return [[Button(each.key, data=f"{prefix}:{each.name}") for each in row] for row in conversation.question.choices]


class Talk:
    """One answer in a conversation, and what may follow it."""

    def __init__(self, bot: Bot, update: Message | CallbackQuery, conversation: Conversation) -> None:
        self._bot = bot
        self.update = update
        self.conversation = conversation
        self.through = 0
        """The last message that was taken with this one: an album's. They are not looked at again."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What was said before, and what the conversation began with."""
        return self.conversation.data

    @property
    def step(self) -> str:
        """Which question this answers."""
        return self.conversation.step

    @property
    def cause(self) -> Any:
        """The cause of this answer's effects: one per question, whatever comes again."""
        return self.conversation.asking

    @property
    def message(self) -> Message | None:
        """The message that answers; None when a button was pressed."""
        return self.update if isinstance(self.update, Message) else None

    @property
    def text(self) -> str:
        """The text that was written; empty when it was something else."""
        return str(self.message.text or "") if self.message and self.choice is None else ""

    @property
    def choice(self) -> str | None:
        """The choice that was pressed, or written as a command."""
        return choice_in(self.update)

    async def next(self, step: str, question: Question, **data: Any) -> None:
        """Ask the next question, and keep what was learned until the end."""
        conversations = self._bot.services.conversations
        after = conversations.after(self.conversation, step, question, data)
        epoch = await conversations.ask_next(self.conversation, epoch=self._bot.lease.epoch)
        number = await self._say(after.asking, "question", question.key, keyboard_of(after), question.args)
        await conversations.moved(after, asked=number, epoch=epoch, heard=self._heard)
        await self._answer_press()

    async def finish(self, key: str, *, keyboard: Keyboard | None = None, **args: object) -> None:
        """Say the last word, and end."""
        await self.tell(key, keyboard=keyboard, **args)
        await self.end()

    async def tell(self, key: str, *, keyboard: Keyboard | None = None, **args: object) -> int:
        """Say the last word, to which more is to be done before the `end`. Returns its message's id."""
        return await self._say(self.cause, "end", key, keyboard, args)

    async def end(self) -> None:
        """End without a word."""
        await self._bot.services.conversations.end(self.conversation, heard=self._heard)
        await self._answer_press()

    async def stay(self, **data: Any) -> None:
        """Say nothing, and keep what was learned; the question stays, and more may come."""
        if self.message:
            await self._bot.services.conversations.heard(self.conversation, self.message.id, **data)

    async def pass_on(self) -> None:
        """Leave a message to whoever takes it on its own: it was no answer.

        Raises:
            ContinuePropagation: always.
        """
        if self.message:
            await self._bot.services.conversations.passed_on(self.conversation, self.message.id)
        raise ContinuePropagation

    @property
    def _heard(self) -> int | None:
        return max(self.message.id, self.through) if self.message else None

    async def _answer_press(self) -> None:
        """Answer the button itself, once it is written down that the press was taken: a crash between asks again."""
        if isinstance(self.update, CallbackQuery):
            await self._bot.toast(self.update)

    async def _say(
        self, cause: Any, step: str, key: str, keyboard: Keyboard | None, args: Mapping[str, object]
    ) -> int:  # fmt: skip
        """Answer with a message; after a press, in the place of the question. Returns the message's id."""
        update = self.update
        if isinstance(update, CallbackQuery) and update.message:
            await self._bot.edit_answer(update, key, keyboard=keyboard, **args)
            return update.message.id
        return await self._bot.tell(chat_of(update), key, cause=cause, step=step, keyboard=keyboard, **args)


@asynccontextmanager
async def talking(bot: Bot, update: Message | CallbackQuery) -> AsyncIterator[Talk]:
    """Take an answer up. One that is refused, by a UserError, is not looked at again."""
    conversation = await conversation_in(bot, update)
    if conversation is None:
        raise LookupError("the update is no answer; its handler's filter is `answers` or `chose`")
    talk = Talk(bot, update, conversation)
    try:
        yield talk
    except UserError:
        await talk.stay()
        raise


# Which conversation an update belongs to


async def conversation_in(bot: Bot, update: Message | CallbackQuery) -> Conversation | None:
    """The conversation that an update belongs to, looked up once per update; also one that is over."""
    known: dict[str, Conversation | None] = vars(update)
    if "_conversation" not in known:
        conversations = bot.services.conversations
        if isinstance(update, CallbackQuery):
            found = await conversations.get(pressed_argument(update).partition(":")[0])
            mine = found if found and found.user_id == person_of(update).id else None
            known["_conversation"] = mine
        else:
            who = person_of(update).id
            known["_conversation"] = await conversations.of_message(chat_of(update), who, update.id)
    return known["_conversation"]


def choice_in(update: Message | CallbackQuery) -> str | None:
    """The choice that an update names."""
    if isinstance(update, CallbackQuery):
        return pressed_argument(update).rpartition(":")[2]
    words = str(update.text or "").split(maxsplit=1)
    name = words[0].removeprefix("/").partition("@")[0].lower() if words and words[0].startswith("/") else ""
    return name if name in _COMMANDS and not update.forward_origin else None


async def _may_answer(_: Filter, bot: Bot, message: Message) -> bool:
    return not await any_command(bot, message) or choice_in(message) is not None


async def _is_open(bot: Bot, update: Message | CallbackQuery) -> Conversation | None:
    """The conversation that waits for this very update."""
    found = await conversation_in(bot, update)
    if found is None or found.end is not None:
        return None
    choice = choice_in(update)
    if isinstance(update, Message):
        return None if found.has_taken(update.id) or (choice and not found.question.offers(choice)) else found
    turn = pressed_argument(update).split(":")[1:2]
    return found if turn == [str(found.turn)] and choice and found.question.offers(choice) else None


async def _was_taken(_: Filter, bot: Bot, message: Message) -> bool:
    found = await conversation_in(bot, message)
    return found is not None and found.has_taken(message.id)


async def _cancels(_: Filter, bot: Bot, query: CallbackQuery) -> bool:
    return choice_in(query) == CANCEL.name and await _is_open(bot, query) is not None


may_answer: Filter = person & filters.create(_may_answer, "may_answer")
"""Messages that can be answers: anything but a command, and the commands that name a choice."""

was_taken: Filter = may_answer & filters.create(_was_taken, "was_taken")
"""Answers that come again."""

cancels: Filter = person & pressed("talk") & filters.create(_cancels, "cancels")
"""Presses of CANCEL under a question that is still open."""

choice_command: Filter = person & filters.command(_COMMANDS) & any_command
"""Choices that are written as commands."""


def answers(topic: str) -> Filter:
    """Messages that answer a question of this topic."""

    async def is_answer(_: Filter, bot: Bot, message: Message) -> bool:
        found = await _is_open(bot, message)
        return found is not None and found.topic == topic

    answer: Filter = may_answer & filters.create(is_answer, f"answers {topic}")
    return answer


def chose(topic: str) -> Filter:
    """Presses of a button under a question of this topic that is still open; never CANCEL."""

    async def is_choice(_: Filter, bot: Bot, query: CallbackQuery) -> bool:
        found = None if choice_in(query) == CANCEL.name else await _is_open(bot, query)
        return found is not None and found.topic == topic

    choice: Filter = person & pressed("talk") & filters.create(is_choice, f"chose {topic}")
    return choice
