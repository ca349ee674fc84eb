"""In which order people see findings."""

from airlock.model import Finding, Verdict
from airlock.model.name_verdict import NameVerdict


def worst_first(verdict: Verdict | NameVerdict) -> list[Finding]:
    """Return the findings, the worst first, those that are suppressed last."""
    findings = [finding for outcome in verdict.outcomes for finding in outcome.findings]
    return sorted(
        findings,
        key=lambda one: (bool(one.suppressed), -one.severity.rank, -one.confidence.rank),
    )
