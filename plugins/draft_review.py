"""What reviewers press under a draft: SEND, SKIP, and what takes that back; when, where and how it is to go out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import Cause, cause_of
from client.filters import may
from client.speech import chat_of
from plugins.broadcasts import zone_of
from plugins.draft_board import bring_up_to_date, eyes_of, show_version
from plugins.draft_buttons import OPTIONS
from plugins.draft_cards import version_card
from plugins.people import names_by_id, person_of
from plugins.recognize import person, pressed, pressed_argument, pressed_number
from plugins.talk import CANCEL, TALKING, Talk, answers, ask, talking
from services.access import Permission
from services.conversations import Question
from services.draft_cards import View
from services.drafts import BY_ITSELF, CHANGEABLE, Draft, DraftSource, DraftState, DraftTarget, Version
from services.errors import UserError
from services.targets import name_of
from services.times import written
from services.upcoming import upcoming_in

reviewer = may(Permission.REVIEW)

TIME: Final = "draft-at"

Change = Callable[[str, int, Cause], Awaitable[Draft]]
"""What changes a draft: its code, who decided, and why."""

_CHAT: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_CHANGED: Final = frozenset({"draft-old-version", "draft-terms-changed"})
_SWITCHED: Final = {"on": True, "off": False}


@Client.on_callback_query(person & reviewer & pressed("draft-send"))
async def press_send(bot: Bot, query: CallbackQuery) -> None:
    """Publish a draft, now or at its time."""
    async with deciding(bot, query) as by:
        code, version, terms = seen(query)
        decided = await bot.services.drafts.approve(code, version, by, cause_of(query), terms=terms)
        scheduled = decided.state is DraftState.SCHEDULED
        await bot.toast(query, "toast-draft-scheduled" if scheduled else "toast-draft-sending")
        await bring_up_to_date(bot, code, by)


@Client.on_callback_query(person & reviewer & pressed("draft-skip"))
async def press_skip(bot: Bot, query: CallbackQuery) -> None:
    """Do not publish a draft."""
    async with deciding(bot, query) as by:
        code, version = versioned(query)
        await bot.services.drafts.skip(code, version, by, cause_of(query))
        await bot.toast(query, "toast-draft-skipped")
        await bring_up_to_date(bot, code, by)


@Client.on_callback_query(person & reviewer & pressed("draft-reopen"))
async def press_reopen(bot: Bot, query: CallbackQuery) -> None:
    """Let a draft that was skipped, or expired, wait for a decision again."""
    await decide(bot, query, bot.services.drafts.reopen)


@Client.on_callback_query(person & reviewer & pressed("draft-back"))
async def press_back(bot: Bot, query: CallbackQuery) -> None:
    """Let a draft have no time any more; one that was scheduled waits for a decision again."""
    await decide(bot, query, bot.services.drafts.unschedule)


@Client.on_callback_query(person & reviewer & pressed("draft-retry"))
async def press_retry(bot: Bot, query: CallbackQuery) -> None:
    """Send a draft once more to those targets that refused it."""
    await decide(bot, query, bot.services.drafts.retry, "toast-draft-again")


@Client.on_callback_query(person & reviewer & pressed("draft-undo"))
async def press_undo(bot: Bot, query: CallbackQuery) -> None:
    """Delete a draft wherever it was published, a moment ago."""
    await decide(bot, query, bot.services.drafts.take_back, "toast-draft-undone")


@Client.on_callback_query(person & reviewer & pressed("draft-view"))
async def press_view(bot: Bot, query: CallbackQuery) -> None:
    """Unfold what else can be done with a draft, or its versions; or fold it up."""
    name, _, code = pressed_argument(query).partition(":")
    if name not in set(View):
        raise UserError("button-stale")
    await bot.toast(query)
    await bring_up_to_date(bot, code, person_of(query).id, view=View(name))


@Client.on_callback_query(person & reviewer & pressed("draft-set"))
async def press_option(bot: Bot, query: CallbackQuery) -> None:
    """Let a draft come with a sound or without, pinned, protected."""
    async with deciding(bot, query) as by:
        name, _, rest = pressed_argument(query).partition(":")
        switched, _, code = rest.partition(":")
        if name not in OPTIONS or switched not in _SWITCHED:
            raise UserError("button-stale")
        await bot.services.drafts.set_option(code, name, by, cause_of(query), on=_SWITCHED[switched])
        await bot.toast(query)
        await bring_up_to_date(bot, code, by)


@Client.on_callback_query(person & reviewer & pressed("draft-to"))
async def press_target(bot: Bot, query: CallbackQuery) -> None:
    """Let a draft go to a chat, or not; the answer to a message goes nowhere else."""
    async with deciding(bot, query) as by:
        chat, code = pressed_number(query, _CHAT), pressed_argument(query).partition(":")[2]
        found = await bot.services.drafts.get(code)
        if found.origin.source is DraftSource.AI:
            raise UserError("draft-reply-stays")
        if chat in {each.chat for each in found.targets}:
            await bot.services.drafts.leave_out(code, chat, by, cause_of(query))
        else:
            target = await bot.services.targets.open_to(chat, bot)
            await bot.services.drafts.aim(code, DraftTarget(chat, name_of(target)), by, cause_of(query))
        await bot.toast(query)
        await bring_up_to_date(bot, code, by)


@Client.on_callback_query(person & reviewer & pressed("draft-at"))
async def press_time(bot: Bot, query: CallbackQuery) -> None:
    """Ask when a draft is to go out."""
    async with deciding(bot, query):
        code, version = versioned(query)
        found = await changeable(bot, code, version)
        if not found.targets:
            raise UserError("draft-no-targets")
        question = Question("draft-at-ask", {"zone": await zone_of(bot)}, ((CANCEL,),))
        await ask(bot, query, TIME, question, data={"code": code, "version": version, "terms": found.terms})


@Client.on_message(answers(TIME) & reviewer, group=TALKING)
async def take_time(bot: Bot, message: Message) -> None:
    """Let a draft go out at the time that is written."""
    async with answering(bot, message) as (talk, found):
        zone, by = await zone_of(bot), person_of(message).id
        at = upcoming_in(talk.text, zone, bot.clock.now())
        version, terms = found.version.number, talk.data["terms"]
        await bot.services.drafts.schedule(found.code, version, at, by, talk.cause, terms=terms)
        await bring_up_to_date(bot, found.code, by)
        await talk.finish("draft-scheduled", at=written(at, zone), zone=zone)


@Client.on_callback_query(person & reviewer & pressed("draft-version"))
async def press_version(bot: Bot, query: CallbackQuery) -> None:
    """Show what a draft said once."""
    number, _, code = pressed_argument(query).partition(":")
    found, cause = await bot.services.drafts.get(code), cause_of(query)
    version = version_of(found, number)
    await bot.toast(query)
    await show_version(bot, chat_of(query), version, cause, "version")
    card = version_card(found, version, await eyes_of(bot, found))
    await bot.answer(query, card.key, keyboard=card.keyboard, **card.args)


@Client.on_callback_query(person & reviewer & pressed("draft-restore"))
async def press_restore(bot: Bot, query: CallbackQuery) -> None:
    """Put what a draft said once in the place of what it says now: a new version."""
    async with deciding(bot, query) as by:
        number, _, rest = pressed_argument(query).partition(":")
        newest, _, code = rest.partition(":")
        found = await bot.services.drafts.get(code)
        old, now = version_of(found, number), version_of(found, newest)
        await bot.services.drafts.edit(code, old.parts, by, cause_of(query), version=now.number)
        await bot.toast(query)
        await bring_up_to_date(bot, code, by)


async def decide(bot: Bot, query: CallbackQuery, change: Change, said: str | None = None) -> None:
    """Change the draft that a button names, and nothing but it; `said` is what whoever presses is told.

    Raises:
        UserError: what `change` and `deciding` raise.
    """
    async with deciding(bot, query) as by:
        code = pressed_argument(query)
        await change(code, by, cause_of(query))
        await bot.toast(query, said)
        await bring_up_to_date(bot, code, by)


@asynccontextmanager
async def deciding(bot: Bot, update: CallbackQuery | Message) -> AsyncIterator[int]:
    """Yield who decides; whom somebody else was faster than is told who that was, what they did, and when.

    Raises:
        UserError: `draft-too-late` and its like, in the place of `draft-decided`.
    """
    try:
        yield person_of(update).id
    except UserError as error:
        if error.key != "draft-decided":
            raise
        raise await _too_late(bot, error) from error


@asynccontextmanager
async def answering(bot: Bot, update: CallbackQuery | Message) -> AsyncIterator[tuple[Talk, Draft]]:
    """Take up an answer about a draft that was to be changed; what is decided, or newer, ends the conversation.

    Raises:
        UserError: `draft-overtaken` where somebody changed it, `draft-unknown`, and what `deciding` does.
    """
    async with talking(bot, update) as talk, deciding(bot, update):
        try:
            yield talk, await changeable(bot, talk.data["code"], talk.data["version"])
        except UserError as error:
            if error.key in {"draft-decided", "draft-unknown", *_CHANGED}:
                await bot.services.conversations.end(talk.conversation, heard=talk.message.id if talk.message else None)
            if error.key in _CHANGED:
                raise UserError("draft-overtaken") from error
            raise


async def changeable(bot: Bot, code: str, version: int) -> Draft:
    """Return a draft that can be changed, and is still in the version that somebody saw.

    Raises:
        UserError: `draft-unknown`, `draft-decided`, or `draft-old-version`.
    """
    found = await bot.services.drafts.get(code)
    if found.state not in CHANGEABLE:
        raise UserError("draft-decided", state=found.state.value, who=found.decided_by, when=found.decided_at)
    if found.version.number != version:
        raise UserError("draft-old-version", version=version, newest=found.version.number)
    return found


def seen(query: CallbackQuery) -> tuple[str, int, int]:
    """Read the draft that a button names, which version of it, and its terms; it does not name those of a new draft.

    Raises:
        UserError: `button-stale`: it names none.
    """
    code, _, rest = pressed_argument(query).partition(":")
    number, has_terms, terms = rest.partition(":")
    return code, _number(number), _number(terms) if has_terms else 0


def versioned(query: CallbackQuery) -> tuple[str, int]:
    """Read the draft that a button names, and which version of it.

    Raises:
        UserError: `button-stale`: it names none.
    """
    code, _, number = pressed_argument(query).partition(":")
    return code, _number(number)


def version_of(draft: Draft, number: str) -> Version:
    """Return the version of a draft that a button names.

    Raises:
        UserError: `button-stale`: there is none.
    """
    wanted = _number(number)
    found = next((each for each in draft.versions if each.number == wanted), None)
    if found is None:
        raise UserError("button-stale")
    return found


def _number(words: str) -> int:
    if not _NUMBER.fullmatch(words):
        raise UserError("button-stale")
    return int(words)


async def _too_late(bot: Bot, error: UserError) -> UserError:
    state, who, when = error.args_["state"], error.args_["who"], error.args_["when"]
    if state == DraftState.PENDING:
        return UserError("draft-too-late-pending")
    if state == DraftState.EXPIRED or not isinstance(who, int) or not isinstance(when, datetime):
        return UserError("draft-too-late-expired")
    at = written(when, await zone_of(bot))
    if who == BY_ITSELF:
        return UserError("draft-too-late-itself", at=at)
    names = await names_by_id(bot, [who])
    return UserError("draft-too-late", state=state, who=names.get(who, str(who)), at=at)
