"""Decides how a person makes a draft: a sketch of theirs, which goes where and when they say, until they hand it in."""

from collections.abc import Sequence
from datetime import datetime

from database.cause import Cause
from database.clock import Clock
from database.codes import random_id
from database.outgoing import Outgoing
from database.sketches import Sketch as Sketch  # noqa: PLC0414 - what callers name sketches by
from database.sketches import Sketches, SketchState
from services.drafts import Draft, DraftService, DraftSource, DraftTarget, Origin
from services.errors import UserError
from services.targets import TargetService, Telegram, name_of

__all__ = ["DraftMaking", "Sketch", "SketchState"]


class DraftMaking:
    """One bot's sketches. Each verb does it once per cause, for who began the sketch and for nobody else."""

    def __init__(self, sketches: Sketches, targets: TargetService, drafts: DraftService, clock: Clock) -> None:
        """Take the collection, where drafts may go, and who takes them then."""
        self._sketches = sketches
        self._targets = targets
        self._drafts = drafts
        self._clock = clock

    async def begin(
        self, out: Outgoing, telegram: Telegram, *, by: int, chat: int, made_of: Sequence[int], cause: Cause
    ) -> Sketch:
        """Begin a draft that says this. It goes to the default targets, as far as the bot may write there."""
        known = await self._targets.fresh(telegram)
        chosen = tuple(each.chat for each in known if each.is_default and each.may_write)
        now = self._clock.now()
        return await self._sketches.add(Sketch(random_id(), cause, by, chat, tuple(made_of), out, chosen, now))

    async def get(self, code: str, by: int) -> Sketch:
        """Return a sketch.

        Raises:
            UserError: `sketch-unknown`, also where it is somebody else's: they need not know that it is there.
        """
        found = await self._sketches.get(code)
        if found is None or found.by != by:
            raise UserError("sketch-unknown")
        return found

    async def toggle(self, code: str, chat: int, telegram: Telegram, *, by: int, cause: Cause) -> Sketch:
        """Let it go to a chat, or no longer where that is chosen. One that is being chosen is looked at anew.

        Raises:
            UserError: `sketch-unknown`, `sketch-over`, `target-none`, or why the bot may not write there.
            TryLater: Telegram wants us to wait.
        """
        found = await self.get(code, by)
        chosen = chat not in found.targets
        if chosen:
            await self._targets.open_to(chat, telegram)
        return _open(await self._sketches.choose(code, chat, chosen=chosen, cause=cause))

    async def plan(self, code: str, at: datetime | None, *, by: int, cause: Cause) -> Sketch:
        """Let it go out at a time (UTC) once it is approved; None: at once then.

        Raises:
            UserError: `sketch-unknown`, `sketch-over`.
        """
        await self.get(code, by)
        return _open(await self._sketches.plan(code, at, cause=cause))

    async def drop(self, code: str, *, by: int, cause: Cause) -> None:
        """Give it up.

        Raises:
            UserError: `sketch-unknown`, `sketch-over`.
        """
        await self.get(code, by)
        _open(await self._sketches.end(code, SketchState.DROPPED, cause=cause))

    async def hand_in(self, code: str, *, by: int, cause: Cause) -> Draft:
        """Make the draft of it, once, and return it. What comes between the two writes is made good by a second press.

        Raises:
            UserError: `sketch-unknown`, `sketch-over` where it was dropped, `sketch-nowhere` where no chat is chosen.
        """
        found = await self.get(code, by)
        if found.state is SketchState.DROPPED:
            raise UserError("sketch-over")
        draft = await self.draft_of(found) or await self._make(found)
        await self._sketches.end(code, SketchState.HANDED, cause=cause)
        return draft

    async def draft_of(self, sketch: Sketch) -> Draft | None:
        """Return the draft that was made of a sketch; None where there is none."""
        return await self._drafts.of_cause(_cause_of(sketch))

    async def _make(self, sketch: Sketch) -> Draft:
        titles = {each.chat: name_of(each) for each in await self._targets.all()}
        targets = [DraftTarget(chat, titles[chat]) for chat in sketch.targets if chat in titles]
        if not targets:
            raise UserError("sketch-nowhere")
        origin = Origin(DraftSource.PERSON, sketch.by, sketch.chat, sketch.made_of)
        return await self._drafts.add([sketch.out], targets, origin, _cause_of(sketch), send_at=sketch.send_at)


def _cause_of(sketch: Sketch) -> Cause:
    return Cause(f"sketch:{sketch.code}")


def _open(changed: Sketch | None) -> Sketch:
    if changed is None:
        raise UserError("sketch-over")
    return changed
