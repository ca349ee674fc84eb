"""Real processes on one PostgreSQL: workers, the watcher and the database are killed at random."""

import datetime as dt
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airlock.store import open_records
from tests.conftest import lacking
from tests.functional.conftest import clean_environment
from tests.simulators import postgresql as postgresql_server
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.upstream import Upstream, make_wheel
from tests.watch.world import results

SEED = int(os.environ.get("AIRLOCK_SEED", "1"))
SECONDS = 240
RELEASES = 12


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of the test's own: what was committed survives its end."""
    if reason := postgresql_server.lacking():
        lacking(reason)
    with PostgreSQL(durable=True) as started:
        yield started


class Processes:
    """Processes of ``airlock`` that share a store; all of them end with the test."""

    def __init__(self, database: str, index: str, folder: Path) -> None:
        self._environment = clean_environment(
            AIRLOCK_DATABASE=database.replace("+psycopg", ""), AIRLOCK_UPSTREAM=index
        )
        self._folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *words: str) -> None:
        """Start one, again if it was killed."""
        command = [sys.executable, "-m", "airlock", *words, "--data", str(self._folder)]
        with (self._folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*command, "--rate", "500"], env=self._environment, stdout=log, stderr=log
            )

    def revive(self) -> None:
        """Start again what ended by itself, as a supervisor does: the database was away."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.start(name, *COMMANDS[name])

    def kill(self, name: str) -> None:
        """End one as a power cut does."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def end(self) -> dict[str, int]:
        """Tell all of them to stop, and return their exit codes."""
        for process in self.running.values():
            process.terminate()
        return {name: process.wait(60) for name, process in self.running.items()}


COMMANDS = {
    "watch": ("watch", "-j", "0", "--every", "1"),
    "worker-1": ("worker",),
    "worker-2": ("worker",),
}


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_one_verdict_on_each_whoever_is_killed(
    server: PostgreSQL, upstream: Upstream, tmp_path: Path
) -> None:
    dice = random.Random(SEED)
    upstream.tells = {"changelog", "serials"}
    upstream.add(*make_wheel("before", "1.0"))
    database = server.database()
    processes = Processes(database, upstream.url, tmp_path)
    try:
        for name, words in COMMANDS.items():
            processes.start(name, *words)
        with open_records(database) as records:
            until(lambda: any(one.polled_at for one in records.following.sources()))
        published = set()
        for number in range(RELEASES):
            filename, data = make_wheel(f"project-{number}", "1.0")
            upstream.add(filename, data, upload_time=dt.datetime.now(dt.UTC))
            published.add(filename)
            if number % 5 == 2:
                name = dice.choice([*COMMANDS])
                processes.kill(name)
                processes.start(name, *COMMANDS[name])
            if number == RELEASES // 2:
                server.kill()
                server.start()
        with open_records(database) as records:

            def done() -> bool:
                processes.revive()
                return records.works.backlog(dt.datetime.now(dt.UTC)).done >= RELEASES

            until(done)
            counted = results(records, published)
            assert not records.works.letters(dead=True, limit=9)
        processes.revive()
        codes = processes.end()
    finally:
        for process in processes.running.values():
            process.kill()
            process.wait()
    assert {name: counted[name] for name in published} == dict.fromkeys(published, 1)
    assert set(codes.values()) == {0}, codes
