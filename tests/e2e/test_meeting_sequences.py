"""A sequence as readers meet it, in two languages: steps in order through a kill, clicks, joining, /stop and again."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from sandbox.person import Person
from tests.e2e.conftest import MakeStage
from tests.e2e.evidence import until
from tests.e2e.harness import Stage
from tests.e2e.test_force_subscribe import a_chat, buttons
from tests.e2e.test_writing_sequences import presses, sends
from tests.e2e.words import said, shown

PLAN = """\
name: meet
steps:
  - {key: hello, after: at once, text: "Hello {first}", buttons: [{text: I joined, click: joined}]}
  - {key: more, after_previous: 1s, text: More, buttons: [{text: Tell me, click: told, answer: So it is}]}
  - {key: never, after_previous: 1s, text: Never, condition: {language: ru}}
  - {key: late, after_previous: 1s, text: Late}
  - {key: last, after_previous: 1h, text: Last}
"""
"""Its third step is for those who speak another language than the readers here."""

STEPS = ("Hello Rita", "More", "Late")


async def saying(stage: Stage, reader: Person, text: str) -> Any:
    """What the bot says next in these words."""
    return await stage.answer(reader, predicate=lambda got: said(got) == text)


async def steps_of(stage: Stage, reader: Person) -> Counter[str]:
    """How often the bot sent each step to a reader, by the ledger."""
    texts = [line["text"] for line in await stage.sent_by_bot(reader.id)]
    return Counter(text for text in texts if text in {*STEPS, "Never", "Last"})


async def test_readers_get_each_step_once_through_a_kill_and_stop_and_begin_again(
    make: MakeStage, tmp_path: Path
) -> None:
    stage = await make()
    club = await a_chat(stage, "Club", username=f"club_{stage.bot_id}")
    settings = {"TARGET_CHANNEL_ID": str(club), "LEASE_SECONDS": "1"}
    bot = await stage.bot(**settings).start()
    draft = await sends(stage, tmp_path, "meet.yaml", PLAN)
    await presses(stage, draft, buttons(draft)[shown("en", "button-sequence-save")])
    readers = {language: await stage.reader("Rita", language) for language in ("en", "uz")}
    for reader in readers.values():
        await reader.send("/start")
    hellos = {language: await saying(stage, reader, STEPS[0]) for language, reader in readers.items()}
    await bot.kill()
    await stage.bot(**settings).start()
    await asyncio.gather(*(goes_on(stage, readers[language], hellos[language], language) for language in readers))


async def goes_on(stage: Stage, reader: Person, hello: Any, language: str) -> None:
    """What a reader does and gets after the first step."""
    more = await saying(stage, reader, STEPS[1])
    assert (await reader.press(more)).message == "So it is"
    await joins(stage, reader, hello, language)
    await saying(stage, reader, STEPS[2])
    assert await steps_of(stage, reader) == Counter(STEPS), "each once, and what has another condition not at all"

    await reader.send("/stop")
    await saying(stage, reader, shown(language, "stopped", count=1))
    await reader.send("/start")
    asked = await saying(stage, reader, shown(language, "again-ask"))
    await reader.press(asked, data="again:no")
    left = await reader.next_edit(predicate=lambda got: got.id == asked.id)
    assert said(left) == shown(language, "again-left")
    await reader.send("/start")
    asked = await saying(stage, reader, shown(language, "again-ask"))
    await reader.press(asked, data="again:yes")
    assert said(await reader.next_edit(predicate=lambda got: got.id == asked.id)) == shown(language, "again-begun")
    await saying(stage, reader, STEPS[0])
    assert (await steps_of(stage, reader))[STEPS[0]] == 2


async def joins(stage: Stage, reader: Person, message: Any, language: str) -> None:
    """Press "I joined" before it is so, and after."""
    early = await reader.press(message, data="click:joined")
    assert early.message == shown(language, "joined-not-yet")
    verify = await reader.next_edit(predicate=lambda got: got.id == message.id)
    assert list(buttons(verify)) == [shown(language, "button-joined-verify")]
    assert said(verify) == said(message)
    await reader.join(f"club_{stage.bot_id}")

    async def is_seen() -> bool:
        return not (await reader.press(verify)).message

    await until(is_seen, 60)
    await saying(stage, reader, shown(language, "joined-success"))
    done = await reader.next_edit(predicate=lambda got: got.id == message.id)
    assert done.reply_markup is None
