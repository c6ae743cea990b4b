"""POST /drafts and GET /drafts/<id>: what is taken, once per key; what is refused, and with which words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp
import pytest
from aiohttp import FormData
from pymongo.errors import AutoReconnect

from database.bots import BotDatabase
from database.cause import Cause
from services.draft_desk import DraftDesk, Fetching, MediumRefused, NotFetched
from services.draft_files import Arriving, NoRoom
from services.draft_media import LARGEST, Medium
from services.drafts import Draft, DraftSource, DraftState, Origin, Outgoing
from services.errors import TryLater, UserError
from services.registry import Services
from services.targets import TargetFacts, TargetKind
from tests.database.mongo import NOW, StillClock
from tests.e2e.words import TEXTS
from tests.services.channel import OWNER, STORAGE, Channel, make_services
from tests.web.test_http import serving
from web.admin import AdminGate
from web.calls import LONGER, calls
from web.drafts import LARGEST_ORDER, PER_SECONDS, WITH_FILES, Drafts
from web.reaching import Pace

NEWS, CLUB = -1001000000001, -1001000000002
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Telegram:
    """Two chats, of which one may be written to, and a storage channel that keeps what comes once per cause."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Cause, str], int] = {}
        self.media: dict[int, tuple[Medium, bytes]] = {}
        self.refuses: Exception | None = None
        self.waiting: asyncio.Event | None = None
        self.came = asyncio.Semaphore(0)

    async def target_facts(self, name: int | str) -> TargetFacts | None:
        refusal = "target-no-writing" if name == CLUB else ""
        return TargetFacts(int(name), {NEWS: "News", CLUB: "Club"}[int(name)], TargetKind.GROUP, None, refusal)

    async def keep_upload(self, chat: int, content: BinaryIO, medium: Medium, *, cause: Cause, step: str) -> int:
        assert chat == STORAGE
        if self.waiting:
            self.came.release()
            await self.waiting.wait()
        if self.refuses:
            raise self.refuses
        number = self.kept.setdefault((cause, step), 100 + len(self.kept))
        content.seek(0)
        self.media[number] = medium, content.read()
        return number


class Web:
    """The internet, as far as it goes."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}

    async def fetch(self, url: str, into: Arriving) -> None:
        if url not in self.pages:
            raise NotFetched("it leads inside")
        await into.write(self.pages[url])


class Source:
    """The bot that this process serves."""

    def __init__(self, desk: DraftDesk, telegram: Telegram) -> None:
        self.served: Any = (desk, telegram)

    def desk(self) -> Any:
        return self.served

    def jobs(self) -> None:
        return None


class Office:
    """A bot's desk for orders with what is around it."""

    def __init__(self, services: Services, clock: StillClock, folder: Path) -> None:
        self.services = services
        self.telegram = Telegram()
        self.web = Web()
        self.desk = self.desk_with(services, clock, folder, self.web)
        self.source = Source(self.desk, self.telegram)

    @staticmethod
    def desk_with(services: Services, clock: StillClock, folder: Path, web: Fetching) -> DraftDesk:
        return DraftDesk(services.drafts, services.targets, services.files, web, clock, folder)

    async def draft(self, code: str) -> Draft:
        return await self.services.drafts.get(code)


@pytest.fixture
async def office(bot: BotDatabase, clock: StillClock, tmp_path: Path) -> Office:
    office = Office(make_services(bot, clock, Channel()), clock, tmp_path)
    for number, chat in enumerate((NEWS, CLUB)):
        cause = Cause(f"message:1:{number}")
        await office.services.targets.add(chat, office.telegram, by=OWNER, cause=cause)
        clock.move(timedelta(seconds=1))
    return office


@asynccontextmanager
async def at(office: Office, token: str | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    async with serving(routes=calls(office.source, AdminGate(token), TEXTS), longer=LONGER) as http:
        yield http


async def post(http: aiohttp.ClientSession, order: object, **how: Any) -> tuple[int, dict[str, Any]]:
    async with http.post("/drafts", json=order, **how) as response:
        return response.status, await response.json()


def form(order: object, *files: tuple[str, str, bytes]) -> FormData:
    """What curl -F sends: the order, and files each as field, file's name, content."""
    made = FormData(quote_fields=False)
    made.add_field("draft", json.dumps(order), content_type="application/json")
    for field, name, content in files:
        made.add_field(field, content, filename=name)
    return made


async def test_a_text_becomes_a_draft_for_the_targets_that_are_named(office: Office) -> None:
    at_noon = (NOW + timedelta(days=1)).isoformat()
    order = {"html": "<b>Hi</b>", "targets": [NEWS, str(NEWS)], "send_at": at_noon, "options": {"pin": True}}
    async with at(office) as http:
        status, answer = await post(http, order)
        assert (status, answer["state"]) == (201, "pending")
        draft = await office.draft(answer["id"])
        assert draft.version.parts == (Outgoing(None, (), "<b>Hi</b>", is_text=True),)
        assert [(each.chat, each.title) for each in draft.targets] == [(NEWS, "News")]
        assert (draft.send_at, draft.options.pin, draft.options.silent) == (NOW + timedelta(days=1), True, False)
        assert draft.origin.source is DraftSource.HTTP
        async with http.get(answer["status"]) as response:
            told = await response.json()
    assert told["targets"][0] | {"chat": 0} == {
        "chat": 0, "title": "News", "state": "waiting", "messages": [], "link": None, "reason": None,
        "failed_attempts": 0, "next_attempt": None, "sent": None,
    }  # fmt: skip
    assert (told["state"], told["versions"][0]["messages"]) == ("pending", 1)


async def test_without_targets_it_goes_where_drafts_go(office: Office) -> None:
    entities = [{"type": "bold", "offset": 3, "length": 3}, {"type": "text_link", "offset": 0, "length": 2,
                "url": "https://a.example/?a&b"}, {"type": "hashtag", "offset": 0, "length": 2}]  # fmt: skip
    async with at(office) as http:
        _, answer = await post(http, {"text": "😀 <3>", "entities": entities})
    draft = await office.draft(answer["id"])
    assert draft.version.parts[0].html == '<a href="https://a.example/?a&amp;b">😀</a> <b>&lt;3&gt;</b>'
    assert [each.chat for each in draft.targets] == [NEWS]


async def test_files_are_kept_and_go_together(office: Office) -> None:
    office.web.pages["https://a.example/dir/b%20c.mp4?x=1"] = b"video"
    media = [
        {"upload": "one"},
        {"url": "https://a.example/dir/b%20c.mp4?x=1", "width": 640, "height": 360, "duration": 9},
    ]
    async with at(office) as http:
        status, answer = await post(http, None, data=form({"html": "Both", "media": media}, ("one", "../a.png", PNG)))
    assert status == 201, answer
    [part] = (await office.draft(answer["id"])).version.parts
    assert (part.chat, len(part.message_ids), part.html) == (STORAGE, 2, "Both")
    picture, video = (office.telegram.media[number] for number in part.message_ids)
    assert (picture[0].kind, picture[0].name, picture[1]) == ("photo", "a.png", PNG)
    assert (video[0].kind, video[0].name, video[0].mime, video[1]) == ("video", "b c.mp4", "video/mp4", b"video")
    assert (video[0].width, video[0].duration) == (640, 9)


async def test_an_album_without_words_still_goes_together(office: Office) -> None:
    files = [("one", "a.pdf", b"1"), ("two", "b.pdf", b"2")]
    order = {"media": [{"upload": "one"}, {"upload": "two"}]}
    async with at(office) as http:
        _, answer = await post(http, None, data=form(order, *files))
    [part] = (await office.draft(answer["id"])).version.parts
    assert not part.goes_as_it_is


@pytest.mark.parametrize(
    ("long", "parts"),
    [("split", [("", 1), ("x" * 4096, 0), ("x" * 904, 0)]), ("file", [("", 1), ("", 1)])],
)
async def test_a_text_that_is_too_long_is_split_or_becomes_a_file(
    office: Office, long: str, parts: list[tuple[str, int]]
) -> None:
    order = {"html": f"<b>{'x' * 5000}</b>", "media": [{"upload": "one"}], "long": long}
    async with at(office) as http:
        _, answer = await post(http, None, data=form(order, ("one", "a.jpg", PNG)))
    found = (await office.draft(answer["id"])).version.parts
    strip = str.maketrans("", "", "<b>/")
    assert [((each.html or "").translate(strip), len(each.message_ids)) for each in found] == parts
    if long == "file":
        medium, content = office.telegram.media[found[1].message_ids[0]]
        assert (medium.name, content) == ("text.txt", b"x" * 5000 + b"\n")


async def test_the_same_key_makes_one_draft(office: Office, bot: BotDatabase) -> None:
    order, key = {"html": "Hi"}, {"Idempotency-Key": "order-1"}
    async with at(office) as http:
        answers = await asyncio.gather(*(post(http, order, headers=key) for _ in range(8)))
        assert sorted(status for status, _ in answers) == [200] * 7 + [201]
        assert len({answer["id"] for _, answer in answers}) == 1
        status, again = await post(http, {"html": "Hi", "key": "order-1"})
        assert (status, again["id"]) == (200, answers[0][1]["id"])
        status, other = await post(http, {"html": "Ho"}, headers=key)
        assert (status, other["id"], list(other["fields"])) == (409, again["id"], ["key"])
        assert (await post(http, {"html": "Hi", "key": "order-2"}, headers=key))[0] == 400
        assert len({(await post(http, order))[1]["id"] for _ in range(2)}) == 2
    assert sum((await bot.drafts.counts()).values()) == 3


async def test_the_same_key_with_another_file_is_another_order(office: Office) -> None:
    order = {"media": [{"upload": "one"}], "key": "k"}
    async with at(office) as http:
        statuses = [
            (await post(http, None, data=form(order, ("one", "a.png", content))))[0] for content in (PNG, PNG, b"other")
        ]
    assert statuses == [201, 200, 409]
    assert len(office.telegram.media) == 1


async def test_an_order_that_failed_half_way_goes_on_with_its_key(office: Office) -> None:
    office.telegram.refuses = TryLater(7.2, "flood")
    order = {"media": [{"upload": "one"}], "key": "k"}
    async with at(office) as http:
        async with http.post("/drafts", data=form(order, ("one", "a.png", PNG))) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "8")
        office.telegram.refuses = None
        assert (await post(http, None, data=form(order, ("one", "a.png", PNG))))[0] == 201


def in_a_form(part: bytes) -> bytes:
    """One part of a form whose boundary is x, with its head."""
    return b"--x\r\nContent-Disposition: form-data" + part + b"\r\n--x--\r\n"


FORM = "multipart/form-data; boundary=x"

BAD: list[tuple[object, list[str]]] = [
    ([], [""]),
    ({}, ["html"]),
    ({"html": "  "}, ["html"]),
    ({"html": "<b>x"}, ["html"]),
    ({"html": "<b> </b>"}, ["html"]),
    ({"html": "x <b"}, ["html"]),
    ({"html": "x" * 4097}, ["html"]),
    ({"html": "x" * 41_000, "long": "split"}, ["html"]),
    ({"html": "x", "long": "cut"}, ["long"]),
    ({"html": 5}, ["html"]),
    ({"html": "x", "text": "y"}, ["html"]),
    ({"text": "x", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "javascript:x"}]}, ["entities"]),
    ({"text": "😀", "entities": [{"type": "bold", "offset": 1, "length": 1}, 5]}, ["entities[0]", "entities[1]"]),
    ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, ["entities[0]"]),
    ({"text": "x", "entities": [{"type": "big", "offset": 0, "length": 1}]}, ["entities[0]"]),
    ({"text": "x", "entities": [{"type": "bold", "offset": True, "length": 1}]}, ["entities[0]"]),
    ({"html": "x", "entities": []}, ["entities"]),
    ({"html": "x", "targets": "all", "send_at": "2027-01-01", "options": {"loud": True, "pin": 1}, "key": "a\n"},
     ["key", "options.loud", "options.pin", "send_at", "targets"]),
    ({"html": "x", "send_at": "2020-01-01T00:00:00Z", "targets": [-5, CLUB, NEWS]},
     ["send_at", "targets[0]", "targets[1]"]),
    ({"html": "<b>x</i>", "send_at": "2020-01-01T00:00:00Z", "targets": ["@x", 5, NEWS]},
     ["html", "send_at", "targets[0]", "targets[1]"]),
    ({"html": "x", "colour": "red"}, ["colour"]),
    ({"media": {}}, ["media"]),
    ({"media": [5, {}, {"url": "http://a.example/x.jpg"}, {"upload": "none"}]},
     ["media[0]", "media[1]", "media[2].url", "media[3].upload"]),
    ({"media": [{"url": "https://u:p@a.example/x.jpg", "kind": "film", "width": -1}]}, ["media[0].url"]),
    ({"media": [{"url": "https://a.example/x", "kind": "film", "width": -1, "size": 1}]},
     ["media[0].kind", "media[0].size", "media[0].width"]),
    ({"media": [{"url": "https://a.example/x.gif"}, {"url": "https://a.example/x.jpg"}]}, ["media"]),
    ({"media": [{"url": "https://a.example/x.mp3"}, {"url": "https://a.example/x.jpg"}]}, ["media"]),
    ({"media": [{"url": "https://inside.example/x.jpg"}]}, ["media[0].url"]),
    ({"media": [{"url": "https://a.example/x.jpg"}] * 11}, ["media"]),
]  # fmt: skip


async def test_all_that_is_wrong_is_said_by_field(office: Office, bot: BotDatabase) -> None:
    async with at(office) as http:
        for order, fields in BAD:
            status, answer = await post(http, order)
            assert (status, sorted(answer["fields"])) == (422, fields), order
            assert all(len(words) > 10 for words in answer["fields"].values())
    assert await bot.drafts.counts() == {}


async def test_a_target_that_may_not_be_written_to_says_what_to_do(office: Office) -> None:
    async with at(office) as http:
        _, answer = await post(http, {"html": "x", "targets": [CLUB]})
    assert "Club" in answer["fields"]["targets[0]"]


NONSENSE = [
    (b"{", "application/json", 400),
    (b'{"html": "\\ud83d"}', "application/json", 400),
    (b'{"html": NaN}', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b'{"html": "' + b"x" * LARGEST_ORDER + b'"}', "application/json", 413),
    (b"html=x", "application/x-www-form-urlencoded", 415),
    (b"nonsense", "multipart/form-data", 400),
    (b"nonsense", FORM, 400),
    (in_a_form(b'; name="a"\r\n\r\nb'), FORM, 400),
    (in_a_form(b'; name="draft"\r\n\r\n{'), FORM, 400),
    (in_a_form(b"\r\n\r\nb"), FORM, 400),
    (in_a_form(b'; name="a"\r\n\r\nb')[:-9], FORM, 400),
]


async def test_nonsense_is_refused(office: Office) -> None:
    async with at(office) as http:
        for body, kind, status in NONSENSE:
            async with http.post("/drafts", data=body, headers={"Content-Type": kind}) as response:
                assert response.status == status, (body[:80], await response.text())
                assert set(await response.json()) == {"error"}


async def test_a_file_of_200_mb_is_refused_while_it_comes(office: Office) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="one"; filename="a.mp4"\r\n\r\n'
        for _ in range(200):
            sent += 1
            yield bytes(2**20)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with at(office) as http:
        try:
            async with http.post("/drafts", data=endless(), headers=headers) as response:
                assert response.status == 413
                assert "50 MiB" in (await response.json())["error"]
        except aiohttp.ClientConnectionError:
            pass  # it was cut off before it had read the answer
        assert LARGEST / 2**20 <= sent < 100
        assert (await post(http, {"html": "x"}))[0] == 201


async def test_who_may_order(office: Office) -> None:
    async with at(office, token="secret-token") as http:
        assert (await post(http, {"html": "x"}))[0] == 401
        assert (await post(http, {"html": "x"}, headers={"Authorization": "Bearer wrong"}))[0] == 401
        status, answer = await post(http, {"html": "x"}, headers={"Authorization": "Bearer secret-token"})
        assert status == 201
        async with http.get(answer["status"]) as response:
            assert response.status == 401
    async with at(office) as http:
        assert (await post(http, {"html": "x"}, headers={"X-Forwarded-For": "1.2.3.4"}))[0] == 403


async def test_what_did_not_come_over_http_is_not_told(office: Office) -> None:
    draft = await office.services.drafts.add(
        [Outgoing(None, (), "x")], [], Origin(DraftSource.PERSON, OWNER), Cause("message:1:9")
    )
    async with at(office) as http:
        for code in (draft.code, "A" * 22, "short"):
            async with http.get(f"/drafts/{code}") as response:
                assert response.status == 404


async def raising(_: object, error: Exception) -> Any:
    raise error


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (NoRoom, 503),
        (lambda: UserError("storage-failed"), 409),
        (lambda: MediumRefused("PHOTO_INVALID_DIMENSIONS"), 422),
        (lambda: AutoReconnect("away"), 503),
    ],
)
async def test_what_is_in_the_way_is_said(office: Office, make: Callable[[], Exception], status: int) -> None:
    office.telegram.refuses = make()
    async with at(office) as http:
        async with http.post("/drafts", data=form({"media": [{"upload": "a"}]}, ("a", "a.jpg", PNG))) as response:
            assert response.status == status
            assert ("Retry-After" in response.headers) is (status == 503)
        office.source.served = None
        assert (await post(http, {"html": "x"}))[0] == 503


async def test_without_a_storage_channel_files_are_refused_and_texts_are_not(
    bot: BotDatabase, clock: StillClock, tmp_path: Path
) -> None:
    office = Office(make_services(bot, clock, Channel(), storage_chat=None), clock, tmp_path)
    async with at(office) as http:
        status, answer = await post(http, None, data=form({"media": [{"upload": "a"}]}, ("a", "a.jpg", PNG)))
        assert (status, "storage channel" in answer["error"].lower()) == (409, True)
        assert (await post(http, {"html": "x"}))[0] == 201


async def test_files_that_cannot_be_used_are_refused(office: Office) -> None:
    office.web.pages["https://a.example/big.jpg"] = bytes(10 * 2**20 + 1)
    media = [{"upload": "a"}, {"url": "https://a.example/big.jpg"}]
    async with at(office) as http:
        status, answer = await post(http, None, data=form({"media": media}, ("a", "a.jpg", b""), ("b", "b.jpg", PNG)))
        assert (status, sorted(answer["fields"])) == (422, ["b"])
        status, answer = await post(http, None, data=form({"media": media}, ("a", "a.jpg", b"")))
        assert (status, sorted(answer["fields"])) == (422, ["media[0]", "media[1]"])
    assert office.telegram.media == {}


async def test_so_many_at_once_and_so_many_a_minute(office: Office) -> None:
    office.telegram.waiting = asyncio.Event()
    async with at(office) as http:

        async def with_file() -> int:
            return (await post(http, None, data=form({"media": [{"upload": "a"}]}, ("a", "a.jpg", PNG))))[0]

        busy = [asyncio.create_task(with_file()) for _ in range(WITH_FILES)]
        for _ in busy:
            await office.telegram.came.acquire()
        assert await with_file() == 429
        assert (await post(http, {"html": "x"}))[0] == 201
        office.telegram.waiting.set()
        assert await asyncio.gather(*busy) == [201] * WITH_FILES
    drafts = Drafts(office.source, AdminGate(None), str, Pace(2, PER_SECONDS, lambda: 5.0))
    async with serving(routes=drafts.routes()) as http:
        assert [(await post(http, {"html": "x"}))[0] for _ in range(3)] == [201, 201, 429]


async def test_its_way_can_be_followed_to_the_end(office: Office, clock: StillClock) -> None:
    async with at(office) as http:
        _, answer = await post(http, {"html": "x"})
        await office.services.drafts.skip(answer["id"], 1, OWNER, Cause("query:1"))
        async with http.get(answer["status"]) as response:
            told = await response.json()
    assert (told["state"], told["decided"]) == (DraftState.SKIPPED, clock.now().isoformat(timespec="milliseconds"))
    assert str(OWNER) not in {str(each) for each in told.values()}
