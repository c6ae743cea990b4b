"""Sandboxes that were killed leave nothing for ever, and living ones lose nothing."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sandbox.folders import PREFIX, clear_up, temporary_folder


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def test_a_folder_names_its_process_and_goes_at_the_end(place: Path) -> None:
    with temporary_folder() as folder:
        assert folder.parent == place
        assert folder.name.startswith(f"{PREFIX}{os.getpid()}-")
        (folder / "file").write_text("x")
    assert not folder.exists()


def test_folders_of_dead_processes_go_and_no_others(place: Path) -> None:
    stale = place / f"{PREFIX}{dead()}-abc"
    (stale / "blobs").mkdir(parents=True)
    (stale / "blobs" / "file").write_text("x")
    outside = place / "outside"
    kept = [outside, place / f"{PREFIX}{os.getpid()}-abc", place / f"{PREFIX}notes", place / f"other-{dead()}-abc"]
    for folder in kept:
        folder.mkdir()
    link = place / f"{PREFIX}{dead()}-link"
    link.symlink_to(outside)
    clear_up()
    assert not stale.exists()
    assert [folder for folder in kept if not folder.is_dir()] == []
    assert link.is_symlink()
