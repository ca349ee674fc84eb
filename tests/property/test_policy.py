"""What holds for every policy and all outcomes."""

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from airlock.model import Decision, Finding, Outcome, ProjectName, Status
from airlock.policy import CheckRule, Policy, decide
from airlock.policy.decision import score
from tests.property import strategies as some
from tests.property.strategies import CHECKS, PROJECTS

Complete = tuple[Outcome, ...]
ASKED = [PROJECTS[0]]
at_one_place = st.integers(0, len(CHECKS) - 1)


def decision(outcomes: Complete, policy: Policy, projects: list[ProjectName] = ASKED) -> Decision:
    return decide(projects, outcomes, policy, CHECKS)[0]


def changed(outcomes: Complete, at: int, one: Outcome) -> Complete:
    return (*outcomes[:at], one, *outcomes[at + 1 :])


@given(some.policies, some.complete, at_one_place, some.findings)
def test_one_finding_more_never_lowers(
    policy: Policy, outcomes: Complete, at: int, finding: Finding
) -> None:
    found = outcomes[at].findings
    more = msgspec.structs.replace(outcomes[at], findings=(*found, finding))
    assert decision(changed(outcomes, at, more), policy) >= decision(outcomes, policy)


@given(some.policies, some.complete, at_one_place)
def test_a_failure_never_lowers_and_is_never_clean(
    policy: Policy, outcomes: Complete, at: int
) -> None:
    failed = msgspec.structs.replace(outcomes[at], status=Status.FAILED, reason="cannot be read")
    after = decision(changed(outcomes, at, failed), policy)
    assert after >= decision(outcomes, policy)
    assert after >= Decision.HOLD


@given(some.policies, some.complete, at_one_place)
def test_a_missing_outcome_is_never_clean(policy: Policy, outcomes: Complete, at: int) -> None:
    assert decision(outcomes[:at] + outcomes[at + 1 :], policy) >= Decision.HOLD


@given(some.policies, some.complete, at_one_place)
def test_a_doubled_outcome_never_lowers_and_is_never_clean(
    policy: Policy, outcomes: Complete, at: int
) -> None:
    after = decision((*outcomes, outcomes[at]), policy)
    assert after >= max(Decision.HOLD, decision(outcomes, policy))


@given(some.policies, some.complete, some.outcomes)
def test_an_outcome_more_never_lowers(policy: Policy, outcomes: Complete, one: Outcome) -> None:
    assert decision((*outcomes, one), policy) >= decision(outcomes, policy)


@given(some.policies)
def test_nothing_looked_at_is_never_clean(policy: Policy) -> None:
    assert decide(ASKED, [], policy, CHECKS)[0] >= Decision.HOLD
    assert decide(ASKED, [], policy, [])[0] >= Decision.HOLD


@given(some.policies, some.complete)
def test_no_check_expected_is_never_clean(policy: Policy, outcomes: Complete) -> None:
    assert decide(ASKED, outcomes, policy, [])[0] >= Decision.HOLD


@given(some.policies, some.complete, st.data())
def test_the_order_of_outcomes_means_nothing(
    policy: Policy, outcomes: Complete, data: st.DataObject
) -> None:
    turned = tuple(data.draw(st.permutations(outcomes)))
    before, after = (decide(ASKED, some, policy, CHECKS) for some in (outcomes, turned))
    assert before[:2] == after[:2]
    assert sorted(map(repr, before[2])) == sorted(map(repr, after[2]))


@given(some.policies, st.lists(some.outcomes, max_size=5))
def test_no_rule_of_a_check_lowers_the_floor(policy: Policy, outcomes: list[Outcome]) -> None:
    mute = CheckRule(at_most=Decision.ADMIT)
    lenient = msgspec.structs.replace(
        policy, checks=dict.fromkeys(CHECKS, mute), deny=frozenset(), hold_score=1.0
    )
    looked_at = sorted(one.check for one in outcomes) == sorted(CHECKS)
    whole = looked_at and not any(one.status is Status.FAILED for one in outcomes)
    after = decision(tuple(outcomes), lenient)
    assert (after is Decision.ADMIT) <= whole


@given(some.policies, some.complete)
def test_at_most_bounds_what_findings_cause(policy: Policy, outcomes: Complete) -> None:
    assume(PROJECTS[0] not in policy.deny)
    bounded = msgspec.structs.replace(
        policy, checks=dict.fromkeys(CHECKS, CheckRule(at_most=Decision.HOLD))
    )
    assert decision(outcomes, bounded) <= Decision.HOLD


@given(some.policies, some.complete, st.sampled_from(PROJECTS))
def test_one_denied_name_refuses(policy: Policy, outcomes: Complete, denied: ProjectName) -> None:
    strict = msgspec.structs.replace(policy, deny=policy.deny | {denied})
    assert decision(outcomes, strict, list(PROJECTS)) is Decision.REFUSE


@given(some.policies, some.complete)
def test_the_decision_is_its_strictest_reason(policy: Policy, outcomes: Complete) -> None:
    decided, _, reasons = decide(ASKED, outcomes, policy, CHECKS)
    strengths = [reason.decision for reason in reasons]
    assert strengths == sorted(strengths, reverse=True)
    assert decided is max(strengths, default=Decision.ADMIT)
    assert Decision.ADMIT not in strengths


@given(st.lists(some.outcomes, max_size=6))
def test_the_score_lies_between_nothing_and_all(outcomes: list[Outcome]) -> None:
    assert 0.0 <= score(outcomes) <= 1.0
    assert all(score(outcomes) >= score([one]) for one in outcomes)


@given(some.policies, some.policies)
def test_policies_share_a_version_only_if_they_are_the_same(one: Policy, other: Policy) -> None:
    assert (one.version == other.version) is (one == other)
