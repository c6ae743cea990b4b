"""A sequence as its owner writes it: a file with mistakes, one without, its pictures, and what the card does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.harness import Stage
from tests.e2e.test_force_subscribe import buttons
from tests.e2e.words import answer, code_in, said, shown

WRONG = """\
name: Not A Name
steps:
  - key: one
    after: -5s
    txt: Hello
"""

GOOD = """\
name: begin
quiet: 03:00-03:01
steps:
  - key: one
    after: at once
    text: <b>First</b> {first}
    buttons:
      - text: More
        click: more
        answer: Here it is
  - key: two
    after_previous: 2h
    text: Second
    condition:
      clicked: more
"""


async def sends(stage: Stage, folder: Path, name: str, content: str) -> Any:
    """The owner sends a file; what the bot says of it."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    await stage.owner.send_file(path)
    return await answer(stage)


async def presses(stage: Stage, card: Any, data: str) -> Any:
    """The owner presses a button; the card as it is then."""
    await stage.owner.press(card, data=data)
    return await stage.owner.next_edit(from_=stage.scene.username)


async def pictured(person: Person, language: str, key: str) -> None:
    """Wait for a picture with this text under it."""
    await person.next_message(predicate=lambda got: bool(got.photo) and said(got) == shown(language, key))


async def test_a_file_with_mistakes_is_explained_or_kept_and_a_good_one_is_drawn_and_saved(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make("ru")
    await stage.bot(LEASE_SECONDS="10").start()
    wrong = await sends(stage, tmp_path, "wrong.yml", WRONG)
    lines = said(wrong).splitlines()
    assert lines[0] == shown("ru", "sequence-file-wrong")
    assert [line.partition(":")[0] for line in lines[2:] if line] == ["Строка 1", "Строка 3", "Строка 4", "Строка 5"]
    assert list(buttons(wrong)) == [shown("ru", "button-sequence-store")]
    await stage.owner.press(wrong)
    assert code_in(await stage.owner.next_edit(from_=stage.scene.username)), "it is a file like any other"

    draft = await sends(stage, tmp_path, "begin.yaml", GOOD)
    assert shown("ru", "sequence-draft-new") in said(draft)
    await pictured(stage.owner, "ru", "timeline-caption")
    save = buttons(draft)[shown("ru", "button-sequence-save")]
    card = await presses(stage, draft, save)
    assert "▶️" not in said(card)
    assert said(card).splitlines()[0] == "📬 begin"
    drawing = await stage.owner.press(card, data="sequence-funnel:begin")
    assert drawing.message == shown("ru", "sequence-drawing")
    await pictured(stage.owner, "ru", "funnel-caption")
    held = await presses(stage, card, "sequence-pause:begin")
    assert "⏸" in said(held)
    assert "⏸" not in said(await presses(stage, held, "sequence-resume:begin"))

    await stage.owner.press(card, data="sequence-edit:begin")
    given = await answer(stage)
    content = (await stage.owner.download(given)).read_text("utf-8")
    asked = await answer(stage)
    assert said(asked) == shown("ru", "sequence-edit-ask", name="begin")
    await stage.owner.send("nothing of the kind")
    assert said(await answer(stage)) == shown("ru", "paper-none")
    changed = await sends(stage, tmp_path, "any name", content.replace("Second", "Another"))
    assert "изменённых: 1" in said(changed)

    asks = await presses(stage, card, "sequence-delete:begin")
    assert said(asks) == shown("ru", "sequence-delete-ask", name="begin", readers=0)
    gone = await presses(stage, asks, "sequence-delete-yes:begin")
    assert said(gone) == shown("ru", "sequence-deleted", name="begin")
    kept = await stage.answer(stage.owner, predicate=lambda got: bool(got.document))
    assert said(kept) == shown("ru", "sequence-deleted-file", name="begin")
