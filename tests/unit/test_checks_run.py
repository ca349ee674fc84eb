"""The runner: every check has one outcome, and nothing that a check does hides what was seen."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator

import pytest

from airlock.archive import Anomaly, Member, MemberKind, Reading
from airlock.checks import Check, CheckSet, NotApplicable, Subject, run_checks
from airlock.errors import ArchiveError, NotExamined
from airlock.evidence import Facts
from airlock.model import (
    Artifact,
    ArtifactKind,
    ArtifactName,
    Confidence,
    Finding,
    Outcome,
    Release,
    Severity,
    Sha256,
    Status,
)


class Text(Member):
    """A file in memory."""

    def __init__(self, path: str) -> None:
        self.path, self.kind, self.size = path, MemberKind.FILE, 0
        self.sha256, self.mode, self.link = Sha256.of(b""), 0o644, ""

    def read(self) -> bytes:
        return b""


class Tree(Reading):
    """A container in memory."""

    def __init__(self, *paths: str) -> None:
        self.kind = ArtifactKind.SDIST
        self.members = [Text(path) for path in paths]
        self.anomalies: list[Anomaly] = []

    def close(self) -> None:
        pass


class BrokenTree(Tree):
    """A container that breaks while its members are listed."""

    def files(self) -> Iterator[Member]:
        yield self.members[0]
        raise ArchiveError("the container is gone")


def subject(reading: Reading | None = None) -> Subject:
    name = ArtifactName.parse("example-1.0.tar.gz")
    release = Release(project=name.project, version=name.version)
    facts = Facts(now=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    artifact = Artifact(Sha256.of(b"example"), 7, name, release)
    return Subject(artifact, reading or Tree("a.py", "b.py"), facts)


def ask(check: type[Check], reading: Reading | None = None) -> Outcome:
    (outcome,) = run_checks(CheckSet([check()]), subject(reading))
    return outcome


def seen(message: str = "seen", severity: Severity = Severity.LOW, check: str = "") -> Finding:
    confidence = Confidence.LOW
    return Finding(check=check, severity=severity, confidence=confidence, message=message)


def messages(outcome: Outcome) -> list[str]:
    return [finding.message for finding in outcome.findings]


def test_what_a_check_saw_is_its_outcome() -> None:
    class Sees(Check):
        id, version = "code-sees", 3

        def artifact(self, subject: Subject) -> Iterable[Finding]:
            return [seen()]

    outcome = ask(Sees)
    assert (outcome.check, outcome.version, outcome.status) == ("code-sees", 3, Status.SAW)
    assert messages(outcome) == ["seen"]


def test_what_was_found_before_a_failure_is_kept() -> None:
    class Stumbles(Check):
        id, version = "code-stumbles", 1

        def artifact(self, subject: Subject) -> Iterator[Finding]:
            yield seen("before")
            raise NotExamined("the rest cannot be read")

    outcome = ask(Stumbles)
    assert outcome.status is Status.FAILED
    assert outcome.reason == "the rest cannot be read"
    assert messages(outcome) == ["before"]


def test_a_failure_at_one_member_does_not_stop_the_next() -> None:
    class Stumbles(Check):
        id, version = "code-stumbles", 1

        def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
            if member.path == "a.py":
                raise ValueError(member.path)
            yield seen(member.path)

    outcome = ask(Stumbles)
    assert outcome.status is Status.FAILED
    assert outcome.reason == "ValueError: a.py"
    assert messages(outcome) == ["b.py"]


def test_several_failures_are_counted() -> None:
    class Stumbles(Check):
        id, version = "code-stumbles", 1

        def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
            raise NotExamined(member.path)

    assert ask(Stumbles, Tree("a", "b", "c")).reason == "a (and 2 more)"


def test_a_container_that_breaks_while_it_is_walked_is_a_failure() -> None:
    class Sees(Check):
        id, version = "code-sees", 1

        def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
            yield seen(member.path)

    outcome = ask(Sees, BrokenTree("a.py"))
    assert (outcome.status, outcome.reason) == (Status.FAILED, "the container is gone")
    assert messages(outcome) == ["a.py"]


def test_a_question_that_does_not_arise_is_skipped_with_its_reason() -> None:
    class Declines(Check):
        id, version = "code-declines", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            raise NotApplicable("no index announced it")

    outcome = ask(Declines)
    assert (outcome.status, outcome.reason) == (Status.SKIPPED, "no index announced it")


def test_a_question_that_arises_for_one_member_is_not_skipped() -> None:
    class Declines(Check):
        id, version = "code-declines", 1

        def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
            if member.path == "a.py":
                raise NotApplicable("not this one")
            yield from ()

    assert ask(Declines).status is Status.SAW


def test_a_question_that_does_not_arise_takes_no_finding_away() -> None:
    class Wavers(Check):
        id, version = "code-wavers", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            yield seen()
            raise NotApplicable("after all")

    assert messages(ask(Wavers)) == ["seen"]


def test_a_failure_outweighs_a_question_that_does_not_arise() -> None:
    class Declines(Check):
        id, version = "code-declines", 1

        def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
            raise NotApplicable("") if member.path == "a.py" else NotExamined("unreadable")

    assert ask(Declines).status is Status.FAILED


def test_an_endless_generator_is_stopped_and_the_worst_is_kept() -> None:
    class Endless(Check):
        id, version = "code-endless", 1

        def artifact(self, subject: Subject) -> Iterator[Finding]:
            for number in itertools.count():
                worst = number == 10_000
                yield seen(str(number), Severity.CRITICAL if worst else Severity.LOW)

    outcome = ask(Endless)
    assert outcome.status is Status.FAILED
    assert "stopped at 20000 findings" in outcome.reason
    assert len(outcome.findings) == 200
    assert outcome.findings[0].message == "10000"


def test_a_check_whose_facts_are_missing_fails_unasked() -> None:
    class Needs(Check):
        id, version = "code-needs", 1
        needs = frozenset({"popularity"})

        def release(self, subject: Subject) -> Iterator[Finding]:
            yield seen("asked")

    outcome = ask(Needs)
    assert (outcome.status, outcome.findings) == (Status.FAILED, ())
    assert outcome.reason == "nobody could say: popularity"


def test_a_check_cannot_speak_for_another() -> None:
    class Borrows(Check):
        id, version = "code-borrows", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            yield seen(check="code-other")

    assert [finding.check for finding in ask(Borrows).findings] == ["code-borrows"]


@pytest.mark.parametrize("answer", [None, 1, ["text"], [None], [seen(), "text"]])
def test_an_answer_that_is_no_list_of_findings_is_a_failure(answer: Iterable[Finding]) -> None:
    class Mumbles(Check):
        id, version = "code-mumbles", 1

        def release(self, subject: Subject) -> Iterable[Finding]:
            return answer

    assert ask(Mumbles).status is Status.FAILED


@pytest.mark.parametrize("error", [RecursionError, MemoryError, UnicodeDecodeError, KeyError])
def test_whatever_a_check_raises_is_a_failure(error: type[Exception]) -> None:
    class Raises(Check):
        id, version = "code-raises", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            raise error("utf-8", b"", 0, 1, "") if error is UnicodeDecodeError else error("text")

    outcome = ask(Raises)
    assert outcome.status is Status.FAILED
    assert error.__name__ in outcome.reason


def test_a_person_who_interrupts_is_obeyed() -> None:
    class Interrupted(Check):
        id, version = "code-interrupted", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(Interrupted)


def test_what_a_reader_cannot_take_in_is_cut() -> None:
    class Talks(Check):
        id, version = "code-talks", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            yield Finding(
                severity=Severity.LOW,
                confidence=Confidence.LOW,
                message="m" * 100_000,
                evidence="e" * 100_000,
            )

    (finding,) = ask(Talks).findings
    assert (len(finding.message), len(finding.evidence)) == (1_000, 4_000)


def test_every_check_of_a_set_has_one_outcome() -> None:
    class Fails(Check):
        id, version = "code-a", 1

        def release(self, subject: Subject) -> Iterator[Finding]:
            raise NotExamined("no")

    class Sees(Check):
        id, version = "code-b", 1

        def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
            yield seen()

    outcomes = list(run_checks(CheckSet([Sees(), Fails()]), subject()))
    assert [(outcome.check, outcome.status) for outcome in outcomes] == [
        ("code-a", Status.FAILED),
        ("code-b", Status.SAW),
    ]
