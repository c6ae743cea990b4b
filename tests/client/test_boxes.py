"""What was received and what is finished, whatever the order in which handlers end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from client.boxes import MERGE_AT, Arrival, Box, Mark, Unit, receive


def test_a_sequence_knows_next_duplicate_and_gap() -> None:
    box = Box.at(Mark(10))
    assert box.judge(11, 1) is Arrival.NEXT
    assert box.judge(13, 3) is Arrival.NEXT
    assert box.judge(10, 1) is Arrival.DUPLICATE
    assert box.judge(7, 1) is Arrival.DUPLICATE
    assert box.judge(12, 1) is Arrival.GAP
    assert box.judge(10, 0) is Arrival.NEXT, "an update that takes no place is next where it stands"
    assert box.judge(11, 0) is Arrival.GAP


def test_the_first_of_an_unknown_sequence_is_next() -> None:
    assert Box().judge(4711, 1) is Arrival.NEXT


def test_finished_waits_for_the_slowest_in_front() -> None:
    told: list[int] = []
    box = Box.at(Mark(10), lambda: told.append(1))
    first, second, third = (receive(1, (box, value)) for value in (11, 12, 13))
    third.finish_one()
    second.finish_one()
    assert box.finished == Mark(10)
    assert (len(box._units), told) == (3, [])
    first.finish_one()
    assert box.finished == Mark(13)
    assert (len(box._units), told) == (0, [1])


def test_a_unit_of_nothing_moves_only_behind_what_is_in_hand() -> None:
    box = Box.at(Mark(10))
    slow = receive(1, (box, 11))
    receive(0, (box, 12))
    assert box.finished == Mark(10)
    slow.finish_one()
    assert box.finished == Mark(12)


def test_a_unit_that_spans_two_sequences_moves_both_together() -> None:
    pts, qts = Box.at(Mark(10)), Box.at(Mark(5))
    slow = receive(1, (pts, 11))
    both = receive(2, (pts, 20), (qts, 8))
    both.finish_one()
    assert (pts.finished, qts.finished) == (Mark(10), Mark(5))
    both.finish_one()
    assert qts.finished == Mark(8)
    assert pts.finished == Mark(10), "something in front is unfinished"
    slow.finish_one()
    assert pts.finished == Mark(20)


def test_a_mark_carries_the_newest_date_and_message_up_to_it() -> None:
    box = Box.at(Mark(1, 100, 50))
    receive(0, (box, 2), date=90, message=40)
    assert box.finished == Mark(2, 100, 50)
    receive(0, (box, 3), date=110, message=51)
    assert box.finished == Mark(3, 110, 51)


Spans = list[tuple[Box, int, int]]


def assert_nothing_passed(box: Box, open_units: list[tuple[Unit, Spans]]) -> None:
    assert box.finished is not None
    assert box.received is not None
    assert box.finished.value <= box.received
    for unit, spans in open_units:
        assert unit.left > 0
        assert all(box.finished.value < end for each, _, end in spans if each is box)


@given(st.data())
def test_finished_never_passes_what_is_unfinished(data: st.DataObject) -> None:
    """Any interleaving of receives and ends, over two sequences and units that span both."""
    boxes = (Box.at(Mark(0)), Box.at(Mark(0)))
    open_units: list[tuple[Unit, Spans]] = []  # with (box, begin, end)

    for _ in range(data.draw(st.integers(1, 40))):
        if data.draw(st.booleans()) and open_units:
            index = data.draw(st.integers(0, len(open_units) - 1))
            unit, _ = open_units[index]
            last = unit.left == 1
            if last:
                open_units.pop(index)
            unit.finish_one()
        else:
            chosen = data.draw(st.sampled_from([boxes[:1], boxes[1:], boxes]))
            count = data.draw(st.integers(0, 3))
            spans = []
            for box in chosen:
                begin = box.received or 0
                spans.append((box, begin, begin + data.draw(st.integers(1, 4))))
            unit = receive(count, *((box, end) for box, _, end in spans))
            if count:
                open_units.append((unit, spans))
        for box in boxes:
            assert_nothing_passed(box, open_units)
    while open_units:
        unit, _ = open_units.pop(data.draw(st.integers(0, len(open_units) - 1)))
        while unit.left:
            unit.finish_one()
    for box in boxes:
        assert box.finished is not None
        assert box.finished.value == box.received
        assert not box._units


def test_what_is_finished_behind_a_waiting_update_does_not_pile_up() -> None:
    box = Box.at(Mark(0))
    parked = receive(1, (box, 1))
    for value in range(2, 200_000):
        receive(1, (box, value)).finish_one()
    assert len(box._units) <= 2 * MERGE_AT
    assert box.finished == Mark(0)
    parked.finish_one()
    assert box.finished == Mark(199_999)


def test_merging_keeps_every_place_that_is_not_finished() -> None:
    box = Box.at(Mark(0))
    open_ones = {}
    for value in range(1, 5 * MERGE_AT):
        unit = receive(1, (box, value))
        if value % 700:
            unit.finish_one()
        else:
            open_ones[value] = unit
    for value, unit in open_ones.items():
        assert box.finished == Mark(value - 1)
        unit.finish_one()
    assert box.finished == Mark(5 * MERGE_AT - 1)
