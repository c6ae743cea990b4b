"""What /draft does: takes a message or an album, asks where and when it is to go, and hands it in for review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import Cause, cause_of
from client.filters import drafter
from client.keyboard import Button
from client.speech import chat_of
from locales.texts import Part
from plugins.broadcasts import zone_of
from plugins.cards import Card, put, say, show
from plugins.draft_cards import Eyes, where_rows
from plugins.keeping import is_kept, keep
from plugins.outgoing import outgoing_of, rest_of, show_out
from plugins.people import person_of
from plugins.recognize import argument_of, command, person, pressed, pressed_argument
from plugins.talk import CANCEL, TALKING, answers, ask, talking
from plugins.target_picker import target_rows
from plugins.targets import reason_of
from services.broadcasts import Outgoing
from services.conversations import Question
from services.draft_making import Sketch, SketchState
from services.drafts import Draft
from services.errors import UserError
from services.targets import Target, name_of, unwritable
from services.times import written
from services.upcoming import upcoming_in

TOPIC: Final = "draft"
TIME: Final = "sketch-at"
ASK: Final = Question("sketch-ask", {}, ((CANCEL,),))

EXPLAINED: Final = 3
"""Closed targets of which a card says why; each takes up to 300 characters."""

_CHAT: Final = re.compile(r"(?P<code>[^:]+):(?P<chat>-?[0-9]{1,15})", re.ASCII)
_COMMAND: Final = re.compile(r"/\S+\s+")


@Client.on_message(command("draft") & drafter)
async def draft(bot: Bot, message: Message) -> None:
    """Take the message that this one answers, or what stands after the command; ask where there is neither."""
    replied = await bot.replied(message)
    if replied is not None:
        await say(bot, message, await begin(bot, replied, message, cause_of(message)))
    elif argument_of(message):
        await say(bot, message, await begin_with(bot, words_of(message), message, (message.id,), cause_of(message)))
    else:
        await ask(bot, message, TOPIC, ASK)


@Client.on_message(answers(TOPIC) & drafter, group=TALKING)
async def take_message(bot: Bot, message: Message) -> None:
    """Take the message, and the rest of its album."""
    async with talking(bot, message) as talk:
        out = await outgoing_of(bot, message)
        talk.through = max(out.message_ids, default=message.id)
        card = await begin_with(bot, out, message, out.message_ids or (message.id,), talk.cause)
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & drafter & pressed("sketch"))
async def press_sketch(bot: Bot, query: CallbackQuery) -> None:
    """Show a sketch as it is now, or what became of it."""
    found = await bot.services.making.get(pressed_argument(query), person_of(query).id)
    await show(bot, query, await card_of(bot, found))


@Client.on_callback_query(person & drafter & pressed("sketch-to"))
async def press_target(bot: Bot, query: CallbackQuery) -> None:
    """Let it go to a chat, or no longer."""
    code, chat = target_in(query)
    by, cause = person_of(query).id, cause_of(query)
    await bot.toast(query)
    await put(bot, query, await card_of(bot, await bot.services.making.toggle(code, chat, bot, by=by, cause=cause)))


@Client.on_callback_query(person & drafter & pressed("sketch-now"))
async def press_now(bot: Bot, query: CallbackQuery) -> None:
    """Let it go out once it is approved."""
    code, by = pressed_argument(query), person_of(query).id
    await show(bot, query, await card_of(bot, await bot.services.making.plan(code, None, by=by, cause=cause_of(query))))


@Client.on_callback_query(person & drafter & pressed("sketch-at"))
async def press_time(bot: Bot, query: CallbackQuery) -> None:
    """Ask when it is to go out."""
    found = await bot.services.making.get(pressed_argument(query), person_of(query).id)
    question = Question("cast-at-ask", {"zone": await zone_of(bot)}, ((CANCEL,),))
    await ask(bot, query, TIME, question, data={"code": found.code})


@Client.on_message(answers(TIME) & drafter, group=TALKING)
async def take_time(bot: Bot, message: Message) -> None:
    """Plan it for the time that is written."""
    async with talking(bot, message) as talk:
        at = upcoming_in(talk.text, await zone_of(bot), bot.clock.now())
        by, code = person_of(message).id, str(talk.data["code"])
        card = await card_of(bot, await bot.services.making.plan(code, at, by=by, cause=talk.cause))
        await talk.finish(card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & drafter & pressed("sketch-done"))
async def press_done(bot: Bot, query: CallbackQuery) -> None:
    """Hand it in, once; reviewers are shown it by scheduler/draft_cards.py."""
    code, by = pressed_argument(query), person_of(query).id
    made = await bot.services.making.hand_in(code, by=by, cause=cause_of(query))
    await show(bot, query, await handed_card(bot, code, made))


@Client.on_callback_query(person & drafter & pressed("sketch-drop"))
async def press_drop(bot: Bot, query: CallbackQuery) -> None:
    """Give it up."""
    await bot.services.making.drop(pressed_argument(query), by=person_of(query).id, cause=cause_of(query))
    await show(bot, query, Card("sketch-dropped", {}, []))


async def begin(bot: Bot, source: Message, message: Message, cause: Cause) -> Card:
    """Make a sketch of a message, or of its album. Raises what `begin_with` does."""
    out = await outgoing_of(bot, source)
    return await begin_with(bot, out, message, out.message_ids or (source.id,), cause)


async def begin_with(bot: Bot, out: Outgoing, message: Message, made_of: Sequence[int], cause: Cause) -> Card:
    """Keep what is to go out, show it as it will look, and write it down. Returns what can be done with it.

    Raises:
        UserError: it cannot be sent on, or not be kept.
    """
    kept, chat, by = await keep(bot, out, cause=cause), chat_of(message), person_of(message).id
    await show_out(bot, chat, kept, cause=cause, step="preview")
    making = bot.services.making
    return await card_of(bot, await making.begin(kept, bot, by=by, chat=chat, made_of=made_of, cause=cause))


async def card_of(bot: Bot, sketch: Sketch) -> Card:
    """Show a sketch: what can be chosen while it is open, what became of it after."""
    if sketch.state is SketchState.DROPPED:
        return Card("sketch-dropped", {}, [])
    if sketch.state is SketchState.HANDED and (made := await bot.services.making.draft_of(sketch)):
        return await handed_card(bot, sketch.code, made)
    return sketch_card(sketch, await bot.services.targets.all(), await zone_of(bot))


def sketch_card(sketch: Sketch, known: Sequence[Target], zone: str) -> Card:
    """Offer the targets, a time, and to hand it in."""
    code, at = sketch.code, sketch.send_at
    chosen = [each for each in known if each.chat in sketch.targets]
    rows = tuple(Part("sketch-row", {"title": name_of(each)}) for each in chosen)
    notes = closed_notes([each for each in unwritable(known) if each.is_default or each in chosen])
    notes += [] if is_kept(sketch.out, sketch.chat) else [Part("sketch-not-kept")]
    nowhere = Part("sketch-choose" if known else "sketch-no-targets")
    when = Part("sketch-at", {"at": written(at, zone), "zone": zone}) if at else Part("sketch-at-once")
    time = [Button("button-sketch-at", data=f"sketch-at:{code}")]
    time += [Button("button-sketch-now", data=f"sketch-now:{code}")] if at else []
    end = [
        Button("button-sketch-done", data=f"sketch-done:{code}"),
        Button("button-sketch-drop", data=f"sketch-drop:{code}"),
    ]
    args = {"rows": rows or (nowhere,), "when": when, "notice": tuple(notes) or None}
    offered = target_rows(known, sketch.targets, lambda chat: f"sketch-to:{code}:{chat}")
    return Card("sketch", args, [*offered, time, end])


def closed_notes(closed: Sequence[Target]) -> list[Part]:
    """Say of some targets why the bot may not write there, and how many others there are."""
    notes = [reason_of(each) for each in closed[:EXPLAINED]]
    more = len(closed) - len(notes)
    return [*notes, Part("sketch-more", {"more": more})] if more else notes


async def handed_card(bot: Bot, code: str, made: Draft) -> Card:
    """Say where a draft stands that was handed in, and what became of it in each chat."""
    rows = tuple(where_rows(made, Eyes({}, await zone_of(bot), bot.clock.now())))
    look = Button("button-sketch-look", data=f"sketch:{code}")
    return Card("sketch-handed", {"state": made.state.value, "rows": rows}, [[look]])


def words_of(message: Message) -> Outgoing:
    """Make of what stands after a command what is to go out, with its markup."""
    begins = _COMMAND.match(str(message.text))
    html = rest_of(str(message.text), message.entities, begins.end() if begins else 0)
    return Outgoing(None, (), html, is_text=True)


def target_in(query: CallbackQuery) -> tuple[str, int]:
    """Read the sketch and the chat in a button's data: it comes from a person's program, which may send any.

    Raises:
        UserError: `button-stale`.
    """
    found = _CHAT.fullmatch(pressed_argument(query))
    if found is None:
        raise UserError("button-stale")
    return found["code"], int(found["chat"])
