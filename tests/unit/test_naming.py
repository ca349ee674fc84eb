"""Bare names, judged by the checks of their family before anything is fetched."""

from collections.abc import Iterable

import pytest

from airlock.checks import Check, CheckSet, NotApplicable, Subject
from airlock.errors import CheckDefect
from airlock.evidence import Facts
from airlock.model import Confidence, Decision, Finding, ProjectName, Severity, Status
from airlock.naming import NameVetting
from airlock.policy import CheckRule, InForce, Policy
from tests.unit.examples import NOW


class Telling(Check):
    """Has something against one name."""

    id, version = "name-telling", 1

    def release(self, subject: Subject) -> Iterable[Finding]:
        if subject.release.project == "exmaple":
            message = f"{subject.release.project} looks like example"
            yield Finding(severity=Severity.HIGH, confidence=Confidence.HIGH, message=message)


class Curious(Check):
    """Asks for what a bare name has not."""

    id, version = "name-curious", 1

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        for member in subject.reading.members:
            yield Finding(
                severity=Severity.LOW, confidence=Confidence.LOW, message=f"there is {member.path}"
            )


class Needy(Check):
    """Needs evidence that nobody has."""

    id, version = "name-needy", 1
    needs = frozenset({"popularity"})

    def release(self, subject: Subject) -> Iterable[Finding]:
        return ()


class Foreign(Check):
    """Is of another family, and would fail."""

    id, version = "code-foreign", 1

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        raise NotApplicable("never asked")


def vetting(*checks: Check, policy: Policy | None = None) -> NameVetting:
    return NameVetting(CheckSet(checks), lambda now: Facts(now=now), InForce(policy or Policy()))


def test_names_are_judged_in_their_order() -> None:
    names = [ProjectName(name) for name in ("harbour", "Exmaple", "anchor")]
    found = list(vetting(Telling(), Foreign()).verdicts(names, now=NOW))
    assert [verdict.project for verdict in found] == ["harbour", "exmaple", "anchor"]
    decisions = [verdict.decision for verdict in found]
    assert decisions == [Decision.ADMIT, Decision.HOLD, Decision.ADMIT]
    assert found[1].headline == "hold: exmaple looks like example"
    assert [outcome.check for outcome in found[0].outcomes] == ["name-telling"]


def test_check_that_asks_for_an_artifact_is_skipped_and_says_so() -> None:
    verdict = vetting(Telling(), Curious()).verdict(ProjectName("harbour"), now=NOW)
    curious, telling = verdict.outcomes
    assert (curious.status, curious.reason) == (Status.SKIPPED, "there is only a name")
    assert telling.status is Status.SAW
    assert verdict.decision is Decision.ADMIT


def test_what_cannot_be_asked_is_held() -> None:
    verdict = vetting(Telling(), Needy()).verdict(ProjectName("harbour"), now=NOW)
    assert verdict.decision is Decision.HOLD
    assert "not fully examined" in verdict.headline


def test_policy_decides() -> None:
    name = ProjectName("exmaple")
    mild = Policy(checks={"name-telling": CheckRule(at_most=Decision.ADMIT)})
    assert vetting(Telling(), policy=mild).verdict(name, now=NOW).decision is Decision.ADMIT
    denying = Policy(deny=frozenset({ProjectName("harbour")}))
    denied = vetting(Telling(), policy=denying).verdict(ProjectName("Harbour"), now=NOW)
    assert denied.decision is Decision.REFUSE
    assert denied.policy == denying.version


def test_version_is_that_of_the_family_alone() -> None:
    name = ProjectName("harbour")
    alone = vetting(Telling()).verdict(name, now=NOW)
    together = vetting(Telling(), Foreign()).verdict(name, now=NOW)
    assert alone == together
    assert vetting(Telling(), Curious()).verdict(name, now=NOW).checks_version != (
        alone.checks_version
    )


def test_without_a_check_of_the_family_nothing_is_clean() -> None:
    with pytest.raises(CheckDefect):
        vetting(Foreign())
