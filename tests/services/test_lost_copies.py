"""A stored copy that was deleted is made again when its content comes again, and the links to it work again."""

import asyncio
from itertools import count

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.connection import Database
from services.files import Stored
from services.registry import Services
from tests.database.mongo import Cut, StillClock, cut_at_write, raw
from tests.services.channel import OWNER, READER, STORAGE, Channel, make_services, message, upload

_updates = count(1000)


async def store(services: Services, message_id: int, content: str = "AgAD1") -> Stored:
    return await services.files.store([upload(message_id, content)], by=OWNER, cause=message(message_id))


async def album(services: Services, batch: int, *, parts: tuple[str, ...] = ("A", "B", "C")) -> Stored:
    sent = [upload(batch * 10 + place, part, group_id=batch) for place, part in enumerate(parts)]
    return await services.files.store(sent, by=OWNER, cause=Cause(f"album:1:{batch}:1"))


async def handed_out(services: Services, code: str) -> list[int]:
    delivery = await services.links.open(code, by=READER, cause=message(next(_updates), READER))
    return [item.message_id for item in delivery.items]


async def lose(services: Services, *message_ids: int) -> None:
    await services.losses.mark_gone(STORAGE, message_ids)


async def test_a_deleted_copy_is_made_again_and_its_links_lead_there(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    second = await services.files.another_link(first.link.code, by=OWNER, cause=Cause("query:1"))
    closed = await services.files.another_link(first.link.code, by=OWNER, cause=Cause("query:2"))
    await services.link_life.revoke(closed.code, by=OWNER, cause=Cause("query:3"))
    [old] = await handed_out(services, first.link.code)
    await lose(services, old)
    again = await store(services, 8)
    assert again.existing
    [new] = await handed_out(services, again.link.code)
    assert new != old
    assert await handed_out(services, first.link.code) == await handed_out(services, second.code) == [new]
    await services.link_life.restore(closed.code, by=OWNER, cause=Cause("query:4"))
    assert await handed_out(services, closed.code) == [new]
    assert len(channel.copies) == 2
    assert (await store(services, 9)).existing
    assert channel.calls == 2, "it is known again"


async def test_it_can_be_lost_again_and_again(services: Services) -> None:
    code = (await store(services, 7)).link.code
    seen = set()
    for number in range(20, 24):
        [current] = await handed_out(services, code)
        assert current not in seen
        seen.add(current)
        await lose(services, current)
        await store(services, number)


async def test_after_a_revocation_the_new_link_leads_to_the_new_copy(services: Services) -> None:
    first = await store(services, 7)
    [old] = await handed_out(services, first.link.code)
    await lose(services, old)
    await services.link_life.revoke(first.link.code, by=OWNER, cause=Cause("query:1"))
    again = await store(services, 8)
    assert not again.existing
    assert again.link.code != first.link.code
    assert old not in await handed_out(services, again.link.code)


async def test_a_replay_of_the_first_upload_copies_nothing(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    await lose(services, first.link.items[0].message_id)
    assert (await store(services, 7)).link.code == first.link.code
    assert channel.calls == 1


async def test_many_who_send_it_again_at_once_make_one_copy(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    await lose(services, first.link.items[0].message_id)
    stored = await asyncio.gather(*(store(services, number) for number in range(20, 40)))
    assert {each.link.code for each in stored} == {first.link.code}
    assert len(channel.copies) == 2


@pytest.mark.parametrize("applied", [False, True])
async def test_cut_at_any_write_a_replay_mends_every_link(
    services: Services, database: Database, channel: Channel, *, applied: bool
) -> None:
    rounds = 0
    for number in range(9):
        content = f"AgAD{number}"
        first = await store(services, 100 * number + 100, content)
        other = await services.files.another_link(first.link.code, by=OWNER, cause=Cause(f"query:{number}"))
        [old] = await handed_out(services, first.link.code)
        await lose(services, old)
        copies = len(channel.copies)
        try:
            with cut_at_write(number, applied=applied):
                await store(services, 100 * number + 101, content)
        except Cut:
            rounds += 1
        again = await store(services, 100 * number + 101, content)
        assert len(channel.copies) == copies + 1
        [new] = await handed_out(services, again.link.code)
        assert new != old
        assert await handed_out(services, first.link.code) == await handed_out(services, other.code) == [new]
        assert await raw(database)["links"].count_documents({"content": first.link.content}) == 2
    assert 4 < rounds < 9, "every write was cut at, and there are no more"


async def test_a_part_of_an_album_that_is_sent_alone_fills_its_gap(services: Services) -> None:
    whole = (await album(services, 1)).link
    one, two, three = await handed_out(services, whole.code)
    await lose(services, two)
    alone = await store(services, 7, "B")
    [new] = await handed_out(services, alone.link.code)
    assert new != two
    assert await handed_out(services, whole.code) == [one, new, three]


async def test_a_part_that_has_another_copy_is_taken_from_there(services: Services) -> None:
    alone = (await store(services, 7, "B")).link
    whole = (await album(services, 1)).link
    one, two, three = await handed_out(services, whole.code)
    await lose(services, two)
    assert await handed_out(services, whole.code) == [one, *await handed_out(services, alone.code), three]


async def test_an_album_sent_again_is_whole_again(services: Services) -> None:
    first = (await album(services, 1)).link
    old = await handed_out(services, first.code)
    await lose(services, old[1])
    again = await album(services, 2)
    assert again.existing
    new = await handed_out(services, first.code)
    assert not set(new) & set(old), "its messages belong together"
    assert [item.group for item in again.link.items] == [1, 1, 1]


async def test_a_post_takes_the_place_of_a_lost_copy(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    await lose(services, first.link.items[0].message_id)
    posted = await services.files.record_posts([upload(55, chat_id=STORAGE)], cause=message(55, STORAGE))
    assert posted.link.code == first.link.code
    assert await handed_out(services, first.link.code) == [55]
    assert channel.calls == 1


async def test_links_into_a_former_storage_channel_move_to_the_new_one(services: Services) -> None:
    first = await store(services, 7)
    await lose(services, first.link.items[0].message_id)
    await services.settings.set_storage(-1006, by=OWNER, cause=Cause("query:99"))
    again = await store(services, 8)
    assert again.link.code == first.link.code
    assert again.link.storage_chat == -1006


async def test_what_nothing_leads_to_is_nothing_to_lose(services: Services, database: Database) -> None:
    await store(services, 7)
    await lose(services, 1, 2, 3)
    await services.losses.mark_gone(-1006, [100])
    assert await raw(database)["files"].count_documents({"lost.0": {"$exists": True}}) == 0


async def test_an_album_copied_in_part_is_copied_whole_when_it_comes_whole(
    services: Services, channel: Channel
) -> None:
    channel.gone = {11}
    part = await album(services, 1)
    assert len(part.link.items) == 2
    whole = await album(services, 2)
    assert len(whole.link.items) == 3
    shared = {item.message_id for item in whole.link.items} & {item.message_id for item in part.link.items}
    assert not shared, "messages of two groups do not make an album"
    assert (await album(services, 1)).link == part.link


async def test_a_part_and_the_whole_at_once_are_kept_apart(services: Services, channel: Channel) -> None:
    channel.gone = {11}
    part, whole = await asyncio.gather(album(services, 1), album(services, 2))
    assert [len(part.link.items), len(whole.link.items)] == [2, 3]
    assert not {item.message_id for item in whole.link.items} & {item.message_id for item in part.link.items}


@pytest.mark.parametrize("number", range(4))
async def test_cut_after_a_part_the_whole_is_still_copied_whole(
    services: Services, bot: BotDatabase, clock: StillClock, channel: Channel, *, number: int
) -> None:
    channel.gone = {11}
    try:
        with cut_at_write(number, applied=True):
            await album(services, 1)
    except Cut:
        services = make_services(bot, clock, channel)
    part, whole = await album(services, 1), await album(services, 2)
    assert not {item.message_id for item in whole.link.items} & {item.message_id for item in part.link.items}
