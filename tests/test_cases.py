"""Cases in one test: all are tried, each failure has its name, and none at all is a failure."""

from __future__ import annotations

import pytest

from tests.cases import cases


def try_four(tried: list[int]) -> None:
    with cases() as case:
        for number in range(4):
            with case("number", number):
                tried.append(number)
                assert number != 1
                if number == 2:
                    pytest.fail("not two")


def test_all_are_tried_and_those_that_fail_are_named() -> None:
    tried: list[int] = []
    with pytest.raises(BaseExceptionGroup, match="2 of 4 cases failed") as caught:
        try_four(tried)
    assert tried == [0, 1, 2, 3]
    assert [error.__notes__ for error in caught.value.exceptions] == [["case: number, 1"], ["case: number, 2"]]


def test_cases_that_hold_are_silent_and_none_is_not() -> None:
    with cases() as case, case("one"):
        pass
    with pytest.raises(AssertionError, match="no case"), cases():
        pass
