"""What a killed process leaves is removed by the next, and nothing else is."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock import scratch
from airlock.assembly.storing import open_data

_OWNER = """
import sys, time
from airlock import scratch
with scratch.folder("test", sys.argv[1]) as folder:
    (folder / "locked").mkdir()
    (folder / "locked" / "file").touch()
    (folder / "elsewhere").symlink_to(sys.argv[2])
    (folder / "locked").chmod(0o500)
    print(folder, flush=True)
    time.sleep(600)
"""


@contextlib.contextmanager
def owned(place: Path, elsewhere: Path) -> Iterator[Path]:
    """Give the folder of a process, with a link to elsewhere in it; then kill the process."""
    command = [sys.executable, "-c", _OWNER, str(place), str(elsewhere)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_what_a_killed_owner_left_is_removed_and_what_links_in_it_name_is_not(
    tmp_path: Path,
) -> None:
    place, elsewhere = tmp_path / "place", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    with owned(place, elsewhere) as in_use:
        with owned(place, elsewhere) as left:
            pass
        assert left.exists()
        # The first folder that somebody makes there is the occasion.
        with scratch.folder("test", place) as folder:
            assert not left.parent.exists()
            assert in_use.exists()
            assert scratch.sweep(place) == 0
            assert folder.exists()
        assert not folder.parent.exists()
    assert (elsewhere / "kept").exists()
    assert scratch.sweep(place) == 1
    assert not list(place.iterdir())


def test_what_is_not_ours_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, other = tmp_path / "place", tmp_path / "other"
    for folder in (place / "airlock-unmarked", place / "unnamed", other):
        folder.mkdir(parents=True)
    (place / "unnamed" / ".airlock-scratch").touch()
    (other / ".airlock-scratch").touch()
    (place / "airlock-link").symlink_to(other)
    (place / "airlock-odd").mkdir()
    os.mkfifo(place / "airlock-odd" / ".airlock-scratch")
    (place / "airlock-file").touch()
    assert scratch.sweep(place) == 0
    assert len(list(place.iterdir())) == 5
    assert (other / ".airlock-scratch").exists()
    (place / "airlock-unmarked" / ".airlock-scratch").touch()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert scratch.sweep(place) == 0
    monkeypatch.undo()
    assert scratch.sweep(place) == 1


def test_who_comes_while_a_folder_is_swept_makes_another(tmp_path: Path) -> None:
    made: list[Path] = []

    def quicker(_lock: int, _how: int) -> None:
        if not made:
            made.extend(tmp_path.iterdir())
            (made[0] / ".airlock-scratch").unlink()
            made[0].rmdir()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fcntl, "flock", quicker)
        with scratch.folder("test", tmp_path) as folder:
            assert folder.parent != made[0]
            assert folder.exists()


def test_who_removes_a_folder_while_it_is_swept_hinders_nobody(tmp_path: Path) -> None:
    left = tmp_path / "airlock-left"
    left.mkdir()
    (left / ".airlock-scratch").touch()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fcntl, "flock", lambda _lock, _how: shutil.rmtree(left))
        assert scratch.sweep(tmp_path) == 0
    assert not left.exists()


def test_a_gate_at_work_for_days_keeps_its_folder_when_another_process_begins(
    tmp_path: Path,
) -> None:
    with contextlib.ExitStack() as opened:
        records, blobs, mine = open_data(tmp_path)
        opened.callback(records.close)
        opened.callback(blobs.close)
        for path in (mine, mine.parent, older := mine.parent.parent / "half-fetched"):
            path.mkdir(exist_ok=True)
            os.utime(path, (0, 0))
        records, blobs, _ = open_data(tmp_path)
        opened.callback(records.close)
        opened.callback(blobs.close)
        assert mine.is_dir()
        assert not older.exists()


def test_the_folder_of_a_process_is_one_and_made_anew_if_it_is_gone(tmp_path: Path) -> None:
    first = scratch.of_process("test", tmp_path)
    assert scratch.of_process("test", tmp_path) == first
    (first.parent / ".airlock-scratch").unlink()
    first.rmdir()
    first.parent.rmdir()
    second = scratch.of_process("test", tmp_path)
    assert second.is_dir()
    assert second != first


def test_threads_that_begin_at_once_do_not_wait_for_each_other_for_ever() -> None:
    program = (
        "import threading\nfrom airlock import scratch\n"
        "start = threading.Barrier(20)\n"
        "def begin():\n    start.wait()\n    scratch.of_forkserver()\n"
        "threads = [threading.Thread(target=begin, daemon=True) for _ in range(20)]\n"
        "for one in threads: one.start()\n"
        "for one in threads: one.join(60)\n"
        "raise SystemExit(sum(one.is_alive() for one in threads))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=120, check=False)
    assert done.returncode == 0
