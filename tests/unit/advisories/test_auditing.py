"""An audit: three states, what counts, who answers, and what is told of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from airlock.audit.auditing import Auditor, Release
from airlock.errors import InvalidPolicy
from airlock.evidence.advisories.files import NoAdvisories
from airlock.evidence.advisories.interface import Advisories, Known
from airlock.model import Decision, Dependency, Inventory, ProjectName, Severity
from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, AuditEvidence, AuditStatus, Reach
from airlock.policy import Policy
from airlock.policy.advisories import AdvisoryRules
from airlock.policy.ignoring import Ignore
from airlock.report.audit import audit_exit_code
from tests.simulators.advisories import NOW, advisories, between, osv

LOW = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"
RECORDS = (
    osv("PYSEC-1", "bad", between("0", "2.0"), aliases=["CVE-2026-1"], vector=LOW),
    osv("PYSEC-2", "unfixed", between()),
    osv("PYSEC-3", "blind", between("0", "1.0-final-n7")),
    osv("MAL-2026-1", "hostile"),
)


def pin(text: str) -> Dependency:
    name, _, version = text.partition("==")
    return Dependency(
        project=ProjectName(name),
        version=version or None,
        path="requirements.txt",
        line=1,
        requirement=text,
        unauditable="" if version else "no version is pinned",
    )


def audit(
    asked: Advisories,
    *pins: str,
    rules: AdvisoryRules | None = None,
    ignores: Sequence[Ignore] = (),
    reach: Reach | None = None,
    fallback: Any = None,
) -> Audit:
    policy = Policy(advisories=rules or AdvisoryRules())
    auditor = Auditor(asked, policy, ignores, lambda: NOW, fallback)
    inventory = Inventory(
        origin="requirements.txt", kind="requirements file", dependencies=tuple(map(pin, pins))
    )
    return auditor.audit([inventory], lambda _: reach)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Advisories:
    return advisories(tmp_path_factory.mktemp("database"), *RECORDS)


def states(found: Audit) -> list[tuple[AuditStatus, Decision]]:
    return [(one.status, one.decision) for one in found.audited]


CLEAN = (AuditStatus.CLEAN, Decision.ADMIT)
VULNERABLE = (AuditStatus.VULNERABLE, Decision.REFUSE)
UNAUDITABLE = (AuditStatus.UNAUDITABLE, Decision.HOLD)


def test_every_dependency_has_one_of_three_states(known: Advisories) -> None:
    found = audit(known, "good==1.0", "bad==1.0", "open", "blind==1.0", "odd==1.0-final-n7")
    assert states(found) == [CLEAN, VULNERABLE, UNAUDITABLE, UNAUDITABLE, UNAUDITABLE]
    assert [bool(one.reason) for one in found.audited] == [False, False, True, True, True]
    assert found.covered == 2
    assert found.coverage.startswith("2 of 5 audited, database of 2026-11-23, sha256 ")
    assert found.audited[1].upgrade == "2.0"
    assert audit_exit_code(found) == 1


@pytest.mark.parametrize(
    ("pins", "code"),
    [(("good==1.0",), 0), (("good==1.0", "open"), 3), (("open", "bad==1.0"), 1), ((), 3)],
)
def test_the_exit_code_is_the_strictest(
    known: Advisories, pins: tuple[str, ...], code: int
) -> None:
    assert audit_exit_code(audit(known, *pins)) == code


def test_an_old_database_calls_nothing_clean_and_tells_what_it_knows(tmp_path: Path) -> None:
    old = osv("PYSEC-1", "bad", between(), modified="2026-10-01T00:00:00Z")
    found = audit(advisories(tmp_path, old), "good==1.0", "bad==1.0")
    assert states(found) == [UNAUDITABLE, VULNERABLE]
    assert "53 days old" in found.coverage
    assert found.coverage.startswith("1 of 2 audited")
    patient = advisories(tmp_path, old, max_age=dt.timedelta(days=60))
    assert states(audit(patient, "good==1.0")) == [CLEAN]


def test_without_a_database_nothing_is_clean() -> None:
    found = audit(NoAdvisories(), "good==1.0")
    assert states(found) == [UNAUDITABLE]
    assert found.coverage.startswith("0 of 1 audited, no advisory database")
    assert found.database is None


@pytest.mark.parametrize(
    ("rules", "pins", "decision"),
    [
        (AdvisoryRules(fail=Severity.MEDIUM), "bad==1.0", Decision.ADMIT),
        (AdvisoryRules(fail=Severity.LOW), "bad==1.0", Decision.REFUSE),
        (AdvisoryRules(fail_without_fix=False), "unfixed==1.0", Decision.ADMIT),
        (AdvisoryRules(fail_without_fix=False), "bad==1.0", Decision.REFUSE),
        (AdvisoryRules(fail=Severity.CRITICAL, fail_without_fix=False), "hostile==1", 2),
    ],
)
def test_the_policy_tolerates_and_the_status_stays(
    known: Advisories, rules: AdvisoryRules, pins: str, decision: Decision
) -> None:
    (one,) = audit(known, pins, rules=rules).audited
    assert (one.status, one.decision) == (AuditStatus.VULNERABLE, Decision(decision))


@pytest.mark.parametrize(
    ("imported", "decision"),
    [(False, Decision.ADMIT), (True, Decision.REFUSE), (None, Decision.REFUSE)],
)
def test_only_what_is_certainly_not_imported_is_tolerated(
    known: Advisories, imported: bool | None, decision: Decision
) -> None:
    rules, reach = AdvisoryRules(fail_unimported=False), Reach(imported=imported)
    assert audit(known, "bad==1.0", rules=rules, reach=reach).decision is decision


def ignore(identifier: str, **more: Any) -> Ignore:
    given = {"reason": "never used", "expires": NOW.date(), "origin": "pyproject.toml"}
    return Ignore(id=identifier, **{**given, **more})


@pytest.mark.parametrize("identifier", ["PYSEC-1", "CVE-2026-1", "cve-2026-1"])
def test_an_ignore_by_any_name_covers_and_is_told(known: Advisories, identifier: str) -> None:
    found = audit(known, "bad==1.0", ignores=[ignore(identifier)])
    (one,) = found.audited
    assert (one.status, one.decision, one.advisories) == (*CLEAN, ())
    assert one.ignored[0].reason == "never used"
    assert found.notes == ()


@pytest.mark.parametrize(
    ("pins", "given", "note"),
    [
        ("bad==1.0", ignore("PYSEC-1", expires=NOW.date() - dt.timedelta(days=1)), "ended on"),
        ("bad==1.0", ignore("PYSEC-1", expires=None, until_fixed=True), "is fixed in 2.0"),
        ("bad==1.0", ignore("PYSEC-1", package=ProjectName("good")), "covers nothing"),
        ("hostile==1.0", ignore("MAL-2026-1"), "nobody can ignore"),
        ("bad==2.0", ignore("PYSEC-1"), "covers nothing"),
    ],
)
def test_what_an_ignore_does_not_cover_counts_and_is_told(
    known: Advisories, pins: str, given: Ignore, note: str
) -> None:
    found = audit(known, pins, ignores=[given])
    assert all(not one.ignored for one in found.audited)
    assert note in found.notes[0]


def test_until_fixed_covers_what_nobody_has_fixed(known: Advisories) -> None:
    given = ignore("PYSEC-2", expires=None, until_fixed=True, package=ProjectName("Unfixed"))
    assert states(audit(known, "unfixed==1.0", ignores=[given])) == [CLEAN]


def test_an_ignore_answers_for_no_blindness(known: Advisories) -> None:
    assert states(audit(known, "blind==1.0", ignores=[ignore("PYSEC-3")])) == [UNAUDITABLE]


@pytest.mark.parametrize(
    "given", [{"reason": " "}, {"reason": "one\ntwo"}, {"expires": None}, {"id": ""}]
)
def test_an_ignore_without_reason_or_end_is_an_error(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidPolicy):
        Ignore(**{"id": "CVE-1", "reason": "r", "expires": NOW.date(), **given})


def test_the_index_is_asked_where_there_is_no_database(known: Advisories) -> None:
    asked: list[Release] = []

    def fallback(releases: Sequence[Release]) -> Mapping[Release, Known | str]:
        asked.extend(releases)
        bad = Known(advisories=(Advisory(id="PYSEC-1", fixed_in=("2.0",)),), upgrade="2.0")
        answers: list[Known | str] = [bad, Known(), "it is not the latest release"]
        return dict(zip(releases, answers, strict=True))

    pins = ("bad==1.0", "good==1.0", "old==1.0", "open", "bad==1.0")
    found = audit(NoAdvisories(), *pins, fallback=fallback)
    assert states(found) == [VULNERABLE, CLEAN, UNAUDITABLE, UNAUDITABLE, VULNERABLE]
    assert len(asked) == 3
    evidence = [one.evidence for one in found.audited]
    assert evidence.count(AuditEvidence.INDEX) == 3
    assert "not the latest" in found.audited[2].reason
    assert "3 by the index's own record of the latest release" in found.coverage
    audit(known, "good==1.0", fallback=fallback)
    assert len(asked) == 3, "with a database, nobody is asked"
