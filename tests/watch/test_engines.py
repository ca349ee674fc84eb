"""What every engine promises: the same tests for the embedded one and for Procrastinate."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import pytest
import structlog.testing
from sqlalchemy import make_url

from airlock.checks import CheckSet, load_checks
from airlock.errors import UpstreamUnavailable
from airlock.gate.door import Asked
from airlock.gate.watch.engines import EmbeddedEngine, Engine
from airlock.gate.watch.parts import Parts
from airlock.gate.watch.settings import WorkSettings
from airlock.gate.watch.working import Working
from airlock.model import Artifact, ArtifactName, Outcome, Release, Status
from airlock.model.watching import Stage
from airlock.policy import InForce, default_policy
from airlock.store import Records, open_records
from airlock.store.engine import Database
from airlock.store.works import Due, Terms
from airlock.workers import Examination, Job
from tests.unit.store.examples import verdict
from tests.unit.store.test_works import work
from tests.watch.reading import read

SECONDS = 60
CHECKS = CheckSet(load_checks(families=["archive"]).checks)


class House(NamedTuple):
    records: Records
    engine: Engine
    url: str


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture(params=["embedded", "procrastinate"])
def house(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[House]:
    url = f"sqlite:///{tmp_path}/airlock.db"
    if request.param != "embedded":
        url = request.getfixturevalue("postgresql").emptied()
    with open_records(url) as records:
        engine: Engine = EmbeddedEngine()
        if request.param == "procrastinate":
            from airlock.gate.watch.procrastinating import ProcrastinateEngine

            engine = ProcrastinateEngine(url, records.works, now)
        yield House(records, engine, url)


class Examining:
    """Examines what was never fetched; counts how often."""

    def __init__(self) -> None:
        self.times: dict[str, int] = {}
        self.troubles: list[Exception] = []
        self.begun = asyncio.Event()
        self.going_on: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)

    async def __call__(self, asked: Asked, release: Release) -> Examination:
        self.times[asked.filename] = self.times.get(asked.filename, 0) + 1
        self.begun.set()
        await self.going_on()
        if self.troubles:
            raise self.troubles.pop()
        artifact = Artifact(asked.sha256, 1, ArtifactName.parse(asked.filename), release)
        outcomes = tuple(
            Outcome(check=one.id, version=one.version, status=Status.SAW) for one in CHECKS.checks
        )
        return Examination(
            job=Job(artifact=artifact, path="", now=now()), outcomes=outcomes, seconds=0.0
        )


def working(house: House, examining: Examining, in_force: InForce | None = None) -> Working:
    records = house.records
    parts = Parts(
        records.works,
        records.following,
        records.store,
        {},
        examining,
        read,
        in_force or InForce(default_policy()),
        CHECKS,
    )
    settings = WorkSettings(rate=1e6, idle=dt.timedelta(seconds=0.05))
    return Working(parts, settings, "ada", now)


def run_until(house: House, examining: Examining, done: Callable[[], bool]) -> None:
    """Run the engine until something is so."""

    async def run() -> None:
        stop = asyncio.Event()

        async def watch() -> None:
            while not done():  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
            stop.set()

        async with asyncio.timeout(SECONDS):
            await asyncio.gather(house.engine.run(working(house, examining), stop), watch())

    asyncio.run(run())


def verdicts(house: House) -> list[str]:
    entries = house.records.log.entries(0, 1000)
    return sorted(e.event.details["filename"] for e in entries if e.event.kind == "verdict")


def test_everything_is_done_once(house: House) -> None:
    wanted = [work(number) for number in range(20)]
    house.records.works.add(wanted, 1, now())
    examining = Examining()
    run_until(house, examining, lambda: house.records.works.idle(now()))
    assert verdicts(house) == sorted(one.file.filename for one in wanted)
    assert set(examining.times.values()) == {1}
    assert house.records.works.workers(now() - dt.timedelta(hours=1)) == ()


def test_what_is_judged_already_is_not_examined(house: House) -> None:
    known = verdict(1, checks_version=CHECKS.version)
    house.records.store.append_verdict(known)
    house.records.works.add([work(1)], 1, now())
    examining = Examining()
    run_until(house, examining, lambda: house.records.works.idle(now()))
    assert not examining.times
    assert house.records.store.verdicts(known.artifact.sha256) == (known,)


def test_work_of_a_lost_worker_is_done_by_another(house: House) -> None:
    works = house.records.works
    works.add([work(1)], 1, now())
    until = now() + dt.timedelta(seconds=1)
    terms = Terms("lost", 10**6, [Stage.STATIC], until, dt.timedelta(0))
    assert len(works.claim(terms, 1, now())) == 1
    run_until(house, Examining(), lambda: len(verdicts(house)) == 1)


def test_what_was_begun_before_is_done_by_itself(house: House) -> None:
    """Else a work that kills its workers takes along, each time, what is held with it."""
    works = house.records.works
    works.add([work(number) for number in range(3)], 1, now())
    terms = Terms("lost", 10**6, [Stage.STATIC], now(), dt.timedelta(0))
    assert len(works.claim(terms, 3, now())) == 3
    one = working(house, Examining())

    async def run() -> None:
        await one.do_in_turn(await one.take(3), asyncio.Event())

    asyncio.run(run())
    assert len(verdicts(house)) == 1
    again = works.claim(terms, 3, now())
    assert [claim.attempt for claim in again] == [2, 2]


def test_what_fails_is_put_back_with_its_reason(house: House) -> None:
    house.records.works.add([work(1)], 1, now())
    examining = Examining()
    examining.troubles = [UpstreamUnavailable("no answer", retry_after=0)]
    run_until(house, examining, lambda: bool(house.records.works.letters(dead=False, limit=1)))
    (letter,) = house.records.works.letters(dead=False, limit=1)
    assert (letter.reason, letter.attempts) == ("no answer", 1)
    assert letter.next_at > now()


def test_who_is_told_to_stop_ends_what_is_under_way(house: House) -> None:
    house.records.works.add([work(1)], 1, now())
    examining = Examining()
    examining.going_on = lambda: asyncio.sleep(0.3)
    run_until(house, examining, lambda: bool(examining.times))
    assert len(verdicts(house)) == 1


def test_what_nobody_here_can_do_keeps_nobody_from_the_rest(house: House) -> None:
    suspicious = [work(number, priority=-1, stage=Stage.DETONATION) for number in range(200)]
    house.records.works.add([*suspicious, work(200)], 1, now())
    run_until(house, Examining(), lambda: len(verdicts(house)) == 1)


class Unknown(InForce):
    """A policy that cannot be read."""

    asked = 0

    @property
    def trouble(self) -> str:
        self.asked += 1
        return "it cannot be read"


def test_where_nobody_knows_how_to_judge_nobody_is_told_of_works(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.records.works.add([work(1)], 1, now())
    told: list[object] = []

    def tell(*of: object) -> tuple[Due, ...]:
        told.append(of)
        return ()

    monkeypatch.setattr(house.records.works, "tell", tell)
    unknown = Unknown(default_policy())

    async def run() -> None:
        stop = asyncio.Event()
        engine = house.engine.run(working(house, Examining(), unknown), stop)
        running = asyncio.create_task(engine)
        while unknown.asked < 3:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
        stop.set()
        async with asyncio.timeout(SECONDS):
            await running

    asyncio.run(asyncio.wait_for(run(), SECONDS))
    assert told == []
    assert house.records.works.backlog(now()).held == 0


@pytest.mark.parametrize("house", ["procrastinate"], indirect=True)
def test_several_may_notice_that_a_worker_is_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procrastinate.jobs import Job, Status
    from procrastinate.manager import JobManager

    house.records.works.add([work(1)], 1, now())
    run_until(house, Examining(), lambda: len(verdicts(house)) == 1)
    house.records.works.add([work(2)], 1, now())
    (due,) = house.records.works.tell(1, now())
    _hint_of_a_lost_worker(house, due.id)
    stalled = JobManager.get_stalled_jobs

    async def quicker(manager: JobManager, **wanted: Any) -> list[Job]:
        found = list(await stalled(manager, **wanted))
        for job in found:
            await manager.finish_job(job, Status.FAILED, delete_job=True)
        return found

    monkeypatch.setattr(JobManager, "get_stalled_jobs", quicker)
    with structlog.testing.capture_logs() as logged:
        run_until(house, Examining(), lambda: len(verdicts(house)) == 2)
    assert "queue-unavailable" not in {one["event"] for one in logged}


def _hint_of_a_lost_worker(house: House, number: int) -> None:
    database = Database(make_url(house.url))
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES"
            " ('airlock', 'airlock.works', jsonb_build_object('numbers', jsonb_build_array(%s)),"
            " 'doing')",
            (number,),
        )
    database.close()
