"""How long a start takes, with and without what an earlier one has left."""

from __future__ import annotations

import asyncio
import shutil
import time

from sandbox.stage import control
from tests.bench.extent import Extent
from tests.bench.figures import Figure
from tests.bench.rig import Rig
from tests.e2e.harness import BotProcess


async def starts(rig: Rig, extent: Extent) -> list[Figure]:
    """Seconds from the command to the first answer of /readyz, with and without what an earlier start has left."""
    cold: list[float] = []
    hot: list[float] = []
    bare: list[float] = []
    folder = rig.folder / "start"
    for _ in range(extent.runs):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        scene = rig.ours.stage.scene
        environment = {**scene.environment(rig.sandbox.info), "DATA_DIR": str(folder / "data")}
        token = environment["BOT_TOKEN"] = f"{scene.token.partition(':')[0]}9:{'b' * 35}"
        await control(rig.sandbox.info, "POST", "/bots", token=token, username=f"{scene.username[:-4]}_start_bot")
        for times in (cold, hot):
            process = BotProcess(environment, folder / "bot.log")
            times.append(await _start(process))
            await process.terminate()
        await rig.bare.stop()
        bare.append(await rig.bare.start())
    return [
        Figure("start to ready, nothing there yet", "s", cold, digits=2),
        Figure("start to ready, session stored", "s", hot, bare, "", digits=2),
    ]


async def _start(process: BotProcess) -> float:
    started = time.perf_counter()
    await process.start(ready=False)
    while (await process.get("/readyz"))[0] != 200:
        assert process.process
        assert process.process.returncode is None, process.text()[-2000:]
        await asyncio.sleep(0.01)
    return time.perf_counter() - started
