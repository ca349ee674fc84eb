"""Everything that was acknowledged survives ``kill -9``, and processes do not lose each other's.

The processes are forked from a server that has the libraries loaded, so that twenty of them start
in little more time than one.
"""

import multiprocessing
import random
import sqlite3
import time
from collections import defaultdict
from contextlib import closing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from airlock.model import Decision, ProjectName, Sha256
from airlock.store import open_blobs, open_store
from tests.functional import store_writer
from tests.unit.store.examples import SOURCE, artifact, digest, verdict

_KILLS = 25
_LONGEST_LIFE_SECONDS = 0.4


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Where processes come from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.functional.store_writer", "airlock.store.opening"])
    return context


def test_what_was_acknowledged_survives_kills(tmp_path: Path, processes: ForkServerContext) -> None:
    open_store(store_writer.url_of(tmp_path)).close()
    moments = random.Random(20261123)
    for life in range(_KILLS):
        arguments = (tmp_path, 1000 * (life + 1))
        process = processes.Process(target=store_writer.write_until_killed, args=arguments)
        process.start()
        _wait_for_a_sign(tmp_path, 1000 * (life + 1))
        time.sleep(moments.uniform(0, _LONGEST_LIFE_SECONDS))
        process.kill()
        process.join()
        assert process.exitcode == -9
        _require_a_sound_file(tmp_path)
    acknowledged = _acknowledged(tmp_path)
    assert len(acknowledged["verdict"]) >= _KILLS
    _require_all(tmp_path, acknowledged)


def test_four_processes_lose_nothing(tmp_path: Path, processes: ForkServerContext) -> None:
    count = 15
    starts = [1000, 2000, 3000, 4000]
    running = [
        processes.Process(target=store_writer.append, args=(tmp_path, start, count))
        for start in starts
    ]
    _run(running)
    with open_store(store_writer.url_of(tmp_path)) as store:
        shared = [verdict.checks_version for verdict in store.verdicts(digest(0))]
        assert sorted(shared) == sorted(str(s + n) for s in starts for n in range(count))
        own = [digest(start + n) for start in starts for n in range(count)]
        assert len(store.latest_verdicts(own)) == len(own)
        assert {len(store.artifacts_of(ProjectName(f"of-{s}"))) for s in starts} == {count}
        assert len(store.recent_verdicts(decision=Decision.ADMIT, limit=1000)) == len(own) + 1


def test_eight_processes_make_one_store(tmp_path: Path, processes: ForkServerContext) -> None:
    arguments = (tmp_path / "new", processes.Barrier(8))
    running = [
        processes.Process(target=store_writer.open_at_once, args=arguments) for _ in range(8)
    ]
    _run(running)
    with open_store(store_writer.url_of(tmp_path / "new")) as store:
        assert len(store.recent_verdicts(decision=None, limit=100)) == len(running)


def _run(running: list[multiprocessing.context.ForkServerProcess]) -> None:
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * len(running)


def _wait_for_a_sign(folder: Path, start: int) -> None:
    """Wait until the process has stored something, so that no kill hits only its start."""
    deadline = time.monotonic() + 60
    while f"blob {start}\n" not in _text_of(folder / "acknowledged"):
        assert time.monotonic() < deadline, "the process does not write"
        time.sleep(0.005)


def _text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _acknowledged(folder: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for line in _text_of(folder / "acknowledged").splitlines():
        kind, number = line.split()
        found[kind].append(int(number))
    return found


def _require_a_sound_file(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "airlock.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _require_all(folder: Path, acknowledged: dict[str, list[int]]) -> None:
    with open_store(store_writer.url_of(folder)) as store, open_blobs(folder / "blobs") as blobs:
        for number in acknowledged["verdict"]:
            assert store.verdicts(digest(number)) == (verdict(number),)
        for number in acknowledged["artifact"]:
            stored = store.artifact(digest(number))
            assert stored is not None
            assert stored.artifact == artifact(number)
        for number in acknowledged["blob"]:
            assert blobs.has(Sha256.of(store_writer.blob(number)))
        kept = store.listing(SOURCE, ProjectName("example"))
        assert kept is not None
        for file in kept.files:
            assert store.listed_file(file.sha256 or digest(0), file.filename) is not None
    final = [path for path in (folder / "blobs" / "sha256").rglob("*") if path.is_file()]
    assert len(final) >= len(acknowledged["blob"])
    for path in final:
        assert Sha256.of(path.read_bytes()) == path.name
    assert not list((folder / "blobs").glob("staging/*"))
