"""What /drafts shows: the drafts in each state, page by page, and each of them once more with its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pyrogram import Client
from pyrogram.types import CallbackQuery, Message

from client.bot import Bot
from client.cause import cause_of
from client.filters import may
from client.keyboard import Button
from locales.texts import Part
from plugins.broadcasts import zone_of
from plugins.cards import Card, put, say
from plugins.draft_board import bring_up_to_date
from plugins.outgoing import title_of
from plugins.people import person_of
from plugins.recognize import command, person, pressed, pressed_argument
from plugins.values import in_rows
from services.access import Permission
from services.drafts import Draft, DraftState
from services.errors import UserError
from services.times import written

reviewer = may(Permission.REVIEW)

PAGE: Final = 8
"""Drafts on a page of their lists."""

_PAGES: Final = 6
"""Digits of a page's number at most."""


@Client.on_message(command("drafts") & reviewer)
async def drafts(bot: Bot, message: Message) -> None:
    """List what waits for a decision, and how much there is of everything else."""
    await say(bot, message, await page_of(bot, DraftState.PENDING, 0))


@Client.on_callback_query(person & reviewer & pressed("drafts"))
async def press_page(bot: Bot, query: CallbackQuery) -> None:
    """Show a page of the drafts in a state."""
    state, _, number = pressed_argument(query).partition(":")
    if state not in set(DraftState) or not (number.isascii() and number.isdigit() and len(number) <= _PAGES):
        raise UserError("button-stale")
    await bot.toast(query)
    await put(bot, query, await page_of(bot, DraftState(state), int(number)))


@Client.on_callback_query(person & reviewer & pressed("draft"))
async def press_draft(bot: Bot, query: CallbackQuery) -> None:
    """Show a draft once more, as it will look, with its card."""
    code, by = pressed_argument(query), person_of(query).id
    await bot.services.drafts.get(code)
    await bot.toast(query)
    await bring_up_to_date(bot, code, by, again=cause_of(query))


async def page_of(bot: Bot, state: DraftState, number: int) -> Card:
    """List a page of the drafts in a state."""
    found = await bot.services.drafts.page(state, number * PAGE, PAGE)
    return list_card(found, state, number, await bot.services.drafts.counts(), await zone_of(bot))


def list_card(
    drafts: Sequence[Draft], state: DraftState, page: int, counts: Mapping[DraftState, int], zone: str
) -> Card:
    """List a page of the drafts in a state, under how many there are in each."""
    rows: Any = tuple(
        Part(
            "drafts-row-gone" if each.taken_back_at else "drafts-row",
            {"number": number, "at": written(each.created_at, zone), "name": title_of(each.version.parts[0])},
        )
        for number, each in enumerate(drafts, 1)
    )
    numbers = [Button(text=str(number), data=f"draft:{each.code}") for number, each in enumerate(drafts, 1)]
    turn = [Button("button-newer", data=f"drafts:{state}:{page - 1}")] if page else []
    if (page + 1) * PAGE < counts.get(state, 0):
        turn.append(Button("button-older", data=f"drafts:{state}:{page + 1}"))
    states = [each for each in DraftState if counts.get(each) and each is not state]
    tabs = [_tab(each, counts[each]) for each in states]
    args = {"state": state.value, "count": counts.get(state, 0), "rows": rows or Part("drafts-none"), "zone": zone}
    return Card("drafts", args, [numbers[:4], numbers[4:], turn, *in_rows(tabs)])


def _tab(state: DraftState, count: int) -> Button:
    return Button("button-drafts", data=f"drafts:{state}:0", state=state.value, count=count)
