"""One message tells how it goes and how it went; what failed is told in another; nobody is told twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.files import ProcessedCopy
from database.processing import Job
from locales.texts import LANGUAGES, Texts
from plugins import processing_cards
from scheduler.processing_notices import NoticeKeeper
from scheduler.progress import CHANGE_EVERY, LOOK_EVERY
from services.errors import TryLater
from services.processing import LARGEST
from services.registry import Services
from tests.database.mongo import StillClock
from tests.services.channel import ADMIN, OWNER, STORAGE, Channel, make_services, message, upload

TEXTS = Texts.load()


class Teller:
    """A bot that remembers what it said: under the same cause and step nothing is said again."""

    def __init__(self, clock: StillClock) -> None:
        self._clock = clock
        self.said: dict[tuple[int, Cause, str], int] = {}
        self.shown: dict[int, str] = {}
        self.changes = 0
        self.fails: list[Exception] = []
        self.gone = False

    @property
    def clock(self) -> StillClock:
        return self._clock

    async def tell(
        self, user_id: int, key: str, *, cause: Cause, step: str, keyboard: Any = None, **args: object
    ) -> int:
        if self.fails:
            raise self.fails.pop(0)
        name = (user_id, cause, step)
        if name not in self.said:
            self.said[name] = len(self.said) + 1
            self.shown[self.said[name]] = self._words(key, keyboard, args)
        return self.said[name]

    async def told(self, user_id: int, key: str, **args: Any) -> bool:
        if not self.gone:
            await self.tell(user_id, key, **args)
        return not self.gone

    async def retell(self, user_id: int, message_id: int, key: str, *, keyboard: Any = None, **args: object) -> None:
        self.changes += 1
        self.shown[message_id] = self._words(key, keyboard, args)

    @staticmethod
    def _words(key: str, keyboard: Sequence[Any] | None, args: dict[str, Any]) -> str:
        for language in LANGUAGES:
            assert TEXTS.text(language, key, **args)
        return f"{TEXTS.text('en', key, **args)}{' [Cancel]' if keyboard else ''}"


@pytest.fixture
def services(room: BotDatabase, clock: StillClock) -> Services:
    return make_services(room, clock, Channel(), name_suffix="_x")


@pytest.fixture
def teller(clock: StillClock) -> Teller:
    return Teller(clock)


@pytest.fixture
def keeper(teller: Teller, services: Services) -> NoticeKeeper:
    return NoticeKeeper(teller, services.processing, processing_cards)


async def store(services: Services, *numbers: int, by: int = OWNER, **values: Any) -> None:
    for number in numbers:
        given = upload(number, f"AgAD{number}", **{"name": f"{number}.txt", "size": 10, **values})
        await services.files.store([given], by=by, cause=message(number, by))


async def take(services: Services) -> Job:
    job = await services.processing.claim(1)
    assert job
    return job


async def finish(services: Services, *, replaced: bool = False) -> None:
    job = await take(services)
    copy = ProcessedCopy(STORAGE, 900 + job.message_id, "B", job.id, job.new_name, job.asked_at)
    await services.processing.done(job, copy, replaced=replaced)


async def test_one_file_is_told_from_its_beginning_to_its_end(
    keeper: NoticeKeeper, teller: Teller, services: Services, clock: StillClock
) -> None:
    assert await keeper.look() is None
    await store(services, 1)
    job = await take(services)
    assert await keeper.look() == clock.now() + LOOK_EVERY
    assert teller.shown[1].startswith("⏳ Getting ready: <b>1_x.txt</b>, 0 %")
    assert teller.shown[1].endswith("[Cancel]")
    services.processing.moved[job.id] = 0.42
    await keeper.look()
    assert teller.changes == 0, "not so soon"
    clock.move(CHANGE_EVERY)
    await keeper.look()
    assert "42 %" in teller.shown[1]
    copy = ProcessedCopy(STORAGE, 900, "B", "p", "1_x.txt", job.asked_at)
    await services.processing.done(job, copy, replaced=True)
    await keeper.look()
    assert teller.shown[1].startswith("✅ Ready: <b>1_x.txt</b>.")
    assert "Telegram made a thumbnail of its own" in teller.shown[1]
    assert "[Cancel]" not in teller.shown[1]
    assert (await keeper.look(), len(teller.said), teller.changes) == (None, 1, 2)


async def test_many_files_are_one_message_and_each_person_has_their_own(
    keeper: NoticeKeeper, teller: Teller, services: Services, clock: StillClock
) -> None:
    await store(services, 1, 2, 3)
    await keeper.look()
    assert teller.shown[1].startswith("⏳ Getting files ready: <b>0 of 3</b>, 0 %")
    await store(services, 4, by=ADMIN)
    await store(services, 5)
    for _ in range(4):
        await finish(services)
    clock.move(CHANGE_EVERY)
    await keeper.look()
    assert teller.shown[1].startswith("⏳ Getting files ready: <b>3 of 4</b>, 75 %")
    assert {user for user, _, _ in teller.said} == {OWNER, ADMIN}
    [notice] = await services.processing.notices()
    await services.processing.cancel(notice.id, by=OWNER)
    await keeper.look()
    assert teller.shown[1].startswith("✅ Ready: <b>3 of 4</b> files.")
    assert "Cancelled: 1." in teller.shown[1]


async def test_what_failed_is_told_with_its_reason_in_a_message_of_its_own(
    keeper: NoticeKeeper, teller: Teller, services: Services
) -> None:
    await store(services, *range(1, 14))
    for number in range(12):
        job = await take(services)
        await services.processing.failed(job, ["disk", "gone", "storage", "telegram", "error"][number % 5], final=True)
    await keeper.look()
    await finish(services)
    await keeper.look()
    assert "<b>1 of 13</b>" in teller.shown[1]
    assert "Left as you sent them: 12." in teller.shown[1]
    assert teller.shown[2].startswith("⚠️ 12 files could not be given")
    assert teller.shown[2].count("•") == 10
    assert "not enough room on my server's disk" in teller.shown[2]
    assert teller.shown[2].endswith("… and 2 more.")


async def test_what_is_refused_from_the_start_has_no_progress(
    keeper: NoticeKeeper, teller: Teller, services: Services
) -> None:
    await store(services, 1, size=LARGEST + 1)
    await keeper.look()
    assert list(teller.shown) == [1]
    assert "larger than 2000 MiB" in teller.shown[1]
    assert await services.processing.notices() == []


async def test_another_process_goes_on_in_the_same_message(
    keeper: NoticeKeeper, teller: Teller, services: Services, clock: StillClock
) -> None:
    await store(services, 1)
    await keeper.look()
    clock.move(timedelta(minutes=1))
    services.processing.moved[(await take(services)).id] = 0.9
    another = NoticeKeeper(teller, services.processing, processing_cards)
    await another.look()
    assert (len(teller.said), "90 %" in teller.shown[1]) == (1, True)


async def test_who_cannot_be_told_now_is_told_later_and_holds_nobody_up(
    keeper: NoticeKeeper, teller: Teller, services: Services, clock: StillClock
) -> None:
    teller.fails = [TryLater(60, "told to wait"), ValueError("a bug")]
    await store(services, 1)
    await store(services, 2, by=ADMIN)
    await store(services, 3, by=7)
    await keeper.look()
    assert len(teller.said) == 1
    clock.move(timedelta(seconds=60))
    await keeper.look()
    assert {user for user, _, _ in teller.said} == {OWNER, ADMIN, 7}


async def test_who_is_gone_is_not_waited_for(keeper: NoticeKeeper, teller: Teller, services: Services) -> None:
    teller.gone = True
    await store(services, 1, size=LARGEST + 1)
    await keeper.look()
    assert await services.processing.notices() == []
