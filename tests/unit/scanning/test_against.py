"""A scan that compares: with the release before, with a file, and a wheel with its source."""

from pathlib import Path
from typing import Literal

import pytest

from airlock.assembly import change_kit
from airlock.errors import InvalidFilename, TargetNotFound
from airlock.model import Decision, Outcome, Status, Verdict
from airlock.policy import Policy
from airlock.report import Result
from airlock.scanning import Scan, ScanRequest, Silent
from airlock.scanning.pasts import rival_at
from airlock.workers import Rival, WorkerLimits, Workers
from tests.simulators.advisories import advising
from tests.simulators.packages import make_sdist, make_wheel
from tests.unit.scanning.test_diff import BUSY, QUIET
from tests.unit.scanning.test_run import NOW, MemoryIndex, write

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")


def scan(
    *targets: str | Path,
    index: MemoryIndex | None = None,
    against: Rival | Literal["previous"] | None = None,
) -> list[Result]:
    checks, _ = change_kit()
    workers = Workers(checks, "airlock.assembly:change_kit", WorkerLimits(), start="fork")

    def make() -> MemoryIndex:
        if index is None:
            pytest.fail("nobody should be asked")
        return index

    request = ScanRequest(targets=tuple(map(str, targets)), width=2, against=against)
    return Scan(checks, Policy(), workers, advising(), make, lambda: NOW).run(request, Silent())


def outcome(result: Result, check: str) -> Outcome:
    assert isinstance(result, Verdict)
    return next(one for one in result.outcomes if one.check == check)


def decisions(results: list[Result]) -> list[Decision]:
    return [one.decision for one in results if isinstance(one, Verdict)]


def test_nothing_is_compared_unasked() -> None:
    index = MemoryIndex(make_wheel("pilot", "1.0", QUIET), make_wheel("pilot", "1.1", BUSY))
    (result,) = scan("pilot==1.1", index=index)

    assert outcome(result, "change-release").status is Status.SKIPPED
    assert outcome(result, "change-release").reason == "no previous release is known here"


def test_each_file_is_compared_with_the_release_before() -> None:
    index = MemoryIndex(
        make_wheel("pilot", "0.9", BUSY),
        make_wheel("pilot", "1.0", QUIET),
        make_sdist("pilot", "1.0", BUSY),
        make_wheel("pilot", "1.1", BUSY),
        make_sdist("pilot", "1.1", BUSY),
    )
    wheel, sdist = scan("pilot==1.1", index=index, against="previous")

    assert decisions([wheel, sdist]) == [Decision.HOLD, Decision.ADMIT]
    assert outcome(sdist, "change-release").status is Status.SAW


def test_a_local_file_is_compared_with_the_release_before(tmp_path: Path) -> None:
    index = MemoryIndex(make_wheel("pilot", "1.0", QUIET))
    path = write(tmp_path, make_wheel("pilot", "1.0.1", BUSY))
    assert decisions(scan(path, index=index, against="previous")) == [Decision.HOLD]


@pytest.mark.parametrize(
    "offered", [[], [make_wheel("pilot", "2.0")], [make_sdist("pilot", "1.0")]]
)
def test_without_a_release_before_there_is_nothing_to_compare(
    tmp_path: Path, offered: list[tuple[str, bytes]]
) -> None:
    path = write(tmp_path, make_wheel("pilot", "1.0.1", BUSY))
    (result,) = scan(path, index=MemoryIndex(*offered), against="previous")
    assert outcome(result, "change-release").status is Status.SKIPPED


def test_a_release_before_that_does_not_come_is_a_failure(tmp_path: Path) -> None:
    before = make_wheel("pilot", "1.0")
    index = MemoryIndex(before, lost=frozenset({before[0]}))
    path = write(tmp_path, make_wheel("pilot", "1.1", QUIET))
    (result,) = scan(path, index=index, against="previous")

    assert outcome(result, "change-release").status is Status.FAILED
    assert "the release before could not be had" in outcome(result, "change-release").reason
    assert decisions([result]) == [Decision.HOLD]


def test_a_file_may_be_named(tmp_path: Path) -> None:
    rival = rival_at(write(tmp_path, make_wheel("pilot", "1.0", QUIET)))
    worse = write(tmp_path, make_wheel("pilot", "1.1", BUSY))
    same = write(tmp_path, make_wheel("pilot", "1.2", QUIET))
    assert decisions(scan(worse, same, against=rival)) == [Decision.HOLD, Decision.ADMIT]


def test_the_source_distribution_may_be_named(tmp_path: Path) -> None:
    rival = rival_at(write(tmp_path, make_sdist("pilot", "1.0", QUIET)))
    wheel = write(tmp_path, make_wheel("pilot", "1.0", BUSY))
    (result,) = scan(wheel, against=rival)
    assert outcome(result, "change-forms").findings


@pytest.mark.parametrize(
    "other", [make_wheel("anchor", "1.0"), make_sdist("pilot", "0.9")], ids=["project", "form"]
)
def test_what_cannot_be_compared_is_a_failure(tmp_path: Path, other: tuple[str, bytes]) -> None:
    rival = rival_at(write(tmp_path, other))
    (result,) = scan(write(tmp_path, make_wheel("pilot", "1.0", QUIET)), against=rival)
    assert outcome(result, "change-release").status is Status.FAILED


def test_a_rival_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(TargetNotFound):
        rival_at(tmp_path / "missing-1.0.tar.gz")
    with pytest.raises(InvalidFilename):
        rival_at(tmp_path)


def test_a_wheel_is_held_against_the_source_beside_it(tmp_path: Path) -> None:
    wheel = write(tmp_path, make_wheel("pilot", "1.0", BUSY))
    alone = write(tmp_path, make_wheel("anchor", "1.0", BUSY))
    sdist = write(tmp_path, make_sdist("pilot", "1.0", QUIET))
    results = scan(wheel, alone, sdist)

    assert decisions(results) == [Decision.HOLD, Decision.ADMIT, Decision.ADMIT]
    assert outcome(results[0], "change-forms").findings
    assert outcome(results[1], "change-forms").status is Status.SKIPPED


def test_a_source_that_cannot_be_read_says_nothing_of_its_wheel(tmp_path: Path) -> None:
    wheel = write(tmp_path, make_wheel("pilot", "1.0", QUIET))
    sdist = write(tmp_path, ("pilot-1.0.tar.gz", b"no archive at all"))
    results = scan(wheel, sdist)
    assert outcome(results[0], "change-forms").status is Status.SKIPPED
