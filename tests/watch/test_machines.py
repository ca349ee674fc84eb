"""Workers on machines of their own, as ``deploy/`` starts them; one is cut off in the middle."""

import asyncio
import configparser
import datetime as dt
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

import pytest

from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.gate.watch.priority import Priorities
from airlock.gate.watch.settings import WatchSettings
from airlock.gate.watch.watching import Followed, Watching
from airlock.model import ProjectName
from airlock.sources.changes.named import NamedChanges
from airlock.sources.simple_index import SimpleIndex
from airlock.store import Records, open_records
from tests.conftest import lacking
from tests.functional.conftest import clean_environment
from tests.simulators import network as networks
from tests.simulators import postgresql as postgresql_server
from tests.simulators.network import Network
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.s3 import S3
from tests.simulators.upstream import Upstream, make_wheel
from tests.watch.world import NoLore, results

UNIT = Path(__file__).parents[2] / "deploy" / "systemd" / "airlock-worker@.service"
MACHINES = 3
RELEASES = 9
SECONDS = 240


class Place(NamedTuple):
    """What all machines reach at one address."""

    network: Network
    server: PostgreSQL
    store: S3
    upstream: Upstream


@pytest.fixture
def place() -> Iterator[Place]:
    if reason := networks.absent() or postgresql_server.lacking():
        lacking(reason)
    if reason := networks.forbidden():
        pytest.skip(reason)
    with (
        Network(MACHINES) as network,
        PostgreSQL(address=network.address) as server,
        S3(network.address) as store,
        Upstream(address=network.address) as upstream,
    ):
        yield Place(network, server, store, upstream)


class Machines:
    """A worker on each machine; all of them end with the block."""

    def __init__(self, place: Place, database: str, folder: Path) -> None:
        self._place = place
        self._folder = folder
        self._environment = clean_environment(
            AIRLOCK_DATABASE=place.server.remote(database),
            AIRLOCK_BLOBS=place.store.bucket(),
            AIRLOCK_UPSTREAM=place.upstream.url,
            NO_PROXY="*",
            **place.store.environment,
        )
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        for number in range(MACHINES):
            with (self._folder / f"{number}.log").open("wb") as log:
                command = self._place.network.command(number, *self._words(number))
                self.processes.append(
                    subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
                )
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def _words(self, number: int) -> list[str]:
        """Return the words of the unit, with a data folder of this machine's own."""
        unit = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        unit.read_string(UNIT.read_text())
        _, *words = shlex.split(unit["Service"]["ExecStart"])
        folder = self._folder / f"machine-{number}"
        folder.mkdir()
        words[words.index("--data") + 1] = str(folder)
        return [sys.executable, "-m", "airlock", *words, "--rate", "1"]

    def logs(self) -> str:
        """Return what the workers wrote."""
        return "\n".join(path.read_text() for path in sorted(self._folder.glob("*.log")))

    def end(self) -> list[int]:
        """Tell all of them to stop, and return their exit codes."""
        for process in self.processes:
            process.terminate()
        return [process.wait(60) for process in self.processes]


def test_one_verdict_on_each_though_a_machine_is_cut_off(place: Place, tmp_path: Path) -> None:
    database = place.server.database()
    with open_records(database) as records, Machines(place, database, tmp_path) as machines:
        until(lambda: len(alive(records)) == MACHINES, machines)
        published = publish(records, place.upstream)
        until(lambda: held_by(place, database), machines)
        # Whoever has something to do, and at this rate has it for seconds.
        who = held_by(place, database)[-1][0]
        pids = [process.pid for process in machines.processes]
        (cut,) = [number for number, pid in enumerate(pids) if f"-{pid}-" in who]
        place.network.cut(cut)
        held = {file for holder, file in held_by(place, database) if holder == who}
        until(lambda: records.works.backlog(now()).done == RELEASES, machines)
        mended = now()
        place.network.mend(cut)
        until(lambda: alive(records, mended, who), machines)
        counted = results(records, published)
        assert machines.end() == [0] * MACHINES, machines.logs()
        assert held
        assert counted == dict.fromkeys(published, 1), machines.logs()
        assert results(records, published) == counted
        assert not records.works.letters(dead=True, limit=9)


def publish(records: Records, upstream: Upstream) -> set[str]:
    """Publish releases and have their pages read."""
    published = {upstream_file(upstream, number) for number in range(RELEASES)}

    async def read() -> None:
        async with SimpleIndex(upstream.url) as index:
            names = [ProjectName(f"project-{number}") for number in range(RELEASES)]
            works = records.works
            watching = Watching(
                followed=Followed(index, NamedChanges(index.url, names), None),
                works=works,
                following=records.following,
                store=records.store,
                priorities=Priorities(
                    BuiltinPopularity(), NoLore(), works.dependents, works.pending, 50
                ),
                # Those of the workers, who came first.
                checks=1,
                settings=WatchSettings(since=now() - dt.timedelta(days=1), rate=1000),
                clock=now,
            )
            await watching.poll()
            while await watching.read_pages():
                pass

    asyncio.run(read())
    return published


def upstream_file(upstream: Upstream, number: int) -> str:
    filename, data = make_wheel(f"project-{number}", "1.0")
    upstream.add(filename, data, upload_time=now())
    return filename


def held_by(place: Place, database: str) -> list[tuple[str, str]]:
    """Return who holds which file."""
    name = database.partition("@/")[2].partition("?")[0]
    query = "SELECT holder, filename FROM works WHERE holder IS NOT NULL AND state = 0 ORDER BY id"
    return [(str(who), str(file)) for who, file in place.server.sql(query, name)]


def alive(records: Records, since: dt.datetime | None = None, name: str = "") -> list[str]:
    workers = records.works.workers(since or now() - dt.timedelta(minutes=1))
    return [worker.id for worker in workers if name in worker.id]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def until(done: Callable[[], object], machines: Machines) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert all(process.poll() is None for process in machines.processes), machines.logs()
        assert time.monotonic() < deadline, machines.logs()
        time.sleep(0.1)
