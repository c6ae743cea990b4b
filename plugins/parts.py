"""What the runners say and ask with: the parts of this room that scheduler/runners.py is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from plugins import processing_cards
from plugins.broadcast_cards import progress_card
from plugins.bundle_news import tell_bundle
from plugins.cards import album_card
from plugins.draft_board import bring_up_to_date
from plugins.gate_cards import verify_card
from plugins.jobs import tell_of_job
from plugins.losses import loss_card
from plugins.posts import read_posts
from plugins.talk import say

PARTS: Final[Mapping[str, Any]] = {
    "album_card": album_card,
    "ask": say,
    "broadcast_card": progress_card,
    "bring_draft": bring_up_to_date,
    "loss_card": loss_card,
    "processing_cards": processing_cards,
    "read_posts": read_posts,
    "tell_bundle": tell_bundle,
    "tell_of_job": tell_of_job,
    "verify_card": verify_card,
}
"""By the names under which `Rooms` has them."""
