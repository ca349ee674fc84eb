"""Workers: every job ends, in its place and time, and none outlives its parent's interest."""

import fcntl
import math
import multiprocessing as mp
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from airlock.model import Status
from airlock.workers import Examination, Job, running
from tests.simulators import hostile_checks
from tests.unit.workers import examinations as some

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")

STARTS: tuple[some.Start, ...] = ("fork", "forkserver")
either = pytest.mark.parametrize("start", STARTS)


def statuses(examination: Examination) -> set[Status]:
    return {outcome.status for outcome in examination.outcomes}


def several(folder: Path, deed: str, count: int) -> list[Job]:
    made = []
    for number in range(count):
        place = folder / str(number)
        place.mkdir()
        made.append(some.job(place, deed))
    return made


@either
def test_all_jobs_are_done_two_at_a_time(tmp_path: Path, start: some.Start) -> None:
    jobs = several(tmp_path, "behave", 5)
    done = list(some.workers(start).run_all(jobs, width=2))

    assert {one.job.path for one in done} == {job.path for job in jobs}
    assert all(one.job in jobs for one in done)
    assert all(statuses(one) == {Status.SAW} for one in done)


def test_no_job_is_no_examination() -> None:
    assert list(some.workers("fork").run_all([], width=2)) == []


def test_jobs_are_taken_only_as_places_become_free(tmp_path: Path) -> None:
    taken: list[Job] = []

    def jobs() -> Iterator[Job]:
        for job in several(tmp_path, "behave", 4):
            taken.append(job)
            yield job

    examinations = some.workers("fork").run_all(jobs(), width=1)
    next(examinations)
    assert len(taken) == 1
    assert len(list(examinations)) == 3


@either
def test_who_stops_asking_leaves_no_process(tmp_path: Path, start: some.Start) -> None:
    hanging = several(tmp_path, "have-children-and-hang", 2)
    quick = some.job(tmp_path, "behave")
    examinations = some.workers(start).run_all([*hanging, quick], width=3)

    next(examinations)
    expected = 2 * (1 + hostile_checks.CHILDREN)
    assert some.until(lambda: len(some.noted_pids(tmp_path / "0")) == expected // 2)
    assert some.until(lambda: len(some.noted_pids(tmp_path / "1")) == expected // 2)
    examinations.close()

    pids = some.noted_pids(tmp_path / "0") | some.noted_pids(tmp_path / "1")
    assert len(pids) == expected
    assert some.gone(pids)


def test_waiting_ticks(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(some.LIMITS, wall_seconds=0.5)
    ticks: list[str] = []
    hanging = some.job(tmp_path, "sleep")

    list(some.workers("fork", limits).run_all([hanging], width=1, tick=lambda: ticks.append("")))

    assert len(ticks) > 1


def test_processor_time_has_a_limit(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(some.LIMITS, cpu_seconds=1)
    outcomes = some.outcomes(some.workers("fork", limits).run(some.job(tmp_path, "loop")))
    assert outcomes["before"].status is Status.SAW
    assert "used up its processor time" in outcomes["later"].reason


@either
@pytest.mark.parametrize(
    ("loader", "says"),
    [
        ("tests.simulators.hostile_checks:broken_kit", "no check could be loaded"),
        ("tests.simulators.hostile_checks:no_such_kit", "AttributeError"),
        ("tests.simulators.no_such_module:kit", "ModuleNotFoundError"),
    ],
)
def test_checks_that_do_not_load_have_all_failed(
    tmp_path: Path, start: some.Start, loader: str, says: str
) -> None:
    done = some.workers(start, loader=loader).run(some.job(tmp_path, "behave"))
    assert statuses(done) == {Status.FAILED}
    assert all(says in outcome.reason for outcome in done.outcomes)


def test_other_versions_of_checks_than_the_parent_knows_are_not_believed(tmp_path: Path) -> None:
    loader = "tests.simulators.hostile_checks:newer_kit"
    done = some.workers("fork", loader=loader).run(some.job(tmp_path, "behave"))
    assert statuses(done) == {Status.FAILED}
    later = some.outcomes(done)["later"]
    assert later.version == 1
    assert some.messages(later) == ["seen by other rules"]


def test_artifact_that_is_gone_has_failed(tmp_path: Path) -> None:
    job = some.job(tmp_path, "behave")
    Path(job.path).unlink()
    done = some.workers("fork").run(job)
    assert statuses(done) == {Status.FAILED}


@either
def test_folder_whose_name_is_no_text_is_examined(tmp_path: Path, start: some.Start) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    done = some.workers(start).run(some.job(folder, "behave"))
    assert statuses(done) == {Status.SAW}


def test_question_that_does_not_arise_is_skipped(tmp_path: Path) -> None:
    outcomes = some.outcomes(some.workers("fork").run(some.job(tmp_path, "not-applicable")))
    assert outcomes["later"].status is Status.SAW
    assert some.messages(outcomes["hostile"]) == ["seen at first"]


def test_time_of_an_examination_is_told(tmp_path: Path) -> None:
    done = some.workers("fork").run(some.job(tmp_path, "behave"))
    assert done.seconds > 0


def test_profile_is_given_to_those_who_ask_for_it(tmp_path: Path) -> None:
    job = some.job(tmp_path, "behave")
    workers = some.workers("fork")
    assert workers.run(job).profile is None
    profile = workers.run(msgspec.structs.replace(job, profiled=True)).profile
    assert profile is not None
    assert profile.sha256 == job.artifact.sha256


def test_who_fills_the_smallest_pipe_is_listened_to(tmp_path: Path) -> None:
    ours, theirs = mp.Pipe(duplex=False)
    fcntl.fcntl(theirs.fileno(), fcntl.F_SETPIPE_SZ, 4096)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "_PIPE_BYTES", 4096)
        process = mp.get_context("fork").Process(target=lambda: None)
        process.start()
        one = running.Running(some.job(tmp_path, "behave"), process, ours, math.inf, {})
    os.write(theirs.fileno(), b"x" * 3000)
    one.receive()
    assert ours in one.awaited
    one.receive()
    assert ours not in one.awaited
    theirs.close()
    one.stop()
