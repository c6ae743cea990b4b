"""Thousands of small cases in one test, where a test of each would cost more than what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

import pytest

Case: TypeAlias = Callable[..., AbstractContextManager[None]]


@contextmanager
def cases() -> Iterator[Case]:
    """Try cases: `with case("its", "name")` around each. All are tried, and those that failed are told in the end.

    Raises:
        BaseExceptionGroup: Some failed, each with its name; or there was none, which proves nothing.
    """
    failed: list[BaseException] = []
    tried: list[tuple[object, ...]] = []

    @contextmanager
    def case(*name: object) -> Iterator[None]:
        tried.append(name)
        try:
            yield
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - told in the end, whatever it is
            error.add_note("case: " + ", ".join(map(str, name)))
            failed.append(error)

    yield case
    assert tried, "no case was tried"
    if failed:
        raise BaseExceptionGroup(f"{len(failed)} of {len(tried)} cases failed", failed)
