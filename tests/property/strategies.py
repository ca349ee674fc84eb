"""Findings, outcomes and policies, whatever they may be."""

from hypothesis import strategies as st

from airlock.model import Confidence, Decision, Finding, Outcome, ProjectName, Severity, Status
from airlock.policy import CheckRule, Policy, Threshold

CHECKS = ("archive-example", "code-example", "metadata-example", "name-example")
PROJECTS = (ProjectName("example"), ProjectName("evil-pkg"), ProjectName("other"))

checks = st.sampled_from(CHECKS)
severities = st.sampled_from(Severity)
confidences = st.sampled_from(Confidence)
decisions = st.sampled_from(Decision)

findings = st.builds(
    Finding, check=checks, severity=severities, confidence=confidences, message=st.just("seen")
)
outcomes = st.builds(
    Outcome,
    check=checks,
    version=st.just(1),
    status=st.sampled_from(Status),
    reason=st.just("because"),
    findings=st.lists(findings, max_size=2).map(tuple),
)
complete = st.tuples(
    *(
        st.builds(
            Outcome,
            check=st.just(check),
            version=st.just(1),
            status=st.sampled_from([Status.SAW, Status.SKIPPED]),
            findings=st.lists(findings, max_size=2).map(tuple),
        )
        for check in CHECKS
    )
)
"""One outcome of every check, none of them failed."""

thresholds = st.builds(Threshold, severities, confidences)
rules = st.tuples(decisions, decisions).map(lambda pair: CheckRule(min(pair), max(pair)))
policies = st.builds(
    Policy,
    name=st.sampled_from(["default", "team"]),
    refuse=thresholds,
    hold=thresholds,
    hold_score=st.floats(0.0, 1.0, exclude_min=True),
    agreement=decisions,
    support=thresholds,
    deny=st.frozensets(st.sampled_from(PROJECTS)),
    checks=st.dictionaries(checks, rules),
)
