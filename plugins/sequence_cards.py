"""What is said about sequences to those who write them: the list, one sequence, what a new file would change."""

from __future__ import annotations

from collections.abc import Sequence as Row
from typing import TYPE_CHECKING, Final

from client.keyboard import Button
from locales.texts import Part
from plugins.cards import Card
from plugins.sequence_pictures import about_of
from services.sequence_files import Problem
from services.sequences import MANY, Plan, Sequence

if TYPE_CHECKING:
    from client.bot import Bot

PROBLEMS: Final = 15
"""Lines of problems in one message: more would not fit into it."""

ALL: Final = Button("button-all-sequences", data="sequences")


async def list_card(bot: Bot) -> Card:
    """List the sequences, each with how many readers are in it."""
    sequences = await bot.services.sequences.all()
    rows = tuple([await _row(bot, each) for each in sequences])
    buttons = [[Button(text=each.name, data=f"sequence:{each.name}")] for each in sequences]
    end = [Button("button-sequence-new", data="sequence-new"), Button("button-refresh", data="sequences")]
    return Card("sequences" if rows else "sequences-none", {"rows": rows}, [*buttons, end])


async def sequence_card(bot: Bot, name: str) -> Card:
    """Show one sequence as it is now, with what can be done about it.

    Raises:
        UserError: `sequence-gone`.
    """
    sequence = await bot.services.sequences.get(name)
    readers = await _readers(bot, sequence.plan)
    args = {"name": name, "paused": sequence.paused, **about_of(sequence.plan), "readers": readers}
    switch = ("button-sequence-resume", "resume") if sequence.paused else ("button-sequence-pause", "pause")
    rows = [
        [_button("button-sequence-timeline", "timeline", name), _button("button-sequence-funnel", "funnel", name)],
        [_button(switch[0], switch[1], name), _button("button-sequence-test", "test", name)],
        [_button("button-sequence-edit", "edit", name), _button("button-sequence-delete", "delete", name)],
        [ALL, Button("button-refresh", data=f"sequence:{name}")],
    ]
    return Card("sequence", args, rows)


async def delete_card(bot: Bot, name: str) -> Card:
    """Ask whether a sequence is to be deleted, and say what that means for those who are in it.

    Raises:
        UserError: `sequence-gone`.
    """
    readers = await _readers(bot, (await bot.services.sequences.get(name)).plan)
    rows = [[_button("button-sequence-delete-yes", "delete-yes", name)], [_button("button-sequence-keep", "", name)]]
    return Card("sequence-delete-ask", {"name": name, "readers": readers}, rows)


async def draft_card(bot: Bot, plan: Plan, *, save: str, store: str | None) -> Card:
    """Ask whether to save what a file says; `save` and `store` are the data of the buttons for that."""
    before = next((each for each in await bot.services.sequences.all() if each.name == plan.name), None)
    change = Part("sequence-draft-new") if before is None else await _change(bot, before, plan)
    key = "button-sequence-save" if before is None else "button-sequence-replace"
    rows = [[Button(key, data=save)], store_buttons(store)]
    return Card("sequence-draft", {"name": plan.name, "change": change, **about_of(plan)}, rows)


def problems_args(problems: Row[Problem]) -> dict[str, object]:
    """What is wrong with a file, each on the line on which it is."""
    shown = problems[:PROBLEMS]
    rows = tuple(Part("sequence-problem", {"line": each.line, "what": Part(each.key, each.args)}) for each in shown)
    more = len(problems) - len(shown)
    return {"rows": rows, "more": Part("sequence-problems-more", {"count": more}) if more else None}


def store_buttons(store: str | None) -> list[Button]:
    """The button that keeps a file as any other; none for somebody who may not."""
    return [Button("button-sequence-store", data=store)] if store else []


async def _row(bot: Bot, sequence: Sequence) -> Part:
    readers = await _readers(bot, sequence.plan)
    args = {"name": sequence.name, "paused": sequence.paused, "count": len(sequence.plan.steps), "readers": readers}
    return Part("sequence-row", args)


async def _readers(bot: Bot, plan: Plan) -> int | Part:
    """Say how many readers are in a sequence."""
    count = await bot.services.sequences.readers_in(plan)
    return count if count < MANY else Part("sequence-many", {"count": count})


async def _change(bot: Bot, before: Sequence, plan: Plan) -> Part:
    """Say what would be another after saving, and who notices."""
    if before.plan == plan:
        return Part("sequence-draft-same")
    old, new = ({step.key: step for step in each.steps} for each in (before.plan, plan))
    args = {
        "added": len(new.keys() - old.keys()),
        "gone": len(old.keys() - new.keys()),
        "changed": sum(old[key] != new[key] for key in old.keys() & new.keys()),
        "quiet": before.plan.quiet != plan.quiet,
        "readers": await _readers(bot, before.plan),
    }
    return Part("sequence-draft-change", args)


def _button(key: str, verb: str, name: str) -> Button:
    return Button(key, data=f"sequence-{verb}:{name}" if verb else f"sequence:{name}")
