"""A bot that remembers what it said, once per cause and step as Telegram does."""

from __future__ import annotations

from typing import Any

from services.registry import Services


class Speaker:
    """A bot that remembers what it said, once per cause and step as Telegram does."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.sent: dict[tuple[object, ...], int] = {}
        self.said: list[str] = []
        self.lease: Any = type("Lease", (), {"epoch": 1})()

    async def tell(self, to: int, key: str, *, cause: Any, step: str, **_: Any) -> int:
        if (to, cause, step) not in self.sent:
            self.sent[to, cause, step] = 100 + len(self.sent)
            self.said.append(key)
        return self.sent[to, cause, step]

    async def answer(self, update: Any, key: str, *, step: str = "answer", **_: Any) -> None:
        await self.tell(1, key, cause=(type(update), update.id), step=step)

    async def edit_answer(self, _: Any, key: str, **__: Any) -> None:
        self.said.append(f"edit {key}")

    async def retell(self, _: int, number: int, key: str, **__: Any) -> None:
        self.said.append(f"{number} {key}")

    async def toast(self, _: Any, key: str | None = None, **__: Any) -> None:
        if key:
            self.said.append(f"toast {key}")

    def link_url(self, code: str) -> str:
        return f"https://t.me/bot?start={code}"
