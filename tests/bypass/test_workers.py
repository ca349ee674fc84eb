"""Whatever happens in an examination, what it did not look at is failed, and nothing is lost.

All misdeeds of ``hostile_checks`` run at once, in front of one set of workers per way to start a
process; each test asks about one of them.
"""

from pathlib import Path

import msgspec
import pytest

from airlock.model import Decision, Outcome, Status
from airlock.policy import Policy, decide
from airlock.workers import Examination, Workers
from tests.simulators import hostile_checks
from tests.unit.workers import examinations as some

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")

# Long enough for the findings before a hang on a busy machine.
SHORT = msgspec.structs.replace(some.LIMITS, wall_seconds=4.0)
IDS = ("code-before", "code-hostile", "code-later")


class Ran:
    """Every misdeed's examination, and what it left behind."""

    def __init__(self, start: some.Start, folder: Path) -> None:
        self.folder = folder
        hanging = {deed for deed, says in ENDS.items() if says == STOPPED}
        quick = hostile_checks.DEEDS.keys() - hanging - {"behave"}
        done = [
            *self._run(some.workers(start), sorted(quick)),
            *self._run(some.workers(start, SHORT), sorted(hanging)),
        ]
        self.examinations = {str(one.job.artifact.name.project): one for one in done}
        self.afterwards = some.workers(start).run(some.job(folder, "behave"))

    def _run(self, workers: Workers, deeds: list[str]) -> list[Examination]:
        jobs = [some.job(self.folder, deed) for deed in deeds]
        return list(workers.run_all(jobs, width=len(jobs)))

    def outcomes(self, deed: str) -> dict[str, Outcome]:
        return some.outcomes(self.examinations[deed])


@pytest.fixture(scope="module", params=["fork", "forkserver"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return Ran(request.param, tmp_path_factory.mktemp("artifacts"))


def decision(examination: Examination) -> Decision:
    return decide([], examination.outcomes, Policy(), IDS)[0]


STOPPED = "longer than its limit"

# What ends the process, or makes its parent end it, and what the reader is told of it.
ENDS = {
    "exit-at-once": "exited with 7",
    "system-exit": "exited with 1",
    "segfault": "signal 11",
    "overflow-the-stack": "signal 11",
    "kill-itself": "signal 9",
    "stop-itself": STOPPED,
    "loop": STOPPED,
    "sleep": STOPPED,
    "ignore-signals": STOPPED,
    "have-children-and-crash": "exited with 7",
    "have-children-and-hang": STOPPED,
    "close-the-pipe": "closed its pipe",
    "send-half-a-message": STOPPED,
    "send-trouble-without-end": STOPPED,
    "say-nothing-more": "ended without an outcome",
}


@pytest.mark.parametrize("deed", ENDS)
def test_what_was_seen_is_kept_and_what_is_missing_is_failed(ran: Ran, deed: str) -> None:
    outcomes = ran.outcomes(deed)

    assert some.messages(outcomes["before"]) == ["seen before"]
    assert outcomes["before"].status is Status.SAW
    for missing in (outcomes["hostile"], outcomes["later"]):
        assert missing.status is Status.FAILED
        assert ENDS[deed] in missing.reason
        assert missing.reason.isprintable()


# What a check does to itself only.
FAILURES = {"eat-memory": "MemoryError", "recurse": "RecursionError", "open-files": "Too many open"}


@pytest.mark.parametrize("deed", FAILURES)
def test_what_only_one_check_suffers_is_its_failure_alone(ran: Ran, deed: str) -> None:
    outcomes = ran.outcomes(deed)

    assert outcomes["hostile"].status is Status.FAILED
    assert FAILURES[deed] in outcomes["hostile"].reason
    assert some.messages(outcomes["hostile"]) == ["seen at first"]
    assert outcomes["later"].status is Status.SAW


LIES = {
    "send-garbage": "no outcome",
    "send-deep-garbage": "no outcome",
    "send-without-end": "too long",
    "speak-twice": "two outcomes of code-before",
    "speak-for-nobody": "not asked",
    "speak-as-another": "another code-later",
    "send-the-profile-of-another": "the profile of another artifact",
}


@pytest.mark.parametrize("deed", LIES)
def test_who_breaks_the_protocol_is_believed_in_nothing_but_findings(ran: Ran, deed: str) -> None:
    outcomes = ran.outcomes(deed)

    assert {outcome.status for outcome in outcomes.values()} == {Status.FAILED}
    assert all(LIES[deed] in outcome.reason for outcome in outcomes.values())
    assert some.messages(outcomes["before"]) == ["seen before"]
    assert ran.examinations[deed].profile is None


def test_text_that_no_encoding_has_takes_nothing_away(ran: Ran) -> None:
    outcomes = ran.outcomes("half-characters")

    assert outcomes["hostile"].reason == "a name has half a character: \\ud800"
    assert some.messages(outcomes["hostile"]) == ["seen at first"]
    assert outcomes["later"].status is Status.SAW


@pytest.mark.parametrize("deed", ["have-children", "print-escapes"])
def test_what_harms_nobody_is_looked_at_whole(ran: Ran, deed: str) -> None:
    outcomes = ran.outcomes(deed)
    assert {outcome.status for outcome in outcomes.values()} == {Status.SAW}
    assert some.messages(outcomes["hostile"]) == ["seen at first", "seen at last"]


def test_closing_the_pipe_and_going_on_is_no_way_to_end_well(ran: Ran) -> None:
    outcomes = ran.outcomes("close-the-pipe-and-go-on")
    assert outcomes["before"].status is Status.SAW
    assert outcomes["hostile"].status is outcomes["later"].status is Status.FAILED


def test_every_examination_has_one_outcome_of_every_check(ran: Ran) -> None:
    assert len(ran.examinations) == len(hostile_checks.DEEDS) - 1
    for examination in ran.examinations.values():
        assert tuple(outcome.check for outcome in examination.outcomes) == IDS


def test_whatever_failed_is_never_clean(ran: Ran) -> None:
    for deed in {**ENDS, **FAILURES, **LIES}:
        assert decision(ran.examinations[deed]) >= Decision.HOLD, deed


def test_nothing_is_left_behind(ran: Ran) -> None:
    pids = some.noted_pids(ran.folder)
    assert len(pids) >= len(hostile_checks.DEEDS) + 3 * hostile_checks.CHILDREN - 1
    assert some.gone(pids)


def test_the_next_examination_goes_well(ran: Ran) -> None:
    outcomes = some.outcomes(ran.afterwards)
    assert {outcome.status for outcome in outcomes.values()} == {Status.SAW}


def test_no_check_writes_where_reports_are_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    some.workers("fork").run(some.job(tmp_path, "print-escapes"))
    written = capfd.readouterr()
    assert "written by a check" not in written.out + written.err
