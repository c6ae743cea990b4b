"""Who may make a handler run: each handler declares one rule of these, judged when its update is handled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pyrogram.filters import AndFilter, Filter
from pyrogram.handlers.handler import Handler

from services.access import DRAFTERS, Access, Permission, Role


class Rule(Filter):
    """One rule; `name` is how tests and the log call it."""

    def __init__(self, name: str, allows: Callable[[Access, int], bool]) -> None:
        self.name = name
        self._allows = allows

    async def __call__(self, bot: Any, update: Any) -> bool:
        """Say whether the person whose update this is may do it; nobody is a reader."""
        person = getattr(update, "from_user", None)
        return self._allows(bot.services.access, person.id if person else 0)

    def __repr__(self) -> str:
        return f"Rule({self.name})"


def may(permission: Permission) -> Rule:
    """The owner, and admins who have this permission."""
    return Rule(permission.value, lambda access, person: access.may(person, permission))


owner: Rule = Rule("owner", lambda access, person: access.role(person) is Role.OWNER)
"""The owner alone."""

admin: Rule = Rule("admin", lambda access, person: access.is_admin(person))
"""The owner and every admin, whatever they may do."""

drafter: Rule = Rule("drafter", lambda access, person: not DRAFTERS.isdisjoint(access.rank(person).permissions))
"""The owner, and admins who may make drafts."""

everyone: Rule = Rule("everyone", lambda access, person: not access.is_banned(person))
"""Every person who is not banned."""

from_telegram: Rule = Rule("telegram", lambda _, __: True)
"""What Telegram tells or a channel posts: no person asks for anything, so nobody is judged."""


def rule_of(handler: Handler) -> Rule | None:
    """The rule that a handler declares; None where it declares none that always holds, or more than one."""
    rules = [part for part in _parts(handler.filters) if isinstance(part, Rule)]
    return rules[0] if len(rules) == 1 else None


def _parts(given: Any) -> Iterator[Any]:
    """What must all be true; what is inside of a choice or turned round need not be."""
    if isinstance(given, AndFilter):
        yield from _parts(given.base)
        yield from _parts(given.other)
    else:
        yield given
