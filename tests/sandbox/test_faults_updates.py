"""Updates that come twice, late or never, and gaps that are too long; what the event log keeps all the same."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.faults_rig import Bot, Scene, f, scene, t, until


@pytest.fixture
async def stage() -> AsyncIterator[Scene]:
    async with scene() as stage:
        yield stage


def messages(difference: Any) -> list[str]:
    return [message.message for message in difference.new_messages]


async def missed(bot: Bot, since: Any) -> list[str]:
    """What the difference tells."""
    return messages(await bot.difference(since))


async def test_a_duplicated_update_comes_twice_with_the_same_pts(stage: Scene) -> None:
    await stage.write("control")
    fault = await stage.order("duplicate_update", count=1)
    await stage.write("one", "two")
    await stage.bot.settle()
    assert stage.bot.texts() == ["control", "one", "one", "two"]
    pts = [each.updates[0].pts for each in stage.bot.pushed]
    assert pts[1] == pts[2] == pts[0] + 1
    assert await stage.counts(fault) == (2, 1)


async def test_a_skipped_update_is_lost_but_for_the_difference(stage: Scene) -> None:
    start = await stage.bot.state()
    await stage.write("control")
    fault = await stage.order("skip_update", method="UpdateNew*", count=1)
    await stage.write("lost", "found")
    await stage.bot.settle()
    assert stage.bot.texts() == ["control", "found"]
    assert await missed(stage.bot, start) == ["control", "lost", "found"]
    assert [line.get("text") for line in stage.box.ledger.since(0) if line["from_id"] == stage.ann][-3:] == [
        "control",
        "lost",
        "found",
    ]
    assert await stage.counts(fault) == (2, 1)


async def test_a_full_window_comes_in_another_order(stage: Scene) -> None:
    texts = list("abcdef")
    await stage.write(*texts)
    await stage.bot.settle()
    assert stage.bot.texts() == texts
    stage.bot.pushed.clear()
    fault = await stage.order("reorder_updates", window=3, milliseconds=60_000, seed=1)
    await stage.write(*texts)
    await stage.bot.settle()
    seen = stage.bot.texts()
    assert (sorted(seen[:3]), sorted(seen[3:])) == (texts[:3], texts[3:])
    assert seen[:3] != texts[:3]
    assert seen[3:] != texts[3:]
    assert await stage.counts(fault) == (6, 6)


async def test_what_is_held_back_comes_after_its_time_or_with_the_fault_s_end(stage: Scene) -> None:
    fault = await stage.order("reorder_updates", window=100, milliseconds=200)
    began = time.monotonic()
    await stage.write("a", "b", "c")
    await until(lambda: len(stage.bot.texts()) == 3)
    assert time.monotonic() - began >= 0.2
    assert sorted(stage.bot.texts()) == ["a", "b", "c"] != stage.bot.texts()
    await stage.ask("DELETE", f"/faults/{fault}")
    stage.bot.pushed.clear()
    fault = await stage.order("reorder_updates", window=100, milliseconds=60_000)
    await stage.write("alone")
    await stage.bot.settle()
    assert stage.bot.texts() == []
    await stage.ask("DELETE", f"/faults/{fault}")
    await stage.bot.settle()
    assert stage.bot.texts() == ["alone"]


async def test_faults_of_updates_join(stage: Scene) -> None:
    await stage.order("reorder_updates", window=2, milliseconds=60_000)
    await stage.order("duplicate_update")
    await stage.write("a", "b")
    await stage.bot.settle()
    assert stage.bot.texts() == ["b", "b", "a", "a"]
    await stage.order("reorder_updates", window=100, milliseconds=100)
    await stage.write("c", "d")
    await until(lambda: len(stage.bot.texts()) == 8)


async def test_the_same_seed_strikes_the_same_updates(stage: Scene) -> None:
    texts = [f"n{number}" for number in range(40)]

    async def seen(kind: str, seed: int, **more: Any) -> list[str]:
        fault = await stage.order(kind, probability=0.5, seed=seed, **more)
        stage.bot.pushed.clear()
        await stage.write(*texts)
        await stage.ask("DELETE", f"/faults/{fault}")
        await stage.bot.settle()
        return stage.bot.texts()

    for kind, more in (("skip_update", {}), ("duplicate_update", {}), ("reorder_updates", {"window": 4})):
        first = await seen(kind, 3, **more)
        assert first == await seen(kind, 3, **more) != await seen(kind, 4, **more), kind
        assert first != texts
    assert await seen("skip_update", 3, method="UpdateDeleteMessages") == texts


async def test_only_what_is_named_is_struck() -> None:
    async with scene(777001, 777002) as stage:
        first, second = stage.clients
        (bob,) = (await stage.post("/people", count=1, first_name="Bob"))["ids"]
        await stage.order("skip_update", account=777001, chat=bob)
        for who in (stage.ann, bob):
            for bot in (777001, 777002):
                await stage.write(f"from {who}", to=bot, who=who)
        await first.settle()
        await second.settle()
        assert first.texts() == [f"from {stage.ann}"]
        assert second.texts() == [f"from {stage.ann}", f"from {bob}"]


async def test_answers_are_no_updates(stage: Scene) -> None:
    await stage.order("skip_update")
    assert (await stage.bot.say(stage.ann, "x")).id
    assert stage.told() == ["x"]


async def test_updates_too_long_is_pushed() -> None:
    async with scene(777001, 777002) as stage:
        assert await stage.post("/updates/too_long", account=777001) == {"sessions": 1}
        for bot in stage.clients:
            await bot.settle()
        first, second = stage.clients
        assert first.pushed == [t.UpdatesTooLong()]
        assert second.pushed == []


async def test_a_channel_s_too_long_is_pushed_with_and_without_its_pts(stage: Scene) -> None:
    channel = await stage.channel()
    await stage.bot.settle()
    stage.bot.pushed.clear()
    for pts in (True, False):
        answer = await stage.post("/updates/channel_too_long", account=777001, channel=channel, pts=pts)
        assert answer == {"sessions": 1}
    await stage.bot.settle()
    told = [each.updates for each in stage.bot.pushed]
    number = -channel - 1_000_000_000_000
    assert told == [
        [t.UpdateChannelTooLong(channel_id=number, pts=stage.bot.pushed[0].updates[0].pts)],
        [t.UpdateChannelTooLong(channel_id=number, pts=None)],
    ]
    assert told[0][0].pts > 0
    assert stage.bot.pushed[0].chats[0].id == number


async def test_bytes_are_pushed_as_they_are(stage: Scene) -> None:
    said = [t.UpdateShort(update=t.UpdateConfig(), date=number) for number in (1, 2)]
    given = [base64.b64encode(each.write()).decode() for each in said]
    assert await stage.post("/updates/raw", account=777001, updates=given) == {"sessions": 1}
    await stage.bot.settle()
    assert stage.bot.pushed == said
    assert await stage.post("/updates/raw", account=777001, updates=[]) == {"sessions": 0}


async def test_what_is_pushed_numbered_is_in_the_difference(stage: Scene) -> None:
    state = await stage.bot.call(f.updates.GetState())
    odd: list[Any] = [
        t.UpdateDeleteMessages(messages=[7], pts=-5, pts_count=9),
        t.UpdateBotStopped(user_id=5, date=1, stopped=True, qts=0),
        t.UpdateNewMessage(
            message=t.Message(id=7, peer_id=t.PeerUser(user_id=stage.ann), date=1, message=""), pts=0, pts_count=1
        ),
    ]
    envelope = t.Updates(updates=odd, users=[], chats=[], date=1, seq=0)
    await stage.post(
        "/updates/raw", account=777001, updates=[base64.b64encode(envelope.write()).decode()], numbered=True
    )
    await stage.bot.settle()
    [told] = stage.bot.pushed
    assert (told.updates[0].pts, told.updates[0].pts_count, told.updates[1].qts) == (state.pts + 1, 1, state.qts + 1)
    missed = await stage.bot.call(f.updates.GetDifference(pts=state.pts, qts=state.qts, date=state.date))
    assert sorted(missed.other_updates, key=repr) == sorted(told.updates, key=repr)
    assert stage.ann in {user.id for user in missed.users}


async def test_who_is_named_in_what_is_pushed_numbered_can_be_addressed(stage: Scene) -> None:
    channel = await stage.channel()
    number = -channel - 1_000_000_000_000
    users: list[Any] = [t.User(id=stage.ann, access_hash=1), t.User(id=9, access_hash=1), t.UserEmpty(id=stage.ann)]
    chats: list[Any] = [t.Channel(id=number, access_hash=1, title="", photo=t.ChatPhotoEmpty(), date=1)]
    envelope = t.Updates(updates=[], users=users, chats=chats, date=1, seq=0)
    await stage.post(
        "/updates/raw", account=777001, updates=[base64.b64encode(envelope.write()).decode()], numbered=True
    )
    await stage.bot.settle()
    told = stage.bot.pushed[-1]
    known, nobody, _ = told.users
    assert nobody.access_hash == 1
    address = t.InputUser(user_id=known.id, access_hash=known.access_hash)
    assert (await stage.bot.call(f.users.GetUsers(id=[address])))[0].id == known.id
    place = t.InputChannel(channel_id=number, access_hash=told.chats[0].access_hash)
    assert (await stage.bot.call(f.channels.GetChannels(id=[place]))).chats[0].id == number


async def test_nobody_who_listens_is_told_by_nobody(stage: Scene) -> None:
    assert await stage.post("/updates/too_long", account=777002) == {"sessions": 0}


async def test_differences_can_be_made_too_long_or_sliced(stage: Scene) -> None:
    start = await stage.bot.state()
    await stage.write(*"abcde")
    assert await missed(stage.bot, start) == list("abcde")
    assert (await stage.post("/limits/differences", slice=2))["slice"] == 2
    first = await stage.bot.difference(start)
    assert isinstance(first, t.updates.DifferenceSlice)
    assert messages(first) == ["a", "b"]
    limits = await stage.post("/limits/differences", too_long=4, slice=None)
    assert (limits["too_long"], limits["slice"]) == (4, 1000)
    assert isinstance(await stage.bot.difference(start), t.updates.DifferenceTooLong)
    assert isinstance(await stage.bot.difference(first.intermediate_state), t.updates.Difference)
    await stage.post("/limits/differences", too_long=None)
    assert await missed(stage.bot, start) == list("abcde")


async def test_a_channel_s_differences_can_be_made_too_long_or_sliced(stage: Scene) -> None:
    channel = await stage.channel()
    given = t.InputChannel(channel_id=-channel - 1_000_000_000_000, access_hash=0)
    full = await stage.bot.call(f.channels.GetFullChannel(channel=given))
    await stage.write(*"abcde", to=channel)

    async def difference() -> Any:
        every = t.ChannelMessagesFilterEmpty()
        query = f.updates.GetChannelDifference(channel=given, filter=every, pts=full.full_chat.pts, limit=100)
        return await stage.bot.call(query)

    assert len((await difference()).new_messages) == 5
    await stage.post("/limits/differences", channel_slice=2)
    part = await difference()
    assert (len(part.new_messages), part.final) == (2, False)
    await stage.post("/limits/differences", channel_too_long=4)
    assert isinstance(await difference(), t.updates.ChannelDifferenceTooLong)
    await stage.post("/limits/differences", channel_too_long=None, channel_slice=None)
    assert len((await difference()).new_messages) == 5


async def test_somebody_who_is_away_from_the_client_side_misses_what_is_skipped_meanwhile(stage: Scene) -> None:
    """Updates wait for a client that lost its connection; those that are skipped do not."""
    await stage.post("/connections/drop", account=777001)
    await stage.order("skip_update", count=1)
    await stage.write("lost", "kept")
    await until(lambda: stage.bot.texts() == ["kept"])
    await asyncio.sleep(0.05)
    assert stage.bot.texts() == ["kept"]
