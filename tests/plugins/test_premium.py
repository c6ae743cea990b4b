"""/add_premium: what is said of whom, also of somebody who never wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.naming import Named
from plugins.premium import given

UNTIL = datetime(2026, 5, 1, tzinfo=UTC)


def a_bot(*, wrote: bool, reachable: bool = True) -> Any:
    """A bot that one person wrote to, or did not."""
    told: list[int] = []

    async def give(_: int, __: timedelta, **___: Any) -> datetime:
        return UNTIL

    async def get(user_id: int) -> Any:
        return SimpleNamespace(user_id=user_id) if wrote else None

    async def current() -> Any:
        return SimpleNamespace(timezone="UTC")

    async def tell(user_id: int, _: str, **__: Any) -> bool:
        told.append(user_id)
        return reachable

    services = SimpleNamespace(
        premium=SimpleNamespace(give=give), users=SimpleNamespace(get=get), settings=SimpleNamespace(current=current)
    )
    return SimpleNamespace(services=services, told=tell, whom=told)


@pytest.mark.parametrize(
    ("wrote", "reachable", "key", "told"),
    [
        (True, True, "premium-given", [5]),
        (True, False, "premium-given-untold", [5]),
        (False, True, "premium-given-stranger", []),
    ],
)
async def test_premium_is_given_and_it_is_said_whether_its_reader_can_know(
    *, wrote: bool, reachable: bool, key: str, told: list[int]
) -> None:
    bot = a_bot(wrote=wrote, reachable=reachable)
    card = await given(bot, Named(5, "5"), timedelta(days=1), 1, "cause")
    assert (card.key, bot.whom) == (key, told)
    assert [button.data for row in card.keyboard for button in row] == ["premium-del:5", "premiums"]
