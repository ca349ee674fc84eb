"""What a verdict comes to at one glance."""

import pytest

from airlock.behaviour import Phase, Signal, Tier
from airlock.behaviour.signals import Kind
from airlock.model import Confidence, Finding, Outcome, Severity, Status
from airlock.model.vouchers import Voucher, VoucherKind
from airlock.web import glance


def finding(severity: Severity) -> Finding:
    return Finding(severity=severity, confidence=Confidence.HIGH, message="It does.")


def outcome(status: Status) -> Outcome:
    return Outcome(check="code-network", version=1, status=status)


def signal(tier: Tier) -> Signal:
    return Signal(kind=Kind.NETWORK, tier=tier, phase=Phase.INSTALL, message="It did.")


@pytest.mark.parametrize(
    ("severities", "told", "word"),
    [
        ((), "Nothing", "admit"),
        ((Severity.INFO,), "Nothing", "admit"),
        ((Severity.LOW, Severity.INFO), "1 low", ""),
        ((Severity.MEDIUM, Severity.HIGH, Severity.LOW, Severity.HIGH), "2 high, 1 medium", "hold"),
        ((Severity.CRITICAL,), "1 critical", "refuse"),
    ],
)
def test_findings(severities: tuple[Severity, ...], told: str, word: str) -> None:
    seen = glance.of_findings([finding(one) for one in severities], [outcome(Status.SAW)])
    assert (seen.told, seen.word) == (told, word)


def test_what_was_not_looked_at_is_never_whole() -> None:
    assert glance.of_findings([], [outcome(Status.FAILED)]).word == ""
    assert glance.of_signals([], ["the log ends early"]).word == "hold"
    asked = [outcome(Status.SAW), outcome(Status.SKIPPED)]
    assert glance.of_outcomes(asked).word == "admit"
    seen = glance.of_outcomes([*asked, outcome(Status.FAILED)])
    assert (seen.told, seen.about, seen.word) == (
        "1 not answered", "of 2 checks that apply", "hold",
    )  # fmt: skip


def test_deeds_in_the_sandbox() -> None:
    assert glance.of_signals(None).told == "Not run"
    assert glance.of_signals([]).word == "admit"
    assert glance.of_signals([signal(Tier.SUSPICION)]).told == "1 suspicion"
    assert glance.of_signals([signal(Tier.SUSPICION), signal(Tier.PROOF)]).word == "refuse"


def test_changes_and_vouchers() -> None:
    assert glance.of_changes("", 0).told == "No release before"
    assert glance.of_changes("1.0", 0).told == "Nothing new"
    assert glance.of_changes("1.0", 2).told == "2 differences"
    assert glance.of_vouchers([]).told == "Nobody"
    assert glance.of_vouchers([Voucher(kind=VoucherKind.PUBLISH)]).word == "admit"
