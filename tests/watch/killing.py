"""Real processes on one PostgreSQL: workers, the watcher and the database are killed at random.

The short form is a test; the long one, with thousands of releases and an index that misbehaves, is
``python -m benchmarks.killing``.
"""

import datetime as dt
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from airlock.errors import StoreError
from airlock.store import Records, open_records
from tests.functional.conftest import clean_environment
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.upstream import Upstream, make_wheel
from tests.watch.world import faults, results

COMMANDS = {
    "watch": ("watch", "-j", "0", "--every", "1"),
    "worker-1": ("worker",),
    "worker-2": ("worker",),
}
_FAULTS = faults(2)
_WHERE = ("/files/*", "/simple/*", "/pypi", "/simple/project-1*")


class Terms(NamedTuple):
    """How much happens."""

    releases: int
    projects: int
    """They are of so many projects, each at most."""
    killed_every: int
    """So many releases, one of the processes is killed."""
    restarted_every: int
    """So many releases, PostgreSQL is killed."""
    faulty_every: int = 0
    """So many releases, the index misbehaves for some requests; never if zero."""
    deleted_every: int = 0
    """So many releases, a project is withdrawn; never if zero."""
    at_once: int = 1
    """Releases between which nobody waits."""
    seconds: float = 240.0
    """After which it has failed."""


class Processes:
    """Processes of ``airlock`` that share a store; all of them end with the test."""

    def __init__(self, database: str, index: str, folder: Path) -> None:
        self._environment = clean_environment(
            AIRLOCK_DATABASE=database.replace("+psycopg", ""), AIRLOCK_UPSTREAM=index
        )
        self._folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start one, again if it was killed."""
        command = [sys.executable, "-m", "airlock", *COMMANDS[name], "--data", str(self._folder)]
        with (self._folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*command, "--rate", "500"], env=self._environment, stdout=log, stderr=log
            )

    def revive(self) -> None:
        """Start again what ended by itself, as a supervisor does: the database was away."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.start(name)

    def kill(self, name: str) -> None:
        """End one as a power cut does."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def end(self) -> dict[str, int]:
        """Tell all of them to stop, and return their exit codes."""
        for process in self.running.values():
            process.terminate()
        return {name: process.wait(60) for name, process in self.running.items()}

    def destroy(self) -> None:
        """Leave none."""
        for process in self.running.values():
            process.kill()
            process.wait()


class Lived(NamedTuple):
    """What became of it."""

    published: set[str]
    withdrawn: set[str]
    verdicts: dict[str, int]
    """How many there are on each file."""
    dead: int
    """Dead letters."""
    kills: int
    restarts: int
    codes: dict[str, int]


class Life:
    """What happens to a watch.

    Args:
        server: the database.
        upstream: the index.
        folder: for data and logs.
        terms: how much happens.
        seed: of everything that happens by chance.
    """

    def __init__(
        self, server: PostgreSQL, upstream: Upstream, folder: Path, terms: Terms, seed: int
    ) -> None:
        self._server = server
        self._upstream = upstream
        self._terms = terms
        self._dice = random.Random(seed)
        self._database = server.database()
        self._processes = Processes(self._database, upstream.url, folder)
        self._versions: dict[str, int] = {}
        self._published: set[str] = set()
        self._withdrawn: set[str] = set()
        self._kills = self._restarts = 0
        self._deadline = time.monotonic() + terms.seconds

    def run(self) -> Lived:
        """Let everything happen, and wait until everything is done."""
        self._upstream.tells = {"changelog", "serials"}
        self._upstream.add(*make_wheel("before", "1.0"))
        try:
            for name in COMMANDS:
                self._processes.start(name)
            self._until(lambda records: any(one.polled_at for one in records.following.sources()))
            for number in range(1, self._terms.releases + 1):
                self._publish()
                self._happen(number)
            self._upstream.heal()
            self._until(self._is_done)
            with open_records(self._database) as records:
                verdicts = results(records, self._published)
                dead = len(records.works.letters(dead=True, limit=9))
            self._processes.revive()
            codes = self._processes.end()
        finally:
            self._processes.destroy()
        found = (self._published, self._withdrawn, verdicts, dead)
        return Lived(*found, self._kills, self._restarts, codes)

    def _publish(self) -> None:
        name = f"project-{self._dice.randrange(self._terms.projects)}"
        self._versions[name] = self._versions.get(name, 0) + 1
        filename, data = make_wheel(name, f"{self._versions[name]}.0")
        self._upstream.add(filename, data, upload_time=dt.datetime.now(dt.UTC))
        self._published.add(filename)

    def _happen(self, number: int) -> None:
        def is_time(every: int) -> bool:
            return bool(every) and number % every == every // 2

        if is_time(self._terms.faulty_every):
            kind, value, headers = self._dice.choice(_FAULTS)
            where, times = self._dice.choice(_WHERE), self._dice.randint(1, 4)
            self._upstream.fault(where, kind, value, times=times, headers=headers)
        if is_time(self._terms.deleted_every):
            self._delete()
        if is_time(self._terms.killed_every):
            name = self._dice.choice([*COMMANDS])
            self._processes.revive()
            self._processes.kill(name)
            self._processes.start(name)
            self._kills += 1
        if is_time(self._terms.restarted_every):
            self._server.kill()
            self._server.start()
            self._restarts += 1
        if number % self._terms.at_once == 0:
            self._processes.revive()
            # A fault that waits for requests that never come would last for ever.
            self._upstream.heal()
            self._until(self._is_near)

    def _delete(self) -> None:
        name = self._dice.choice([*self._versions])
        del self._versions[name]
        stem = name.replace("-", "_") + "-"
        gone = {file for file in self._published if file.startswith(stem)}
        self._published -= gone
        self._withdrawn |= gone
        self._upstream.delete(name)

    def _is_near(self, records: Records) -> bool:
        """Tell whether what was published is done but for a rest: all the while, somebody works."""
        done = records.works.backlog(dt.datetime.now(dt.UTC)).done
        return len(self._published) - done < 2 * self._terms.at_once

    def _is_done(self, records: Records) -> bool:
        backlog = records.works.backlog(dt.datetime.now(dt.UTC))
        if sum(backlog.waiting.values()) or backlog.pages:
            return False
        return backlog.done + backlog.gone + backlog.dead >= len(self._published)

    def _until(self, done: Callable[[Records], bool]) -> None:
        while True:
            assert time.monotonic() < self._deadline, "it takes longer than it may"
            try:
                with open_records(self._database) as records:
                    if done(records):
                        return
            except StoreError:
                # It was killed a moment ago.
                pass
            self._processes.revive()
            time.sleep(0.2)
