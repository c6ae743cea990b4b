"""Each content is stored once, with one first link, through concurrency and cuts."""

import asyncio

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.codes import LinkKind
from database.connection import Database
from services.content import content_of
from services.errors import TryLater, UserError
from services.files import Stored
from services.registry import Services
from tests.database.mongo import Cut, StillClock, cut_at_write, raw
from tests.services.channel import OWNER, STORAGE, Channel, make_services, message, upload


async def store(services: Services, message_id: int, content: str = "AgAD1") -> Stored:
    return await services.files.store([upload(message_id, content)], by=OWNER, cause=message(message_id))


async def test_a_file_is_stored_with_a_link(services: Services, channel: Channel) -> None:
    sent = upload(7, name="a.txt", size=3, caption="<b>hi</b>", file_ref="BQAC")
    stored = await services.files.store([sent], by=OWNER, cause=message(7))
    assert not stored.existing
    assert stored.link.kind is LinkKind.FILE
    assert stored.link.storage_chat == STORAGE
    (file,) = stored.files
    assert (file.name, file.size, file.caption, file.file_ref) == ("a.txt", 3, "<b>hi</b>", "BQAC")
    assert [item.message_id for item in stored.link.items] == [file.message_id] == list(channel.copies.values())
    delivery = await services.links.open(stored.link.code, by=11, cause=message(1, 11))
    assert delivery.items == stored.link.items


async def test_a_known_content_gets_its_link_and_is_not_copied(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    again = await store(services, 8)
    assert again == Stored(first.link, first.files, existing=True)
    assert channel.calls == 1


async def test_a_replayed_upload_gets_the_first_answer(services: Services, channel: Channel) -> None:
    assert await store(services, 7) == await store(services, 7)
    assert channel.calls == 1


async def test_twenty_uploads_of_one_content_at_once_store_it_once(
    services: Services, database: Database, channel: Channel
) -> None:
    stored = await asyncio.gather(*(store(services, number) for number in range(20)))
    assert len({each.link.code for each in stored}) == 1
    assert [each.existing for each in stored].count(False) == 1
    assert await raw(database)["files"].count_documents({}) == 1
    assert await raw(database)["links"].count_documents({}) == 1
    assert len(channel.copies) == 1


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("number", range(2))
async def test_cut_at_any_write_a_replay_ends_in_one_of_each(
    services: Services, database: Database, channel: Channel, *, number: int, applied: bool
) -> None:
    with cut_at_write(number, applied=applied) as writes, pytest.raises(Cut):
        await store(services, 7)
    assert writes == ["files.insert_many", "links.insert_one"][: number + 1]
    stored = await store(services, 7)
    assert not stored.existing
    assert await raw(database)["files"].count_documents({}) == 1
    assert await raw(database)["links"].count_documents({}) == 1
    assert len(channel.copies) == 1


async def test_cut_after_the_copy_it_is_not_copied_again(services: Services, channel: Channel) -> None:
    channel.refuses = TryLater(1, "flood")
    with pytest.raises(TryLater):
        await store(services, 7)
    channel.refuses = None
    with cut_at_write(0, applied=False), pytest.raises(Cut):
        await store(services, 7)
    await store(services, 7)
    assert len(channel.copies) == 1


async def test_after_a_revocation_the_same_content_gets_a_new_link(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    await services.link_life.revoke(first.link.code, by=OWNER, cause=Cause("query:1"))
    stored = await asyncio.gather(*(store(services, number) for number in range(20, 30)))
    assert len({each.link.code for each in stored}) == 1
    second = stored[0].link
    assert second.code != first.link.code
    assert second.items == first.link.items
    assert [each.existing for each in stored].count(False) == 1
    assert channel.calls == 1


@pytest.mark.parametrize("number", [7, 8])
async def test_an_upload_replayed_after_the_revocation_makes_no_link(
    services: Services, database: Database, number: int
) -> None:
    """The upload that the link was made for, and one that was answered with it."""
    await store(services, 7)
    first = await store(services, number)
    await services.link_life.revoke(first.link.code, by=OWNER, cause=Cause("query:1"))
    replayed = await store(services, number)
    assert (replayed.link.code, replayed.existing) == (first.link.code, first.existing)
    assert await raw(database)["links"].count_documents({}) == 1
    assert (await store(services, 9)).link.code != first.link.code, "another upload opens a new one"


async def test_a_post_replayed_after_the_revocation_makes_no_link(services: Services, database: Database) -> None:
    post = upload(55, chat_id=STORAGE)
    first = await services.files.record_posts([post], cause=message(55, STORAGE))
    await services.link_life.revoke(first.link.code, by=OWNER, cause=Cause("query:1"))
    replayed = await services.files.record_posts([post], cause=message(55, STORAGE))
    assert replayed.link.code == first.link.code
    assert await raw(database)["links"].count_documents({}) == 1


async def test_a_second_link_is_made_when_asked_for_once_per_press(services: Services) -> None:
    first = await store(services, 7)
    press = Cause("query:1")
    second = await services.files.another_link(first.link.code, by=OWNER, cause=press)
    assert second.code != first.link.code
    assert second.items == first.link.items
    assert await services.files.another_link(first.link.code, by=OWNER, cause=press) == second
    third = await services.files.another_link(first.link.code, by=OWNER, cause=Cause("query:2"))
    assert third.code not in (first.link.code, second.code)
    with pytest.raises(UserError, match="link-unknown"):
        await services.files.another_link("f" + "A" * 22, by=OWNER, cause=press)


async def test_an_album_is_one_link_and_stays_one_album(services: Services, channel: Channel) -> None:
    single = await store(services, 5, "AgAD2")
    parts = [upload(number, f"AgAD{number}", group_id=99) for number in (1, 2, 3)]
    stored = await services.files.store(parts, by=OWNER, cause=Cause("album:1:99:1"))
    assert stored.link.kind is LinkKind.ALBUM
    assert stored.link.code.startswith("a")
    assert {item.group for item in stored.link.items} == {1}
    # The photo that is known on its own is copied again: an album's messages belong together.
    assert single.link.items[0].message_id not in [item.message_id for item in stored.link.items]
    assert stored.files[1] == single.files[0]
    assert len(channel.copies) == 4
    again = await services.files.store(parts, by=OWNER, cause=Cause("album:1:100:1"))
    assert (again.link, again.existing) == (stored.link, True)
    other_order = await services.files.store(parts[::-1], by=OWNER, cause=Cause("album:1:101:1"))
    assert other_order.link.code != stored.link.code


async def test_a_file_of_an_album_can_be_stored_alone(services: Services, channel: Channel) -> None:
    parts = [upload(number, f"AgAD{number}", group_id=99) for number in (1, 2)]
    album = await services.files.store(parts, by=OWNER, cause=Cause("album:1:99:1"))
    alone = await store(services, 9, "AgAD2")
    assert not alone.existing
    assert alone.link.items[0].message_id == album.link.items[1].message_id
    assert alone.link.items[0].group is None
    assert channel.calls == 1


async def test_a_message_that_is_gone_is_told_or_left_out(services: Services, channel: Channel) -> None:
    channel.gone = {7}
    with pytest.raises(UserError, match="upload-gone"):
        await store(services, 7)
    parts = [upload(number, f"AgAD{number}", group_id=99) for number in (6, 7, 8)]
    stored = await services.files.store(parts, by=OWNER, cause=Cause("album:1:99:1"))
    assert [file.unique_id for file in stored.files] == ["AgAD6", "AgAD8"]
    assert [item.unique_id for item in stored.link.items] == ["AgAD6", "AgAD8"]
    assert stored.link.content == content_of([parts[0], parts[2]])


async def test_without_a_storage_channel_nothing_is_stored(
    bot: BotDatabase, clock: StillClock, channel: Channel
) -> None:
    services = make_services(bot, clock, channel, storage_chat=None)
    with pytest.raises(UserError, match="storage-missing"):
        await store(services, 7)
    await services.settings.set_storage(-1006, by=OWNER, cause=Cause("query:99"))
    assert (await store(services, 7)).link.storage_chat == -1006


async def test_in_another_storage_channel_a_content_is_stored_again(services: Services, channel: Channel) -> None:
    first = await store(services, 7)
    await services.settings.set_storage(-1006, by=OWNER, cause=Cause("query:99"))
    second = await store(services, 8)
    assert second.link.storage_chat == -1006
    assert second.link.code != first.link.code
    assert len(channel.copies) == 2
    # The first link keeps working where it is.
    assert (await services.links.open(first.link.code, by=11, cause=message(1, 11))).storage_chat == STORAGE


async def test_a_post_of_the_storage_channel_is_taken_up_where_it_is(services: Services, channel: Channel) -> None:
    post = upload(55, chat_id=STORAGE)
    stored = await services.files.record_posts([post], cause=message(55, STORAGE))
    assert channel.calls == 0
    assert stored.link.items[0].message_id == 55
    assert stored.link.created_by == OWNER
    assert not stored.existing
    assert await services.files.record_posts([post], cause=message(55, STORAGE)) == stored
    assert (await services.files.record_posts([upload(56, chat_id=STORAGE)], cause=message(56, STORAGE))).existing
    assert (await store(services, 9)).existing


async def test_contents_differ_by_files_and_order() -> None:
    contents = [["a"], ["b"], ["a", "b"], ["b", "a"], ["ab"], ["a", ""]]
    assert len({content_of([upload(1, name) for name in names]) for names in contents}) == len(contents)
