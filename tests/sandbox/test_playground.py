"""The bot of a demonstration touches nothing of a real one that is configured in the same place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox import playground
from sandbox.network import ServerInfo
from sandbox.stage import Scene

BOT = """
import json, os
from pathlib import Path
print(json.dumps({"cwd": os.getcwd(), "env": Path(".env").exists(), **os.environ}))
"""


async def test_the_bot_sees_neither_the_env_file_nor_the_database_of_a_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    folder = root / "data"
    folder.mkdir(parents=True)
    (root / "bot.py").write_text(BOT)
    (root / ".env").write_text("TG_BOT_TOKEN=1:real\nDATABASE_URL=mongodb://real\n")
    monkeypatch.chdir(root)
    monkeypatch.setattr(playground, "ROOT", root)
    for name in ("DATABASE_URL", "MONGO_URI", "TG_BOT_TOKEN"):
        monkeypatch.setenv(name, "mongodb://real")
    scene = Scene(f"1:{'a' * 35}", "demo_bot", 5, -1001234567890)
    info = ServerInfo("127.0.0.1:1", "http://127.0.0.1:2", "key.pem")
    process = await playground.start_bot(scene, info, folder, folder / "bot.log", 8080)
    assert await process.wait() == 0
    seen = json.loads((folder / "bot.log").read_text())
    assert Path(seen["cwd"]).is_relative_to(folder)
    assert not seen["env"]
    assert "mongodb://real" not in seen.values()
    assert seen["BOT_TOKEN"] == scene.token
    assert Path(seen["DATA_DIR"]) == folder
