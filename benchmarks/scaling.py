"""What a second core brings to a watch: a worker confined to one core against two on two.

- The queue is full before the clock starts; nobody follows an index, and the files come from a
  server that costs next to nothing (``serving``).
- A worker, with all that it starts, stays on one core: the first on core 0, the second on core 1.
  ``--all`` confines the server of the files and PostgreSQL to the same cores, too: then it is one
  machine with one core against one with two.
- Measured is the middle of a run, by the times at which works ended, so that neither starting nor
  running out of works counts; runs with one and with two workers alternate.
- Seconds of the processor are of each kind of process by itself. They hold on a busy machine;
  figures by the clock do not, and the load and the time that others took are printed with them.

- ``--queue``: the files have their verdicts already, so that a work comes to nothing but being
  told of, taken, looked up and ended: what is measured then is the queue alone.

``python -m benchmarks.scaling [--engine sqlite|postgresql|both] [--files N] [--runs N] [--all]
[--jobs N] [--queue]``
"""

import argparse
import contextlib
import datetime as dt
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.measuring import clean_environment
from benchmarks.processes import memory, seconds
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.upstream import make_wheel

_CODE = (
    "import json\nimport os\n\n\ndef f{n}(path):\n    with open(path) as file:\n"
    "        return json.load(file)\n\n"
)
_AT = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
_LOOK_SECONDS = 0.2
_FILES_OF_A_PROJECT = 10
_MIDDLE = (0.15, 0.85)


class Place(NamedTuple):
    """What a run is made on."""

    folder: Path
    files: tuple[Path, ...]
    port: int
    server: int
    """The process that serves the files."""
    postgresql: PostgreSQL | None
    everything: bool
    """Whether everything is confined to the cores of the workers."""
    jobs: int
    """Examinations at once of a worker."""
    judged: bool
    """Whether the files have their verdicts already."""


class Moment(NamedTuple):
    """What was done and had been spent at a time."""

    at: float
    done: int
    workers: float
    server: float
    database: float
    others: float


class Measured(NamedTuple):
    """The middle of a run, for each file; times in milliseconds."""

    rate: float
    """Files a second by the clock."""
    workers: float
    server: float
    database: float
    others: float
    """Share of a core that everything else took."""
    mebibytes: float


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--files", type=int, default=600, help="of a run and worker")
    parser.add_argument("--runs", type=int, default=3, help="with one worker, and with two")
    parser.add_argument("--all", action="store_true", help="confine everything")
    parser.add_argument("--jobs", type=int, default=1, help="examinations at once of a worker")
    parser.add_argument("--queue", action="store_true", help="measure the queue alone")
    given = parser.parse_args()
    engines = ("sqlite", "postgresql") if given.engine == "both" else (given.engine,)
    with tempfile.TemporaryDirectory() as name:
        files = tuple(_make(Path(name), 2 * given.files))
        for engine in engines:
            with _served(Path(name), engine) as (port, server, database):
                how = (given.all, given.jobs, given.queue)
                place = Place(Path(name), files, port, server, database, *how)
                _compare(place, engine, given.runs)


def _make(folder: Path, count: int) -> Iterator[Path]:
    """Make small wheels: one module with thirty functions; ten of each project, and its page."""
    for project in range(-(-count // _FILES_OF_A_PROJECT)):
        name, listed = f"project-{project}", []
        for version in range(_FILES_OF_A_PROJECT):
            code = "".join(_CODE.format(n=at) for at in range(30)) + f"N = {project}, {version}\n"
            filename, data = make_wheel(name, f"1.{version}", {"pkg/a.py": code})
            path = folder / filename
            path.write_bytes(data)
            hashes = {"sha256": hashlib.sha256(data).hexdigest()}
            listed.append({"filename": filename, "url": f"/files/{filename}", "hashes": hashes})
            yield path
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": listed, "versions": []}
        (folder / f"{name}.json").write_text(json.dumps(page), encoding="utf-8")


@contextlib.contextmanager
def _served(folder: Path, engine: str) -> Iterator[tuple[int, int, PostgreSQL | None]]:
    """Serve files, and have a database; give the port, its process, and the database."""
    with contextlib.ExitStack() as opened:
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", str(folder)], stdout=subprocess.PIPE
        )
        opened.callback(server.wait)
        opened.callback(server.kill)
        assert server.stdout is not None
        port = int(server.stdout.readline())
        database = None
        if engine == "postgresql":
            database = opened.enter_context(PostgreSQL(durable=True))
        yield port, server.pid, database


def _compare(place: Place, engine: str, runs: int) -> None:
    print(f"\n{engine}; load {os.getloadavg()[0]:.1f}, {'everything' if place.everything else ''}")
    found: dict[int, list[Measured]] = {1: [], 2: []}
    for _ in range(runs):
        for workers, measured in found.items():
            measured.append(_run(place, workers))
            _show(workers, measured[-1])
    one, two = (_median(found[workers]) for workers in (1, 2))
    cost = (one.workers + one.database) / (two.workers + two.database)
    print(
        f"{engine}: two against one, medians of {runs}: {two.rate / one.rate:.2f}x by the clock; "
        f"{2 * cost:.2f}x by processor seconds, if nothing waits"
    )


def _median(measured: list[Measured]) -> Measured:
    return Measured(*(statistics.median(column) for column in zip(*measured, strict=True)))


def _show(workers: int, one: Measured) -> None:
    each = one.workers + one.database
    print(
        f"{workers} worker(s): {one.rate:6.1f} files/s by the clock, {1000 / each:6.1f} a "
        f"processor second; ms each: workers {one.workers:.2f}, database {one.database:.2f}, "
        f"server of files {one.server:.2f}; {one.mebibytes:.0f} MiB a worker; "
        f"others took {one.others:.2f} cores",
        flush=True,
    )


def _run(place: Place, workers: int) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/airlock.db"
        environ = clean_environment()
        if place.postgresql is not None:
            url = place.postgresql.database()
            environ["AIRLOCK_DATABASE"] = url.replace("+psycopg", "")
        # As many for each worker.
        half = len(place.files) // 2
        files = place.files if workers > 1 else place.files[:half]
        _fill(place, url, files)
        cores = set(range(workers))
        if place.everything:
            os.sched_setaffinity(place.server, cores)
            if place.postgresql is not None:
                _confine(place.postgresql.pid, cores)
        started = [_start(folder, place, environ, core) for core in range(workers)]
        try:
            return _measure(place, url, len(files), started)
        finally:
            for process in started:
                process.terminate()
                process.wait()


def _confine(pid: int, cores: set[int]) -> None:
    from benchmarks.processes import descendants

    for one in (pid, *descendants(pid)):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(one, cores)


def _start(
    folder: Path, place: Place, environ: dict[str, str], core: int
) -> "subprocess.Popen[bytes]":
    command = [
        "taskset", "--cpu-list", str(core), sys.executable, "-m", "airlock", "worker",
        "--data", str(folder), "--rate", "1000", "--jobs", str(place.jobs),
        "--source", f"http://127.0.0.1:{place.port}/simple/",
    ]  # fmt: skip
    return subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)


def _fill(place: Place, url: str, files: tuple[Path, ...]) -> None:
    from airlock.assembly.kits import examination_kit
    from airlock.model import Artifact, ArtifactName, ListedFile, Release, Sha256
    from airlock.model.watching import Work
    from airlock.store import open_records
    from tests.unit.store.examples import verdict

    def work(path: Path) -> Work:
        name = ArtifactName.parse(path.name)
        listed = ListedFile(
            filename=path.name,
            url=f"http://127.0.0.1:{place.port}/files/{path.name}",
            sha256=Sha256(hashlib.sha256(path.read_bytes()).hexdigest()),
            size=path.stat().st_size,
            upload_time=_AT,
        )
        source = f"http://127.0.0.1:{place.port}/simple/"
        release = Release(project=name.project, version=name.version, source=source, listed=listed)
        return Work(release=release, priority=0)

    checks, _ = examination_kit()
    versions = {check.id: check.version for check in checks.checks}
    with open_records(url) as records:
        number = records.works.register_checks(checks.version, versions)
        added = [work(path) for path in files]
        records.works.add(added, number, dt.datetime.now(dt.UTC))
        for one in added if place.judged else ():
            about = Artifact(one.sha256, 1, ArtifactName.parse(one.file.filename), one.release)
            records.store.append_verdict(
                msgspec.structs.replace(verdict(), artifact=about, checks_version=checks.version)
            )


def _measure(
    place: Place, url: str, files: int, started: "list[subprocess.Popen[bytes]]"
) -> Measured:
    from sqlalchemy import func, select

    from airlock.model.watching import State
    from airlock.store.opening import open_database
    from airlock.store.watch_tables import works

    first, last = (int(files * share) for share in _MIDDLE)
    count = select(func.count()).where(works.c.state == int(State.DONE))
    database, workers = open_database(url), [one.pid for one in started]
    with contextlib.closing(database):

        def moment() -> Moment:
            with database.reading() as connection:
                done = connection.scalar(count) or 0
            pid = place.postgresql.pid if place.postgresql is not None else None
            spent = sum(map(seconds, workers)), seconds(place.server), seconds(pid) if pid else 0.0
            return Moment(time.monotonic(), done, *spent, _machine())

        def reached(wanted: int) -> Moment:
            while (found := moment()).done < wanted:
                assert all(one.poll() is None for one in started), "a worker has ended"
                time.sleep(_LOOK_SECONDS)
            return found

        begun, ended = reached(first), reached(last)
    took, done = ended.at - begun.at, ended.done - begun.done
    ours = [b - a for a, b in zip(begun[2:5], ended[2:5], strict=True)]
    each = [1000 * one / done for one in ours]
    others = max(0.0, (ended.others - begun.others - sum(ours)) / took)
    mebibytes = statistics.mean(map(memory, workers)) / 1024
    return Measured(done / took, *each, others, mebibytes)


def _machine() -> float:
    """Return the processor seconds of the whole machine."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    user, nice, system, _, _, irq, soft = map(int, fields[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
