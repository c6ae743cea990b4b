"""Causes become numbers that are the same at every replay and differ for everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.cause import Cause, hash64

parts = st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary()), max_size=5)


@given(parts)
def test_a_number_fits_telegram_and_is_never_zero(values: list[object]) -> None:
    number = hash64(*values)
    assert -(2**63) <= number < 2**63
    assert number != 0
    assert number == hash64(*values)


@given(parts, parts)
def test_other_parts_make_another_number(first: list[object], second: list[object]) -> None:
    same = [(type(each), each) for each in first] == [(type(each), each) for each in second]
    assert (hash64(*first) == hash64(*second)) is same


def test_parts_keep_their_borders() -> None:
    assert len({hash64("ab", "c"), hash64("a", "bc"), hash64("abc"), hash64("ab", "c", "")}) == 4
    assert hash64(1) != hash64("1")
    assert hash64(True) != hash64(1)


def test_the_number_never_changes_between_versions() -> None:
    # A replay after an update of the program must meet the messages sent before it.
    assert hash64(7000000001, Cause("message:5:17"), 5, "greeting") == -22398241714158920


def test_what_has_no_stable_text_is_refused() -> None:
    with pytest.raises(TypeError, match="list"):
        hash64([1, 2])
