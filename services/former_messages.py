"""Decides which sequence the timed messages of an older bot become, as its settings name them."""

from dataclasses import dataclass, replace
from typing import Final

from database.sequences import Plan, Step, StepButton
from services.sequence_example import example_file
from services.sequence_files import plan_in
from services.sequence_writing import yaml_of

_JOIN: Final = "Join the channel"


@dataclass(frozen=True, slots=True)
class FormerMessages:
    """The posts of the source channel that an older bot sent, by their numbers; None: a text of the example instead.

    `farewell_minutes` are those from the post of 3 minutes to the farewell, `join_url` is where people join.
    """

    immediate: int | None = None
    after_40s: int | None = None
    after_3min: int | None = None
    after_2h: int | None = None
    farewell_minutes: int | None = None
    join_url: str | None = None

    @property
    def are_any(self) -> bool:
        """Whether the settings name any of them; where people join may be said without that."""
        return replace(self, join_url=None) != FormerMessages()

    @property
    def plan(self) -> Plan:
        """The example, with these posts in the places of its texts."""
        example = plan_in(example_file(), ()).plan
        return replace(example, steps=tuple(self._step(step) for step in example.steps))

    def file(self) -> bytes:
        """Return the example as YAML: as it ships, with its remarks, where these change nothing of it."""
        return example_file() if self == FormerMessages() else yaml_of(self.plan)

    def _step(self, step: Step) -> Step:
        posts = {"hello": self.immediate, "join": self.after_40s, "how": self.after_3min, "reminder": self.after_2h}
        if post := posts.get(step.key):
            step = replace(step, html=None, messages=(post,))
        if step.key == "farewell" and self.farewell_minutes:
            step = replace(step, delay=self.farewell_minutes * 60)
        if step.clicks and self.join_url:
            step = replace(step, buttons=((StepButton(_JOIN, url=self.join_url),), *step.buttons))
        return step
