"""Another file takes a place behind a link: the same link hands it out, once per cause, also after any cut."""

import asyncio

import pytest

from database.bots import BotDatabase
from database.cause import Cause
from database.posts import Post
from services.errors import UserError
from services.files import Stored
from services.registry import Services
from tests.database.mongo import Cut, StillClock, cut_at_write
from tests.services.channel import ADMIN, OWNER, READER, STORAGE, Channel, message, upload
from tests.services.test_legacy import payload_of

FORMER = -1009999999999
CAUSE = Cause("turn:1")


async def store(services: Services, number: int, content: str) -> Stored:
    return await services.files.store([upload(number, content)], by=OWNER, cause=message(number))


async def album(services: Services, names: str = "ABC", number: int = 10) -> Stored:
    parts = [upload(number + place, part, group_id=number) for place, part in enumerate(names)]
    return await services.files.store(parts, by=OWNER, cause=Cause(f"album:1:{number}:1"))


async def opened(services: Services, code: str, update: int = 900) -> list[tuple[str, int]]:
    delivery = await services.links.open(code, by=READER, cause=message(update, READER))
    return [(item.unique_id, item.message_id) for item in delivery.items]


async def relink(services: Services, code: str, place: int = 1, content: str = "New", cause: Cause = CAUSE) -> None:
    await services.relink.replace(code, place, upload(500, content, name=f"{content}.bin"), by=OWNER, cause=cause)


async def refusal(services: Services, text: str, place: int | None = None, by: int = OWNER) -> tuple[str, object]:
    with pytest.raises(UserError) as refused:
        await services.relink.gap(text, place, by=by)
    return refused.value.key, refused.value.args_


async def test_the_same_link_hands_out_the_new_file(services: Services, channel: Channel) -> None:
    old = await store(services, 7, "Old")
    done = await services.relink.replace(old.link.code, 1, upload(500, "New", name="n"), by=OWNER, cause=CAUSE)
    assert (done.file.name, done.place, done.card.link.code) == ("n", 1, old.link.code)
    [(content, number)] = await opened(services, old.link.code)
    assert content == "New"
    assert number != old.link.items[0].message_id
    again = await services.relink.replace(old.link.code, 1, upload(500, "New", name="n"), by=OWNER, cause=CAUSE)
    assert (again.file, again.links) == (done.file, done.links), "a replay says the same"
    assert len(channel.copies) == 2


async def test_what_the_link_was_of_gets_a_link_of_its_own_when_it_comes_again(services: Services) -> None:
    old = await store(services, 7, "Old")
    await relink(services, old.link.code)
    known = await store(services, 8, "Old")
    assert known.link.code != old.link.code, "that one hands out something else by now"
    assert [content for content, _ in await opened(services, known.link.code)] == ["Old"]


async def test_one_place_of_an_album_is_replaced_and_the_rest_stays(services: Services) -> None:
    whole = await album(services)
    before = await opened(services, whole.link.code)
    await relink(services, whole.link.code, 2)
    after = await opened(services, whole.link.code, 901)
    assert [content for content, _ in after] == ["A", "New", "C"]
    assert (after[0], after[2]) == (before[0], before[2])
    link = (await services.link_life.card(whole.link.code, by=OWNER)).link
    assert [item.group for item in link.items] == [1, None, 1], "it is no part of the album"


async def test_what_is_gone_is_replaced_wherever_it_stood(services: Services, clock: StillClock) -> None:
    alone, whole = await store(services, 7, "B"), await album(services)
    second = await services.files.another_link(whole.link.code, by=OWNER, cause=Cause("query:1"))
    await services.losses.mark_gone(STORAGE, [alone.link.items[0].message_id, whole.link.items[1].message_id])
    gap = await services.relink.gap(whole.link.code, None, by=OWNER)
    assert gap.place == 2, "only one is gone"
    done = await services.relink.replace(whole.link.code, 2, upload(500, "New"), by=OWNER, cause=CAUSE)
    for code in (whole.link.code, second.code):
        assert [content for content, _ in await opened(services, code, 901)] == ["A", "New", "C"]
    assert done.links >= 2
    assert (await services.link_life.card(whole.link.code, by=OWNER)).gone == []


async def test_what_is_still_there_is_replaced_behind_this_link_alone(services: Services) -> None:
    old = await store(services, 7, "Old")
    other = await services.files.another_link(old.link.code, by=OWNER, cause=Cause("query:1"))
    await relink(services, old.link.code)
    assert [content for content, _ in await opened(services, other.code)] == ["Old"]


async def test_a_lost_post_of_the_former_bot_is_replaced_for_ranges_too(
    services: Services, bot: BotDatabase, clock: StillClock
) -> None:
    await bot.imports.ask(STORAGE, 1, 9, clock.now())
    await bot.posts.record(STORAGE, [Post(5, "AgAD5", 5), Post(6, "AgAD6", 6)])
    await bot.files.add([upload(n, f"AgAD{n}").stored(STORAGE, n, by=OWNER, now=clock.now()) for n in (5, 6)])
    await services.losses.mark_gone(STORAGE, [5])
    single = f"https://t.me/bot?start={payload_of(5, chat=STORAGE)}"
    gap = await services.relink.gap(single, None, by=OWNER)
    await relink(services, gap.link.code, gap.place)
    for payload in (payload_of(5, chat=STORAGE), payload_of(5, 6, chat=STORAGE)):
        assert (await opened(services, payload, 901))[0][0] == "New"


async def test_which_place_is_asked_where_it_is_not_clear(services: Services) -> None:
    whole = await album(services, "ABCD")
    code = whole.link.code
    assert await refusal(services, code) == ("relink-ask-place", {"count": 4, "missing": 0, "gone": ""})
    await services.losses.mark_gone(STORAGE, [whole.link.items[place].message_id for place in (1, 3)])
    assert await refusal(services, code) == ("relink-ask-place", {"count": 4, "missing": 2, "gone": "2, 4"})
    for place in (0, 5, 10**9):
        assert await refusal(services, code, place) == ("relink-place", {"count": 4})
    assert (await services.relink.gap(code, 4, by=OWNER)).place == 4


async def test_only_whose_link_it_is_may_replace(services: Services) -> None:
    old = await store(services, 7, "Old")
    assert (await refusal(services, old.link.code, by=ADMIN))[0] == "link-not-yours"
    assert (await refusal(services, "nonsense"))[0] == "link-malformed"
    with pytest.raises(UserError, match="link-not-yours"):
        await services.relink.replace(old.link.code, 1, upload(500, "New"), by=ADMIN, cause=CAUSE)
    assert [content for content, _ in await opened(services, old.link.code)] == ["Old"]


async def test_it_is_in_the_log_of_changes_once(services: Services) -> None:
    old = await services.files.store([upload(7, "Old", name="old.bin")], by=OWNER, cause=message(7))
    for _ in range(2):
        await relink(services, old.link.code)
    changes = [change for change in (await services.audit.page(0)).changes if change.what == "link-file"]
    assert [(each.subject, each.by, each.old, each.new) for each in changes] == [
        (old.link.code, OWNER, "old.bin", "New.bin")
    ]


async def test_a_link_into_a_former_channel_moves_alone_and_a_bundle_stays_there(
    services: Services, channel: Channel
) -> None:
    single, whole = await store(services, 7, "Old"), await album(services)
    await services.settings.set_storage(FORMER, by=OWNER, cause=Cause("query:1"))
    await relink(services, single.link.code)
    assert (await services.link_life.card(single.link.code, by=OWNER)).link.storage_chat == FORMER
    await relink(services, whole.link.code, 2, "Other", Cause("turn:2"))
    link = (await services.link_life.card(whole.link.code, by=OWNER)).link
    assert link.storage_chat == STORAGE, "a link's messages are all of one channel"
    assert [content for content, _ in await opened(services, whole.link.code)] == ["A", "Other", "C"]
    assert link.items[1].message_id in channel.copies.values()


async def test_the_very_file_that_is_gone_mends_its_links(services: Services) -> None:
    old = await store(services, 7, "Old")
    await services.losses.mark_gone(STORAGE, [old.link.items[0].message_id])
    await relink(services, old.link.code, 1, "Old")
    [(content, number)] = await opened(services, old.link.code)
    assert content == "Old"
    assert number != old.link.items[0].message_id


async def test_two_at_once_both_count(services: Services) -> None:
    whole = await album(services)
    await asyncio.gather(
        relink(services, whole.link.code, 1, "One", Cause("turn:1")),
        services.relink.replace(whole.link.code, 3, upload(501, "Three"), by=OWNER, cause=Cause("turn:2")),
    )
    assert [content for content, _ in await opened(services, whole.link.code)] == ["One", "B", "Three"]


@pytest.mark.parametrize("write", range(7))
@pytest.mark.parametrize("applied", [False, True])
async def test_cut_at_any_write_a_replay_replaces_everywhere(
    services: Services, channel: Channel, write: int, *, applied: bool
) -> None:
    whole = await album(services)
    second = await services.files.another_link(whole.link.code, by=OWNER, cause=Cause("query:1"))
    await services.losses.mark_gone(STORAGE, [whole.link.items[1].message_id])
    copies = len(channel.copies)
    try:
        with cut_at_write(write, applied=applied):
            await relink(services, whole.link.code, 2)
    except Cut:
        await relink(services, whole.link.code, 2)
    else:
        assert write > 5, "there were as many writes"
    for code in (whole.link.code, second.code):
        assert [content for content, _ in await opened(services, code)] == ["A", "New", "C"]
    assert len(channel.copies) == copies + 1
