"""Suppressions cause nothing beyond the findings that they cover, and never beat the floor."""

import datetime as dt

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from airlock.model import Decision, Finding, Outcome, Severity, Sha256, Status
from airlock.policy import Policy, Suppression, decide
from airlock.policy.suppression import mark
from tests.property import strategies as some
from tests.property.strategies import CHECKS, PROJECTS

TODAY = dt.date(2026, 11, 23)
CONTENTS = tuple(Sha256.of(data) for data in (b"one", b"two"))
PATHS = ("example-1.0/setup.py", "example-1.0/a/b.py", "")

placed = st.builds(
    Finding,
    check=some.checks,
    severity=some.severities,
    confidence=some.confidences,
    message=st.sampled_from(["seen", "seen, too"]),
    path=st.sampled_from(PATHS),
    digest=st.sampled_from(["", *map(str, CONTENTS)]),
    suppressed=st.sampled_from(["", "says the child"]),
)
outcomes = st.tuples(
    *(
        st.builds(
            Outcome,
            check=st.just(check),
            version=st.just(1),
            status=st.sampled_from(Status),
            reason=st.just("because"),
            findings=st.lists(placed, max_size=3).map(tuple),
        )
        for check in CHECKS
    )
)
suppressions = st.builds(
    Suppression,
    check=some.checks,
    reason=st.just("looked at"),
    expires=st.dates(TODAY - dt.timedelta(days=2), TODAY + dt.timedelta(days=400)),
    path=st.sampled_from(["**", "*/setup.py", "example-1.0/*/*.py"]),
    sha256=st.sampled_from([None, *CONTENTS]),
)
many = st.lists(suppressions, max_size=5).map(tuple)
Complete = tuple[Outcome, ...]


def with_suppressions(policy: Policy, given_: tuple[Suppression, ...]) -> Policy:
    return msgspec.structs.replace(policy, suppress=given_)


def without(policy: Policy) -> Policy:
    return with_suppressions(policy, ())


def covered(check: str, finding: Finding, given_: tuple[Suppression, ...]) -> bool:
    return any(one.covers(check, finding) for one in given_)


def rid(outcome: Outcome, given_: tuple[Suppression, ...]) -> Outcome:
    kept = tuple(f for f in outcome.findings if not covered(outcome.check, f, given_))
    return msgspec.structs.replace(outcome, findings=kept)


@given(some.policies, outcomes, many)
def test_decides_as_if_the_covered_findings_had_not_been_seen(
    policy: Policy, seen: Complete, given_: tuple[Suppression, ...]
) -> None:
    suppressed = decide(PROJECTS, seen, with_suppressions(policy, given_), CHECKS)
    never_seen = decide(PROJECTS, [rid(one, given_) for one in seen], without(policy), CHECKS)
    assert suppressed == never_seen


@given(some.policies, outcomes, many)
def test_never_makes_a_decision_stricter(
    policy: Policy, seen: Complete, given_: tuple[Suppression, ...]
) -> None:
    with_, bare = with_suppressions(policy, given_), without(policy)
    assert decide(PROJECTS, seen, with_, CHECKS)[0] <= decide(PROJECTS, seen, bare, CHECKS)[0]


@given(some.policies, outcomes, many)
def test_never_goes_below_the_floor(
    policy: Policy, seen: Complete, given_: tuple[Suppression, ...]
) -> None:
    decision, _, reasons = decide(PROJECTS, seen, with_suppressions(policy, given_), CHECKS)
    failed = {one.check for one in seen if one.status is Status.FAILED}
    assert {reason.check for reason in reasons if reason.rule == "floor"} == failed
    assert decision >= (Decision.HOLD if failed else Decision.ADMIT)


@given(outcomes, many)
def test_touches_no_finding_but_those_it_covers(
    seen: Complete, given_: tuple[Suppression, ...]
) -> None:
    for before, after in zip(seen, mark(seen, given_), strict=True):
        assert (after.check, after.status, after.reason) == (
            before.check,
            before.status,
            before.reason,
        )
        for was, now in zip(before.findings, after.findings, strict=True):
            assert bool(now.suppressed) is covered(before.check, was, given_)
            assert msgspec.structs.replace(now, suppressed=was.suppressed) == was


@given(outcomes, many)
def test_what_is_severe_is_never_covered_without_its_very_content(
    seen: Complete, given_: tuple[Suppression, ...]
) -> None:
    for outcome in mark(seen, given_):
        for finding in outcome.findings:
            if finding.suppressed and finding.severity >= Severity.HIGH:
                assert finding.digest in {one.sha256 for one in given_}
                assert finding.digest


@given(some.policies, outcomes, many)
def test_marks_from_elsewhere_mean_nothing(
    policy: Policy, seen: Complete, given_: tuple[Suppression, ...]
) -> None:
    clean = [
        msgspec.structs.replace(
            one,
            findings=tuple(msgspec.structs.replace(f, suppressed="") for f in one.findings),
        )
        for one in seen
    ]
    rules = with_suppressions(policy, given_)
    assert decide(PROJECTS, seen, rules, CHECKS) == decide(PROJECTS, clean, rules, CHECKS)
    assert mark(seen, given_) == mark(clean, given_)


@given(some.policies, many, st.dates(TODAY - dt.timedelta(days=9), TODAY + dt.timedelta(days=900)))
def test_a_day_knows_only_what_is_in_force(
    policy: Policy, given_: tuple[Suppression, ...], day: dt.date
) -> None:
    rules = with_suppressions(policy, given_).at(day)
    assert rules == rules.at(day)
    assert all(day <= one.expires <= day + dt.timedelta(days=366) for one in rules.suppress)
    assert without(rules) == without(policy)
