"""From outcomes to a decision: thresholds, rules of single checks, the deny list, the score."""

import itertools

import pytest

from airlock.model import Confidence, Decision, Finding, Outcome, ProjectName, Severity
from airlock.policy import CheckRule, Policy, Threshold, decide
from airlock.policy.decision import score
from airlock.policy.rules import weight
from tests.unit.examples import failed, finding, outcome

EXAMPLE = ProjectName("example")
CHECK = "code-example"


def decided(
    policy: Policy, *findings: Finding, others: tuple[Outcome, ...] = ()
) -> tuple[Decision, float, list[str]]:
    outcomes = [outcome(CHECK, *findings), *others]
    expected = [one.check for one in outcomes]
    decision, total, reasons = decide([EXAMPLE], outcomes, policy, expected)
    return decision, total, [reason.rule for reason in reasons]


def test_nothing_seen_is_admitted_without_remark() -> None:
    assert decided(Policy()) == (Decision.ADMIT, 0.0, [])


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("confidence", Confidence)
def test_built_in_policy_goes_by_both_scales(severity: Severity, confidence: Confidence) -> None:
    if (severity, confidence) == (Severity.CRITICAL, Confidence.HIGH):
        wanted = Decision.REFUSE
    elif severity >= Severity.HIGH and confidence >= Confidence.MEDIUM:
        wanted = Decision.HOLD
    else:
        wanted = Decision.ADMIT
    assert decided(Policy(), finding(severity, confidence))[0] is wanted


def test_threshold_needs_both_scales() -> None:
    threshold = Threshold(Severity.MEDIUM, Confidence.MEDIUM)
    reached = {
        (severity, confidence)
        for severity, confidence in itertools.product(Severity, Confidence)
        if threshold.reached_by(finding(severity, confidence))
    }
    assert reached == {
        (severity, confidence)
        for severity in (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
        for confidence in (Confidence.MEDIUM, Confidence.HIGH)
    }


def test_refusal_goes_before_hold_also_where_its_threshold_is_lower() -> None:
    lax = Policy(refuse=Threshold(Severity.LOW, Confidence.LOW))
    assert decided(lax, finding(Severity.LOW, Confidence.LOW))[0] is Decision.REFUSE
    assert decided(lax, finding())[0] is Decision.REFUSE


@pytest.mark.parametrize(
    ("rule", "severity", "wanted"),
    [
        (CheckRule(at_least=Decision.HOLD), Severity.LOW, Decision.HOLD),
        (CheckRule(at_least=Decision.REFUSE), Severity.LOW, Decision.REFUSE),
        (CheckRule(at_least=Decision.REFUSE), Severity.INFO, Decision.ADMIT),
        (CheckRule(at_least=Decision.HOLD), Severity.CRITICAL, Decision.REFUSE),
        (CheckRule(at_most=Decision.HOLD), Severity.CRITICAL, Decision.HOLD),
        (CheckRule(Decision.HOLD, Decision.HOLD), Severity.CRITICAL, Decision.HOLD),
        (CheckRule(Decision.HOLD, Decision.HOLD), Severity.LOW, Decision.HOLD),
    ],
)
def test_rule_of_a_single_check(rule: CheckRule, severity: Severity, wanted: Decision) -> None:
    policy = Policy(checks={CHECK: rule})
    assert decided(policy, finding(severity))[0] is wanted


def test_check_that_may_only_admit_holds_neither_alone_nor_together() -> None:
    policy = Policy(hold_score=0.5, checks={CHECK: CheckRule(at_most=Decision.ADMIT)})
    sign = finding(Severity.MEDIUM, Confidence.HIGH)
    other = outcome("code-other", sign)
    assert decided(policy, finding(), others=(other,))[0] is Decision.ADMIT
    assert decided(policy, finding())[1] == 0.98
    others = (other, outcome("code-third", sign))
    assert decided(policy, finding(), others=others)[2] == ["score"]


def test_rule_of_one_check_says_nothing_of_another() -> None:
    policy = Policy(checks={"code-other": CheckRule(at_most=Decision.ADMIT)})
    assert decided(policy, finding())[0] is Decision.REFUSE


def test_finding_cannot_borrow_the_rule_of_another_check() -> None:
    policy = Policy(checks={"code-lenient": CheckRule(at_most=Decision.ADMIT)})
    posing = finding(check="code-lenient")
    assert decided(policy, posing)[0] is Decision.REFUSE


def test_denied_project_is_refused_whatever_is_in_it() -> None:
    policy = Policy(deny=frozenset({EXAMPLE}))
    assert decided(policy)[::2] == (Decision.REFUSE, ["deny"])
    everything_lenient = Policy(
        deny=frozenset({EXAMPLE}), checks={CHECK: CheckRule(at_most=Decision.ADMIT)}
    )
    assert decided(everything_lenient, finding())[0] is Decision.REFUSE


def test_deny_list_asks_every_name_of_an_artifact() -> None:
    policy = Policy(deny=frozenset({ProjectName("Evil_Pkg")}))
    names = [EXAMPLE, ProjectName("evil-pkg")]
    assert decide(names, [outcome(CHECK)], policy, [CHECK])[0] is Decision.REFUSE
    assert decide([EXAMPLE], [outcome(CHECK)], policy, [CHECK])[0] is Decision.ADMIT


def test_findings_of_several_checks_add_up() -> None:
    policy = Policy(hold_score=0.6)
    sign = finding(Severity.MEDIUM, Confidence.HIGH)
    others = tuple(outcome(f"code-{n}", sign) for n in range(2))
    assert decided(policy, sign)[0] is Decision.ADMIT
    decision, total, rules = decided(policy, sign, others=others)
    assert (decision, rules) == (Decision.HOLD, ["score"])
    assert total == pytest.approx(1 - 0.7**3, abs=1e-4)


def test_one_check_counts_once_with_its_strongest_finding() -> None:
    strong, weak = finding(Severity.HIGH, Confidence.LOW), finding(Severity.LOW, Confidence.LOW)
    assert score([outcome(CHECK, weak, strong, weak, strong)]) == score([outcome(CHECK, strong)])


def test_score_is_reached_at_its_very_value() -> None:
    sign = finding(Severity.MEDIUM, Confidence.HIGH)
    assert decided(Policy(hold_score=0.3), sign)[0] is Decision.HOLD
    assert decided(Policy(hold_score=0.3001), sign)[0] is Decision.ADMIT


def test_weights_grow_with_both_scales() -> None:
    for severity in Severity:
        weights = [weight(finding(severity, confidence)) for confidence in Confidence]
        assert weights == sorted(weights)
    for confidence in Confidence:
        weights = [weight(finding(severity, confidence)) for severity in Severity]
        assert weights == sorted(weights)
        assert 0.0 == weights[0] < weights[-1] <= 1.0


def test_strictest_reason_comes_first_and_names_its_check_and_member() -> None:
    held = finding(Severity.HIGH, Confidence.MEDIUM, message="is held")
    _, _, reasons = decide(
        [EXAMPLE],
        [failed("code-broken"), outcome(CHECK, held, finding(path="a/b.py"))],
        Policy(),
        [CHECK, "code-broken"],
    )
    assert [reason.decision for reason in reasons] == [
        Decision.REFUSE,
        Decision.HOLD,
        Decision.HOLD,
        Decision.HOLD,
    ]
    assert reasons[0].message == "decodes text and runs it (a/b.py)"
    assert reasons[0].check == CHECK
    assert {reason.rule for reason in reasons} == {"finding", "score", "floor"}


def test_a_policy_has_another_version_when_any_rule_differs() -> None:
    policies = [
        Policy(),
        Policy(name="other"),
        Policy(refuse=Threshold(Severity.HIGH, Confidence.HIGH)),
        Policy(hold=Threshold(Severity.LOW, Confidence.LOW)),
        Policy(hold_score=0.8),
        Policy(deny=frozenset({EXAMPLE})),
        Policy(deny=frozenset({ProjectName("other")})),
        Policy(deny=frozenset({EXAMPLE, ProjectName("other")})),
        Policy(checks={CHECK: CheckRule(at_least=Decision.HOLD)}),
        Policy(checks={CHECK: CheckRule(at_most=Decision.HOLD)}),
        Policy(checks={"code-other": CheckRule(at_most=Decision.HOLD)}),
    ]
    assert len({policy.version.version for policy in policies}) == len(policies)
    assert all(len(policy.version.version) == 16 for policy in policies)


def test_version_does_not_depend_on_the_order_of_writing() -> None:
    rules = {"a": CheckRule(at_most=Decision.HOLD), "b": CheckRule(at_least=Decision.HOLD)}
    turned = dict(reversed(rules.items()))
    assert Policy(checks=rules).version == Policy(checks=turned).version


def _of(check: str, severity: Severity, confidence: Confidence) -> Outcome:
    return outcome(check, finding(severity, confidence, check=check))


def _beside(check: str, severity: Severity, confidence: Confidence, policy: Policy) -> Decision:
    held = finding(Severity.HIGH, Confidence.MEDIUM)
    return decided(policy, held, others=(_of(check, severity, confidence),))[0]


@pytest.mark.parametrize(
    ("check", "severity", "confidence", "wanted"),
    [
        ("name-example", Severity.HIGH, Confidence.MEDIUM, Decision.REFUSE),
        ("archive-example", Severity.MEDIUM, Confidence.HIGH, Decision.REFUSE),
        ("archive-example", Severity.MEDIUM, Confidence.MEDIUM, Decision.HOLD),
        ("metadata-example", Severity.LOW, Confidence.HIGH, Decision.HOLD),
        ("code-other", Severity.HIGH, Confidence.HIGH, Decision.HOLD),
        ("change-example", Severity.HIGH, Confidence.HIGH, Decision.HOLD),
    ],
)
def test_two_families_that_look_at_different_things_refuse(
    check: str, severity: Severity, confidence: Confidence, wanted: Decision
) -> None:
    assert _beside(check, severity, confidence, Policy()) is wanted


def test_a_broken_archive_that_has_no_metadata_is_one_sign() -> None:
    others = (
        _of("archive-example", Severity.HIGH, Confidence.HIGH),
        _of("metadata-example", Severity.HIGH, Confidence.HIGH),
    )
    assert decided(Policy(), others=others)[0] is Decision.HOLD


def test_what_supports_a_suspicion_causes_nothing_alone() -> None:
    others = (_of("archive-example", Severity.MEDIUM, Confidence.HIGH),)
    assert decided(Policy(), others=others)[0] is Decision.ADMIT


def test_agreement_is_for_the_policy_to_weigh() -> None:
    sign = ("name-example", Severity.HIGH, Confidence.MEDIUM)
    assert _beside(*sign, Policy(agreement=Decision.ADMIT)) is Decision.HOLD
    assert _beside(*sign, Policy(agreement=Decision.HOLD)) is Decision.HOLD
    bounded = Policy(checks={"name-example": CheckRule(at_most=Decision.HOLD)})
    assert _beside(*sign, bounded) is Decision.HOLD
