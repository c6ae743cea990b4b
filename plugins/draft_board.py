"""How a draft gets into a reviewer's chat, and how its card there is kept true: from the draft alone, at any time."""

from __future__ import annotations

from dataclasses import replace

from client.bot import Bot
from client.cause import Cause
from plugins.broadcasts import zone_of
from plugins.cards import Card
from plugins.draft_buttons import until_of
from plugins.draft_cards import Eyes, people_in, retired_card, review_card
from plugins.people import names_by_id
from services.access import Permission
from services.draft_cards import DraftCard, View
from services.drafts import CHANGEABLE, Draft, Version
from services.errors import TryLater
from services.posted import Posted
from services.refusals import Refusal

PASSING_AFTER = 5.0
"""Seconds after which something is shown again that did not get through."""


async def bring_up_to_date(
    bot: Bot, code: str, user_id: int, *, view: View | None = None, again: Cause | None = None
) -> None:
    """Let a reviewer's card of a draft say what is so; where they have none of this version, show it with its card.

    `view` unfolds something of it. `again` is why it is shown once more, in new messages.

    Raises:
        UserError: `draft-unknown`. TryLater: it has to wait.
    """
    cards = bot.services.draft_cards
    async with cards.turn(code, user_id):
        draft, known = await bot.services.drafts.get(code), await cards.get(code, user_id)
        if not bot.services.access.may(user_id, Permission.REVIEW):
            await _retire(bot, draft, known, reviews=False)
            await cards.remove(code, user_id)
        elif known is None or again or known.version != draft.version.number:
            await _show(bot, draft, user_id, known, again or Cause(f"draft:{code}"))
        else:
            await _change(bot, draft, known, view or known.view)


async def show_version(bot: Bot, to: int, version: Version, cause: Cause, step: str) -> tuple[tuple[int, ...], str]:
    """Show what a version says. Returns the ids of the messages, and Telegram's word for why one is not among them.

    Raises:
        TryLater: it has to wait.
    """
    shown: list[int] = []
    for place, part in enumerate(version.parts, 1):
        posted: Posted = await bot.preview(to, part, cause=cause, step=f"{step} {place}")
        if posted.refusal is Refusal.PASSING:
            raise TryLater(posted.after or PASSING_AFTER, posted.reason)
        if not posted.arrived:
            return tuple(shown), posted.reason
        shown += posted.message_ids
    return tuple(shown), ""


async def eyes_of(bot: Bot, draft: Draft) -> Eyes:
    """How this bot's people read a draft at this moment."""
    return Eyes(await names_by_id(bot, people_in(draft)), await zone_of(bot), bot.clock.now())


async def _show(bot: Bot, draft: Draft, user_id: int, known: DraftCard | None, cause: Cause) -> None:
    """Send the draft as it will look, and its card; the card before this one loses its buttons."""
    cards, number = bot.services.draft_cards, draft.version.number
    is_first = await cards.begin(draft, user_id, cause)
    previews, unshown = await show_version(bot, user_id, draft.version, cause, f"{number} preview")
    eyes = await eyes_of(bot, draft)
    card = review_card(draft, eyes, unshown=unshown)
    sent = await bot.noted(user_id, card.key, cause=cause, step=f"{number} card", keyboard=card.keyboard, **card.args)
    if sent is not None and not is_first:  # what was sent before says what was so then
        await _tell(bot, user_id, sent, card)
    if known is not None and known.message_id != sent:
        await _retire(bot, draft, known, reviews=True)
    seen = DraftCard(draft.code, user_id, number, draft.revision, cause, previews, sent, unshown=unshown)
    await cards.put(replace(seen, until=until_of(draft, eyes.now)))


async def _change(bot: Bot, draft: Draft, known: DraftCard, view: View) -> None:
    eyes = await eyes_of(bot, draft)
    view = view if draft.state in CHANGEABLE else View.FOLDED
    if known.message_id is not None:
        targets = await bot.services.targets.all() if view is View.TARGETS else ()
        card = review_card(draft, eyes, view, known.unshown, targets)
        await _tell(bot, known.user_id, known.message_id, card)
    seen = replace(known, revision=draft.revision, view=view, until=until_of(draft, eyes.now))
    await bot.services.draft_cards.put(seen)


async def _retire(bot: Bot, draft: Draft, known: DraftCard | None, *, reviews: bool) -> None:
    if known is not None and known.message_id is not None:
        card = retired_card(draft, known.version, reviews=reviews)
        await _tell(bot, known.user_id, known.message_id, card)


async def _tell(bot: Bot, user_id: int, message_id: int, card: Card) -> None:
    await bot.retell(user_id, message_id, card.key, keyboard=card.keyboard, **card.args)
