"""A watch: artifacts per second of a core, what the queue adds, memory, one worker against two.

An index on loopback offers small wheels (``AIRLOCK_WATCH_FILES``, 200); workers are the processes
that ``airlock worker`` starts. Processor seconds are those of a worker and all that it starts, from
the first verdict to the last, so that they hold on a busy machine, too; the scaling is by the clock
and needs an idle one with two cores. What a second core brings is measured by ``scaling``, a long
life among kills by ``killing``.

The long form of the test in ``tests/watch``: ``AIRLOCK_WATCH_DAYS=5`` lives days of simulated time,
with a seed each.
"""

import asyncio
import datetime as dt
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import clean_environment
from benchmarks.processes import memory as memory_of
from benchmarks.processes import seconds as seconds_of
from tests.simulators.upstream import Upstream, make_wheel

FILES = int(os.environ.get("AIRLOCK_WATCH_FILES", "200"))
_DONE = "SELECT count(*) FROM works WHERE state = 1"
DAYS = int(os.environ.get("AIRLOCK_WATCH_DAYS", "0"))
_CODE = (
    "import json\nimport os\n\n\ndef f{n}(path):\n    with open(path) as file:\n"
    "        return json.load(file)\n\n"
)


def main() -> None:
    """Print the figures."""
    print(f"load {os.getloadavg()[0]:.1f}, {len(os.sched_getaffinity(0))} cores, {FILES} files")
    with Upstream() as upstream:
        upstream.tells = {"changelog", "serials"}
        for number in range(FILES):
            code = "".join(_CODE.format(n=at) for at in range(30)) + f"N = {number}\n"
            upstream.add(*make_wheel(f"project-{number}", "1.0", {"pkg/a.py": code}))
        one = _run(upstream, 1)
        two = _run(upstream, 2)
        print(f"one worker against two, by the clock: {one / two:.2f}x")
    _queue()
    for seed in range(1, DAYS + 1):
        _day(seed)


def _run(upstream: Upstream, workers: int) -> float:
    """Have everything done by so many workers; return the seconds that it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = [sys.executable, "-m", "airlock"]
        data = ["--data", str(folder), "--rate", "1000"]
        environ = clean_environment(AIRLOCK_UPSTREAM=upstream.url)
        filling = subprocess.Popen(
            [*base, "watch", "--backfill", "-j", "0", *data],
            env=environ,
            stderr=subprocess.DEVNULL,
        )
        _until(folder, "SELECT count(*) FROM works", FILES)
        filling.terminate()
        filling.wait()
        started = [
            subprocess.Popen([*base, "worker", *data], env=environ, stderr=subprocess.DEVNULL)
            for _ in range(workers)
        ]
        # Their start is not what is measured.
        _until(folder, _DONE, 1)
        before, first = sum(seconds_of(one.pid) for one in started), _count(folder, _DONE)
        begun = time.monotonic()
        memory = 0
        while _count(folder, _DONE) < FILES:
            memory = max(memory, *(memory_of(process.pid) for process in started))
            time.sleep(0.1)
        seconds = time.monotonic() - begun
        cpu = sum(seconds_of(one.pid) for one in started) - before
        count = FILES - first
        for process in started:
            process.terminate()
            process.wait()
        print(
            f"{workers} worker(s): {count / seconds:6.1f} files/s by the clock, "
            f"{count / cpu:6.1f} files per processor second, {cpu / count * 1000:.1f} ms each, "
            f"{memory / 1024:.0f} MiB at most for a worker with its children"
        )
        return seconds / count


def _until(folder: Path, query: str, wanted: int) -> None:
    while _count(folder, query) < wanted:
        time.sleep(0.05)


def _count(folder: Path, query: str) -> int:
    file = folder / "airlock.db"
    if not file.exists():
        return 0
    with sqlite3.connect(file, timeout=10) as connection:
        try:
            return int(connection.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def _queue() -> None:
    """Measure what the queue costs for each work: given out, and ended without a verdict."""
    from airlock.model.watching import Stage
    from airlock.store import open_records
    from airlock.store.works import Result, Terms
    from tests.unit.store.test_works import work

    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory() as name, open_records(f"sqlite:///{name}/q.db") as records:
        records.works.add([work(number) for number in range(FILES)], 1, now)
        terms = Terms("ada", 1, [Stage.STATIC], now + dt.timedelta(hours=1), dt.timedelta(0))
        cpu, begun = time.process_time(), time.monotonic()
        while claims := records.works.claim(terms, 4, now):
            for claim in claims:
                records.works.settle(claim, Result(1), now)
        each = (time.process_time() - cpu) / FILES * 1000
        wall = (time.monotonic() - begun) / FILES * 1000
        print(f"the queue: {each:.2f} ms of processor time and {wall:.2f} ms by the clock a work")


def _day(seed: int) -> None:
    """Live a simulated day with faults and kills."""
    from airlock.store import open_records
    from tests.watch.world import World, results

    with (
        tempfile.TemporaryDirectory() as name,
        open_records(f"sqlite:///{name}/day.db") as records,
        Upstream() as upstream,
    ):
        world = World(upstream, records, Path(name), seed)
        day = asyncio.run(world.run(steps=144, releases=14, kills=0.02))
        counted = results(records, day.published)
        wrong = {name: counted[name] for name in day.published if counted[name] != 1}
        print(
            f"a day, seed {seed}: {len(day.published)} releases, {len(day.withdrawn)} withdrawn, "
            f"{day.kills} kills, {len(wrong)} without exactly one verdict {wrong or ''}"
        )
