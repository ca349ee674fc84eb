"""Names as users read them: to whom they belong, and what was decided of them."""

import datetime as dt
from typing import Any

import msgspec

from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Claim, Holding
from airlock.report.plain import printable


def holding_document(holding: Holding) -> dict[str, Any]:
    """Return to whom a name belongs, why and since when."""
    return {
        "name": str(holding.project),
        "owner": holding.owner.word,
        "why": holding.why,
        "since": _time(holding.since),
        "organisation": holding.organisation,
        "claim": claim_document(holding.claim) if holding.claim else None,
    }


def holding_text(holding: Holding) -> str:
    """Return the same on one or two lines."""
    since = f", since {_minute(holding.since)}" if holding.since else ""
    text = f"{holding.project} belongs to {printable(str(holding.owner))}{since}: "
    text += printable(holding.why)
    if holding.organisation:
        text += f"\n  Only {printable(holding.organisation)} may upload it."
    return text


def claim_document(claim: Claim) -> dict[str, Any]:
    """Return a claim."""
    return {
        "pattern": str(claim.pattern),
        "origin": claim.origin.value,
        "owner": claim.owner.word,
        "organisation": claim.organisation,
        "by": claim.by,
        "reason": claim.reason,
        "at": _time(claim.at),
    }


def claim_text(claim: Claim) -> str:
    """Return a claim on one line."""
    organisation = f" (organisation {printable(claim.organisation)})" if claim.organisation else ""
    return (
        f"{claim.pattern}  {printable(str(claim.owner))}{organisation}  {claim.origin.value} "
        f"{_minute(claim.at)} by {printable(claim.by)}: {printable(claim.reason)}"
    )


def name_document(verdict: NameVerdict) -> dict[str, Any]:
    """Return a verdict on a name."""
    return {
        "name": str(verdict.project),
        "decision": verdict.decision.word,
        "reason": verdict.headline,
        "score": verdict.score,
        "checks_version": verdict.checks_version,
        "decided_at": _time(verdict.decided_at),
        "findings": [
            msgspec.to_builtins(finding)
            for outcome in verdict.outcomes
            for finding in outcome.findings
        ],
    }


def _time(time: dt.datetime | None) -> str | None:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def _minute(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
