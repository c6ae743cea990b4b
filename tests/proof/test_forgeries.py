"""The proof of forgeries in small: nothing that is forged is accepted, and what is right is, by the same way."""

from __future__ import annotations

import pytest

from tests.proof.forgeries import DRAFTS, prove
from tests.proof.ground import Ground


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")
async def test_no_forged_press_does_anything_to_a_draft(place: Ground) -> None:
    fakes, real = await prove(place, 1, 400)
    assert not fakes.accepted
    assert not fakes.errors
    assert real.accepted == real.presses >= DRAFTS // 2
