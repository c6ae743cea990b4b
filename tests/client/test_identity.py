"""What the proofs may take away from a bot, and that nobody takes it away in service."""

from __future__ import annotations

import pytest

from client.identity import NOT_WEAKENED, Weakened, weakened_by


def test_in_service_nothing_is_missing() -> None:
    assert weakened_by([], for_real=True) == NOT_WEAKENED


def test_the_proofs_take_what_they_name() -> None:
    given = weakened_by(["--weaken", "epoch", "--weaken", "random-ids", "--minute", "0.5"], for_real=False)
    assert given == Weakened(epoch=True, random_ids=True, minute=0.5)


def test_hosts_may_be_on_this_machine_in_truth() -> None:
    given = weakened_by(["--near", "a.example=127.0.0.1:81", "--near", "b.example=127.0.0.1:82"], for_real=False)
    assert given == Weakened(near={"a.example": "127.0.0.1:81", "b.example": "127.0.0.1:82"})


@pytest.mark.parametrize(
    ("arguments", "for_real"),
    [
        (["--weaken", "epoch"], True), (["--minute", "1"], True), (["--minute", "60"], True),
        (["--near", "a.example=127.0.0.1:81"], True), (["--near"], False), (["--weaken", "near"], False),
        (["--weaken", "minute"], False), (["--weaken", "nonsense"], False), (["--minute", "soon"], False),
    ],
)  # fmt: skip
def test_what_is_not_for_here_is_refused(arguments: list[str], for_real: bool) -> None:
    with pytest.raises(SystemExit):
        weakened_by(arguments, for_real=for_real)
