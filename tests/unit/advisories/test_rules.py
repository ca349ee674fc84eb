"""What a policy makes of known vulnerabilities."""

import pytest

from airlock.errors import InvalidPolicy
from airlock.model import Confidence, Decision, Finding, Outcome, Severity, Status
from airlock.policy import Policy, decide, load_policy
from airlock.policy.advisories import CHECKS, MALWARE, UNFIXED, VULNERABLE

KNOWN = frozenset({*CHECKS, "code-probe"})


def rules(table: str) -> Policy:
    text = f'[policy]\nname = "t"\n{table}'
    return load_policy(text, origin="a test's", known_checks=KNOWN)


def decided(policy: Policy, check: str, severity: Severity) -> tuple[Decision, float]:
    finding = Finding(check=check, severity=severity, confidence=Confidence.HIGH, message="m")
    outcome = Outcome(check=check, version=1, status=Status.SAW, findings=(finding,))
    decision, score, _ = decide(set(), [outcome], policy, expected=[check])
    return decision, score


@pytest.mark.parametrize(
    ("table", "check", "severity", "expected"),
    [
        ("", VULNERABLE, Severity.CRITICAL, Decision.REFUSE),
        ("", VULNERABLE, Severity.HIGH, Decision.ADMIT),
        ("", UNFIXED, Severity.CRITICAL, Decision.ADMIT),
        ('refuse = "high"', VULNERABLE, Severity.HIGH, Decision.REFUSE),
        ('refuse = "never"', VULNERABLE, Severity.CRITICAL, Decision.ADMIT),
        ('refuse = "never"\nhold = "low"', VULNERABLE, Severity.MEDIUM, Decision.HOLD),
        ('without-fix = "hold"', UNFIXED, Severity.CRITICAL, Decision.HOLD),
        ('without-fix = "refuse"', UNFIXED, Severity.HIGH, Decision.ADMIT),
    ],
)
def test_a_vulnerability_has_rules_of_its_own(
    table: str, check: str, severity: Severity, expected: Decision
) -> None:
    policy = rules(f"[policy.advisories]\n{table}")
    assert decided(policy, check, severity) == (expected, 0.0), "and no part in the score"


def test_rules_for_single_checks_hold_for_these_too() -> None:
    strict = rules(f'[policy.checks.{UNFIXED}]\nat-least = "refuse"')
    assert decided(strict, UNFIXED, Severity.LOW)[0] is Decision.REFUSE
    lenient = rules(f'[policy.checks.{VULNERABLE}]\nat-most = "hold"')
    assert decided(lenient, VULNERABLE, Severity.CRITICAL)[0] is Decision.HOLD


@pytest.mark.parametrize(
    "table",
    [
        "max-age-days = 0",
        "max-age-days = 40000",
        'refuse = "often"',
        'without-fix = "perhaps"',
        'fail = "never"',
        'malware = "admit"',
    ],
)
def test_what_cannot_be_obeyed_is_an_error(table: str) -> None:
    with pytest.raises(InvalidPolicy):
        rules(f"[policy.advisories]\n{table}")


@pytest.mark.parametrize(
    "table",
    [
        f'[policy.checks.{MALWARE}]\nat-most = "hold"',
        f'[[policy.suppress]]\ncheck = "{MALWARE}"\npath = "*"\nreason = "r"\nexpires = 2027-01-01',
    ],
)
def test_no_policy_speaks_about_malware(table: str) -> None:
    with pytest.raises(InvalidPolicy):
        rules(table)


def test_malware_is_refused_by_any_policy() -> None:
    policy = rules('refuse = { severity = "critical", confidence = "high" }')
    assert decided(policy, MALWARE, Severity.INFO)[0] is Decision.REFUSE
