"""What `make run` runs stands what its page offers: the bot killed in the middle of a broadcast, Telegram restarted."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.ground import page_port_of, playground
from sandbox.network import ServerInfo
from sandbox.stage import control
from tests.ports import free_port

WITHIN = 90.0
CROWD = 40
SENDS = "messages.[SF]*dM*"
WORDS = "Everybody gets this once."


class Page:
    """What the owner does on the page, by its own routes."""

    def __init__(self, address: str) -> None:
        self._info = ServerInfo("", address.rstrip("/"), "")

    async def get(self, path: str) -> Any:
        return await control(self._info, "GET", path)

    async def post(self, path: str, /, **body: Any) -> Any:
        return await control(self._info, "POST", path, **body)

    async def owner(self) -> str:
        """The path of the owner's chat with the bot."""
        step = (await self.get("/api/start"))["tries"][0]["steps"][0]
        return f"/api/people/{step['person']}/chats/{step['chat']}"

    async def press(self, chat: str, start: str) -> None:
        """Press the button whose data begins so, once it is there."""
        message, data = await until(lambda: self.button(chat, start))
        await self.post(f"{chat}/messages/{message}/press", data=data)

    async def sent(self, words: str = "") -> Counter[int]:
        """How often each person was sent a message with these words by somebody else; any message without them."""
        lines = await self.get("/ledger?since=0")
        return Counter(line["peer_id"] for line in lines if line["kind"] == "message" and words in line.get("text", ""))

    async def told(self, words: str) -> Any:
        """What the process said on the page with these words in it; None when it has not."""
        lines = (await self.get("/api/start"))["told"]
        return next((line for line in lines if words in line["text"]), None)

    async def clear(self) -> None:
        """Switch everything off."""
        async with aiohttp.ClientSession() as http, http.delete(f"{self._info.control}/api/weather") as response:
            assert response.status == 200

    async def button(self, chat: str, start: str) -> Any:
        """The newest message with a button whose data begins so, and the data; None when there is none."""
        for message in reversed((await self.get(f"{chat}/messages"))["messages"]):
            for button in (each for row in message["buttons"] or () for each in row):
                if base64.b64decode(button.get("data") or "").startswith(start.encode()):
                    return message["id"], button["data"]
        return None


async def until(look: Callable[[], Any]) -> Any:
    """What is found, as soon as there is something; a server that is away is asked again."""
    async with asyncio.timeout(WITHIN):
        while True:
            try:
                if found := await look():
                    return found
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def raised(folder: Path) -> AsyncIterator[Page]:
    """The playground, looked after as `make run` does."""
    async with playground(folder, 0, 0) as ground:
        keeping = asyncio.create_task(ground.keep())
        try:
            yield Page(ground.address)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


async def test_a_bot_killed_in_the_middle_of_a_broadcast_leaves_nobody_out_and_telegram_comes_back(
    tmp_path: Path,
) -> None:
    async with raised(tmp_path) as page:
        start = await page.get("/api/start")
        chat = await page.owner()
        bot = int(chat.rpartition("/")[2])
        crowd = set((await page.post("/people", count=CROWD))["ids"])
        await page.post("/say", **{"from": [*crowd], "to": bot, "texts": ["/start"]})
        await until(lambda: has_all(page, crowd, ""))
        written = (await page.post(f"{chat}/messages", text=WORDS))["messages"][0]["id"]
        await page.post(f"{chat}/messages", text="/broadcast", reply_to=written)
        # Half of what is sent stands still until the bot is dead: it is killed in the middle, on any machine.
        await until(lambda: page.button(chat, "cast-start:"))
        await page.post("/faults", kind="hold", account=bot, method=SENDS, probability=0.5, seed=1)
        await page.press(chat, "cast-start:")
        await until(lambda: has_some(page, crowd, WORDS))
        assert "Killed" in (await page.post("/api/offers/kill-bot"))["said"]
        assert not await has_all(page, crowd, WORDS)
        await page.clear()
        await until(lambda: page.told("The bot is up again"))
        readers = crowd | {each["id"] for each in start["people"][1:]}
        await until(lambda: has_all(page, readers, WORDS))

        await page.post("/api/offers/restart-telegram")
        await until(lambda: page.told("The local Telegram is back"))
        again = await page.get("/api/start")
        assert again["epoch"] != start["epoch"]
        assert again["people"] == start["people"]
        await until(lambda: answers(page, chat))
        counts = await page.sent(WORDS)
        assert {one: counts[one] for one in readers} == dict.fromkeys(readers, 1)


async def has_some(page: Page, people: set[int], words: str) -> bool:
    """Whether one of these was sent a message with these words."""
    return bool(people & set(await page.sent(words)))


async def has_all(page: Page, people: set[int], words: str) -> bool:
    """Whether all of them were."""
    return people <= set(await page.sent(words))


async def answers(page: Page, chat: str) -> bool:
    """Whether the bot answers."""
    sent = (await page.post(f"{chat}/messages", text="/about"))["messages"][0]["id"]

    async def answered() -> bool:
        return any(each["id"] > sent for each in (await page.get(f"{chat}/messages"))["messages"])

    return bool(await until(answered))


def test_the_pages_port_is_that_of_last_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = page_port_of(tmp_path, 0)
    assert page_port_of(tmp_path, 0) == first
    wanted = free_port()
    assert page_port_of(tmp_path, wanted) == wanted
    assert capsys.readouterr().out == ""
    with socket.create_server(("127.0.0.1", wanted)):
        other = page_port_of(tmp_path, wanted)
        assert other != wanted
        assert f"Port {wanted} is taken: the page is at port {other} instead." in capsys.readouterr().out
        assert page_port_of(tmp_path, wanted) == other  # an address that was noted down holds
    assert page_port_of(tmp_path, wanted) == wanted
