"""A worker is killed over its work, as by ``kill -9``: within half a minute another does it."""

import asyncio
import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airlock.gate.watch.engines import EmbeddedEngine, Engine
from airlock.gate.watch.parts import Parts
from airlock.gate.watch.settings import WorkSettings
from airlock.gate.watch.working import Working
from airlock.model import ListedFile, ProjectName, Release, Sha256
from airlock.model.watching import Stage, Work
from airlock.policy import InForce, default_policy
from airlock.store import Records, open_records
from airlock.store.works import Terms
from tests.functional.conftest import clean_environment
from tests.simulators.upstream import Fault, Upstream, make_wheel
from tests.watch.reading import read
from tests.watch.test_engines import CHECKS, Examining, now

SECONDS = 120
PROMISED = dt.timedelta(seconds=30)
SPARE = dt.timedelta(seconds=10)
HOLD = WorkSettings().hold


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/airlock.db"
    return str(request.getfixturevalue("postgresql").emptied())


@pytest.fixture
def records(database: str) -> Iterator[Records]:
    with open_records(database) as opened:
        yield opened


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def killed_over_its_work(database: str, index: str, folder: Path, held: Callable[[], bool]) -> None:
    """Start a worker as a user does, wait until it holds something, and kill it."""
    urls = {"AIRLOCK_UPSTREAM": index}
    if not database.startswith("sqlite"):
        urls["AIRLOCK_DATABASE"] = database.replace("+psycopg", "")
    command = [sys.executable, "-m", "airlock", "worker", "--data", str(folder)]
    with subprocess.Popen(
        [*command, "--rate", "500"], env=clean_environment(**urls), stderr=subprocess.DEVNULL
    ) as worker:
        try:
            until(held)
        finally:
            worker.kill()


def test_work_of_a_killed_worker_is_done_by_another_within_half_a_minute(
    database: str, records: Records, upstream: Upstream, tmp_path: Path
) -> None:
    filename, data = make_wheel("anchor", "1.0")
    upstream.add(filename, data)
    upstream.fault("/files/*", Fault.HANG)
    listed = ListedFile(
        filename=filename, url=upstream.file_url(filename), sha256=Sha256.of(data), size=len(data)
    )
    release = Release(
        project=ProjectName("anchor"), version="1.0", source=upstream.url, listed=listed
    )
    records.works.add([Work(release=release)], 1, now())

    held_at = now()

    def is_held() -> bool:
        return records.works.backlog(now()).held == 1 and upstream.count("/files/*") > 0

    killed_over_its_work(database, upstream.url, tmp_path, is_held)
    killed_at = now()
    # It is nobody else's at once: nobody can tell a worker that was killed from one that is slow.
    terms = Terms("ada", 10**6, [Stage.STATIC], killed_at + HOLD, dt.timedelta(0))
    assert records.works.claim(terms, 1, held_at) == ()
    # The time is up before what was promised, by as much as somebody takes to ask for more.
    ahead = killed_at + PROMISED - SPARE - now()
    examining = Examining()
    asyncio.run(another(database, records, examining, lambda: now() + ahead))
    assert examining.times == {filename: 1}
    (verdict,) = records.store.verdicts(Sha256.of(data))
    assert verdict.decided_at >= killed_at + PROMISED - SPARE
    assert records.works.backlog(now()).done == 1


async def another(
    database: str, records: Records, examining: Examining, clock: Callable[[], dt.datetime]
) -> None:
    """Have works done by another worker whose clock says that the time is up."""
    engine: Engine = EmbeddedEngine()
    if not database.startswith("sqlite"):
        from airlock.gate.watch.procrastinating import ProcrastinateEngine

        engine = ProcrastinateEngine(database, records.works, clock)
    parts = Parts(
        records.works,
        records.following,
        records.store,
        {},
        examining,
        read,
        InForce(default_policy()),
        CHECKS,
    )
    working = Working(parts, WorkSettings(rate=1e6), "bob", clock)
    stop = asyncio.Event()

    async def watch() -> None:
        while not records.works.idle(clock()):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
        stop.set()

    async with asyncio.timeout(SECONDS):
        await asyncio.gather(engine.run(working, stop), watch())
