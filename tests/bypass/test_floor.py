"""Not looked at is never clean, whatever is configured."""

import itertools

import pytest

from airlock import vetting
from airlock.model import Confidence, Decision, Outcome, Severity, Status
from airlock.policy import CheckRule, Policy, Threshold, load_policy
from airlock.policy.suppression import Suppression
from tests.unit.examples import DIGEST, NOW, artifact, failed, finding, outcome
from tests.unit.gate.doors import CHECKS

CHECK = "code-example"
MOST_LENIENT = Policy(
    name="lenient",
    refuse=Threshold(Severity.CRITICAL, Confidence.HIGH),
    hold=Threshold(Severity.CRITICAL, Confidence.HIGH),
    hold_score=1.0,
    checks={CHECK: CheckRule(at_most=Decision.ADMIT)},
    suppress=(
        Suppression(check=CHECK, reason="ours", expires=NOW.date(), path="**"),
        Suppression(check=CHECK, reason="ours", expires=NOW.date(), sha256=DIGEST),
    ),
)


def decided(*outcomes: Outcome) -> Decision:
    verdict = vetting.judge(artifact(), outcomes, MOST_LENIENT, CHECKS, now=NOW)
    assert verdict.decision is Decision.ADMIT or verdict.reasons
    return verdict.decision


def test_the_most_lenient_policy_admits_what_was_looked_at() -> None:
    bad = finding(digest=str(DIGEST), path="")
    assert decided(outcome(CHECK, bad)) is Decision.ADMIT


NOT_LOOKED_AT = {
    "a failed check": (failed(CHECK),),
    "a check that failed after it saw": (failed(CHECK, finding()),),
    "no outcome": (),
    "the outcome of another check": (outcome("code-other"),),
    "two outcomes": (outcome(CHECK), outcome(CHECK)),
    "one good and one failed": (outcome(CHECK), failed(CHECK)),
    "a failure of a check that was not asked": (outcome(CHECK), failed("code-other")),
}


@pytest.mark.parametrize("why", NOT_LOOKED_AT)
def test_no_policy_admits_what_was_not_looked_at(why: str) -> None:
    assert decided(*NOT_LOOKED_AT[why]) >= Decision.HOLD


def test_no_check_in_the_set_could_be_left_out() -> None:
    statuses = itertools.product([None, *Status], repeat=1)
    for (status,) in statuses:
        outcomes = () if status is None else (outcome(CHECK, status=status),)
        looked_at = status in {Status.SAW, Status.SKIPPED}
        assert (decided(*outcomes) is Decision.ADMIT) is looked_at


def test_no_setting_is_about_failures() -> None:
    """A policy file cannot even say that a failure may pass."""
    text = '[policy]\nname = "x"\n[policy.checks.code-example]\nat-most = "admit"\n'
    policy = load_policy(text, origin="x", known_checks=frozenset({CHECK}))
    verdict = vetting.judge(artifact(), [failed(CHECK)], policy, CHECKS, now=NOW)
    assert verdict.decision is Decision.HOLD
    assert [reason.rule for reason in verdict.reasons] == ["floor"]


def test_mark_of_suppression_that_a_finding_brings_along_counts_for_nothing() -> None:
    sly = finding(suppressed="looked at by nobody")
    verdict = vetting.judge(artifact(), [outcome(CHECK, sly)], Policy(), CHECKS, now=NOW)
    assert verdict.decision is Decision.REFUSE
    assert verdict.score > 0
    assert not verdict.outcomes[0].findings[0].suppressed
